"""The Heuristics page as a script: without a draft, with one, after a publish, overtaken, rolled back, for a viewer."""

import pytest

import process
from routing_core.actor import Actor
from routing_core.decide.editing import Put, edited
from routing_core.decide.heuristics import builtin, dump_document
from tests.pages.heuristics import MID, STANDARD, draft, labels_of, live, page, viewers
from tests.pages.panels import panels
from tests.storage.samples import outcome

pytestmark = pytest.mark.usefixtures("home")


def test_without_a_draft_there_is_nothing_to_publish() -> None:
    app = page()
    assert not app.exception
    assert labels_of(app) == ["YAML", "Versions", "Fill with sample traffic"]


def test_an_open_draft_is_offered_and_gone_on_with() -> None:
    kept = draft()
    app = page()
    app.button(key=f"heuristics_open_{kept.draft_id}").click().run()
    assert not app.exception
    assert {"Discard draft", "Review and publish"} <= set(labels_of(app))
    assert kept.draft_id in app.query_params["draft"]


def test_a_draft_is_published_with_a_reason_and_a_name_and_is_gone_then() -> None:
    kept = draft()
    app = page(draft=kept.draft_id, view="review")
    app.button(key="heuristics_publish").click().run()
    assert live() == "v1"
    app.text_input(key="heuristics_publish_reason").set_value("Less mid")
    app.text_input(key="heuristics_name").set_value("Ada")
    app.button(key="heuristics_publish").click().run()
    assert not app.exception
    newest = process.services().heuristics.history()[0]
    assert (live(), newest.author, newest.reason) == ("v2", "Ada", "Less mid")
    assert process.services().drafts.open() == ()
    assert "Review and publish" not in labels_of(app)


def test_a_version_that_is_live_is_told_so_though_its_draft_could_not_be_discarded() -> None:
    kept = draft()
    with process.services().database.write() as connection:
        refuse = "BEFORE DELETE ON heuristics_drafts BEGIN SELECT RAISE(ABORT, 'kept'); END"
        connection.exec_driver_sql(f"CREATE TRIGGER refuse {refuse}")
    app = page(draft=kept.draft_id, view="review")
    app.text_input(key="heuristics_publish_reason").set_value("Less mid").run()
    app.button(key="heuristics_publish").click().run()
    assert not app.exception
    said = app.session_state["heuristics_visit"].notice
    assert (live(), said.title) == ("v2", "v2 is live.")
    assert "Its draft is still there" in said.lines[-1]
    assert process.services().drafts.open() == (kept,)


def test_a_discarded_draft_leaves_what_is_live() -> None:
    kept = draft()
    app = page(draft=kept.draft_id)
    app.button(key="heuristics_discard").click().run()
    assert not app.exception
    assert (live(), process.services().drafts.open()) == ("v1", ())


def test_a_draft_that_was_overtaken_is_put_onto_the_new_version() -> None:
    kept, services = draft(), process.services()
    theirs = dump_document(edited(STANDARD, Put(("tasks", "chat", "tier"), "mid")))
    services.heuristics.publish(theirs, by=Actor("ben"), reason="Chat is hard", expected_version="v1")
    app = page(draft=kept.draft_id, view="review")
    assert "Publish over v2" not in labels_of(app)
    app.button(key="heuristics_rebase").click().run()
    assert not app.exception
    after = services.drafts.get(kept.draft_id)
    assert after is not None
    both = edited(edited(STANDARD, Put(MID, -0.3)), Put(("tasks", "chat", "tier"), "mid"))
    assert (after.base_version, services.drafting.read(after.document)) == ("v2", both)
    assert "Publish over v2" in labels_of(app)


def test_a_draft_edited_in_another_window_is_not_published_unseen() -> None:
    kept, services = draft(), process.services()
    app = page(draft=kept.draft_id, view="review")
    app.text_input(key="heuristics_publish_reason").set_value("Less mid").run()
    services.drafts.save(kept.draft_id, dump_document(STANDARD), 1, by=services.actor)
    app.button(key="heuristics_publish").click().run()
    assert not app.exception
    assert live() == "v1"


def test_a_version_is_rolled_back_as_a_new_one() -> None:
    services = process.services()
    services.heuristics.publish(
        dump_document(builtin("reference").document), by=Actor("ada"), reason="Try it", expected_version="v1"
    )
    app = page(view="versions", version="v1")
    app.text_input(key="heuristics_name").set_value("Ben")
    app.button(key="heuristics_rollback_v1").click().run()
    assert not app.exception
    newest = services.heuristics.history()[0]
    assert (live(), newest.author, newest.reason) == ("v3", "Ben", "Roll back to v1")
    assert services.heuristics.active().document == STANDARD


def test_an_older_version_is_shown_with_what_going_back_to_it_would_do() -> None:
    services = process.services()
    other = dump_document(builtin("reference").document)
    services.heuristics.publish(other, by=Actor("ada"), reason="Try it", expected_version="v1")
    services.recorder.record_acknowledged(outcome(1)).result()
    app = page(view="versions", version="v1")
    assert not app.exception
    drawn = panels(app)
    assert "Rolling back from v2 to v1: " in drawn["heuristics_sentence"]
    assert "What rolling back to v1 would do" in drawn["heuristics_preview"]
    assert "live \\ v1" in drawn["heuristics_preview"]


@pytest.mark.parametrize(("reason", "said"), [("x" * 3_000, "this one has 3,000"), (" ", "Give a reason")])
def test_a_reason_that_is_refused_stays_typed_and_is_told(reason: str, said: str) -> None:
    kept = draft()
    app = page(draft=kept.draft_id, view="review")
    app.text_input(key="heuristics_publish_reason").set_value(reason)
    app.button(key="heuristics_publish").click().run()
    assert not app.exception
    assert said in panels(app)["heuristics_notice"]
    assert app.text_input(key="heuristics_publish_reason").value == reason
    assert (live(), process.services().drafts.open()) == ("v1", (kept,))


def test_a_link_to_a_draft_that_is_gone_shows_what_is_live() -> None:
    app = page(draft="01GONE")
    assert not app.exception
    assert "draft" not in app.query_params


def test_a_viewer_tries_an_edit_and_can_neither_keep_nor_publish_it() -> None:
    kept = draft()
    app = viewers(view="yaml")
    app.text_area[0].set_value(dump_document(edited(STANDARD, Put(MID, -0.3))))
    app.button(key="heuristics_yaml_use").click().run()
    assert not app.exception
    assert "Discard trial" in labels_of(app)
    assert "Review and publish" not in labels_of(app)
    assert process.services().drafts.open() == (kept,)


@pytest.mark.parametrize("view", ["", "review"])
@pytest.mark.parametrize("overtaken", [False, True])
def test_a_viewer_is_offered_nothing_that_changes_a_draft(view: str, *, overtaken: bool) -> None:
    kept, services = draft(), process.services()
    if overtaken:
        theirs = dump_document(builtin("reference").document)
        services.heuristics.publish(theirs, by=Actor("ben"), reason="Rules", expected_version="v1")
    app = viewers(draft=kept.draft_id, view=view)
    assert not app.exception
    assert kept.draft_id in app.query_params["draft"]
    assert labels_of(app) == (["Edit"] if view else []) + ["YAML", "Versions"]


def test_a_viewers_trial_of_a_draft_is_shown_until_it_is_discarded() -> None:
    kept, wanted = draft(), dump_document(edited(STANDARD, Put(MID, -0.4)))
    app = viewers(draft=kept.draft_id, view="yaml")
    app.text_area[0].set_value(wanted)
    app.button(key="heuristics_yaml_use").click().run()
    assert not app.exception
    assert app.text_area[0].value == wanted
    app.button(key="heuristics_discard").click().run()
    assert app.text_area[0].value == kept.document
    assert process.services().drafts.open() == (kept,)


@pytest.mark.parametrize("profile", ["reference", "standard"])
def test_every_section_draws(profile: str) -> None:
    if profile == "reference":
        text = dump_document(builtin("reference").document)
        process.services().heuristics.publish(text, by=Actor("ada"), reason="Rules", expected_version="v1")
    app = page()
    names = app.segmented_control[0].options if hasattr(app, "segmented_control") else app.button_group[0].options
    assert len(names) == 7
    for name in names:
        app.session_state["heuristics_section"] = str(getattr(name, "content", name))
        app.run()
        assert not app.exception
