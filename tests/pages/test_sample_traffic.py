"""Sample traffic on the request page: offered where the log is empty, removed only after a second yes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import process
from routing_core.actor import Actor
from services import Services
from settings import CHECKOUT
from storage.engine import open_database
from storage.sample_rows import sample_counts
from tests.storage.recording import store
from tests.storage.samples import outcomes
from ui.sample import panel

_RUN_S = 30


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The database of this process, which holds two requests of its own and five of sample traffic."""
    url = f"sqlite:///{tmp_path / 'signalbox.db'}"
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path))
    monkeypatch.setenv("SIGNALBOX_DATABASE_URL", url)
    monkeypatch.setenv("SIGNALBOX_SIMULATOR", "never")
    samples = [
        replace(each, request_id=f"S{number}", request=replace(each.request, sample_run="01RUN"))
        for number, each in enumerate(outcomes(5))
    ]
    with closing(open_database(url)) as database:
        store(database, [*outcomes(2), *samples])
    yield url
    process.close()


def counts(url: str) -> dict[str, int]:
    with closing(open_database(url)) as database:
        return dict(sample_counts(database))


def page() -> AppTest:
    app = AppTest.from_file(str(CHECKOUT / "app.py"), default_timeout=_RUN_S).run()
    return app.switch_page("pages/requests.py").run()


def sample_buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button if (button.key or "").startswith("sample_")]


def test_it_is_removed_only_after_a_second_yes(url: str) -> None:
    app = page()
    assert sample_buttons(app) == ["Remove sample traffic"]
    app.button(key="sample_remove").click().run()
    assert (sample_buttons(app), counts(url)) == (["Remove 5 now", "Keep"], {"01RUN": 5})
    app.button(key="sample_remove_now").click().run()
    assert not app.exception
    assert (sample_buttons(app), counts(url)) == ([], {})


def test_it_is_kept_where_the_second_answer_is_no(url: str) -> None:
    app = page()
    app.button(key="sample_remove").click().run()
    app.button(key="sample_keep").click().run()
    assert (sample_buttons(app), counts(url)) == (["Remove sample traffic"], {"01RUN": 5})


def drawn_for(services: Services) -> AppTest:
    def script(services: object) -> None:  # run from its text alone, where nothing is imported
        from services import Services
        from ui.sample import panel

        assert isinstance(services, Services)
        panel.draw_offer(services)
        panel.draw_removal(services)

    return AppTest.from_function(script, kwargs={"services": services}, default_timeout=_RUN_S).run()


@pytest.mark.usefixtures("url")
def test_a_viewer_is_told_and_has_no_buttons() -> None:
    viewer = replace(process.services(), actor=Actor("reader", may_change=False))
    app = drawn_for(viewer)
    assert not app.exception
    assert sample_buttons(app) == []
    assert sample_buttons(drawn_for(process.services())) == ["Fill with sample traffic", "Remove sample traffic"]


@pytest.mark.usefixtures("url")
def test_nothing_is_drawn_of_a_run_where_there_is_none() -> None:
    assert panel.draw_progress(process.services()) is False
