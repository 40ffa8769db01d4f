"""The prompt editor: a text area that previews while typing, marks matched words and sends on Ctrl+Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Final

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from ui.marks import Mark
from ui.panel import asset


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the editor. `fill` replaces the typed text when it changes; None leaves it alone."""

    text: str = ""
    fill: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What an editor is called, what stands in it while it is empty, and whether it begins with two lines only."""

    label: str
    placeholder: str
    low: bool = False


PLAYGROUND: Final = Look("Prompt", "Write a prompt. The decision shows while you type and costs nothing.")


def draw(
    draft: Draft,
    marks: Sequence[Mark],
    *,
    key: str,
    session: str | None,
    on_text: Callable[[], None],
    on_send: Callable[[], None],
    look: Look = PLAYGROUND,
) -> None:
    """Draw the editor on `draft` with `marks` under its words.

    `session` is the server's name for this visit: in another one than before the server knows less than the browser.
    `on_text` is called 150 ms after the last keystroke, `on_send` on Ctrl or Cmd and Enter: ask `typed` then.
    """
    _renderer()(
        key=key,
        data={
            "name": key,
            "session": session,
            "text": draft.text,
            "fill": draft.fill,
            "marks": [asdict(mark) for mark in marks],
            "spoken": _spoken(marks),
            "label": look.label,
            "placeholder": look.placeholder,
            "low": look.low,
        },
        on_text_change=on_text,
        on_send_change=on_send,
    )


def typed(key: str) -> str | None:
    """The text as the browser last told it, the text sent before the text typed; None before the first keystroke."""
    state = st.session_state.get(key)
    if state is None:
        return None
    text = state.get("send") or state.get("text")
    return text if isinstance(text, str) else None


def _spoken(marks: Sequence[Mark]) -> str:
    titles = dict.fromkeys(mark.title for mark in marks)
    return f"Matched: {'; '.join(titles)}." if titles else ""


@cache
def _renderer() -> ComponentRenderer:
    return st.components.v2.component(
        "signalbox_prompt_editor", css=asset("prompt_editor.css"), js=asset("prompt_editor.js")
    )
