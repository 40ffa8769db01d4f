"""What the panels of a page say, as a test of its script reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element


def panels(app: AppTest) -> dict[str, str]:
    """The HTML of each panel by its key."""
    drawn = {}
    for element in _elements(app._tree):  # noqa: SLF001 - AppTest names no component of version 2
        if element.type == "bidi_component" and element.proto.component_name == "signalbox_panel":
            drawn[element.proto.id.rpartition("-")[2]] = json.loads(element.proto.json)["html"]
    return drawn


def _elements(block: Block) -> Iterator[Element]:
    for child in block.children.values():
        if isinstance(child, Block):
            yield from _elements(child)
        else:
            yield child
