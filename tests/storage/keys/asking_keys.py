"""What callers of these tests do with keys: ask at a set time, in this process or in others that start at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from time import monotonic

from sqlalchemy import text

from routing_core.actor import Actor
from routing_core.outcome import UNPRICED, Cost, CostSource, Outcome
from storage.engine import Database, open_database
from storage.keeping.rules import metadata_alone
from storage.keys.api_keys import ApiKeys
from storage.keys.key import ApiKey, Refusal
from storage.keys.noting import NotingRecorder
from storage.recorder import RequestRecorder
from tests.storage.processes import CONTEXT
from tests.storage.samples import outcome

PEPPER = bytes(range(32))
ADA = Actor("ada")
NOW_S = datetime(2026, 3, 29, 1, 0, 10, tzinfo=UTC).timestamp()


@dataclass(slots=True)
class SetClock:
    """A clock that stands until it is set."""

    now_s: float = NOW_S

    def __call__(self) -> float:
        return self.now_s


def admitted(keys: ApiKeys, key: ApiKey, times: int = 1) -> list[Refusal | None]:
    """Ask one after the other."""

    async def ask() -> list[Refusal | None]:
        return [await keys.admit(key) for _ in range(times)]

    return asyncio.run(ask())


def served_for(key: ApiKey, number: int, nano: int | None, at_s: float = NOW_S) -> Outcome:
    """An outcome of this key that began then and cost so much, None where nobody knows."""
    made = outcome(number)
    return replace(
        made,
        started_at=datetime.fromtimestamp(at_s, UTC),
        request=replace(made.request, app=key.app, api_key_id=key.id),
        cost=UNPRICED if nano is None else Cost(nano, CostSource.ESTIMATED),
    )


@contextmanager
def refusing(database: Database, *tables: str) -> Iterator[None]:
    """Make the database refuse whatever is asked of these tables, until the end."""
    _rename(database, [(name, f"hidden_{name}") for name in tables])
    try:
        yield
    finally:  # other tests use the same server
        _rename(database, [(f"hidden_{name}", name) for name in tables])


def _rename(database: Database, names: Sequence[tuple[str, str]]) -> None:
    with database.write() as connection:
        for before, after in names:
            connection.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))


def ask_together(url: str, secret: str, times: int, together: Barrier, answer: Connection) -> None:
    """Ask many times at once, at the same moment as everyone else; say how many were admitted."""
    keys = ApiKeys(open_database(url), PEPPER, clock=SetClock())
    key = keys.find(secret)
    assert key is not None

    async def ask() -> Sequence[Refusal | None]:
        return await asyncio.gather(*(keys.admit(key) for _ in range(times)))

    together.wait()
    answer.send(asyncio.run(ask()).count(None))


def spend_together(url: str, secret: str, nano: int, first: int, together: Barrier, answer: Connection) -> None:
    """Ask, and write down what it cost, one after the other until refused; say how many were admitted."""
    database = open_database(url)
    keys = ApiKeys(database, PEPPER, clock=SetClock())
    recorder = RequestRecorder(database, keep=metadata_alone)
    noting = NotingRecorder(recorder, keys)
    key = keys.find(secret)
    assert key is not None

    async def ask() -> int:
        done = 0
        while await keys.admit(key) is None:
            served = served_for(key, first + done, nano)
            noting.record(served)
            await asyncio.wrap_future(recorder.record_acknowledged(served))
            done += 1
        return done

    together.wait()
    answer.send(asyncio.run(ask()))
    recorder.close()


def find_until(url: str, secret: str, told: Connection) -> None:
    """Say whether the secret is good, and since when, at each change of it, until the other end is closed."""
    keys = ApiKeys(open_database(url), PEPPER)
    before: bool | None = None
    while not told.poll(0.01):
        if (now := keys.find(secret) is not None) != before:
            before = now
            told.send((now, monotonic()))


def in_processes(target: object, arguments: Sequence[tuple[object, ...]]) -> list[int]:
    """The answers of processes that run `target` with these arguments, all at the same moment."""
    together = CONTEXT.Barrier(len(arguments))
    answers: list[Connection] = []
    started = []
    for given in arguments:
        answer, theirs = CONTEXT.Pipe(duplex=False)
        process = CONTEXT.Process(target=target, args=(*given, together, theirs), daemon=True)  # type: ignore[arg-type]
        process.start()
        theirs.close()
        answers.append(answer)
        started.append(process)
    received = [int(answer.recv()) for answer in answers]
    for process in started:
        process.join()
    return received
