"""The form's two components: word lists as chips, and fields in dense rows. Edits are kept one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from ui.heuristics.form import Group
from ui.heuristics.word_lists import NewList, WordList
from ui.panel import asset


def draw_lists(
    lists: Sequence[WordList], *, key: str, seen: int, on_edits: Callable[[], None], adder: NewList | None = None
) -> None:
    """Draw word lists; `seen` is the number of the last edit of theirs that was made."""
    data = {"lists": [asdict(each) for each in lists], "adder": asdict(adder) if adder else None, "seen": seen}
    _chips()(key=key, data=data, on_edits_change=on_edits)


def draw_groups(groups: Sequence[Group], *, key: str, seen: int, on_edits: Callable[[], None]) -> None:
    """Draw groups of fields; `seen` is the number of the last edit of theirs that was made."""
    _fields()(key=key, data={"groups": [asdict(each) for each in groups], "seen": seen}, on_edits_change=on_edits)


@cache
def _chips() -> ComponentRenderer:
    return _component("chips")


@cache
def _fields() -> ComponentRenderer:
    return _component("fields")


def _component(name: str) -> ComponentRenderer:
    return st.components.v2.component(
        f"signalbox_{name}",
        css=asset("palette.css") + asset(f"{name}.css"),
        js=asset("edits.js") + asset(f"{name}.js"),
    )
