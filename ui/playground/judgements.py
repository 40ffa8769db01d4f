"""Judgements given on the playground: thumbs, "cheap was good enough", and the vote of a blind comparison."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from routing_core.domain import Tier
from routing_core.errors import NotAllowed, StorageError
from routing_core.sends import SendView
from services import Services
from storage.labels import LabelKind
from ui.labels import KINDS
from ui.playground.answer_view import tier_of
from ui.playground.state import Shown

_THUMBS: Final = (LabelKind.GOOD, LabelKind.BAD)
_ENOUGH: Final = (LabelKind.CHEAP_GOOD_ENOUGH,)
_VOTE: Final = (LabelKind.BLIND_VOTE,)
_VOTED: Final = "playground_voted_"


def draw(services: Services, send: SendView, *, beside: bool) -> None:
    """Draw the blind vote, thumbs, and "cheap was good enough" where another tier answered or stands beside.

    A click is stored, or takes back what it said.
    """
    _voted(services, send)
    _pills(services, send, _THUMBS, "Judge the answer")
    if beside or tier_of(send) is not Tier.CHEAP:
        _pills(services, send, _ENOUGH, "Cheap was good enough for this prompt")


def vote(services: Services, shown: Shown, best: SendView) -> None:
    """Store the vote of a blind comparison: the request whose answer was best, and its tier."""
    tier = tier_of(best)
    st.session_state[_VOTED + best.request_id] = _stored(
        lambda: services.labels.add(
            best.request_id,
            LabelKind.BLIND_VOTE,
            value=tier.value if tier else None,
            comparison_id=shown.id,
            by=services.actor,
        )
    )


def _voted(services: Services, send: SendView) -> None:
    """Say that this answer was voted best while names were hidden; the button takes the vote back."""
    key = _VOTED + send.request_id
    if key not in st.session_state:
        st.session_state[key] = _said(services, send.request_id, _VOTE) is not None
    if st.session_state[key]:
        told = "Voted best while the names were hidden. Press to take the vote back."
        args = (services, send.request_id)
        st.button("Voted best", key=f"{key}_back", type="primary", help=told, on_click=_take_back, args=args)


def _take_back(services: Services, request_id: str) -> None:
    if _stored(lambda: services.labels.remove(request_id, LabelKind.BLIND_VOTE, by=services.actor)):
        st.session_state[_VOTED + request_id] = False


def _pills(services: Services, send: SendView, kinds: tuple[LabelKind, ...], label: str) -> None:
    key = f"playground_label_{kinds[0]}_{send.request_id}"
    if key not in st.session_state:
        st.session_state[key] = _said(services, send.request_id, kinds)
    st.pills(
        label,
        kinds,
        format_func=_word,
        key=key,
        label_visibility="collapsed",
        on_change=_judge,
        args=(services, send, kinds, key),
    )


def _word(kind: LabelKind) -> str:
    return KINDS[kind].capitalize()


def _judge(services: Services, send: SendView, kinds: tuple[LabelKind, ...], key: str) -> None:
    chosen = st.session_state[key]
    if chosen is not None:
        comparison = send.request.comparison_id
        _stored(partial(services.labels.add, send.request_id, chosen, comparison_id=comparison, by=services.actor))
        return
    for kind in kinds:
        _stored(partial(services.labels.remove, send.request_id, kind, by=services.actor))


def _said(services: Services, request_id: str, kinds: tuple[LabelKind, ...]) -> LabelKind | None:
    try:
        found = services.labels.for_request(request_id)
    except StorageError:
        return None  # the sidebar says that the log is failing
    mine = (label for label in found if label.author == services.actor.name)
    return next((label.kind for label in mine if label.kind in kinds), None)


def _stored(change: Callable[[], object]) -> bool:
    """Run a change of the labels; where the log does not take it, say so, lose nothing else, and return False."""
    try:
        change()
    except (StorageError, NotAllowed) as error:
        st.toast(f"The judgement was not kept. {error}")
        return False
    return True
