"""The document as YAML: down, up, pasted; a refusal names each line."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from routing_core.errors import InvalidHeuristics, RoutingError
from services import Services
from ui import panel
from ui.heuristics import session
from ui.heuristics.working import Notice, Working

_TEXT: Final = "heuristics_yaml_text"
_UPLOAD: Final = "heuristics_yaml_upload"
_REFUSED: Final = "heuristics_yaml_refused"
_TALL_PX: Final = 420


def draw(services: Services, working: Working) -> None:
    """Draw the document's YAML, the ways to take it away and to put another in its place."""
    text = services.drafting.write(working.document)
    key = f"{_TEXT}_{hash(text)}"
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        name = f"heuristics-{working.live_version}{'-draft' if working.edited else ''}.yaml"
        st.download_button("Download", text, file_name=name, mime="application/yaml", key="heuristics_download")
        use = partial(_use_text, services, key)
        st.button("Put into the draft", key="heuristics_yaml_use", type="primary", on_click=use)
    refused = st.session_state.get(_REFUSED)
    if refused:
        title = "Not used; the draft is as it was."
        panel.draw("notice", key="heuristics_yaml_notice", tone="bad", title=title, lines=refused)
    st.text_area("YAML", text, key=key, height=_TALL_PX, help="Edit or paste the whole document here.")
    st.file_uploader(
        "Upload a YAML file into the draft", type=["yaml", "yml"], key=_UPLOAD, on_change=_use_upload, args=(services,)
    )


def _use_text(services: Services, key: str) -> None:
    _use(services, str(st.session_state.get(key) or ""))


def _use_upload(services: Services) -> None:
    uploaded = st.session_state.get(_UPLOAD)
    if uploaded is None:
        return
    try:
        _use(services, uploaded.getvalue().decode("utf-8"))
    except UnicodeDecodeError:
        st.session_state[_REFUSED] = [f"{uploaded.name} is no UTF-8 text. Save it as UTF-8 and upload it again."]


def _use(services: Services, text: str) -> None:
    st.session_state.pop(_REFUSED, None)
    try:
        session.replace_document(services, services.drafting.read(text))
    except InvalidHeuristics as error:
        st.session_state[_REFUSED] = list(error.refusals)
    except RoutingError as error:
        session.say(Notice("bad", "That was not kept.", [str(error)]))
