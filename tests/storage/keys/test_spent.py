from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from routing_core.outcome import UNPRICED, Cost, CostSource, Outcome
from storage.engine import Database
from storage.keys.spent import Spent, SpentToday
from tests.storage.recording import store
from tests.storage.samples import outcome

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def asked(number: int, key: str | None, nano: int | None, at: datetime = NOON) -> Outcome:
    """A request that came with a key and cost so much."""
    made = outcome(number)
    cost = UNPRICED if nano is None else Cost(nano, CostSource.PRICE_MAP)
    return replace(made, started_at=at, request=replace(made.request, api_key_id=key), cost=cost, simulated=False)


def spent_after(database: Database, *batches: Iterable[Outcome], now: datetime = NOON) -> dict[str, Spent]:
    """What is known after each batch was stored and looked at."""
    today, known = SpentToday(database), {}
    for batch in batches:
        store(database, batch)
        known = dict(today.by_key(now))
    return known


def test_each_key_is_told_what_it_asked_for_and_what_of_it_has_no_price(database: Database) -> None:
    rows = [asked(1, "key-a", 40), asked(2, "key-b", 5), asked(3, "key-a", None), asked(4, None, 900)]
    assert spent_after(database, rows) == {"key-a": Spent(2, 40, 1), "key-b": Spent(1, 5, 0)}


def test_what_is_added_is_counted_once(database: Database) -> None:
    first, second = [asked(1, "key-a", 40)], [asked(2, "key-a", 2)]
    assert spent_after(database, first, [], second, []) == {"key-a": Spent(2, 42, 0)}


def test_yesterday_counts_nothing_and_a_new_day_begins_anew(database: Database) -> None:
    yesterday = asked(1, "key-a", 40, NOON - timedelta(days=1))
    assert spent_after(database, [yesterday, asked(2, "key-a", 2)]) == {"key-a": Spent(1, 2, 0)}
    today = SpentToday(database)
    assert today.by_key(NOON)["key-a"].nano == 2
    assert today.by_key(NOON + timedelta(days=1)) == {}


def test_simulated_requests_are_counted_apart(database: Database) -> None:
    simulated = replace(asked(2, "key-a", 2), simulated=True)
    assert spent_after(database, [asked(1, "key-a", 40), simulated]) == {"key-a": Spent(2, 42, 0, simulated=1)}


def test_a_log_without_rows_has_no_spending(database: Database) -> None:
    assert spent_after(database, []) == {}
