"""The Python interface and `python -m signalbox send`, over the simulator and a real log."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from time import monotonic

import pytest

import process
from routing_core.actor import OPERATOR
from routing_core.domain import ChatRequest, Tier
from routing_core.errors import AllTiersFailed, CallerFault, InvalidRequest, UnknownTaskType, UnknownTier
from routing_core.outcome import AttemptStatus, CostSource, State
from services import Services
from settings import CHECKOUT
from signalbox import RoutedCompletion, routed_completion
from storage.engine import open_database
from storage.request_log import RequestLog
from tests.simulator_process import SimulatorProcess

HARD = "Compare three architectures for an event-sourced ledger, evaluate the trade-offs and design the schema."


@pytest.fixture
def environment(simulator: SimulatorProcess, tmp_path: Path) -> dict[str, str]:
    return {
        "SIGNALBOX_HOME": str(tmp_path),
        "SIGNALBOX_SIMULATOR": "always",
        "SIGNALBOX_SIMULATOR_URL": simulator.base_url,
    }


@pytest.fixture
def services(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    yield process.services()
    process.close()


def wait_until(condition: Callable[[], bool], within_s: float = 30.0) -> None:
    deadline = monotonic() + within_s
    while not condition():
        assert monotonic() < deadline, "the condition did not come to hold in time"


def ask(prompt: str, **options: object) -> RoutedCompletion:
    return asyncio.run(routed_completion([{"role": "user", "content": prompt}], **options))  # type: ignore[arg-type]


@pytest.mark.usefixtures("services")
def test_an_answer_comes_with_its_tier_reason_cost_and_attempts() -> None:
    routed = ask(HARD)
    assert routed.tier_used is Tier.FRONTIER
    assert routed.routing_reason == routed.decision.cause
    assert routed.cost.source is CostSource.PRICE_MAP
    assert [attempt.status for attempt in routed.attempts] == [AttemptStatus.OK]
    assert routed.response.choices[0].message.content


@pytest.mark.usefixtures("services")
def test_the_cost_is_the_reported_tokens_at_the_models_price() -> None:
    (attempt,) = ask("What is rain?", force_tier="cheap").attempts
    assert attempt.usage is not None
    assert attempt.cost.nano is not None
    assert attempt.cost.nano == (attempt.cost.input_nano or 0) + (attempt.cost.cached_nano or 0) + (
        attempt.cost.output_nano or 0
    )


def test_what_was_routed_is_found_in_the_log(services: Services) -> None:
    ask("Thanks a lot", user="ada")
    services.recorder.close()
    (row,) = services.request_log.newest(10)
    assert (row.state, row.user, row.simulated) == (State.SERVED, "ada", True)
    detail = services.request_log.one(row.request_id)
    assert detail is not None


def test_a_failing_tier_is_climbed_from(services: Services, simulator: SimulatorProcess) -> None:
    for deployment in services.catalog.callable_in(Tier.CHEAP):
        simulator.set_fault(deployment.model_name, "server_error")
    routed = ask("hello", force_tier=Tier.CHEAP)
    assert routed.tier_used is Tier.MID
    assert routed.attempts[0].http_status == 500


def test_without_escalation_nothing_is_climbed(services: Services, simulator: SimulatorProcess) -> None:
    for deployment in services.catalog.callable_in(Tier.CHEAP):
        simulator.set_fault(deployment.model_name, "server_error")
    with pytest.raises(AllTiersFailed) as failed:
        ask("hello", force_tier="cheap", escalate=False)
    assert {attempt.tier for attempt in failed.value.attempts} == {Tier.CHEAP}


def test_the_callers_own_mistake_is_not_climbed_on(services: Services, simulator: SimulatorProcess) -> None:
    simulator.set_fault("*", "bad_request")
    with pytest.raises(CallerFault):
        ask("hello")
    assert sum(simulator.requests().values()) == 1


@pytest.mark.usefixtures("services")
def test_a_system_prompt_is_put_first_where_there_is_none() -> None:
    with_it = ask("hello", force_tier="mid", system_prompt="You are a patient teacher of chemistry." * 20)
    without = ask("hello", force_tier="mid")
    assert with_it.attempts[0].usage is not None
    assert without.attempts[0].usage is not None
    assert (with_it.attempts[0].usage.input_tokens or 0) > (without.attempts[0].usage.input_tokens or 0) + 100


@pytest.mark.usefixtures("services")
@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"force_tier": "premium"}, UnknownTier, "cheap, mid, frontier"),
        ({"task_type": "no such task"}, UnknownTaskType, "no such task"),
        ({"stream": True}, InvalidRequest, "stream"),
        ({"model": "gpt-6-astra"}, InvalidRequest, "force_tier"),
    ],
)
def test_a_request_that_cannot_be_sent_says_why(
    options: dict[str, object], error: type[InvalidRequest], says: str, simulator: SimulatorProcess
) -> None:
    with pytest.raises(error, match=says):
        ask("hello", **options)
    assert not any(simulator.requests().values())


def test_a_stream_that_runs_when_the_process_ends_is_logged_as_stopped(
    services: Services, environment: dict[str, str], simulator: SimulatorProcess
) -> None:
    simulator.set_fault("*", "slow_first_token", delay_ms=60_000)
    services.sends.start(
        ChatRequest(messages=({"role": "user", "content": "hello"},)), "01JUSTBEFORETHEEND00000000", by=OPERATOR
    )
    wait_until(lambda: simulator.streams().live == 1)
    process.close()
    with closing(open_database(f"sqlite:///{environment['SIGNALBOX_HOME']}/signalbox.db")) as database:
        (row,) = RequestLog(database).newest(10)
    assert row.state is State.STOPPED


def send(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "signalbox", "send", *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        check=False,
        timeout=120,
    )


def test_send_prints_the_answer_and_logs_json_without_the_prompt(environment: dict[str, str]) -> None:
    done = send(environment | {"SIGNALBOX_LOG_FORMAT": "json"}, "What is a zeppelin?", "--json")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert answer["response"]["choices"][0]["message"]["content"]
    events = {event["event"]: event for event in map(json.loads, done.stderr.splitlines())}
    assert {"tier", "reason", "confidence", "request_id"} <= set(events["routed"])
    assert {"cost_nano", "input_tokens", "output_tokens", "request_id"} <= set(events["completed"])
    assert "zeppelin" not in done.stderr
    assert answer["request_id"] == events["routed"]["request_id"] == events["completed"]["request_id"]
    assert (answer["state"], answer["simulated"]) == ("served", True)
    assert answer["served_by"] == answer["attempts"][-1]["deployment"]


def test_send_says_why_nothing_answered(environment: dict[str, str], simulator: SimulatorProcess) -> None:
    simulator.set_fault("*", "unauthorized")
    done = send(environment, "hello", "--tier", "cheap", "--no-escalate")
    assert done.returncode == 1
    assert "401" in done.stderr
    assert "Traceback" not in done.stderr


def test_send_names_the_tiers_when_one_is_unknown(environment: dict[str, str]) -> None:
    done = send(environment, "hello", "--tier", "premium")
    assert done.returncode == 2
    assert "cheap, mid, frontier" in done.stderr


def test_a_setting_that_cannot_be_used_is_named_without_its_value(environment: dict[str, str]) -> None:
    done = send(environment | {"SIGNALBOX_KEEP": "hunter2"}, "hello")
    assert done.returncode == 1
    assert "SIGNALBOX_KEEP" in done.stderr
    assert "hunter2" not in done.stderr
    assert "Traceback" not in done.stderr


def test_what_a_key_asks_for_is_logged_under_it_and_counts_at_once(services: Services) -> None:
    key = services.keys.create("shop", daily_usd=Decimal("0.000000001"), by=OPERATOR).key
    asked = ChatRequest(({"role": "user", "content": HARD},), app=key.app, api_key_id=key.id)
    assert services.loop.run(services.keys.admit(key)) is None
    outcome = services.loop.run(services.engine.complete(asked)).outcome
    refusal = services.loop.run(services.keys.admit(key))
    assert refusal is not None
    assert (refusal.code, (outcome.cost.nano or 0) > 0) == ("insufficient_quota", True)
    wait_until(lambda: services.request_log.one(outcome.request_id) is not None)
    detail = services.request_log.one(outcome.request_id)
    assert detail is not None
    assert (detail.outcome.request.app, detail.outcome.request.api_key_id) == ("shop", key.id)
