"""The dashboard as a script: what it says where the log is full, empty, filtered, asked for nonsense, or gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from routing_core.outcome import Outcome
from settings import CHECKOUT
from storage.engine import open_database
from tests.storage.recording import store
from tests.storage.samples import outcome

_RUN_S = 30


def page(**link: str) -> AppTest:
    """The page after its first run with that link."""
    app = AppTest.from_file(str(CHECKOUT / "app.py"), default_timeout=_RUN_S).run()
    for name, value in link.items():
        app.query_params[name] = value
    return app.switch_page("pages/dashboard.py").run()


def lately(count: int, *, simulated: bool = False) -> list[Outcome]:
    """Outcomes of the last minutes, real or simulated."""
    now = datetime.now(UTC)
    return [
        replace(
            outcome(number),
            request_id=f"01LATELY{number:012d}{simulated}",
            started_at=now - timedelta(seconds=number),
            simulated=simulated,
        )
        for number in range(count)
    ]


def record(home: Path, *made: Outcome) -> None:
    database = open_database(f"sqlite:///{home / 'signalbox.db'}")
    store(database, made)
    database.close()


def drawn(app: AppTest) -> set[str | None]:
    """The keys of the charts' downloads, which stand beside each chart."""
    return {button.key for button in app.get("download_button")}


CHARTS = {f"dashboard_{name}_csv" for name in ("cost", "share", "latency", "reasons", "troubles", "apps", "models")}


def test_an_empty_log_shows_the_way_to_the_playground_and_no_filters(home: Path) -> None:
    app = page()
    assert not app.exception
    assert (len(app.selectbox), drawn(app)) == (0, set())


@pytest.mark.parametrize("simulated", [True, False])
def test_sample_traffic_is_offered_wherever_there_is_none(home: Path, *, simulated: bool) -> None:
    record(home, *lately(7, simulated=simulated))
    app = page()
    assert not app.exception
    assert app.button(key="sample_fill").proto.type == ("secondary" if simulated else "tertiary")


def test_once_sample_traffic_is_removed_the_dashboard_is_that_of_an_empty_log(home: Path) -> None:
    made = lately(7, simulated=True)
    record(home, *(replace(each, request=replace(each.request, sample_run="01RUN")) for each in made))
    app = page()
    assert "sample_fill" not in {button.key for button in app.button}
    app.button(key="sample_remove").click().run()
    app.button(key="sample_remove_now").click().run()
    assert not app.exception
    assert (len(app.selectbox), drawn(app)) == (0, set())
    assert "sample_fill" in {button.key for button in app.button}


def test_traffic_is_shown_in_seven_charts_that_can_be_downloaded(home: Path) -> None:
    record(home, *lately(30))
    app = page()
    assert not app.exception
    assert drawn(app) == CHARTS


def test_there_is_a_choice_of_real_and_simulated_only_where_there_are_both(home: Path) -> None:
    record(home, *lately(7))
    assert "dashboard_filter_simulated" not in {each.key for each in page().get("button_group")}
    record(home, *lately(7, simulated=True))
    app = page(simulated="yes")
    assert app.session_state["dashboard_filter_simulated"] == "yes"
    assert "dashboard_filter_simulated" in {each.key for each in app.get("button_group")}


def test_widgets_hold_what_the_link_says(home: Path) -> None:
    record(home, *lately(7))
    app = page(tier="mid", without="app", since="2026-11-01", until="2026-11-02")
    assert app.selectbox(key="dashboard_filter_tier").value == "mid"
    assert app.selectbox(key="dashboard_filter_app").value == ""
    assert app.date_input(key="dashboard_filter_days").value == (date(2026, 11, 1), date(2026, 11, 2))


def test_a_widget_that_is_changed_writes_the_link(home: Path) -> None:
    record(home, *lately(7))
    app = page(period="7d")
    app.selectbox(key="dashboard_filter_app").set_value("web").run()
    app.selectbox(key="dashboard_filter_tier").set_value("mid").run()
    assert dict(app.query_params) == {"period": "7d", "app": "web", "tier": "mid"}


def test_a_period_without_requests_says_so_and_draws_no_empty_charts(home: Path) -> None:
    record(home, *lately(3))
    app = page(since="2026-01-01", until="2026-01-20")
    assert not app.exception
    assert drawn(app) == set()


def test_a_link_of_nonsense_is_drawn_without_it(home: Path) -> None:
    record(home, *lately(7))
    app = page(tier="gold", period="9y", simulated="yes", without="colour")
    assert not app.exception
    assert drawn(app) == CHARTS


def test_a_log_that_does_not_answer_breaks_no_page_and_is_tried_again(home: Path) -> None:
    record(home, *lately(7))
    app = page()
    database = open_database(f"sqlite:///{home / 'signalbox.db'}")
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE request_keys RENAME TO hidden")
    assert not app.run().exception
    assert drawn(app) == set()
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE hidden RENAME TO request_keys")
    assert drawn(app.run()) == CHARTS
