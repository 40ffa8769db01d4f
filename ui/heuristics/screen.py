"""The page: its sentence, its buttons, the document on the left and what it would do on the right."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Final

import streamlit as st

from routing_core.errors import InvalidHeuristics, RoutingError
from services import Services
from storage.heuristics_drafts import Draft
from ui import format as figures
from ui import panel
from ui.heuristics import editing, preview_panel, review, session, versions, yaml_text
from ui.heuristics.headline import headline
from ui.heuristics.preview_view import sentence, standing
from ui.heuristics.versions import Compared
from ui.heuristics.working import Notice, Subject, Working

_VIEW: Final = "view"  # in the link
_MOST_OFFERED: Final = 3
_VIEWER: Final = "You are signed in as a viewer: edits here are a trial that is kept nowhere and cannot be published."


def draw(services: Services) -> None:
    """Draw the page that the link asks for; raises StorageError."""
    working = _opened(services)
    if working is None:
        return
    view = st.query_params.get(_VIEW, "")
    compared = versions.compared(services, working) if view == "versions" else None
    subject = compared.subject if compared is not None and compared.subject is not None else working.subject
    asked = preview_panel.asked(services, subject.document)
    _head(services, working, subject, sentence(subject, asked[0]) if subject.changes else standing(working))
    with st.container(key="heuristics_notices"):  # always there: what follows keeps its place, and so its focus
        _notices(services, working)
    left, right = st.columns([1.25, 1], gap="small")
    with left:
        _left(services, working, view, compared)
    with right:
        preview_panel.draw(services, working.live_version, subject, asked)


def _opened(services: Services) -> Working | None:
    try:
        return session.opened(services)
    except InvalidHeuristics as error:
        lines = [str(error), "The draft is kept as it is; the link without it shows what is live."]
        st.title("Heuristics", anchor=False)
        panel.draw("notice", key="heuristics_unreadable", tone="bad", title="This draft cannot be read.", lines=lines)
        st.button("Show what is live", key="heuristics_leave", on_click=session.leave)
        return None


def _left(services: Services, working: Working, view: str, compared: Compared | None) -> None:
    match view:
        case "yaml":
            yaml_text.draw(services, working)
        case "versions":
            versions.draw(services, working, compared)
        case "review" if working.edited:
            review.draw(services, working)
        case _:
            editing.draw(services, working)


def _head(services: Services, working: Working, subject: Subject, said: str) -> None:
    title, buttons = st.columns([1, 1], vertical_alignment="bottom")
    title.title("Heuristics", anchor=False)
    with buttons.container(horizontal=True, horizontal_alignment="right", gap="small", key="heuristics_buttons"):
        view = st.query_params.get(_VIEW, "")
        if view:
            st.button("Edit", key="heuristics_edit", on_click=_show, args=("",))
        for name in ("yaml", "versions"):
            label = "YAML" if name == "yaml" else "Versions"
            st.button(label, key=f"heuristics_{name}", disabled=view == name, on_click=_show, args=(name,))
        if working.trial:
            st.button("Discard trial", key="heuristics_discard", on_click=session.leave_trial)
        if working.draft is not None and services.actor.may_change:
            _draft_buttons(services, working, working.draft)
    changes, more = headline(subject.changes)
    panel.draw("heuristics_sentence", key="heuristics_sentence", sentence=said, changes=changes, more=more)


def _draft_buttons(services: Services, working: Working, draft: Draft) -> None:
    if session.undoable():
        st.button(
            "Undo", key="heuristics_undo", help="Take back your last edit", on_click=session.undo, args=(services,)
        )
    st.button("Discard draft", key="heuristics_discard", on_click=_discard, args=(services, draft))
    if working.edited:
        st.button("Review and publish", key="heuristics_review", type="primary", on_click=_show, args=("review",))


def _notices(services: Services, working: Working) -> None:
    notice = session.notice()
    if notice is not None:
        panel.draw("notice", key="heuristics_notice", tone=notice.tone, title=notice.title, lines=notice.lines)
    if not services.actor.may_change:
        panel.draw("quiet", key="heuristics_viewer", sentence=_VIEWER)
    if working.draft is None and services.actor.may_change:
        _offer(services)
    if working.overtaken and st.query_params.get(_VIEW) != "review":
        lines = [f"This draft was begun on {working.base_version}."]
        if services.actor.may_change:
            lines = [f"{lines[0]} Review shows what both of you changed."]
        title = f"{working.live_version} was published meanwhile."
        panel.draw("notice", key="heuristics_overtaken", tone="warn", title=title, lines=lines)


def _offer(services: Services) -> None:
    """Offer the drafts that are open, the last edited first."""
    drafts = services.drafts.open()[:_MOST_OFFERED]
    if not drafts:
        return
    with st.container(horizontal=True, gap="small", key="heuristics_open"):
        for draft in drafts:
            ago = figures.ago(draft.updated_at, datetime.now(UTC))
            label = f"Continue the draft of {draft.author} on {draft.base_version}, {ago}"
            resume = partial(session.resume, draft.draft_id)
            st.button(label, key=f"heuristics_open_{draft.draft_id}", on_click=resume)


def _show(view: str) -> None:
    session.hush()
    if view:
        st.query_params[_VIEW] = view
    else:
        st.query_params.pop(_VIEW, None)


def _discard(services: Services, draft: Draft) -> None:
    try:
        services.drafts.discard(draft.draft_id, by=services.actor)
    except RoutingError as error:
        session.say(Notice("bad", "The draft was not discarded.", [str(error)]))
        return
    _show("")
    session.leave(Notice("", "The draft was discarded.", ["This is what is live."]))
