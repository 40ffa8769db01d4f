from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from ui import panel

TEMPLATES = sorted(Path(panel.__file__).with_name("templates").glob("*.html"))


def test_values_are_escaped() -> None:
    assert panel.render("notice", tone="warn", title="<script>", lines=["a & b"]).count("&lt;script&gt;") == 1


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        panel.render("notice", tone="warn")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_lifts_the_escaping_or_carries_a_script(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not [
        word for word in ("|safe", "| safe", "autoescape", "<script", "<img", "onclick", "style>") if word in text
    ]


def test_no_asset_fetches_anything() -> None:
    assert not [
        name for name in ("panel.css", "panel.js") for word in ("http", "url(", "@import") if word in panel.asset(name)
    ]
