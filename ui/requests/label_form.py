"""The label form of one request: what was said so far, and the buttons that say something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import streamlit as st

from routing_core.domain import TIERS
from routing_core.errors import NotAllowed, StorageError
from services import Services
from storage.labels import Label, LabelKind
from ui import labels, panel, quiet, shell

_COMMENT: Final = "requests_label_comment"
_FAILED: Final = "requests_label_failed"
_LONGEST_COMMENT: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Choice:
    """One thing that can be said of a request."""

    name: str
    kind: LabelKind
    value: str | None = None

    def is_said(self, said: Sequence[Label]) -> bool:
        """Whether it is said now."""
        return any(label.kind is self.kind and label.value == self.value for label in said)


_JUDGEMENTS: Final = (
    _Choice("Good", LabelKind.GOOD),
    _Choice("Bad", LabelKind.BAD),
    _Choice("Cheap was good enough", LabelKind.CHEAP_GOOD_ENOUGH),
)
_TIERS: Final = tuple(
    _Choice(f"{number} {tier}", LabelKind.RIGHT_TIER, tier.value) for number, tier in enumerate(TIERS, start=1)
)


def draw(services: Services, request_id: str, said: Sequence[Label], comparison_id: str | None) -> None:
    """Draw what was said, and to who may say something what can be; a pressed button takes one's own label back."""
    panel.draw("request_labels", key="requests_labels", said=[labels.in_words(label) for label in said])
    if not services.actor.may_change:
        shell.viewer_note(services, "labelling")
        return
    failed = st.session_state.get(_FAILED, {}).get(request_id)
    if failed:
        panel.draw("notice", key="requests_label_notice", tone="bad", title="That was not kept.", lines=[failed])
    st.text_input("Comment", key=_COMMENT, max_chars=_LONGEST_COMMENT, placeholder="Optional: goes with the label")
    mine = [label for label in said if label.author == services.actor.name]
    for title, choices in (("This answer was", _JUDGEMENTS), ("The right tier would have been", _TIERS)):
        quiet.draw(title)
        with st.container(horizontal=True, gap="small"):
            for choice in choices:
                pressed = choice.is_said(mine)
                st.button(
                    choice.name,
                    key=f"requests_label_{choice.kind}_{choice.value}",
                    type="primary" if pressed else "secondary",
                    help="Press again to take it back." if pressed else None,
                    on_click=_take_back if pressed else _say,
                    args=(services, request_id, choice, comparison_id),
                )


def _say(services: Services, request_id: str, choice: _Choice, comparison_id: str | None) -> None:
    comment = str(st.session_state.get(_COMMENT) or "").strip() or None
    with _told(request_id):
        services.labels.add(
            request_id, choice.kind, value=choice.value, comment=comment, comparison_id=comparison_id, by=services.actor
        )
        st.session_state[_COMMENT] = ""


def _take_back(services: Services, request_id: str, choice: _Choice, _comparison_id: str | None) -> None:
    with _told(request_id):
        services.labels.remove(request_id, choice.kind, by=services.actor)


@contextmanager
def _told(request_id: str) -> Iterator[None]:
    """Keep what the log says where it refuses, for the next drawing; the comment then stays in its field."""
    st.session_state.pop(_FAILED, None)
    try:
        yield
    except (StorageError, NotAllowed) as error:
        st.session_state[_FAILED] = {request_id: str(error)}
