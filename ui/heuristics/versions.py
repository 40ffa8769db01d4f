"""The published versions: who, when, why; what each would change of the live one; and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

import streamlit as st

from services import Services
from storage.heuristics_versions import Version
from ui import panel, shell
from ui.heuristics import session, signing
from ui.heuristics.working import Notice, Subject, Working

_COMPARED: Final = "version"  # in the link


@dataclass(frozen=True, slots=True)
class Compared:
    """The version that was chosen; without a subject where this Signalbox reads its document no more."""

    version: Version
    subject: Subject | None


def compared(services: Services, working: Working) -> Compared | None:
    """The version that the link chooses beside what is live, None where it chooses none or the live one."""
    chosen = st.query_params.get(_COMPARED, "")
    version = next((each for each in services.heuristics.history() if each.version == chosen), None)
    if version is None or chosen == working.live_version:
        return None
    made = services.heuristics.compiled(chosen)
    if made is None:
        return Compared(version, None)
    changes = services.drafting.changes(working.live, made.document)
    title, said = f"What rolling back to {chosen} would do", f"Rolling back from {working.live_version} to {chosen}"
    return Compared(version, Subject(chosen, title, said, made.document, changes))


def draw(services: Services, working: Working, shown: Compared | None) -> None:
    """Draw the versions, newest first, and what brings the chosen one back."""
    panel.draw_pickable(
        "heuristics_versions",
        "heuristics_version_list",
        _choose,
        versions=services.heuristics.history(),
        live=working.live_version,
        chosen=shown.version.version if shown else "",
        zone=shell.zone(),
        now=datetime.now(UTC),
    )
    if shown is not None:
        _draw_compared(services, working, shown.version, shown.subject)


def _draw_compared(services: Services, working: Working, version: Version, subject: Subject | None) -> None:
    if subject is None:
        lines = ["This Signalbox reads its document no more; it is kept in the database."]
        title = f"{version.version} cannot be used."
        panel.draw("notice", key="heuristics_version_gone", tone="warn", title=title, lines=lines)
        return
    if services.actor.may_change and subject.changes:
        signing.draw(
            services,
            f"Roll back to {version.version}",
            key=f"heuristics_rollback_{version.version}",
            publish=partial(_roll_back, services, working.live_version, version),
            reason=f"Roll back to {version.version}",
        )
    title = f"Rolling back from {working.live_version} to {version.version} would change"
    panel.draw("heuristics_changes", key="heuristics_version_changes", title=title, changes=subject.changes)


def _choose(version: str) -> None:
    session.hush()
    st.query_params[_COMPARED] = version


def _roll_back(services: Services, live: str, version: Version, reason: str) -> Version:
    document = services.heuristics.document(version.version) or ""
    published = services.heuristics.publish(document, by=session.author(services), reason=reason, expected_version=live)
    st.query_params.pop(_COMPARED, None)
    lines = ["In every process within 2 s. The history stays as it is."]
    session.say(Notice("", f"{published.version} is live, with the document of {version.version}.", lines))
    return published
