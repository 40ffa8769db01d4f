"""Every edit that a component tells is made once, whatever the other components told before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import process
from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.heuristics import builtin

_RUN_S = 30


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A process whose log is empty and below this folder; nothing can be called in it."""
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path))
    monkeypatch.setenv("SIGNALBOX_DATABASE_URL", f"sqlite:///{tmp_path / 'signalbox.db'}")
    monkeypatch.setenv("SIGNALBOX_SIMULATOR", "never")
    yield tmp_path
    process.close()


def telling() -> None:
    """Two components tell their edits, in the order of `order`; its source is run as a script."""
    import streamlit as st

    import process
    from ui.heuristics import session

    session.opened(process.services())
    for component in st.session_state["order"]:
        session.apply_told(process.services(), component)


def told(number: int, *path: str | int, value: str) -> dict[str, object]:
    return {"id": number, "op": "set", "path": list(path), "value": value}


def kept() -> tuple[int, HeuristicsDocument]:
    """The revision of the one draft, and what is in it."""
    services = process.services()
    (draft,) = services.drafts.open()
    return draft.revision, services.drafting.read(draft.document)


def test_an_edit_is_kept_though_another_component_told_a_later_one_first() -> None:
    app = AppTest.from_function(telling, default_timeout=_RUN_S)
    app.session_state["fields"] = {"edits": [told(1001, "description", value="Mine")]}
    app.session_state["chips"] = {"edits": [told(1000, "tasks", "chat", "tier", value="mid")]}
    app.session_state["order"] = ["fields", "chips"]
    app.run()
    assert not app.exception
    revision, document = kept()
    assert (revision, document.description, document.tasks["chat"].tier) == (2, "Mine", "mid")


def test_a_profile_may_be_called_true_and_a_flag_holds_true() -> None:
    code = ("classifier", "rules", 2, "any_of", 0, "code")
    services = process.services()
    rules = services.drafting.write(builtin("reference").document)
    services.heuristics.publish(rules, by=services.actor, reason="Rules", expected_version="v1")
    app = AppTest.from_function(telling, default_timeout=_RUN_S)
    app.session_state["fields"] = {"edits": [told(1, "name", value="true"), told(2, *code, value="false")]}
    app.session_state["order"] = ["fields"]
    app.run()
    assert not app.exception
    _, document = kept()
    values = {each.path: each.value for each in services.drafting.fields(document)}
    assert (values["name",], values[code]) == ("true", False)


def test_an_edit_that_is_told_once_more_is_not_made_once_more() -> None:
    app = AppTest.from_function(telling, default_timeout=_RUN_S)
    first, second = told(1001, "description", value="First"), told(1002, "description", value="Second")
    app.session_state["order"] = ["fields"]
    for edits in ([first], [first, second], [first, second]):
        app.session_state["fields"] = {"edits": edits}
        app.run()
    assert not app.exception
    revision, document = kept()
    assert (revision, document.description) == (2, "Second")


def test_words_that_are_refused_stay_and_the_others_are_kept() -> None:
    app = AppTest.from_function(telling, default_timeout=_RUN_S)
    path = ["keywords", "thanks", "entries"]
    edit = {"id": 1, "op": "words", "path": path, "value": {"add": ["ta", "TY", "x" * 240], "remove": []}}
    app.session_state["chips"] = {"edits": [edit]}
    app.session_state["order"] = ["chips"]
    app.run()
    assert not app.exception
    _, document = kept()
    assert document.keywords["thanks"].entries[-1] == "ta"
    refused = app.session_state["heuristics_visit"].refused[tuple(path)]
    assert refused.value == {"add": ["TY", "x" * 240]}
    assert "“TY” is in this list already, as “ty”" in refused.reason
    assert "keywords." not in refused.reason


def test_a_part_that_another_names_stays_and_it_is_said_what_to_do_first() -> None:
    app = AppTest.from_function(telling, default_timeout=_RUN_S)
    app.session_state["fields"] = {
        "edits": [{"id": 1, "op": "remove", "path": ["keywords", "reasoning"], "value": None}]
    }
    app.session_state["order"] = ["fields"]
    app.run()
    assert not app.exception
    refused = app.session_state["heuristics_visit"].refused["keywords", "reasoning"]
    assert refused.kept == "It stays; take it out of what names it first."
    assert process.services().drafts.open() == ()


def telling_late() -> None:
    """A component tells an edit of a draft that was edited elsewhere meanwhile; its source is run as a script."""
    import streamlit as st

    import process
    from ui.heuristics import session

    services = process.services()
    draft = session.opened(services).draft
    assert draft is not None
    services.drafts.save(draft.draft_id, draft.document, draft.revision, by=services.actor)
    session.apply_told(services, "fields")
    st.session_state["refused"] = [each.value for each in session.opened(services).refusals.values()]


def test_an_edit_of_a_draft_that_was_edited_elsewhere_is_not_made_and_stays_typed() -> None:
    services = process.services()
    text = services.drafting.write(builtin("standard").document)
    begun = services.drafts.start("v1", text, by=services.actor)
    app = AppTest.from_function(telling_late, default_timeout=_RUN_S)
    app.query_params["draft"] = begun.draft_id
    app.session_state["fields"] = {"edits": [told(1, "description", value="Mine")]}
    app.run()
    assert not app.exception
    assert app.session_state["refused"] == ["Mine"]
    revision, document = kept()
    assert (revision, document.description == "Mine") == (2, False)


def taking_back() -> None:
    """Edits are told and then taken back, as often as `times`; its source is run as a script."""
    import streamlit as st

    import process
    from ui.heuristics import session

    services = process.services()
    session.opened(services)
    session.apply_told(services, "fields")
    for _ in range(st.session_state["times"]):
        session.undo(services)
    st.session_state["undoable"] = session.undoable()


@pytest.mark.parametrize(("times", "left", "more"), [(0, "Third", True), (1, "Second", True), (2, "First", True)])
def test_edits_are_taken_back_one_by_one_the_last_first(times: int, left: str, *, more: bool) -> None:
    app = AppTest.from_function(taking_back, default_timeout=_RUN_S)
    edits = [told(number, "description", value=value) for number, value in enumerate(("First", "Second", "Third"), 1)]
    app.session_state["fields"], app.session_state["times"] = {"edits": edits}, times
    app.run()
    assert not app.exception
    assert (kept()[1].description, app.session_state["undoable"]) == (left, more)


def test_taken_back_to_the_first_the_draft_is_what_is_live_and_no_further() -> None:
    app = AppTest.from_function(taking_back, default_timeout=_RUN_S)
    app.session_state["fields"], app.session_state["times"] = {"edits": [told(1, "description", value="First")]}, 2
    app.run()
    assert not app.exception
    assert (kept()[1], app.session_state["undoable"]) == (process.services().heuristics.active().document, False)


def edited_elsewhere() -> tuple[AppTest, int]:
    """A page that made an edit, and the revision at which another window then left the draft."""
    services = process.services()
    app = AppTest.from_function(taking_back, default_timeout=_RUN_S)
    app.session_state["fields"], app.session_state["times"] = {"edits": [told(1, "description", value="Mine")]}, 0
    app.run()
    (draft,) = services.drafts.open()
    theirs = draft.document.replace("Mine", "Theirs")
    return app, services.drafts.save(draft.draft_id, theirs, draft.revision, by=services.actor).revision


def test_an_edit_of_another_window_is_never_taken_back() -> None:
    app, revision = edited_elsewhere()
    app.session_state["times"] = 1
    app.run()
    assert not app.exception
    assert (kept()[0], app.session_state["undoable"]) == (revision, False)


def test_behind_an_edit_of_another_window_there_is_no_way_back() -> None:
    app, _ = edited_elsewhere()
    app.session_state["fields"] = {"edits": [told(2, "description", value="Again mine")]}
    app.session_state["times"] = 2
    app.run()
    assert not app.exception
    assert (kept()[1].description, app.session_state["undoable"]) == ("Theirs", False)
