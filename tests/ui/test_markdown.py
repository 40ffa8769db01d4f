from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.markdown import to_html

INERT_TAGS = {
    "p", "em", "strong", "s", "code", "pre", "ul", "ol", "li", "blockquote", "hr", "br", "h4", "h5", "h6",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
INERT_ATTRIBUTES = {"class", "scope", "start"}


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](http://127.0.0.1:1/x.png)",
        "<http://127.0.0.1:1/>",
        "![x][r]\n\n[r]: http://127.0.0.1:1/x.png",
        '```"><img src=x onerror=alert(1)>\ncode\n```',
        "<svg/onload=alert(1)>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ],
)
def test_nothing_hostile_becomes_an_element(hostile: str) -> None:
    assert not re.search(r"<(script|img|a|svg|iframe)\b", to_html(hostile))


@pytest.mark.parametrize("source", ["[x](javascript:alert(1))", "![x](http://127.0.0.1:1/x.png)", "<b>bold</b>"])
def test_what_is_not_rendered_is_shown_as_it_was_written(source: str) -> None:
    shown = str(to_html(source)).replace("&lt;", "<").replace("&gt;", ">")
    assert source in shown


@given(st.text(alphabet="<>&\"'[]()!`#*_|-:=\\/\n\t abcjx1", max_size=200))
def test_no_text_yields_a_tag_or_attribute_beyond_the_inert_ones(text: str) -> None:
    html = to_html(text)
    for tag, attributes in re.findall(r"<([a-zA-Z0-9]+)((?:\s+[a-z]+=\"[^\"]*\")*)\s*/?>", html):
        assert tag in INERT_TAGS
        assert set(re.findall(r"\s([a-z]+)=", attributes)) <= INERT_ATTRIBUTES


def test_every_opening_bracket_of_the_output_is_a_tag_of_ours() -> None:
    html = to_html("a < b <i>c</i> <!-- d --> <?e?>")
    assert re.findall(r"<[^>]*>", html) == ["<p>", "</p>"]


def test_headings_stay_below_those_of_the_page() -> None:
    assert to_html("# One\n\n### Three") == "<h4>One</h4>\n<h6>Three</h6>\n"


def test_tables_name_their_columns_and_align_figures_by_class() -> None:
    html = to_html("| a | b |\n|---|---:|\n| 1 | 2 |")
    assert '<th scope="col" class="number">b</th>' in html
    assert '<td class="number">2</td>' in html


def test_code_keeps_its_language_and_its_brackets() -> None:
    assert to_html("```python\nx < 1\n```") == '<pre><code class="language-python">x &lt; 1\n</code></pre>\n'
