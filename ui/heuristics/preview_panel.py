"""The right side: what the draft would do to the newest requests, and to a prompt that is typed."""

from __future__ import annotations

from time import perf_counter
from typing import Final, TypeAlias

import streamlit as st

from routing_core.decide.document import HeuristicsDocument
from routing_core.drafting import Tried
from routing_core.errors import RoutingError
from routing_core.evidence.preview import Preview
from services import Services
from ui import panel
from ui.decision_view import flip_sentence
from ui.heuristics.preview_view import preview_view
from ui.heuristics.working import Subject
from ui.playground import editor
from ui.sample import panel as sample

Asked: TypeAlias = "tuple[Preview | None, float, str]"
_TRY: Final = "heuristics_try"
_PROMPT: Final = "heuristics_prompt"
_LOOK: Final = editor.Look(
    "Try a prompt", "Try a prompt: where live sends it, and where the draft would. Nothing is sent.", low=True
)


def asked(services: Services, document: HeuristicsDocument) -> Asked:
    """The preview with the milliseconds it took, or why there is none."""
    started = perf_counter()
    try:
        made = services.drafting.preview(document)
    except RoutingError as error:
        return None, 0.0, str(error)
    return made, (perf_counter() - started) * 1000, ""


def draw(services: Services, live: str, subject: Subject, asked_for: Asked) -> None:
    """Draw the panels, the matrix first; `live` is the version beside which the subject stands."""
    preview, took_ms, problem = asked_for
    view = preview_view(preview) if preview is not None else None
    if view is None:
        panel.draw("notice", key="heuristics_no_preview", tone="bad", title="No preview.", lines=[problem])
    else:
        panel.draw("heuristics_preview", key="heuristics_preview", view=view, took_ms=took_ms, subject=subject)
        if not view.tested and not view.notes:
            sample.draw_offer(services)
    _try(services, live, subject)
    if view is not None and view.rows:
        panel.draw("heuristics_moved", key="heuristics_moved", view=view, name=subject.name)


def _try(services: Services, live: str, subject: Subject) -> None:
    prompt = str(st.session_state.get(_PROMPT) or "")
    editor.draw(
        editor.Draft(prompt),
        (),
        key=_TRY,
        session=None,
        on_text=_typed,
        on_send=_typed,
        look=_LOOK,
    )
    if not prompt.strip():
        return
    try:
        before, after = services.drafting.tried(prompt, subject.document)
    except RoutingError as error:
        panel.draw("notice", key="heuristics_not_tried", tone="bad", title="Not decided.", lines=[str(error)])
        return
    sides = [(f"live {live}", before)]
    if subject.changes:
        sides.append((subject.name, after))
    panel.draw("heuristics_tried", key="heuristics_tried", sides=[(name, *_told(tried)) for name, tried in sides])


def _typed() -> None:
    st.session_state[_PROMPT] = editor.typed(_TRY) or ""


def _told(tried: Tried) -> tuple[str, str, str]:
    tier = tried.decided.decision.tier.value if tried.decided else "refused"
    return tier, tried.sentence, flip_sentence(tried.flip)
