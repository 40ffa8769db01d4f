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
from ui.heuristics.edits import Told, told_edits
from ui.heuristics.making import edited
from ui.heuristics.refusing import reason_of
from ui.heuristics.visit import VISIT, Step, Visit, visit_of_session
from ui.heuristics.working import UNCHANGED, Notice, Refusal, Typed, Working

_DRAFT: Final = "draft"  # in the link
NAME: Final = "heuristics_name"
"""Where the name stands that an operator signs with."""


_MOST_STEPS: Final = 50
_KEPT: Final = {"remove": "It stays; take it out of what names it first."}


def opened(services: Services) -> Working:
    """What the link asks to work on; raises StorageError, and InvalidHeuristics for a draft that cannot be read."""
    visit = visit_of_session()
    draft = _draft(services, visit)
    if visit.draft_id and draft is None:
        visit.draft_id = None
        visit.notice = Notice("warn", "That draft is gone.", ["It was published or discarded; this is what is live."])
    working = _working(services, draft, visit)
    visit.drawn = (draft.draft_id, draft.revision) if draft else None
    if draft is None:
        st.query_params.pop(_DRAFT, None)
    else:
        st.query_params[_DRAFT] = draft.draft_id
    return working


def apply_told(services: Services, component: str) -> None:
    """Make the edits that a component told and that were not made yet, each kept before the next."""
    visit = visit_of_session()
    told = told_edits(st.session_state[component].get("edits"), seen(component))
    if told:
        visit.notice = None
    for each in told:
        try:
            _make(services, each, visit)
        except RoutingError as error:
            visit.notice = Notice("bad", "That was not kept.", [str(error)])
            visit.refused[each.path] = Refusal(each.value, "Not kept; the reason stands above")
        visit.seen[component] = each.number


def replace_document(services: Services, document: HeuristicsDocument, *, base_version: str | None = None) -> bool:
    """Put another document in the draft's place, on another version where that is given; whether it is another one.

    Raises RoutingError.
    """
    visit, working = visit_of_session(), opened_as_drawn(services)
    if document == working.document and base_version is None:
        return False
    _keep(services, working, document, visit, base_version)
    visit.refused = {}
    return True


def undoable() -> bool:
    """Whether the draft is as an edit of this visit left it, so that the edit can be taken back."""
    visit = visit_of_session()
    return bool(visit.steps) and visit.steps[-1].left == visit.drawn


def undo(services: Services) -> None:
    """Take the last edit of this visit back, where nobody edited the draft since; what was refused is let go of."""
    visit = visit_of_session()
    try:
        working = opened_as_drawn(services)
        if working.draft is None or not undoable():
            return
        step, draft = visit.steps[-1], working.draft
        kept = services.drafts.save(draft.draft_id, step.before, draft.revision, by=author(services))
    except RoutingError as error:
        visit.notice = Notice("bad", "That was not taken back.", [str(error)])
        return
    visit.drawn = (kept.draft_id, kept.revision)
    visit.steps.pop()
    if visit.steps:
        visit.steps[-1] = replace(visit.steps[-1], left=visit.drawn)
    visit.notice, visit.refused = None, {}


def typed() -> Typed | None:
    """The YAML text that was typed and is not in the draft."""
    return visit_of_session().typed


def keep_typed(text: Typed | None) -> None:
    """Keep a YAML text that is not in the draft, or let go of it."""
    visit_of_session().typed = text


def leave(notice: Notice | None = None) -> None:
    """Go back to the live document."""
    before = visit_of_session()
    st.session_state[VISIT] = Visit(seen=before.seen, link=before.link, notice=notice)


def leave_trial() -> None:
    """Let go of a viewer's edits, and show what they were made of."""
    visit = visit_of_session()
    visit.trial, visit.notice, visit.refused = None, None, {}


def resume(draft_id: str) -> None:
    """Go on with a draft."""
    leave()
    visit_of_session().draft_id = draft_id


def say(notice: Notice) -> None:
    """Show a notice until the next edit."""
    visit_of_session().notice = notice


def hush() -> None:
    """Let go of the notice: another part of the page is looked at."""
    visit_of_session().notice = None


def notice() -> Notice | None:
    """What there is to be said."""
    return visit_of_session().notice


def seen(component: str) -> int:
    """The number of the last edit that was made of those a component told."""
    return visit_of_session().seen.get(component, 0)


def author(services: Services) -> Actor:
    """Who edits: the name typed on this page, else the one signed in."""
    typed = str(st.session_state.get(NAME) or "").strip()
    return replace(services.actor, name=typed) if typed else services.actor


def opened_as_drawn(services: Services) -> Working:
    """As `opened`, for a change of what the visitor sees; raises DraftConflict where it was edited elsewhere since."""
    visit = visit_of_session()
    draft = _draft(services, visit)
    if visit.drawn is not None and (draft is None or visit.drawn != (draft.draft_id, draft.revision)):
        raise DraftConflict(draft)
    return _working(services, draft, visit)


def _make(services: Services, told: Told, visit: Visit) -> None:
    working, refusal = opened_as_drawn(services), None
    if told.op != "forget":
        try:
            document, refusal = edited(services, working, told)
        except InvalidHeuristics as error:
            reason = reason_of(error, told.path, services.drafting.name)
            visit.refused[told.path] = Refusal(told.value, reason, _KEPT.get(told.op, UNCHANGED))
            return
        if document != working.document:
            _keep(services, working, document, visit)
    if refusal is None:
        visit.refused.pop(told.path, None)
    else:
        visit.refused[told.path] = refusal


def _keep(
    services: Services, working: Working, document: HeuristicsDocument, visit: Visit, base_version: str | None = None
) -> None:
    """Keep a document as the draft; the first edit begins one, a viewer's is kept in this visit alone."""
    text, kept = services.drafting.write(document), working.draft
    if not services.actor.may_change:
        visit.trial = text
        return
    by = author(services)
    if kept is None:
        draft = services.drafts.start(working.live_version, text, by=by)
        visit.draft_id = draft.draft_id
    else:
        draft = services.drafts.save(kept.draft_id, text, kept.revision, by=by, base_version=base_version)
    visit.drawn = (draft.draft_id, draft.revision)
    before = kept.document if kept else services.drafting.write(working.live)
    # There is no way back behind another version, another window's edit, or another draft.
    begun_from = (kept.draft_id, kept.revision) if kept else None
    ours = visit.steps if visit.steps and visit.steps[-1].left == begun_from else []
    visit.steps = [] if base_version else [*ours[-_MOST_STEPS:], Step(before, visit.drawn)]


def _working(services: Services, draft: Draft | None, visit: Visit) -> Working:
    live = services.heuristics.active()
    text = visit.trial or (draft.document if draft else None)
    document = services.drafting.read(text) if text else live.document
    return Working(
        live_version=live.version,
        live=live.document,
        document=document,
        base_version=draft.base_version if draft else live.version,
        draft=draft,
        trial=visit.trial is not None,
        changes=services.drafting.changes(live.document, document),
        refusals=dict(visit.refused),
    )


def _draft(services: Services, visit: Visit) -> Draft | None:
    """The draft of this visit, or the one that the browser went to by a link of its own."""
    link = st.query_params.get(_DRAFT)
    if link != visit.link:
        if link != visit.draft_id:
            visit.draft_id, visit.trial = link, None
        visit.link = link
    return services.drafts.get(visit.draft_id) if visit.draft_id else None
