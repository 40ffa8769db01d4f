"""What is exported of answers: the router's own decision, whatever a column forced, and what people said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import process
from routing_core.actor import OPERATOR
from routing_core.domain import TIERS, ChatRequest, Tier
from routing_core.outcome import Outcome
from services import Services
from storage.labels import LabelKind
from tests.simulator_process import SimulatorProcess
from tests.ui.outcomes import outcome, request
from ui.export.buttons import comparison_of

HELLO = "Hello"


@pytest.fixture(scope="module")
def simulator() -> Iterator[SimulatorProcess]:
    with SimulatorProcess() as running:
        yield running


@pytest.fixture
def services(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, simulator: SimulatorProcess) -> Iterator[Services]:
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path))
    monkeypatch.setenv("SIGNALBOX_DATABASE_URL", f"sqlite:///{tmp_path / 'signalbox.db'}")
    monkeypatch.setenv("SIGNALBOX_SIMULATOR", "always")
    monkeypatch.setenv("SIGNALBOX_SIMULATOR_URL", simulator.base_url)
    process.close()
    yield process.services()
    process.close()


def answered(services: Services, asked: ChatRequest, request_id: str) -> Outcome:
    """An answer to the request, decided as the engine decides it."""
    return replace(outcome(request_id), request=asked, decided=services.engine.decide(asked))


def forced(services: Services) -> list[Outcome]:
    """One answer a tier, each forced there."""
    return [answered(services, request(HELLO, force_tier=tier), f"id-{tier}") for tier in TIERS]


def test_a_comparison_is_exported_with_the_decision_that_the_router_makes_when_left_alone(services: Services) -> None:
    own = services.engine.decide(request(HELLO)).decision
    made = comparison_of(services, request(HELLO), forced(services), text_kept=True).decided
    assert made is not None
    assert made.decision == own
    assert own.cause != "forced"


def test_one_forced_request_is_exported_with_the_routers_own_decision_too(services: Services) -> None:
    asked = request(HELLO, force_tier=Tier.FRONTIER)
    made = comparison_of(services, asked, [answered(services, asked, "one")], text_kept=True).decided
    assert made is not None
    assert made.decision == services.engine.decide(request(HELLO)).decision


def test_labels_are_exported_with_the_answer_that_they_judge(services: Services) -> None:
    services.labels.add("id-mid", LabelKind.BLIND_VOTE, value="mid", comparison_id="both", by=OPERATOR)
    made = comparison_of(services, request(HELLO), forced(services), text_kept=True)
    said = [[label.kind for label in made.labels_of(f"id-{tier}") or ()] for tier in TIERS]
    assert said == [[], [LabelKind.BLIND_VOTE], []]


def test_labels_that_cannot_be_read_cost_nobody_the_export(services: Services) -> None:
    answers = forced(services)
    with services.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE labels")
    assert comparison_of(services, request(HELLO), answers, text_kept=True).labels_of("id-mid") is None


def test_heuristics_that_are_gone_are_named_where_the_decision_would_stand(services: Services) -> None:
    (answer, *_) = forced(services)
    assert answer.decided is not None
    lost = replace(answer.decided, decision=replace(answer.decided.decision, version="lost-7"))
    made = comparison_of(services, request(HELLO), [replace(answer, decided=lost)], text_kept=True)
    assert made.decided is None
    assert "'lost-7'" in (made.undecided or "")
