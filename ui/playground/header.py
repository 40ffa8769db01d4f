"""The playground's head: its title, where a prompt is sent, and the conversation so far."""

from __future__ import annotations

import streamlit as st

from routing_core.domain import Message
from ui import panel
from ui.export.document import text_of
from ui.playground import state
from ui.playground.composed import Mode


def draw() -> tuple[Mode, bool]:
    """Draw title, modes and the blind switch; returns where a prompt goes and whether names are hidden."""
    title, modes = st.columns([2, 5], vertical_alignment="center", gap="small")
    title.title("Playground", anchor=False)
    with modes.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        linked = "set" in st.query_params  # the link to a run of a prompt set
        st.session_state.setdefault("playground_mode", Mode.PROMPT_SET if linked else Mode.AUTO)
        mode = st.segmented_control(
            "Send to",
            list(Mode),
            required=True,
            key="playground_mode",
            label_visibility="collapsed",
            wrap=True,
            persist_state="session",
        )
        blind = st.toggle(
            "Blind",
            key="playground_blind",
            help="Side by side with names, models, costs and the pick hidden until you vote.",
            disabled=mode is not Mode.SIDE_BY_SIDE,
            persist_state="session",
        )
    return mode or Mode.AUTO, blind and mode is Mode.SIDE_BY_SIDE


def conversation() -> None:
    """Draw the turns so far, if there are any."""
    turns = [_turn(message) for message in state.conversation().messages]
    if turns:
        panel.draw("conversation", key="playground_conversation_panel", turns=turns)


def _turn(message: Message) -> dict[str, str]:
    return {"role": str(message.get("role", "unknown role")), "text": text_of(message)}
