"""The reload: what is loaded, what stands on disk, the difference before it is loaded, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from routing_core.dispatch.reloading import CatalogChange
from routing_core.errors import RoutingError
from services import Services
from ui import panel, shell
from ui.models.change_view import change_groups, changed_sentence, count, loaded_sentence

_REVIEWED: Final = "models_reviewed"  # the CatalogChange on the screen
_FAILED: Final = "models_reload_failed"
_DONE: Final = "models_reload_done"
_APPLIED: Final = "models_reload_applied"
_STAYS: Final = "What stands on disk was not loaded. What was loaded before goes on."


def draw(services: Services) -> None:
    """Draw what is loaded and the way to load what stands on disk, within a fragment that is drawn again and again."""
    file = services.catalog.document_name
    changed, failed = None, st.session_state.get(_FAILED)
    try:
        changed = changed_sentence(services.reload.pending(), file)
    except RoutingError as error:
        failed = str(error)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="models_reload"):
        st.button(
            "Review the change" if changed else "Read again",
            key="models_reload_review",
            type="primary" if changed else "secondary",
            help=f"Reads {file} and .env and shows what would change, before anything does.",
            on_click=_review,
            args=(services,),
        )
        told = loaded_sentence(services.offer.loaded, file, shell.zone(), datetime.now(UTC))
        panel.draw("models_loaded", key="models_loaded", told=told, changed=changed)
    _notice(failed, st.session_state.get(_DONE))
    reviewed = st.session_state.get(_REVIEWED)
    if isinstance(reviewed, CatalogChange):
        _review_of(services, reviewed)
    if st.session_state.pop(_APPLIED, False):
        st.rerun()  # what else is on the page tells of the catalog too


def _notice(failed: str | None, done: str | None) -> None:
    """Say what came of the last reload, or what keeps the next one from being one."""
    if failed:
        panel.draw("notice", key="models_reload_notice", tone="bad", title=_STAYS, lines=[failed])
    elif done:
        panel.draw("notice", key="models_reload_told", tone="", title=done, lines=[])


def _review_of(services: Services, change: CatalogChange) -> None:
    panel.draw("models_change", key="models_change", groups=change_groups(change), count=count(change))
    with st.container(horizontal=True, gap="small", key="models_reload_buttons"):
        if change.differences:
            st.button(
                "Load it",
                key="models_reload_apply",
                type="primary",
                disabled=not services.actor.may_change,
                help="Requests in progress end as they began. Cooldowns begin anew.",
                on_click=_apply,
                args=(services, change),
            )
        st.button("Close", key="models_reload_cancel", on_click=_close)


def _review(services: Services) -> None:
    _close()
    try:
        st.session_state[_REVIEWED] = services.reload.preview()
    except RoutingError as error:
        st.session_state[_FAILED] = str(error)


def _apply(services: Services, reviewed: CatalogChange) -> None:
    _close()
    try:
        change = services.reload.apply(services.actor, reviewed)
    except RoutingError as error:
        st.session_state[_FAILED] = str(error)
        return
    st.session_state[_APPLIED] = True
    done = f"Loaded: {count(change)}. Requests in progress end as they began."
    st.session_state[_DONE] = done if change.differences else "Somebody else has loaded it already; nothing differs."


def _close() -> None:
    for key in (_REVIEWED, _FAILED, _DONE):
        st.session_state.pop(key, None)
