"""The offer of sample traffic where a page is empty, its progress, and the way to remove it."""

from __future__ import annotations

from typing import Final, Literal

import streamlit as st

from routing_core.errors import NotAllowed, RoutingError, SampleBusy, StorageError
from routing_core.sample.progress import SampleProgress
from services import Services
from ui import panel
from ui.sample.words import OFFER, kept_text, progress_text, share_done

_TICK_S: Final = 1.0
_SURE: Final = "sample_sure"
_FAILED: Final = "sample_failed"


def draw_offer(services: Services) -> None:
    """Offer to fill the log; while a run is in progress how far it is. A viewer is told and sees no buttons."""
    if draw_progress(services):
        return
    _trouble(services.sample_traffic.progress())
    _offer(services)


def draw_offer_where_none(services: Services) -> bool:
    """Offer to fill the log unless sample traffic is in it or a run in progress; whether that was offered."""
    if _count(services) != 0 or _running_now(services.sample_traffic.progress()):
        return False
    draw_offer(services)
    return True


def running(services: Services) -> bool:
    """Whether a run is in progress."""
    return _running_now(services.sample_traffic.progress())


def draw_progress(services: Services) -> bool:
    """Draw how far a run is, anew every second until it ends; whether there is one."""
    if not running(services):
        return False
    st.fragment(_running, run_every=_TICK_S)(services)
    return True


def draw_removal(services: Services, *, offer: bool = False) -> None:
    """How far a run is, or how many sample requests there are with their removal.

    Where there are none nothing, or a quiet `offer` of them.
    """
    if draw_progress(services):
        return
    progress = services.sample_traffic.progress()
    _trouble(progress)
    count = _count(services)
    if count:
        _kept(services, count, progress)
    elif count == 0 and offer:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sample_quiet"):
            _offer(services, quiet=True)


def _count(services: Services) -> int | None:
    """How many sample requests are logged; None where the log does not answer, which the page itself says."""
    try:
        return services.sample_traffic.count()
    except StorageError:
        return None


def _running_now(progress: SampleProgress | None) -> bool:
    return progress is not None and progress.running


def _offer(services: Services, *, quiet: bool = False) -> None:
    panel.draw("sentence", key="sample_offer", sentence=OFFER)
    if services.actor.may_change:
        kind: Literal["tertiary", "secondary"] = "tertiary" if quiet else "secondary"
        st.button("Fill with sample traffic", key="sample_fill", type=kind, on_click=_start, args=(services,))


def _running(services: Services) -> None:
    progress = services.sample_traffic.progress()
    if progress is None or not progress.running:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sample_running"):
        st.progress(share_done(progress), text=f"Sample traffic: {progress_text(progress)}")
        if services.actor.may_change:
            st.button("Stop", key="sample_stop", on_click=_stop, args=(services,))


def _kept(services: Services, count: int, progress: SampleProgress | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sample_kept"):
        panel.draw("sentence", key="sample_count", sentence=kept_text(count, progress))
        if not services.actor.may_change:
            return
        if st.session_state.get(_SURE):
            st.button(
                f"Remove {count:,} now", key="sample_remove_now", type="primary", on_click=_remove, args=(services,)
            )
            st.button("Keep", key="sample_keep", on_click=_ask, args=(False,))
        else:
            st.button("Remove sample traffic", key="sample_remove", on_click=_ask, args=(True,))


def _trouble(progress: SampleProgress | None) -> None:
    """Why the last run, or what was last asked, failed."""
    failed = st.session_state.pop(_FAILED, None) or (progress.error if progress is not None else None)
    if failed:
        panel.draw("notice", key="sample_failed_notice", tone="bad", title="Sample traffic", lines=[failed])


def _start(services: Services) -> None:
    try:
        services.sample_traffic.start(services.actor)
    except (NotAllowed, SampleBusy) as refused:
        st.session_state[_FAILED] = str(refused)


def _stop(services: Services) -> None:
    services.sample_traffic.stop(services.actor)


def _ask(sure: bool) -> None:  # noqa: FBT001 - a callback's only argument
    st.session_state[_SURE] = sure


def _remove(services: Services) -> None:
    st.session_state.pop(_SURE, None)
    try:
        services.sample_traffic.remove(services.actor)
    except RoutingError as refused:
        st.session_state[_FAILED] = str(refused)
