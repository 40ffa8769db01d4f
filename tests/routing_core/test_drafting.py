"""Drafting: the requests at hand are read again exactly when the log, the live version or the prices change."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date

import pytest

from routing_core.decide.editing import Put, Words
from routing_core.decide.heuristics import Heuristics, builtin
from routing_core.dispatch.catalog import Catalog, build_catalog
from routing_core.dispatch.document import read_document
from routing_core.drafting import Drafting
from routing_core.errors import InvalidHeuristics
from routing_core.evidence.redecide import LoggedRequest
from settings import CHECKOUT
from tests.routing_core.evidence.editing import REFERENCE, STANDARD, logged
from tests.storage.recording import wait_until

KEYS = dict.fromkeys(("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"), "none")
FEWER = Words(("keywords", "reasoning", "entries"), remove=("analyze", "trade-offs"))


@dataclass
class Log:
    """A log of these requests that counts how often it is read."""

    rows: list[LoggedRequest] = field(default_factory=list)
    read: int = 0

    def mark(self, limit: int) -> tuple[int, ...]:
        return (len(self.rows[:limit]),)

    def newest(self, limit: int) -> Sequence[LoggedRequest]:
        self.read += 1
        return self.rows[:limit]


@dataclass
class Versions:
    """The built-in profiles as published versions."""

    live: Heuristics = field(default_factory=lambda: builtin("standard"))

    def active(self) -> Heuristics:
        return self.live

    def compiled(self, version: str) -> Heuristics | None:
        return builtin("reference" if version == "reference" else "standard")


def catalog() -> Catalog:
    return build_catalog(read_document(CHECKOUT / "signalbox.yaml"), KEYS, date(2026, 11, 24))


def test_a_draft_is_previewed_without_reading_the_log_again() -> None:
    log, prices = Log([logged("Please analyze the trade-offs.")]), catalog()
    drafting = Drafting(log, Versions(), lambda: prices)
    assert drafting.preview(STANDARD).moved == ()
    assert len(drafting.preview(drafting.edited(STANDARD, FEWER)).moved) == 1
    found = drafting.found()
    assert found is not None
    assert (found["reasoning", "analyze"], log.read) == (1, 1)


def test_without_requests_it_is_not_known_how_often_a_word_is_found() -> None:
    prices = catalog()
    assert Drafting(Log(), Versions(), lambda: prices).found() is None


class Watched(LoggedRequest):
    """A request of which one can tell that nobody holds it any more."""


def test_what_was_removed_from_the_log_is_let_go_of_though_nobody_asks_again() -> None:
    row, prices = logged("Please analyze the trade-offs."), catalog()
    log = Log([Watched(**{each.name: getattr(row, each.name) for each in fields(row)})])
    drafting = Drafting(log, Versions(), lambda: prices, held_s=0.05)
    assert drafting.preview(STANDARD).tested == 1
    held = weakref.ref(log.rows.pop())
    wait_until(lambda: held() is None)
    assert drafting.preview(STANDARD).tested == 0


def test_a_new_request_another_version_and_other_prices_are_each_taken_up() -> None:
    log, versions, prices = Log([logged("Please analyze the trade-offs.")]), Versions(), [catalog()]
    drafting = Drafting(log, versions, lambda: prices[-1])
    drafting.preview(STANDARD)
    log.rows.append(logged("Hello", number=1))
    assert drafting.preview(STANDARD).tested == 2
    versions.live = builtin("reference")
    assert drafting.preview(REFERENCE).moved == ()
    prices.append(catalog())
    drafting.preview(REFERENCE)
    assert log.read == 4


def test_a_moved_request_costs_its_own_tokens_at_the_dearest_of_the_tier() -> None:
    prices = catalog()
    drafting = Drafting(
        Log([logged("Please analyze the trade-offs.", tokens=(1_000, 500))]), Versions(), lambda: prices
    )
    (moved,) = drafting.preview(drafting.edited(STANDARD, FEWER)).moved
    before, after = moved.step
    assert before is not None
    assert after is not None
    estimates = [prices.estimate(1_000, 500, tier).nano or 0 for tier in (after, before)]
    assert moved.difference_nano == estimates[0] - estimates[1] < 0


def test_a_prompt_is_tried_on_both_sides_and_nothing_is_read() -> None:
    log, prices = Log(), catalog()
    drafting = Drafting(log, Versions(), lambda: prices)
    live, draft = drafting.tried("Please analyze the trade-offs.", drafting.edited(STANDARD, FEWER))
    assert live.decided is not None
    assert draft.decided is not None
    assert live.decided.decision.tier is not draft.decided.decision.tier
    assert live.sentence.startswith("Would go to frontier")
    assert log.read == 0


def test_a_prompt_that_nothing_takes_says_so() -> None:
    empty = build_catalog(read_document(CHECKOUT / "signalbox.yaml"), {}, date(2026, 11, 24))
    live, _ = Drafting(Log(), Versions(), lambda: empty).tried("Hello", STANDARD)
    assert live.decided is None
    assert "can be called" in live.sentence


def test_a_pattern_that_cannot_be_compiled_is_refused_at_the_edit() -> None:
    prices = catalog()
    with pytest.raises(InvalidHeuristics, match="RE2"):
        Drafting(Log(), Versions(), lambda: prices).edited(STANDARD, Put(("code_patterns", "fence"), "(?=x)"))


def test_yaml_goes_out_and_in_and_a_refusal_names_each_line() -> None:
    prices = catalog()
    drafting = Drafting(Log(), Versions(), lambda: prices)
    text = drafting.write(STANDARD)
    assert drafting.read(text) == STANDARD
    broken = text.replace("boundaries:", "boundries:").replace("floor: 0.6", "floor: 6")
    with pytest.raises(InvalidHeuristics) as refused:
        drafting.read(broken)
    assert any("the nearest known key is 'boundaries'" in str(line) for line in refused.value.refusals)
    assert any("must be at most 1, got 6" in str(line) for line in refused.value.refusals)
    assert all(line.line and line.column for line in refused.value.refusals)
