"""The playground's page without a browser: it opens, decides nothing by itself, and says what keeps it from opening."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import process
from routing_core.domain import ChatRequest, Json, Tier
from settings import CHECKOUT
from tests.simulator_process import SimulatorProcess
from ui.playground.state import Shown
from ui.playground.stored import views_of


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, simulator: SimulatorProcess) -> Iterator[Path]:
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path))
    monkeypatch.setenv("SIGNALBOX_DATABASE_URL", f"sqlite:///{tmp_path / 'signalbox.db'}")
    monkeypatch.setenv("SIGNALBOX_SIMULATOR", "always")
    monkeypatch.setenv("SIGNALBOX_SIMULATOR_URL", simulator.base_url)
    process.close()
    yield tmp_path
    process.close()


def opened() -> AppTest:
    return AppTest.from_file(str(CHECKOUT / "app.py"), default_timeout=30).run()


def test_the_empty_page_offers_what_to_do_next(home: Path) -> None:
    page = opened()
    assert not page.exception
    assert [title.value for title in page.title] == ["Playground"]
    assert "A small question" in [button.label for button in page.button]


def test_there_is_nothing_to_send_before_something_is_written(home: Path) -> None:
    (send,) = [button for button in opened().button if button.label.startswith("Send")]
    assert send.disabled


def test_a_sample_can_be_sent_once_it_is_chosen(home: Path) -> None:
    page = opened()
    page.button(key="playground_sample_0").click().run()
    assert not page.exception
    (send,) = [button for button in page.button if button.label.startswith("Send")]
    assert not send.disabled


@pytest.mark.parametrize(("name", "text"), [("max_tokens", "0"), ("max_tokens", "many"), ("temperature", "nan")])
def test_a_limit_that_cannot_be_used_is_told_and_nothing_is_sent(home: Path, name: str, text: str) -> None:
    page = opened()
    page.button(key="playground_sample_0").click().run()
    page.text_input(key=f"playground_option_{name}").set_value(text).run()
    assert not page.exception
    (told,) = [error.value for error in page.error]
    assert repr(text) in told
    (send,) = [button for button in page.button if button.label.startswith("Send")]
    assert send.disabled
    page.text_input(key=f"playground_option_{name}").set_value("1").run()
    assert not page.error


def test_an_opened_request_brings_tools_deployment_and_every_other_parameter_back(home: Path) -> None:
    services = process.services()
    tools: Json = [{"type": "function", "function": {"name": "stock", "parameters": {}}}]
    deployment = services.catalog.callable_in(Tier.MID)[0].id
    asked = ChatRequest(
        messages=({"role": "user", "content": "How much is left?"},),
        force_tier=Tier.MID,
        deployment=deployment,
        params={"tools": tools, "seed": 7},
    )
    sent = services.loop.run(services.engine.complete(asked)).outcome
    services.recorder.record_acknowledged(sent).result(10)
    page = AppTest.from_file(str(CHECKOUT / "app.py"), default_timeout=30)
    page.query_params["request"] = sent.request_id
    page.run()
    assert not page.exception
    (told,) = [quiet for each in page.markdown if "Set: " in (quiet := each.value.replace("\\", ""))]
    assert all(part in told for part in ("tools", f"only {deployment}", "seed as in the opened request"))
    assert json.loads(str(page.text_area(key="playground_option_tools_json").value)) == tools


def test_an_answer_that_the_process_forgot_is_read_from_the_log(home: Path) -> None:
    services = process.services()
    asked = ChatRequest(messages=({"role": "user", "content": "What is tea?"},))
    sent = services.loop.run(services.engine.complete(asked)).outcome
    services.recorder.record_acknowledged(sent).result(10)
    shown = Shown(sent.request_id, asked, (sent.request_id, "01JNOSUCH"), is_comparison=False)
    assert [view.text for view in views_of(services, shown)] == [sent.answer]


def test_a_catalog_that_cannot_be_used_is_told_in_words(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = home / "broken.yaml"
    broken.write_text("model_list: [", encoding="utf-8")
    monkeypatch.setenv("SIGNALBOX_CATALOG", str(broken))
    page = opened()
    assert not page.exception
    assert "broken.yaml is not valid YAML" in page.error[0].value
