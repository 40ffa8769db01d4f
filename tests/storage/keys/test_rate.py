from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import event, select

from storage.engine import Database, open_database
from storage.keys.api_keys import ApiKeys
from storage.keys.asking import Asking
from storage.keys.key import ApiKey, Refusal, RefusalCode
from storage.keys.rate import Rates
from storage.tables import key_minutes
from tests.storage.keys.asking_keys import ADA, SetClock, admitted, ask_together, in_processes, refusing
from tests.storage.processes import CONTEXT, hold_lock

PROCESSES = 4
RPM = 60


def key_at(keys: ApiKeys, rpm: int = RPM) -> ApiKey:
    return keys.create("shop", rpm=rpm, by=ADA).key


@pytest.mark.parametrize("rpm", [1, 2, 17, 60])
def test_exactly_as_many_are_admitted_in_a_minute(keys: ApiKeys, rpm: int) -> None:
    answers = admitted(keys, key_at(keys, rpm), rpm + 5)
    assert (answers[:rpm].count(None), answers[rpm:].count(None)) == (rpm, 0)


def test_a_refusal_says_what_holds_and_when_to_ask_again(keys: ApiKeys, clock: SetClock) -> None:
    _, refusal = admitted(keys, key_at(keys, 1), 2)
    said = "This key may ask for 1 completion a minute. Nothing was sent. Ask again in 50 s."
    assert refusal == Refusal(said, RefusalCode.RATE, 50)
    assert str(RefusalCode.RATE) == "rate_limit_exceeded"


def test_the_next_minute_begins_anew(keys: ApiKeys, clock: SetClock) -> None:
    key = key_at(keys, 3)
    admitted(keys, key, 4)
    clock.now_s += 49.9
    assert admitted(keys, key).count(None) == 0
    clock.now_s += 0.2
    assert admitted(keys, key, 4).count(None) == 3


def test_a_key_without_a_rate_is_admitted_without_the_database(keys: ApiKeys, database: Database) -> None:
    key = keys.create("shop", by=ADA).key
    with refusing(database, "key_minutes", "requests"):
        assert admitted(keys, key, 1_000).count(None) == 1_000


def test_each_key_has_a_rate_of_its_own(keys: ApiKeys) -> None:
    first, second = key_at(keys, 2), key_at(keys, 2)
    assert [admitted(keys, key, 3).count(None) for key in (first, second)] == [2, 2]


def test_four_processes_of_the_system_admit_together_no_more_than_the_rate(keys: ApiKeys, database_url: str) -> None:
    secret = keys.create("shop", rpm=RPM, by=ADA).secret
    counts = in_processes(ask_together, [(database_url, secret, RPM)] * PROCESSES)
    assert sum(counts) == RPM


def test_a_process_that_asks_no_more_keeps_no_more_than_a_sixteenth(open_keys: Callable[[], ApiKeys]) -> None:
    here, elsewhere = open_keys(), open_keys()
    key = key_at(here, 160)
    admitted(elsewhere, key)
    assert admitted(here, key, 160).count(None) >= 150


def test_a_busy_key_writes_seldom(keys: ApiKeys, database: Database) -> None:
    key, written = key_at(keys, 1_000), list[object]()
    counting = Rates(database, asking := Asking("test"), SetClock())
    event.listen(database.writer, "begin", written.append)
    assert all(wait_s is None for wait_s in asyncio.run(waits(counting, key, 1_000)))
    assert len(written) < 100
    asking.close()


async def waits(rates: Rates, key: ApiKey, times: int) -> list[int | None]:
    return [await rates.wait_s(key, key.rpm or 0) for _ in range(times)]


def test_a_process_whose_clock_is_behind_takes_from_the_minute_that_it_is(
    open_keys: Callable[[], ApiKeys], clock: SetClock
) -> None:
    behind, ahead = open_keys(), open_keys()
    key = key_at(behind, 10)
    clock.now_s += 60
    assert admitted(ahead, key, 10).count(None) == 10
    clock.now_s -= 60
    assert admitted(behind, key, 10).count(None) == 0


def test_a_clock_that_was_an_hour_ahead_and_is_set_right_shuts_no_key_out(
    open_keys: Callable[[], ApiKeys], clock: SetClock
) -> None:
    here, elsewhere = open_keys(), open_keys()
    key = key_at(here, 10)
    clock.now_s += 3_600
    assert admitted(here, key, 11).count(None) == 10
    clock.now_s -= 3_600
    assert admitted(elsewhere, key, 5).count(None) == 5
    assert admitted(here, key, 5).count(None) == 5


def test_while_the_database_refuses_a_process_holds_the_rate_by_itself(keys: ApiKeys, database: Database) -> None:
    key = key_at(keys)
    with refusing(database, "key_minutes"):
        assert admitted(keys, key, 2 * RPM).count(None) == RPM


def test_what_was_admitted_alone_is_booked_once_the_database_answers(database: Database, keys: ApiKeys) -> None:
    key = key_at(keys)
    rates = Rates(database, asking := Asking("test", away_s=0.0), SetClock())
    with refusing(database, "key_minutes"):
        asyncio.run(waits(rates, key, 20))
    assert asyncio.run(waits(rates, key, RPM)).count(None) == RPM - 20
    with database.read() as connection:
        assert connection.scalar(select(key_minutes.c.taken)) == RPM
    asking.close()


def test_a_locked_database_delays_one_request_and_never_the_loop(sqlite_url: str, sqlite_path: Path) -> None:
    database = open_database(sqlite_url)
    keys = ApiKeys(database, b"pepper")
    key = keys.create("shop", rpm=RPM, by=ADA).key
    locked, release = CONTEXT.Event(), CONTEXT.Event()
    holder = CONTEXT.Process(target=hold_lock, args=(str(sqlite_path), locked, release), daemon=True)
    holder.start()
    locked.wait()
    rates = Rates(database, asking := Asking("test", patience_s=0.2), SetClock())
    took_s, longest_s = asyncio.run(timed(rates, key))
    release.set()
    holder.join()
    assert (took_s < 1.0, longest_s < 0.1) == (True, True)
    asking.close()
    keys.close()
    database.close()


async def timed(rates: Rates, key: ApiKey) -> tuple[float, float]:
    """How long 20 requests took one after the other, and the longest that the loop stood still meanwhile."""
    began, longest_s = monotonic(), 0.0

    async def beat() -> None:
        nonlocal longest_s
        while True:
            before = monotonic()
            await asyncio.sleep(0.005)
            longest_s = max(longest_s, monotonic() - before)

    beating = asyncio.create_task(beat())
    await waits(rates, key, 20)
    beating.cancel()
    return monotonic() - began, longest_s
