"""Before a draft becomes live: every change in words, the reason, and what another published meanwhile."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from routing_core.decide.document import HeuristicsDocument
from routing_core.errors import RoutingError
from routing_core.evidence.diff import Change
from services import Services
from storage.heuristics_drafts import Draft
from storage.heuristics_versions import Version
from ui import panel
from ui.heuristics import session, signing
from ui.heuristics.working import Notice, Working

_VIEW: Final = "view"


def draw(services: Services, working: Working) -> None:
    """Draw the changes and the form that publishes them; or both operators' changes, where another was quicker.

    A viewer sees the changes alone.
    """
    if working.draft is None:
        panel.draw("quiet", key="heuristics_no_draft", sentence="There is no draft to publish.")
    elif working.overtaken:
        _overtaken(services, working)
    else:
        _changes("What becomes live", working.changes, key="heuristics_changes")
        if services.actor.may_change:
            label = f"Publish over {working.live_version}"
            signing.draw(services, label, key="heuristics_publish", publish=partial(_publish, services, working))


def _publish(services: Services, working: Working, reason: str) -> Version:
    shown = session.opened_as_drawn(services)
    assert shown.draft is not None
    published = services.heuristics.publish(
        services.drafting.write(shown.document),
        by=session.author(services),
        reason=reason,
        expected_version=shown.base_version,
    )
    st.query_params.pop(_VIEW, None)
    lines = ["In every process within 2 s.", f"Before it, {working.live_version} was live; Versions rolls back to it."]
    left = _discarded(services, shown.draft)
    session.leave(Notice("warn" if left else "", f"{published.version} is live.", lines + left))
    return published


def _discarded(services: Services, draft: Draft) -> list[str]:
    """Discard a draft that was published; what there is to be said where it stays."""
    try:
        services.drafts.discard(draft.draft_id, by=services.actor)
    except RoutingError as error:
        return [f"Its draft is still there, and changes nothing now; discard it. {error}"]
    return []


def _overtaken(services: Services, working: Working) -> None:
    base = _document(services, working.base_version)
    theirs = next((v for v in services.heuristics.history() if v.version == working.live_version), None)
    who = f"{theirs.author}: {theirs.reason}" if theirs else "its author is not known"
    title = f"{working.live_version} was published while this draft was edited."
    lines = [who, f"Nothing of the draft, begun on {working.base_version}, is live; nothing of it is lost."]
    panel.draw("notice", key="heuristics_conflict", tone="warn", title=title, lines=lines)
    if base is None:
        return
    their_changes = services.drafting.changes(base, working.live)
    _changes(f"{working.base_version} → {working.live_version}, theirs", their_changes, key="heuristics_theirs")
    mine = services.drafting.changes(base, working.document)
    _changes(f"{working.base_version} → draft, yours", mine, key="heuristics_mine")
    if services.actor.may_change:
        label = f"Put my edits onto {working.live_version}"
        st.button(label, key="heuristics_rebase", type="primary", on_click=_rebase, args=(services, working, base))


def _rebase(services: Services, working: Working, base: HeuristicsDocument) -> None:
    try:
        made = services.drafting.rebased(base, working.document, working.live)
        session.replace_document(services, made.document, base_version=working.live_version)
    except RoutingError as error:
        session.say(Notice("bad", "The draft stays as it was.", [str(error)]))
        return
    lost = [f"{each.name}: {each.theirs} stays, yours was {each.mine}." for each in made.collisions]
    title = f"Your edits now stand on {working.live_version}."
    session.say(Notice("warn" if lost else "", title, lost or ["None of them collided."]))


def _document(services: Services, version: str) -> HeuristicsDocument | None:
    made = services.heuristics.compiled(version)
    return made.document if made is not None else None


def _changes(title: str, changes: tuple[Change, ...], *, key: str) -> None:
    panel.draw("heuristics_changes", key=key, title=title, changes=changes)
