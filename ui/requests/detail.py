"""One request in full, and what can be done with it: read, label, export, open in the playground, go to the next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from routing_core.decide.heuristics import Heuristics
from routing_core.domain import TIERS, Decided, Tier
from routing_core.outcome import Cost, Outcome
from services import Services
from storage.request_log import RequestDetail
from ui import panel, shell
from ui.decision_view import decision_view
from ui.export import buttons
from ui.requests import label_form
from ui.requests.filters import read
from ui.requests.view import request_view

_RAW: Final = "requests_raw"


def draw(services: Services, request_id: str) -> None:
    """Draw the request of that id, or say that there is none."""
    detail = services.request_log.one(request_id)
    _bar(services, detail)
    if detail is None:
        lines = [f"The log holds no request {request_id[:60]!r}. It may still be running, or its row was deleted."]
        panel.draw("notice", key="requests_unknown", tone="warn", title="No such request.", lines=lines)
        return
    document = _heuristics(services, detail.outcome.decided).document
    view = request_view(detail.outcome, document, text_kept=detail.has_text, redacted=detail.redacted)
    panel.draw("request_head", key="requests_head", view=view, zone=shell.zone())
    left, right = st.columns([6, 5], gap="small")
    with left:
        raw = bool(st.session_state.get(_RAW))
        panel.draw("request_texts", key="requests_texts", view=view, raw=raw)
        st.toggle("Raw answer", key=_RAW)
        with st.container(border=True):
            label_form.draw(services, request_id, detail.labels, detail.outcome.request.comparison_id)
    with right:
        _decision(services, detail.outcome)
        panel.draw("request_money", key="requests_money", view=view)


def _bar(services: Services, detail: RequestDetail | None) -> None:
    """The ways out of a request: to the list, to its neighbours, to the playground, to a file."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="requests_bar"):
        st.button("All requests", key="requests_back", icon=":material/arrow_back:", on_click=_open, args=(None,))
        if detail is None:
            return
        newer, older = _neighbours(services, detail.key)
        st.button("Newer", key="requests_previous", disabled=newer is None, on_click=_open, args=(newer,))
        st.button("Older", key="requests_next", disabled=older is None, on_click=_open, args=(older,))
        st.page_link(
            "pages/playground.py",
            label="Open in playground",
            query_params={"request": detail.outcome.request_id},
        )
        with st.popover("Export", key="requests_export"):
            _export(services, detail)


def _neighbours(services: Services, key: int) -> tuple[str | None, str | None]:
    """The next newer and the next older request among those that the link's filters let through."""
    query = read(st.query_params.to_dict()).query(datetime.now(UTC), shell.zone())
    newer = services.request_log.newer(query, key, limit=1)
    older = services.request_log.page(query, key, limit=1).rows
    return newer[0].request_id if newer else None, older[0].request_id if older else None


def _open(request_id: str | None) -> None:
    if request_id is None:
        st.query_params.pop("request", None)
    else:
        st.query_params["request"] = request_id


def _export(services: Services, detail: RequestDetail) -> None:
    outcome = detail.outcome
    buttons.draw(
        services, outcome.request, [outcome], text_kept=detail.has_text, name=outcome.request_id, key="requests"
    )


def _decision(services: Services, outcome: Outcome) -> None:
    if outcome.decided is None:
        panel.draw("refusal", key="requests_decision", reason=outcome.error or "It was refused before a decision.")
        return
    answer_tokens = (outcome.usage.output_tokens if outcome.usage else None) or 0
    explained = services.engine.explain(outcome.decided, _heuristics(services, outcome.decided))
    panel.draw(
        "request_decision",
        key="requests_decision",
        view=decision_view(outcome.decided, _costs(services, outcome.decided, answer_tokens), explained.windows),
        version=outcome.decided.decision.version,
        answer_tokens=answer_tokens,
        bounded=True,
        sentence=explained.sentence,
    )


def _costs(services: Services, decided: Decided, answer_tokens: int) -> Mapping[Tier, Cost]:
    """What an answer of this length would cost at each tier today."""
    needed = decided.situation.prompt_tokens
    return {tier: services.catalog.estimate(needed[tier.rank], answer_tokens, tier) for tier in TIERS}


def _heuristics(services: Services, decided: Decided | None) -> Heuristics:
    """The heuristics that decided, whose lists say where a matched word pulls; the live ones where they are gone."""
    made = services.heuristics.compiled(decided.decision.version) if decided is not None else None
    return made or services.heuristics.active()
