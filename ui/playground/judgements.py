"""Judgements given on the playground: thumbs, "cheap was good enough", and the vote of a blind comparison."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import streamlit as st

from bootstrap import Services
from routing_core.domain import Tier
from routing_core.errors import StorageError
from routing_core.sends import SendView
from storage.labels import LabelKind
from ui.playground.answer_view import tier_of
from ui.playground.state import Shown

_WORDS: Final = {LabelKind.GOOD: "Good", LabelKind.BAD: "Bad", LabelKind.CHEAP_GOOD_ENOUGH: "Cheap was enough"}
_THUMBS: Final = (LabelKind.GOOD, LabelKind.BAD)
_ENOUGH: Final = (LabelKind.CHEAP_GOOD_ENOUGH,)


def draw(services: Services, send: SendView, *, beside: bool) -> None:
    """Draw thumbs, and "cheap was good enough" where another tier answered or stands beside; a click is stored."""
    _pills(services, send, _THUMBS, "Judge the answer")
    if beside or tier_of(send) is not Tier.CHEAP:
        _pills(services, send, _ENOUGH, "Cheap was good enough for this prompt")


def vote(services: Services, shown: Shown, best: SendView) -> None:
    """Store the vote of a blind comparison: the request whose answer was best, and its tier."""
    tier = tier_of(best)
    _stored(
        lambda: services.labels.add(
            best.request_id, LabelKind.BLIND_VOTE, value=tier.value if tier else None, comparison_id=shown.id
        )
    )


def _pills(services: Services, send: SendView, kinds: tuple[LabelKind, ...], label: str) -> None:
    key = f"playground_label_{kinds[0]}_{send.request_id}"
    if key not in st.session_state:
        st.session_state[key] = _said(services, send.request_id, kinds)
    st.pills(
        label,
        kinds,
        format_func=_WORDS.__getitem__,
        key=key,
        label_visibility="collapsed",
        on_change=_judge,
        args=(services, send, kinds, key),
    )


def _judge(services: Services, send: SendView, kinds: tuple[LabelKind, ...], key: str) -> None:
    chosen = st.session_state[key]
    if chosen is not None:
        comparison = send.request.comparison_id
        _stored(partial(services.labels.add, send.request_id, chosen, comparison_id=comparison))
        return
    for kind in kinds:
        _stored(partial(services.labels.remove, send.request_id, kind))


def _said(services: Services, request_id: str, kinds: tuple[LabelKind, ...]) -> LabelKind | None:
    try:
        found = services.labels.for_request(request_id)
    except StorageError:
        return None  # the sidebar says that the log is failing
    return next((label.kind for label in found if label.kind in kinds), None)


def _stored(change: Callable[[], object]) -> None:
    """Run a change of the labels; where the log does not take it, say so and lose nothing else."""
    try:
        change()
    except StorageError as error:
        st.toast(f"The judgement was not kept. {error}")
