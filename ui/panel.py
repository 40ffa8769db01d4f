"""Dense read-only parts of a page: HTML made here, drawn in a shadow root and updated in place.

Values are escaped by the template engine; only `ui.markdown` hands over markup. A panel is told apart by its key,
keeps its scroll position, selection and opened details when its values change, and follows light and dark.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import streamlit as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from streamlit.components.v2.types import ComponentRenderer

from ui import format as figures
from ui.markdown import to_html

_HERE = Path(__file__).resolve().parent


def draw(template: str, key: str, **values: object) -> None:
    """Draw `ui/templates/<template>.html` with `values`; the same key later updates the panel in place."""
    _renderer()(key=key, data={"html": render(template, **values)})


def draw_pickable(template: str, key: str, on_pick: Callable[[str], None], **values: object) -> None:
    """As `draw`; `on_pick` is called, before the page runs anew, with the `data-pick` of the link that was chosen."""

    def picked() -> None:
        value = st.session_state[key].get("picked")
        if isinstance(value, str):
            on_pick(value)

    _renderer()(key=key, data={"html": render(template, **values)}, on_picked_change=picked)


def render(template: str, **values: object) -> str:
    """The HTML of a template, every value escaped; an unknown name in the template is an error."""
    return _environment().get_template(f"{template}.html").render(**values)


def asset(name: str) -> str:
    """The text of a file in `ui/assets`."""
    return (_HERE / "assets" / name).read_text(encoding="utf-8")


@cache
def _renderer() -> ComponentRenderer:
    names = ("palette.css", "panel.css", "requests.css", "models.css", "dashboard.css", "gateway.css")
    styles = "".join(map(asset, names))
    return st.components.v2.component("signalbox_panel", css=styles, js=asset("panel.js"))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        money=figures.money,
        duration=figures.duration,
        count=figures.count,
        plural=figures.plural,
        share=figures.share,
        tokens=figures.tokens,
        rate=figures.rate,
        difference=figures.difference,
        signed=figures.signed,
        decimal=figures.decimal,
        moment=figures.moment,
        ago=figures.ago,
        markdown=to_html,
    )
    return environment
