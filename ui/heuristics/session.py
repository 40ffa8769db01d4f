"""The working document of one visit: opened from the link, changed by edits, kept at every one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from routing_core.actor import Actor
from routing_core.decide.document import HeuristicsDocument
from routing_core.errors import InvalidHeuristics, RoutingError
from services import Services
from storage.heuristics_drafts import Draft, DraftConflict
from ui.heuristics.edits import Told, edit_of, told_edits
from ui.heuristics.working import Notice, Refusal, Refusals, Working

_DRAFT: Final = "draft"  # in the link
_REFUSED: Final = "heuristics_refused"
_TRIAL: Final = "heuristics_trial"  # a viewer's edits, kept nowhere else
_DRAWN: Final = "heuristics_drawn"  # the revision that the visitor sees
_NOTICE: Final = "heuristics_notice"
_SEEN: Final = "heuristics_seen"
_NAME: Final = "heuristics_name"


def opened(services: Services) -> Working:
    """What the link asks to work on; raises StorageError, and InvalidHeuristics for a draft that cannot be read."""
    draft_id = st.query_params.get(_DRAFT)
    draft = services.drafts.get(draft_id) if draft_id else None
    if draft_id and draft is None:
        del st.query_params[_DRAFT]
        say(Notice("warn", "That draft is gone.", ["It was published or discarded; this is what is live."]))
    working = _working(services, draft)
    st.session_state[_DRAWN] = (draft.draft_id, draft.revision) if draft else None
    return working


def apply_told(services: Services, component: str) -> None:
    """Make the edits that a component told and that were not made yet, each kept before the next."""
    told = told_edits(st.session_state[component].get("edits"), seen())
    if not told:
        return
    st.session_state[_SEEN] = told[-1].number
    st.session_state.pop(_NOTICE, None)
    try:
        for each in told:
            _make(services, each)
    except RoutingError as error:
        say(Notice("bad", "That was not kept.", [str(error)]))


def replace_document(services: Services, document: HeuristicsDocument, *, base_version: str | None = None) -> None:
    """Put another document in the draft's place, on another version where that is given; raises RoutingError."""
    working = opened_as_drawn(services)
    st.session_state[_REFUSED] = {}
    keep(services, working, document, base_version=base_version)


def keep(
    services: Services, working: Working, document: HeuristicsDocument, *, base_version: str | None = None
) -> None:
    """Keep a document as the draft; the first edit begins one, a viewer's is kept in this visit alone."""
    if not services.actor.may_change:
        st.session_state[_TRIAL] = services.drafting.write(document)
        return
    text = services.drafting.write(document)
    if working.draft is None:
        draft = services.drafts.start(working.live_version, text, by=author(services))
    else:
        kept = working.draft
        draft = services.drafts.save(kept.draft_id, text, kept.revision, by=services.actor, base_version=base_version)
    st.query_params[_DRAFT] = draft.draft_id
    st.session_state[_DRAWN] = (draft.draft_id, draft.revision)


def leave(notice: Notice | None = None) -> None:
    """Go back to the live document."""
    for key in (_REFUSED, _TRIAL, _DRAWN):
        st.session_state.pop(key, None)
    st.query_params.pop(_DRAFT, None)
    if notice is not None:
        say(notice)


def resume(draft_id: str) -> None:
    """Go on with a draft."""
    leave()
    st.session_state.pop(_NOTICE, None)
    st.query_params[_DRAFT] = draft_id


def say(notice: Notice) -> None:
    """Show a notice until the next edit."""
    st.session_state[_NOTICE] = notice


def notice() -> Notice | None:
    """What there is to be said."""
    return st.session_state.get(_NOTICE)


def seen() -> int:
    """The number of the last edit that was made."""
    return int(st.session_state.get(_SEEN, 0))


def author(services: Services) -> Actor:
    """Who edits: the name typed on this page, else the one signed in."""
    typed = str(st.session_state.get(_NAME) or "").strip()
    return replace(services.actor, name=typed) if typed else services.actor


def opened_as_drawn(services: Services) -> Working:
    """As `opened`, for a change of what the visitor sees; raises DraftConflict where it was edited elsewhere since."""
    draft_id = st.query_params.get(_DRAFT)
    drawn = st.session_state.get(_DRAWN)
    draft = services.drafts.get(draft_id) if draft_id else None
    if drawn is not None and (draft is None or drawn != (draft.draft_id, draft.revision)):
        raise DraftConflict(draft)
    return _working(services, draft)


def _make(services: Services, told: Told) -> None:
    working, refused = opened_as_drawn(services), dict(_refused())
    refused.pop(told.path, None)
    st.session_state[_REFUSED] = refused
    if told.op == "forget":
        return
    try:
        edit = edit_of(told, working.document, working.live, services.drafting.standard())
        document = services.drafting.edited(working.document, edit)
    except InvalidHeuristics as error:
        st.session_state[_REFUSED] = {**refused, told.path: Refusal(told.value, _reason(error, told))}
        return
    if document != working.document:
        keep(services, working, document)


def _reason(error: InvalidHeuristics, told: Told) -> str:
    """Why one edit was refused; the field's own path need not be said beside the field."""
    return str(error).removeprefix(f"{'.'.join(map(str, told.path))}: ").rstrip(".")


def _working(services: Services, draft: Draft | None) -> Working:
    live = services.heuristics.active()
    text = draft.document if draft else _trial(services)
    document = services.drafting.read(text) if text else live.document
    return Working(
        live_version=live.version,
        live=live.document,
        document=document,
        base_version=draft.base_version if draft else live.version,
        draft=draft,
        changes=services.drafting.changes(live.document, document),
        refusals=_refused(),
    )


def _trial(services: Services) -> str | None:
    return None if services.actor.may_change else st.session_state.get(_TRIAL)


def _refused() -> Refusals:
    refused: Refusals = st.session_state.get(_REFUSED, {})
    return refused
