from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing_core.dispatch.calls import Cooling
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.simulator_faults import EVERY_MODEL, FaultKind, SimulatedFault
from routing_core.domain import Tier
from storage.deployment_health import DeploymentRecord
from tests.routing_core.dispatch.catalogs import entry, of, shipped, written
from tests.routing_core.engines import small_window
from ui.models.cells import Cell, Tone
from ui.models.rows import Row, Situation, groups_of, sentence

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ALL_WELL = "8 deployments in three tiers; all can be called."
LUNA = "cheap-openai-gpt-6-luna"
AN_HOUR_AGO, JUST_NOW = NOW - timedelta(hours=1), NOW - timedelta(seconds=5)
FAILING = DeploymentRecord(3, 2, 1, AN_HOUR_AGO, JUST_NOW, "rate_limit", 429, "429 from openai: rate limit", 310, 1400)
QUIET = Situation(NOW, ZoneInfo("UTC"), {}, {}, {}, {})


def cooling(*left_s: float) -> Mapping[str, Cooling]:
    ids = (deployment.id for deployment in shipped().deployments)
    return {identity: Cooling(identity, left, "429") for identity, left in zip(ids, left_s, strict=False)}


def first_row(catalog: Catalog, situation: Situation = QUIET) -> Row:
    return next(row for group in groups_of(catalog, situation) for row in group.rows)


def test_every_deployment_stands_in_its_tier_in_the_order_of_the_file() -> None:
    groups = groups_of(shipped(), QUIET)
    assert [group.tier for group in groups] == list(Tier)
    assert [row.deployment for group in groups for row in group.rows] == list(shipped().deployments)


@pytest.mark.parametrize(
    ("left_s", "told"),
    [
        ((), ALL_WELL),
        ((11.7,), f"{ALL_WELL} 1 cools down for 12 s."),
        ((0.2, 30), f"{ALL_WELL} 2 cool down, the first for 1 s, the last for 30 s."),
    ],
)  # fmt: skip
def test_the_sentence_says_what_is_the_case(left_s: tuple[float, ...], told: str) -> None:
    assert sentence(shipped(), replace(QUIET, cooling=cooling(*left_s))) == told


def test_the_sentence_counts_what_cannot_be_called_and_what_failed_last() -> None:
    catalog = shipped({"OPENAI_API_KEY": "k"})
    told = sentence(catalog, replace(QUIET, records={LUNA: FAILING}))
    assert told == "8 deployments in three tiers; 3 can be called, 5 cannot. 1 failed when last called."


def test_the_sentence_says_that_the_simulator_serves() -> None:
    assert sentence(shipped({}, small_window()), QUIET).endswith("all can be called at the simulator.")


def test_prices_are_per_million_with_where_they_come_from() -> None:
    price = first_row(shipped()).price
    assert (price.text, price.detail) == ("$0.10 / $0.50", "cached $0.01, price map")


def test_a_free_one_and_one_without_a_price_are_told_apart() -> None:
    free = first_row(written(of(entry("cheap", "openai/x", input_cost_per_token=0)))).price
    unknown = first_row(written(of(entry("cheap", "openai/x")))).price
    assert (free.text, free.detail) == ("$0.00 / $0.00", "free on purpose")
    assert (unknown.text, unknown.detail) == ("–", "unpriced")
    assert "not in LiteLLM's price map" in unknown.reason


def test_a_dearer_price_of_long_prompts_is_told_on_demand() -> None:
    assert (
        "200 k tokens of input" in first_row(written(of(entry("cheap", "gemini/gemini-3.1-pro-preview")))).price.reason
    )


def test_a_key_is_told_by_name_and_never_by_value() -> None:
    assert first_row(shipped()).key == Cell("set", "OPENAI_API_KEY")
    assert first_row(shipped({})).key == Cell("not set", "OPENAI_API_KEY", Tone.BAD)
    assert "sk-openai" not in repr(groups_of(shipped(), QUIET))


def test_one_without_a_key_says_what_would_make_it_callable() -> None:
    assert first_row(shipped({})).now == Cell("cannot be called", "no key: set OPENAI_API_KEY", Tone.BAD)


@pytest.mark.parametrize(
    ("days", "detail", "tone"),
    [(-1, "past", Tone.BAD), (0, "today", Tone.BAD), (30, "in 30 days", Tone.BAD), (31, "in 31 days", Tone.PLAIN)],
)
def test_a_deprecation_is_warned_of_a_month_before(days: int, detail: str, tone: Tone) -> None:
    catalog = shipped()
    ends = replace(catalog.deployments[0], deprecation_date=NOW.date() + timedelta(days=days))
    cell = first_row(replace(catalog, deployments=(ends,))).ends
    assert (cell.detail, cell.tone) == (detail, tone)


def test_health_is_told_with_its_counts_last_error_and_latencies() -> None:
    row = first_row(shipped(), replace(QUIET, records={LUNA: FAILING}))
    assert row.now == Cell("failing: 429 rate limit", "1 of 3 failed", Tone.BAD, "429 from openai: rate limit")
    assert (row.last_ok.text, row.last_error.text, row.last_error.detail) == ("1 h ago", "just now", "429 rate limit")
    assert (row.latency.text, row.latency.detail) == ("310 ms / 1.4 s", "n = 2")


def test_a_cooldown_comes_before_the_record() -> None:
    row = first_row(shipped(), replace(QUIET, records={LUNA: FAILING}, cooling=cooling(12.0)))
    assert row.now == Cell("cooling, 12 s left", "after 429", Tone.BAD)


def test_what_is_unknown_is_an_en_dash_with_its_reason() -> None:
    row = first_row(written(of(entry("cheap", "openai/x"))))
    cells = (row.price, row.ends, row.last_ok, row.last_error, row.latency)
    assert {cell.text for cell in cells} == {"–"}
    assert all(cell.reason for cell in cells)
    assert row.limits.text == "– / –"
    assert row.limits.reason


def test_a_log_that_does_not_answer_and_one_without_calls_are_told_apart() -> None:
    assert first_row(shipped(), replace(QUIET, records=None)).now.detail == "the log does not answer"
    assert first_row(shipped()).now.text == "not called lately"
    whole = {each.id: DeploymentRecord(of_all=True) for each in shipped().deployments}
    assert first_row(shipped(), replace(QUIET, records=whole)).now.text == "never called"
    assert "before the first call" in first_row(shipped(), replace(QUIET, cooling=None)).now.reason


def test_a_fault_stands_at_every_simulated_deployment_that_it_strikes_and_at_no_real_one() -> None:
    fault = SimulatedFault(kind=FaultKind.RATE_LIMIT, retry_after_s=7)
    simulated = shipped({}, small_window())
    struck = [
        row for g in groups_of(simulated, replace(QUIET, faults={"gpt-6-luna": fault})) for row in g.rows if row.fault
    ]
    assert [row.deployment.id for row in struck] == [LUNA]
    assert struck[0].fault is not None
    assert struck[0].fault.whole == "429, rate limit, retry after 7 s"
    everywhere = replace(QUIET, faults={EVERY_MODEL: fault})
    assert all(row.fault for group in groups_of(simulated, everywhere) for row in group.rows)
    assert first_row(shipped(), everywhere).fault is None


def test_an_empty_tier_says_how_to_fill_it() -> None:
    frontier = groups_of(shipped({"GEMINI_API_KEY": "k"}), QUIET)[-1]
    assert (frontier.bad, "set OPENAI_API_KEY" in frontier.told) == (True, True)
