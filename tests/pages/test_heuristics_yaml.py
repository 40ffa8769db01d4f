"""The Heuristics page's YAML: typed, kept while one looks elsewhere, refused with its lines, put into the draft."""

from __future__ import annotations

import pytest

import process
from routing_core.decide.heuristics import builtin, dump_document
from tests.pages.heuristics import draft, page
from tests.pages.panels import panels

pytestmark = pytest.mark.usefixtures("home")


def test_yaml_that_is_refused_leaves_the_draft_and_yaml_that_is_good_becomes_it() -> None:
    kept, services = draft(), process.services()
    app = page(draft=kept.draft_id, view="yaml")
    good = dump_document(builtin("reference").document)
    app.text_area[0].set_value(good.replace("tokens:", "tokns:", 1))
    app.button(key="heuristics_yaml_use").click().run()
    assert services.drafts.get(kept.draft_id) == kept
    app.text_area[0].set_value(good)
    app.button(key="heuristics_yaml_use").click().run()
    assert not app.exception
    after = services.drafts.get(kept.draft_id)
    assert after is not None
    assert services.drafting.read(after.document) == builtin("reference").document


def test_a_text_that_was_typed_stays_while_another_view_is_looked_at() -> None:
    app = page(draft=draft().draft_id, view="yaml")
    typed = f"{app.text_area[0].value}# mine\n"
    app.text_area[0].set_value(typed).run()
    app.button(key="heuristics_edit").click().run()
    assert not app.text_area
    app.button(key="heuristics_yaml").click().run()
    assert not app.exception
    assert app.text_area[0].value == typed
    assert "This text is not in the draft yet." in panels(app)["heuristics_yaml_pending"]
    app.button(key="heuristics_yaml_drop").click().run()
    assert f"{app.text_area[0].value}# mine\n" == typed
    assert "heuristics_yaml_pending" not in panels(app)


def test_a_refused_text_stays_with_the_lines_that_are_refused() -> None:
    app = page(view="yaml")
    typed = str(app.text_area[0].value).replace("  counter:", "\tcounter:", 1)
    app.text_area[0].set_value(typed)
    app.button(key="heuristics_yaml_use").click().run()
    assert not app.exception
    told = panels(app)["heuristics_yaml_refused"]
    number = typed[: typed.index("\t")].count("\n") + 1
    assert f"Line {number}: a tab" in told
    assert f"{number} │ </span>→counter:" in told
    assert (app.text_area[0].value, process.services().drafts.open()) == (typed, ())


def test_a_text_that_the_draft_has_already_begins_none() -> None:
    app = page(view="yaml")
    app.button(key="heuristics_yaml_use").click().run()
    assert "nothing was changed" in panels(app)["heuristics_notice"]
    assert process.services().drafts.open() == ()


def test_a_file_that_is_refused_stands_in_the_box_and_another_of_its_name_is_taken_then() -> None:
    app = page(view="yaml")
    text = str(app.text_area[0].value)
    for floor in ("7", "0.7"):
        changed = text.replace("floor: 0.6", f"floor: {floor}").encode()
        app.file_uploader[0].set_value(("heuristics.yaml", changed, "application/yaml")).run()
        assert not app.exception
        assert f"floor: {floor}" in str(app.text_area[0].value)
    (kept,) = process.services().drafts.open()
    assert "floor: 0.7" in kept.document
