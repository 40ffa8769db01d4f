"""The document as YAML: down, up, typed. What was typed is kept until it is used or discarded."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Final

import streamlit as st

from routing_core.errors import InvalidHeuristics, RoutingError
from services import Services
from ui import panel
from ui.heuristics import session
from ui.heuristics.refused_text import MOST, quoted
from ui.heuristics.working import Notice, Typed, Working

_TEXT: Final = "heuristics_yaml_text"
_UPLOAD: Final = "heuristics_yaml_upload"
_UPLOADS: Final = "heuristics_yaml_uploads"
_TALL_PX: Final = 420


def draw(services: Services, working: Working) -> None:
    """Draw the document's YAML, the ways to take it away and to put another in its place."""
    text, typed = services.drafting.write(working.document), _unused()
    shown = typed.text if typed else text
    if st.session_state.get(_TEXT) != shown:
        st.session_state[_TEXT] = shown
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        name = f"heuristics-{working.live_version}{'-draft' if working.edited else ''}.yaml"
        st.download_button("Download", text, file_name=name, mime="application/yaml", key="heuristics_download")
        use = partial(_use_text, services, text)
        st.button("Put into the draft", key="heuristics_yaml_use", type="primary", on_click=use)
        if typed:
            st.button("Discard this text", key="heuristics_yaml_drop", on_click=session.keep_typed, args=(None,))
    with st.container(key="heuristics_yaml_told"):  # always there, so that the text keeps its place and its focus
        _told(typed, text)
    st.text_area("YAML", key=_TEXT, height=_TALL_PX, on_change=_typed, args=(text,))
    key = f"{_UPLOAD}_{st.session_state.setdefault(_UPLOADS, 0)}"  # a new one after each file
    upload = partial(_use_upload, services, text, key)
    st.file_uploader("Upload a YAML file into the draft", type=["yaml", "yml"], key=key, on_change=upload)


def _unused() -> Typed | None:
    """The text that is not in the draft; one that was put there is let go of."""
    typed = session.typed()
    if typed is not None and typed.used:
        session.keep_typed(None)
        return None
    return typed


def _told(typed: Typed | None, text: str) -> None:
    """Say that the text is not in the draft, whether the draft changed since, and what was refused in it."""
    if typed is None:
        return
    if typed.refused:
        more = max(0, len(typed.refused) - MOST)
        refused = quoted(typed.text, typed.refused)
        panel.draw("heuristics_refused", key="heuristics_yaml_refused", refused=refused, more=more)
        return
    lines = ["It stays here while you look elsewhere on this page. Put it into the draft, or discard it."]
    if typed.of != text:
        lines = ["The draft was edited since this text was begun; the text does not have those edits.", *lines]
    title = "This text is not in the draft yet."
    panel.draw("notice", key="heuristics_yaml_pending", tone="warn", title=title, lines=lines)


def _typed(text: str) -> None:
    """Keep what was typed, unless it is what the draft has; the button may have told what became of it before this."""
    value, before = str(st.session_state.get(_TEXT) or ""), session.typed()
    if before is None or before.text != value:
        session.keep_typed(None if value == text else Typed(value, before.of if before else text))


def _use_text(services: Services, text: str) -> None:
    _use(services, str(st.session_state.get(_TEXT) or ""), text)


def _use_upload(services: Services, text: str, key: str) -> None:
    uploaded = st.session_state.get(key)
    if uploaded is None:
        return
    st.session_state[_UPLOADS] += 1
    try:
        value = uploaded.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError:
        lines = [f"{uploaded.name} is no UTF-8 text. Save it as UTF-8 and upload it again; the draft is as it was."]
        session.say(Notice("bad", "Not put into the draft.", lines))
        return
    session.keep_typed(Typed(value, text))
    _use(services, value, text)


def _use(services: Services, value: str, text: str) -> None:
    before = replace(session.typed() or Typed(value, text), text=value, refused=())
    try:
        changed = session.replace_document(services, services.drafting.read(value))
    except InvalidHeuristics as error:
        session.keep_typed(replace(before, refused=error.refusals))
        return
    except RoutingError as error:
        session.say(Notice("bad", "That was not kept.", [str(error), "The text is still below."]))
        return
    session.keep_typed(replace(before, used=True))
    title = "The text is the draft now." if changed else "The draft has exactly this already; nothing was changed."
    session.say(Notice("", title))
