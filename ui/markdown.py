"""Answers of models as inert HTML: Markdown is rendered, whatever could fetch, link or run shows as its source."""

from __future__ import annotations

from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_OFF = ("html_block", "html_inline", "image", "link", "autolink", "reference")
_TOP_HEADING = 3  # the page and its columns own h1 to h3
_LAST_HEADING = 6
_KEPT_TEXTS = 64


@lru_cache(maxsize=_KEPT_TEXTS)
def to_html(text: str) -> Markup:
    """Render Markdown without images, links or raw HTML; these appear as the text that was written."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        _settle(token)
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # noqa: S704  # the parser escaped every text


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"]).disable(_OFF)


def _settle(token: Token) -> None:
    """Put headings below the page's own, and let wide code be scrolled by keyboard."""
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(int(token.tag[1]) + _TOP_HEADING, _LAST_HEADING)}"
    elif token.type in {"th_open", "td_open"}:
        style = token.attrGet("style")
        token.attrs = {}
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if style == "text-align:right":
            token.attrSet("class", "number")
