"""The models page as a script: where nothing can be called, where a file broke, where the simulator serves."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import process
from routing_core.actor import OPERATOR
from routing_core.dispatch.simulator_faults import FaultKind, SimulatedFault
from settings import CHECKOUT
from tests.simulator_process import SimulatorProcess

_RUN_S = 30


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A process with a catalog of its own; nothing can be called in it."""
    (tmp_path / "signalbox.yaml").write_text((CHECKOUT / "signalbox.yaml").read_text(encoding="utf-8"))
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path))
    monkeypatch.setenv("SIGNALBOX_DATABASE_URL", f"sqlite:///{tmp_path / 'signalbox.db'}")
    monkeypatch.setenv("SIGNALBOX_CATALOG", str(tmp_path / "signalbox.yaml"))
    monkeypatch.setenv("SIGNALBOX_SIMULATOR", "never")
    yield tmp_path
    process.close()


@pytest.fixture
def served(home: Path, simulator: SimulatorProcess, monkeypatch: pytest.MonkeyPatch) -> SimulatorProcess:
    """The same, with the tests' simulator serving."""
    monkeypatch.setenv("SIGNALBOX_SIMULATOR", "always")
    monkeypatch.setenv("SIGNALBOX_SIMULATOR_URL", simulator.base_url)
    return simulator


def page() -> AppTest:
    app = AppTest.from_file(str(CHECKOUT / "app.py"), default_timeout=_RUN_S).run()
    return app.switch_page("pages/models.py").run()


def edit(home: Path, old: str, new: str) -> None:
    path = home / "signalbox.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def labels_of(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_without_a_key_the_page_is_drawn_and_has_no_fault_to_switch(home: Path) -> None:
    app = page()
    assert not app.exception
    assert (labels_of(app), len(app.selectbox)) == (["Read again"], 0)


def test_a_change_on_disk_is_reviewed_and_loaded(home: Path) -> None:
    app = page()
    edit(home, "num_retries: 2", "num_retries: 1")
    app.run()
    app.button(key="models_reload_review").click().run()
    assert process.services().catalog.router_settings.num_retries == 2
    app.button(key="models_reload_apply").click().run()
    assert not app.exception
    assert process.services().catalog.router_settings.num_retries == 1
    assert labels_of(app) == ["Read again"]


def test_a_review_without_a_difference_offers_nothing_to_load(home: Path) -> None:
    app = page()
    app.button(key="models_reload_review").click().run()
    assert labels_of(app) == ["Read again", "Close"]
    app.button(key="models_reload_cancel").click().run()
    assert labels_of(app) == ["Read again"]


def test_a_file_that_broke_after_its_review_is_not_loaded(home: Path) -> None:
    app = page()
    edit(home, "num_retries: 2", "num_retries: 1")
    app.button(key="models_reload_review").click().run()
    edit(home, "model_list:", "model_list: [")
    app.button(key="models_reload_apply").click().run()
    assert not app.exception
    assert "line" in app.session_state["models_reload_failed"]
    assert process.services().catalog.router_settings.num_retries == 2


def test_a_switch_breaks_the_model_and_mends_it(served: SimulatorProcess) -> None:
    app = page()
    app.number_input(key="models_fault_retry").set_value(7).run()
    app.selectbox(key="models_fault_gpt-6-luna").set_value("rate_limit").run()
    assert served.admin("faults") == {"faults": {"gpt-6-luna": {"kind": "rate_limit", "retry_after_s": 7}}}
    app.selectbox(key="models_fault_gpt-6-luna").set_value("works").run()
    assert served.admin("faults") == {"faults": {}}


def test_a_switch_shows_what_the_simulator_says_whoever_switched_it(served: SimulatorProcess) -> None:
    app = page()
    process.services().faults.switch_on("*", SimulatedFault(kind=FaultKind.TIMEOUT), OPERATOR)
    app.run()
    assert app.selectbox(key="models_fault_*").value == "timeout"
    app.button(key="models_fault_clear").click().run()
    assert app.selectbox(key="models_fault_*").value == "works"


def test_switches_of_a_simulator_that_is_gone_are_said_to_be_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with SimulatorProcess() as own:
        monkeypatch.setenv("SIGNALBOX_SIMULATOR", "always")
        monkeypatch.setenv("SIGNALBOX_SIMULATOR_URL", own.base_url)
        app = page()
        assert len(app.selectbox) == 9
    app.selectbox(key="models_fault_gpt-6-luna").set_value("cut").run()
    assert not app.exception
    assert len(app.selectbox) == 0
