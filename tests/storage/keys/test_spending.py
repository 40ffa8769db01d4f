from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select

from storage.engine import Database
from storage.keeping.rules import metadata_alone
from storage.keys.api_keys import ApiKeys
from storage.keys.asking import Asking
from storage.keys.key import ApiKey, Refusal
from storage.keys.noting import NotingRecorder
from storage.keys.spending import Spending
from storage.recorder import RequestRecorder
from storage.tables import requests
from tests.storage.keys.asking_keys import (
    ADA,
    NOW_S,
    SetClock,
    admitted,
    in_processes,
    refusing,
    served_for,
    spend_together,
)
from tests.storage.recording import store

DAY_NANO = 10**9
PROCESSES = 4


@pytest.fixture
def key(keys: ApiKeys) -> ApiKey:
    """A key of one dollar a day."""
    return keys.create("shop", daily_usd=Decimal(1), by=ADA).key


def is_admitted(keys: ApiKeys, key: ApiKey) -> bool:
    return admitted(keys, key) == [None]


@pytest.mark.parametrize(("nano", "admits"), [(DAY_NANO - 1, True), (DAY_NANO, False), (DAY_NANO + 1, False)])
def test_a_key_may_ask_until_its_dollars_are_spent(
    keys: ApiKeys, key: ApiKey, database: Database, nano: int, admits: bool
) -> None:
    store(database, [served_for(key, 1, nano // 2), served_for(key, 2, nano - nano // 2)])
    assert is_admitted(keys, key) is admits


def test_a_refusal_says_what_is_spent_and_when_to_ask_again(keys: ApiKeys, key: ApiKey, database: Database) -> None:
    store(database, [served_for(key, 1, DAY_NANO)])
    (refusal,) = admitted(keys, key)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.retry_after_s) == ("insufficient_quota", 23 * 3600 - 10)
    assert "spent its 1 USD of today" in refusal.message
    assert "00:00 UTC" in refusal.message


def test_the_next_day_begins_anew(keys: ApiKeys, key: ApiKey, database: Database, clock: SetClock) -> None:
    store(database, [served_for(key, 1, DAY_NANO)])
    assert not is_admitted(keys, key)
    clock.now_s += 23 * 3600
    assert is_admitted(keys, key)
    store(database, [served_for(key, 2, DAY_NANO, clock.now_s)])
    assert not is_admitted(keys, key)


def test_neither_yesterday_nor_another_key_of_the_app_counts(keys: ApiKeys, key: ApiKey, database: Database) -> None:
    other = keys.create(key.app, daily_usd=Decimal(1), by=ADA).key
    store(database, [served_for(key, 1, DAY_NANO, NOW_S - 3_700), served_for(other, 2, DAY_NANO)])
    assert (is_admitted(keys, key), is_admitted(keys, other)) == (True, False)


def test_a_request_of_unknown_cost_adds_nothing(keys: ApiKeys, key: ApiKey, database: Database) -> None:
    store(database, [served_for(key, 1, None), served_for(key, 2, DAY_NANO - 1)])
    keys.note(served_for(key, 3, None))
    assert is_admitted(keys, key)


def test_what_was_served_here_counts_before_it_is_logged_and_once_afterwards(
    keys: ApiKeys, key: ApiKey, database: Database
) -> None:
    assert is_admitted(keys, key)
    half = [served_for(key, number, DAY_NANO // 2 - 1) for number in (1, 2)]
    for served in half:
        keys.note(served)
    assert is_admitted(keys, key)
    store(database, half)
    assert is_admitted(keys, key)
    keys.note(served_for(key, 3, 2))
    assert not is_admitted(keys, key)


def test_a_restart_forgets_nothing(open_keys: Callable[[], ApiKeys], key: ApiKey, database: Database) -> None:
    store(database, [served_for(key, number, DAY_NANO // 4) for number in range(4)])
    assert not is_admitted(open_keys(), key)


def test_rows_before_the_day_are_not_read(keys: ApiKeys, key: ApiKey, database: Database) -> None:
    store(database, [served_for(key, 1, DAY_NANO, NOW_S - 86_400)])
    assert is_admitted(keys, key)
    store(database, [served_for(key, 2, DAY_NANO)])
    assert not is_admitted(keys, key)


def test_four_processes_of_the_system_overspend_by_no_more_than_was_running(
    key: ApiKey, keys: ApiKeys, database: Database, database_url: str
) -> None:
    made = keys.create("shop", daily_usd=Decimal(1), by=ADA)
    each = DAY_NANO // 40
    given = [(database_url, made.secret, each, 1_000 * process) for process in range(PROCESSES)]
    counts = in_processes(spend_together, given)
    with database.read() as connection:
        of_key = select(func.sum(requests.c.cost_nano)).where(requests.c.api_key_id == made.key.id)
        spent_nano = int(connection.scalar(of_key) or 0)
    assert spent_nano == sum(counts) * each
    assert DAY_NANO <= spent_nano < DAY_NANO + PROCESSES * each


def test_many_that_ask_at_once_share_a_look_at_the_log(key: ApiKey, database: Database) -> None:
    looks: list[object] = []
    event.listen(database.reader, "begin", looks.append)
    spending = Spending(database, asking := Asking("test"), SetClock())

    async def ask() -> Sequence[int | None]:
        return await asyncio.gather(*(spending.wait_s(key, DAY_NANO) for _ in range(200)))

    assert asyncio.run(ask()).count(None) == 200
    assert 0 < len(looks) < 20
    asking.close()


def test_while_the_database_refuses_what_is_known_and_what_is_served_here_counts(
    keys: ApiKeys, key: ApiKey, database: Database
) -> None:
    store(database, [served_for(key, 1, DAY_NANO // 2)])
    assert is_admitted(keys, key)
    with refusing(database, "requests"):
        assert is_admitted(keys, key)
        keys.note(served_for(key, 2, DAY_NANO // 2))
        assert not is_admitted(keys, key)


def test_the_engines_recorder_tells_the_key_what_it_served(keys: ApiKeys, key: ApiKey, database: Database) -> None:
    recorder = RequestRecorder(database, keep=metadata_alone)
    assert is_admitted(keys, key)
    with refusing(database, "requests"):
        NotingRecorder(recorder, keys).record(served_for(key, 1, DAY_NANO))
        assert not is_admitted(keys, key)
    recorder.close()
    with database.read() as connection:
        assert connection.scalar(select(requests.c.api_key_id)) == key.id
