"""The answers on the screen, whether they still stream, have just ended, or were opened from the log by a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from routing_core.domain import ChatRequest, Tier
from routing_core.errors import StorageError
from routing_core.outcome import Outcome
from routing_core.sends import SendView
from services import Services
from storage.request_log import RequestDetail
from ui import panel
from ui.export.document import text_of
from ui.playground import options, state
from ui.playground.composed import Conversation, Mode, newest_user_turn
from ui.playground.state import Shown

_WHERE_IT_MAY_BE: Final = (
    "It may be of another database, of a process that was killed before it ended, or dropped from the log."
)


def views_of(services: Services, shown: Shown) -> tuple[SendView, ...]:
    """The answers in the order of their tiers; those that neither the process nor the log knows are left out."""
    stored = {view.request_id: view for view in shown.stored}
    views = (
        stored.get(request_id) or services.sends.view(request_id) or _logged(services, request_id)
        for request_id in shown.request_ids
    )
    return tuple(view for view in views if view is not None)


def picked_tier(services: Services, sends: Sequence[SendView]) -> Tier | None:
    """The tier that the router would have chosen by the heuristics that were live then; None where they are gone."""
    decided = next((send.decided for send in sends if send.decided is not None), None)
    if decided is None:
        return None
    try:
        heuristics = services.heuristics.compiled(decided.decision.version)
    except StorageError:
        return None
    return services.engine.explain(decided, heuristics).unforced_tier if heuristics is not None else None


def open_link(services: Services) -> None:
    """Put on the screen what the page's link asks for, with its prompt and options; say so where it is not there."""
    comparison, request = st.query_params.get("comparison"), st.query_params.get("request")
    wanted, shown = comparison or request, state.shown()
    if wanted is None or (shown is not None and shown.id == wanted):
        return
    try:
        found = _find(services, wanted, is_comparison=comparison is not None)
    except StorageError as error:
        panel.draw("notice", key="playground_link", tone="bad", title="The log cannot be read.", lines=[str(error)])
        return
    if found is None:
        noun = "comparison" if comparison else "request"
        lines = [f"The link asks for {wanted[:60]}. {_WHERE_IT_MAY_BE}"]
        panel.draw(
            "notice", key="playground_link", tone="warn", title=f"There is no such {noun} in the log.", lines=lines
        )
        return
    state.show(replace(found, blind=found.is_comparison and "blind" in st.query_params))
    _restore(found)


def shown_of(wanted: str, details: Sequence[RequestDetail], *, is_comparison: bool) -> Shown:
    """What is on the screen for requests read from the log; `details` has at least one, the cheapest tier first."""
    outcomes = sorted((detail.outcome for detail in details), key=_rank)
    return Shown(
        id=wanted,
        request=as_written(outcomes[0].request, is_comparison=is_comparison),
        request_ids=tuple(outcome.request_id for outcome in outcomes),
        is_comparison=is_comparison,
        stored=tuple(map(stored_view, outcomes)),
        text_kept=all(detail.has_text for detail in details),
    )


def as_written(request: ChatRequest, *, is_comparison: bool) -> ChatRequest:
    """The request before the columns of a comparison forced its tier."""
    if not is_comparison:
        return request
    return replace(request, force_tier=None, deployment=None, escalate=True, comparison_id=None)


def stored_view(outcome: Outcome) -> SendView:
    """A logged outcome as the send that it was."""
    return SendView(
        outcome.request_id, outcome.request, outcome.latency_ms, outcome.answer, outcome.decided, outcome=outcome
    )


def _logged(services: Services, request_id: str) -> SendView | None:
    """A send that this process has forgotten, as the log has it; None where that has not or cannot be read."""
    try:
        detail = services.request_log.one(request_id)
    except StorageError:
        return None  # the sidebar says that the log is failing
    return stored_view(detail.outcome) if detail is not None else None


def _find(services: Services, wanted: str, *, is_comparison: bool) -> Shown | None:
    if is_comparison:
        details: Sequence[RequestDetail] = services.request_log.comparison(wanted)
    else:
        one = services.request_log.one(wanted)
        details = [] if one is None else [one]
    if details:
        return shown_of(wanted, details, is_comparison=is_comparison)
    live = None if is_comparison else services.sends.view(wanted)
    return Shown(wanted, live.request, (wanted,), is_comparison=False) if live is not None else None


def _restore(shown: Shown) -> None:
    """Prompt, turns, options and mode as they were."""
    messages = shown.request.messages
    newest = newest_user_turn(messages)
    if newest is not None:
        state.go_on(Conversation(messages[:newest], shown.request.previous_tier))
        decided = next((view.decided for view in shown.stored if view.decided is not None), None)
        state.fill(decided.text if decided is not None else text_of(messages[newest]))
    tier = shown.request.force_tier
    mode = Mode.SIDE_BY_SIDE if shown.is_comparison else Mode(tier.value) if tier else Mode.AUTO
    st.session_state["playground_mode"] = mode
    options.restore(shown.request)


def _rank(outcome: Outcome) -> int:
    tier = outcome.request.force_tier or outcome.served_tier
    return tier.rank if tier is not None else 0
