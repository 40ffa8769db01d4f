"""A quiet line beside or under a control, in readable contrast: Streamlit's own caption is just below 4.5 to 1."""

from __future__ import annotations

import re
from typing import Final

import streamlit as st

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#+.!|$:~<>-])")


def draw(text: str) -> None:
    """Draw `text` small and grey, as it is: nothing in it is read as Markdown."""
    st.markdown(f":small[:gray[{escaped(text)}]]", width="stretch")


def escaped(text: str) -> str:
    """`text` as Markdown that shows it letter for letter, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))
