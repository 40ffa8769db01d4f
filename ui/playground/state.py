"""What one session has on its playground, kept across reruns and pages; every key begins with `playground_`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from ulid import ULID

from routing_core.domain import ChatRequest
from routing_core.sends import SendView
from ui.playground.composed import Conversation
from ui.playground.editor import Draft

EDITOR = "playground_editor"
_DRAFT = "playground_draft"
_CONVERSATION = "playground_conversation"
_SHOWN = "playground_shown"
_SEND = "playground_send_asked"
_LOOKED = "playground_looked"


@dataclass(frozen=True, slots=True)
class Shown:
    """The answers on the screen: one request, or a comparison with one request a tier.

    `request` is as it was written, before any column forced its tier. `stored` are answers read from the
    log, `text_kept` False where it has no text of them. `blind` columns have no names until the vote.
    """

    id: str
    request: ChatRequest
    request_ids: tuple[str, ...]
    is_comparison: bool
    blind: bool = False
    stored: tuple[SendView, ...] = ()
    text_kept: bool = True

    @property
    def query(self) -> dict[str, str]:
        """What stands in the page's link: a comparison that is not voted on yet stays blind when it is opened again."""
        opened = {"comparison" if self.is_comparison else "request": self.id}
        return {**opened, "blind": "1"} if self.blind else opened

    @property
    def link(self) -> str:
        """The query that opens the same answers."""
        return f"?{urlencode(self.query)}"

    def revealed(self) -> Shown:
        """The same answers after the vote."""
        return replace(self, blind=False)


def draft() -> Draft:
    """What stands in the editor."""
    found = st.session_state.get(_DRAFT)
    return found if isinstance(found, Draft) else Draft()


def is_first_look() -> bool:
    """Whether this session asks for the first time."""
    asked = _LOOKED in st.session_state
    st.session_state[_LOOKED] = True
    return not asked


def fill(text: str) -> None:
    """Put `text` into the editor in place of what is there."""
    st.session_state[_DRAFT] = Draft(text, fill=str(ULID()))


def note(text: str) -> None:
    """Remember what was typed; the editor is left alone."""
    st.session_state[_DRAFT] = replace(draft(), text=text)


def ask_send() -> None:
    """Note that Ctrl+Enter was pressed; the script run that follows sends."""
    st.session_state[_SEND] = True


def take_send() -> bool:
    """Whether Ctrl+Enter was pressed since this was last asked."""
    return bool(st.session_state.pop(_SEND, False))


def conversation() -> Conversation:
    """The turns so far."""
    found = st.session_state.get(_CONVERSATION)
    return found if isinstance(found, Conversation) else Conversation()


def keep_turns(turns: Conversation) -> None:
    """Remember `turns` as what the prompt follows; the editor is left alone."""
    st.session_state[_CONVERSATION] = turns


def go_on(turns: Conversation) -> None:
    """Continue with `turns`: the editor is emptied, what was answered stands above it."""
    keep_turns(turns)
    fill("")


def shown() -> Shown | None:
    """The answers on the screen, None on a fresh page."""
    found = st.session_state.get(_SHOWN)
    return found if isinstance(found, Shown) else None


def show(answers: Shown | None) -> None:
    """Put other answers on the screen."""
    st.session_state[_SHOWN] = answers


def session_id() -> str | None:
    """This browser session's id, which owns what it sends; None outside a session."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else None
