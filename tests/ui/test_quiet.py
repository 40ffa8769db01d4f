from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from ui.quiet import escaped


@pytest.mark.parametrize("text", ["n = 702", "**bold** [a](b)", "$1.20 :red[x] `code`", "a\nb", "1. one"])
def test_nothing_in_a_quiet_line_is_read_as_markdown(text: str) -> None:
    shown = escaped(text)
    assert shown.replace("\\", "") == text.replace("\n", " ")
    assert all(shown[at - 1] == "\\" for at, letter in enumerate(shown) if letter in "*[]$:`_#")


def test_a_quiet_line_is_drawn_small_and_grey() -> None:
    app = AppTest.from_string("from ui import quiet\nquiet.draw('n = 3')").run()
    assert [each.value for each in app.markdown] == [":small[:gray[n = 3]]"]
