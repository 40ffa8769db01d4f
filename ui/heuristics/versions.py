"""The published versions: who, when, why; what each would change of the live one; and the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from routing_core.errors import RoutingError
from services import Services
from storage.heuristics_versions import Version
from ui import panel, shell
from ui.heuristics import session
from ui.heuristics.working import Notice, Working

_COMPARED: Final = "version"  # in the link
_WHY: Final = "heuristics_rollback_reason"
_LONGEST: Final = 500


def draw(services: Services, working: Working) -> None:
    """Draw the versions, newest first, and the chosen one against what is live."""
    history = services.heuristics.history()
    chosen = st.query_params.get(_COMPARED, "")
    panel.draw_pickable(
        "heuristics_versions",
        "heuristics_version_list",
        _choose,
        versions=history,
        live=working.live_version,
        chosen=chosen,
        zone=shell.zone(),
        now=datetime.now(UTC),
    )
    version = next((each for each in history if each.version == chosen), None)
    if version is not None and chosen != working.live_version:
        _compared(services, working, version)


def _compared(services: Services, working: Working, version: Version) -> None:
    made = services.heuristics.compiled(version.version)
    if made is None:
        lines = ["This Signalbox reads its document no more; it is kept in the database."]
        title = f"{version.version} cannot be used."
        panel.draw("notice", key="heuristics_version_gone", tone="warn", title=title, lines=lines)
        return
    changes = services.drafting.changes(working.live, made.document)
    title = f"Rolling back from {working.live_version} to {version.version} would change"
    panel.draw("heuristics_changes", key="heuristics_version_changes", title=title, changes=changes)
    if services.actor.may_change:
        st.text_input("Why", key=_WHY, max_chars=_LONGEST, placeholder="Required: why go back")
        label = f"Roll back to {version.version} as a new version"
        args = (services, working.live_version, version)
        st.button(label, key="heuristics_rollback", type="primary", on_click=_roll_back, args=args)


def _choose(version: str) -> None:
    st.query_params[_COMPARED] = version


def _roll_back(services: Services, live: str, version: Version) -> None:
    why = str(st.session_state.get(_WHY) or "").strip()
    if not why:
        session.say(Notice("bad", "Nothing was rolled back.", ["Say why; it is kept with the version."]))
        return
    reason = f"Roll back to {version.version}: {why}"
    try:
        document = services.heuristics.document(version.version) or ""
        published = services.heuristics.publish(
            document, by=session.author(services), reason=reason, expected_version=live
        )
    except RoutingError as error:
        services.heuristics.refresh()
        session.say(Notice("bad", "Nothing was rolled back.", [str(error)]))
        return
    st.session_state[_WHY] = ""
    st.query_params.pop(_COMPARED, None)
    lines = ["In every process within 2 s. The history stays as it is."]
    session.say(Notice("", f"{published.version} is live, with the document of {version.version}.", lines))
