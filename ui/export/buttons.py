"""The two files that one request or one comparison can be taken away as, offered the same way on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from routing_core.domain import ChatRequest, Decided
from routing_core.errors import StorageError
from routing_core.outcome import Outcome
from services import Services
from storage.labels import Label
from ui.export.document import Comparison, comparison_json
from ui.export.markdown import comparison_markdown


def draw(
    services: Services, request: ChatRequest, outcomes: Sequence[Outcome], *, text_kept: bool, name: str, key: str
) -> None:
    """Draw a button for Markdown and one for JSON; `name` tells the files apart, `key` begins the widgets' keys."""
    comparison = comparison_of(services, request, outcomes, text_kept=text_kept)
    for label, ending, mime, write in (
        ("Markdown", "md", "text/markdown", comparison_markdown),
        ("JSON", "json", "application/json", comparison_json),
    ):
        st.download_button(
            label,
            data=write(comparison),
            file_name=f"signalbox-{name}.{ending}",
            mime=mime,
            key=f"{key}_as_{ending}",
            on_click="ignore",
        )


def comparison_of(
    services: Services, request: ChatRequest, outcomes: Sequence[Outcome], *, text_kept: bool
) -> Comparison:
    """What is exported of these answers: with the router's own decision, and what people said of each."""
    decided = next((outcome.decided for outcome in outcomes if outcome.decided is not None), None)
    own, undecided = _own_decision(services, decided)
    return Comparison(request, own, outcomes, text_kept, undecided, _labels(services, outcomes))


def _own_decision(services: Services, decided: Decided | None) -> tuple[Decided | None, str | None]:
    """The decision where no tier is forced, or why there is none."""
    if decided is None:
        return None, "Refused before a decision was made."
    if decided.situation.forced_tier is None:
        return decided, None
    version = decided.decision.version
    try:
        heuristics = services.heuristics.compiled(version)
    except StorageError as error:
        return None, f"The tier was forced, and the heuristics {version!r} could not be read. {error}"
    if heuristics is None:
        return None, f"The tier was forced, and the heuristics {version!r} that were live then are gone."
    own = services.engine.explain(decided, heuristics).unforced
    return own, None if own is not None else "The tier was forced; left alone, the router would find none that fits."


def _labels(services: Services, outcomes: Sequence[Outcome]) -> Mapping[str, Sequence[Label]] | None:
    try:
        return services.labels.for_requests([outcome.request_id for outcome in outcomes])
    except StorageError:
        return None
