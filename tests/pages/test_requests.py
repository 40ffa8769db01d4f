"""The request page as a script: what it says where the log is full, empty, filtered, asked for nonsense, or gone."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import process
from settings import CHECKOUT
from storage.engine import open_database
from tests.storage.recording import store
from tests.storage.samples import outcome, outcomes

_RUN_S = 30


def page(**link: str) -> AppTest:
    """The page after its first run with that link."""
    app = AppTest.from_file(str(CHECKOUT / "app.py"), default_timeout=_RUN_S).run()
    for name, value in link.items():
        app.query_params[name] = value
    return app.switch_page("pages/requests.py").run()


def labels_of(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def record(home: Path, count: int) -> None:
    database = open_database(f"sqlite:///{home / 'signalbox.db'}")
    store(database, outcomes(count))
    database.close()


def test_an_empty_log_has_no_filters_to_set_and_offers_sample_traffic(home: Path) -> None:
    app = page()
    assert not app.exception
    assert (len(app.text_input), labels_of(app)) == (0, ["Fill with sample traffic"])


def test_a_page_that_has_older_ones_offers_them(home: Path) -> None:
    record(home, 60)
    app = page()
    assert not app.exception
    assert "Older" in labels_of(app)
    app.button(key="requests_older").click().run()
    assert {"Newest", "Newer"} <= set(labels_of(app))
    assert "Older" not in labels_of(app)


def test_widgets_hold_what_the_link_says(home: Path) -> None:
    record(home, 3)
    app = page(tier="mid", app="web", label="none", since="2026-03-01")
    assert app.selectbox(key="requests_filter_tier").value == "mid"
    assert app.text_input(key="requests_filter_app").value == "web"
    assert app.selectbox(key="requests_filter_label").value == "none"
    assert str(app.date_input(key="requests_filter_since").value) == "2026-03-01"


def test_a_widget_that_is_changed_writes_the_link(home: Path) -> None:
    record(home, 3)
    app = page(tier="mid")
    app.text_input(key="requests_filter_app").set_value("web").run()
    assert dict(app.query_params) == {"tier": "mid", "app": "web"}


def test_a_period_and_days_are_never_asked_for_at_once(home: Path) -> None:
    record(home, 3)
    app = page(since="2026-03-01")
    app.selectbox(key="requests_filter_period").set_value("7d").run()
    assert dict(app.query_params) == {"period": "7d"}


def test_one_request_offers_what_can_be_done_with_it(home: Path) -> None:
    record(home, 3)
    app = page(request=outcome(1).request_id)
    assert not app.exception
    assert {"Newer", "Older", "Good", "Bad", "Cheap was good enough", "1 cheap", "2 mid", "3 frontier"} <= set(
        labels_of(app)
    )


@pytest.mark.parametrize("number", range(7))
def test_every_kind_of_outcome_can_be_opened(home: Path, number: int) -> None:
    record(home, 7)
    assert not page(request=outcome(number).request_id).exception


def test_a_label_is_said_and_taken_back(home: Path) -> None:
    record(home, 1)
    app = page(request=outcome(0).request_id)
    app.button(key="requests_label_bad_None").click().run()
    said = process.services().labels.for_request(outcome(0).request_id)
    assert [label.kind for label in said] == ["bad"]
    app.button(key="requests_label_bad_None").click().run()
    assert process.services().labels.for_request(outcome(0).request_id) == ()


def test_a_label_that_cannot_be_kept_is_said_to_be_so(home: Path) -> None:
    record(home, 1)
    app = page(request=outcome(0).request_id)
    with open_database(f"sqlite:///{home / 'signalbox.db'}").write() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER refuse BEFORE INSERT ON labels BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    app.button(key="requests_label_good_None").click().run()
    assert not app.exception
    assert "requests_label_failed" in app.session_state


def test_an_unknown_request_leaves_only_the_way_back(home: Path) -> None:
    assert labels_of(page(request="01NOBODY")) == ["All requests"]


def test_a_log_that_does_not_answer_breaks_no_page(home: Path) -> None:
    record(home, 3)
    app = page()
    with open_database(f"sqlite:///{home / 'signalbox.db'}").write() as connection:
        connection.exec_driver_sql("DROP TABLE attempts")
        connection.exec_driver_sql("DROP TABLE texts")
    assert not app.run().exception
    assert "Older" not in labels_of(app)
