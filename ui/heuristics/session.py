"""The working document of one visit: opened from the link, changed by edits, kept at every one of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import streamlit as st

from routing_core.actor import Actor
from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import Words
from routing_core.decide.fields import Path
from routing_core.errors import InvalidHeuristics, RoutingError
from services import Services
from storage.heuristics_drafts import Draft, DraftConflict
from ui.heuristics.edits import Told, edit_of, told_edits
from ui.heuristics.refusing import reason_of, words_refused
from ui.heuristics.working import UNCHANGED, Notice, Refusal, Typed, Working

_DRAFT: Final = "draft"  # in the link
_VISIT: Final = "heuristics_visit"
_NAME: Final = "heuristics_name"


_KEPT: Final = {"remove": "It stays; take it out of what names it first."}


@dataclass(slots=True)
class _Visit:
    """What a visit knows besides its link.

    One plain value, since another edit may end the script at any call of Streamlit's: what belongs together is noted
    together, behind the database and without such a call between. `draft_id` is what is worked on, `link` what the
    browser last said of it: it may say that for a while after another draft was begun. `drawn` is the draft's id and
    the revision that the visitor sees, `seen` the number of the last edit made of each component's (one may tell later
    what it numbered earlier), `trial` a viewer's edits, which are kept nowhere else.
    """

    seen: dict[str, int] = field(default_factory=dict)
    drawn: tuple[str, int] | None = None
    draft_id: str | None = None
    link: str | None = None
    trial: str | None = None
    refused: dict[Path, Refusal] = field(default_factory=dict)
    notice: Notice | None = None
    typed: Typed | None = None


def opened(services: Services) -> Working:
    """What the link asks to work on; raises StorageError, and InvalidHeuristics for a draft that cannot be read."""
    visit = _visit()
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
    visit = _visit()
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
    visit, working = _visit(), opened_as_drawn(services)
    if document == working.document and base_version is None:
        return False
    _keep(services, working, document, visit, base_version)
    visit.refused = {}
    return True


def typed() -> Typed | None:
    """The YAML text that was typed and is not in the draft."""
    return _visit().typed


def keep_typed(text: Typed | None) -> None:
    """Keep a YAML text that is not in the draft, or let go of it."""
    _visit().typed = text


def leave(notice: Notice | None = None) -> None:
    """Go back to the live document."""
    before = _visit()
    st.session_state[_VISIT] = _Visit(seen=before.seen, link=before.link, notice=notice)


def leave_trial() -> None:
    """Let go of a viewer's edits, and show what they were made of."""
    visit = _visit()
    visit.trial, visit.notice, visit.refused = None, None, {}


def resume(draft_id: str) -> None:
    """Go on with a draft."""
    leave()
    _visit().draft_id = draft_id


def say(notice: Notice) -> None:
    """Show a notice until the next edit."""
    _visit().notice = notice


def hush() -> None:
    """Let go of the notice: another part of the page is looked at."""
    _visit().notice = None


def notice() -> Notice | None:
    """What there is to be said."""
    return _visit().notice


def seen(component: str) -> int:
    """The number of the last edit that was made of those a component told."""
    return _visit().seen.get(component, 0)


def author(services: Services) -> Actor:
    """Who edits: the name typed on this page, else the one signed in."""
    typed = str(st.session_state.get(_NAME) or "").strip()
    return replace(services.actor, name=typed) if typed else services.actor


def opened_as_drawn(services: Services) -> Working:
    """As `opened`, for a change of what the visitor sees; raises DraftConflict where it was edited elsewhere since."""
    visit = _visit()
    draft = _draft(services, visit)
    if visit.drawn is not None and (draft is None or visit.drawn != (draft.draft_id, draft.revision)):
        raise DraftConflict(draft)
    return _working(services, draft, visit)


def _make(services: Services, told: Told, visit: _Visit) -> None:
    working, refusal = opened_as_drawn(services), None
    if told.op != "forget":
        try:
            document, refusal = _edited(services, working, told)
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


def _edited(services: Services, working: Working, told: Told) -> tuple[HeuristicsDocument, Refusal | None]:
    """The document after an edit, with the words of it that a list did not take; raises InvalidHeuristics."""
    fields = {each.path: each for each in services.drafting.fields(working.document)}
    present, standard = fields.get(told.path), services.drafting.standard()
    edit = edit_of(told, working.document, working.live, standard, present.kind if present else None)
    refusal = None
    if isinstance(edit, Words):
        entries = present.value if present and isinstance(present.value, tuple) else ()
        found = services.drafting.sorted_words([each for each in entries if each not in edit.remove], edit.add)
        edit, refusal = replace(edit, add=found.taken), words_refused(found)
    return services.drafting.edited(working.document, edit), refusal


def _keep(
    services: Services, working: Working, document: HeuristicsDocument, visit: _Visit, base_version: str | None = None
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


def _working(services: Services, draft: Draft | None, visit: _Visit) -> Working:
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


def _draft(services: Services, visit: _Visit) -> Draft | None:
    """The draft of this visit, or the one that the browser went to by a link of its own."""
    link = st.query_params.get(_DRAFT)
    if link != visit.link:
        if link != visit.draft_id:
            visit.draft_id, visit.trial = link, None
        visit.link = link
    return services.drafts.get(visit.draft_id) if visit.draft_id else None


def _visit() -> _Visit:
    found: _Visit = st.session_state.setdefault(_VISIT, _Visit())
    return found
