"""Load in three shapes over the raw client: as fast as answers come, at a rate whatever comes, and streams apart."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import quantiles
from time import perf_counter

from benchmarks.wire import Answer, Call, Connection, connect

OK = 200


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load: times of the good answers in milliseconds, and how often which error came instead."""

    ms: Sequence[float]
    first_token_ms: Sequence[float]
    seconds: float
    errors: Counter[str]

    @property
    def per_s(self) -> float:
        """Good answers a second."""
        return len(self.ms) / self.seconds

    def percentile_ms(self, percent: int) -> float:
        """The time within which so many of a hundred good answers came."""
        return quantiles(self.ms, n=100, method="inclusive")[percent - 1]

    def must_be_clean(self) -> Load:
        """The load itself; raises RuntimeError when any request met an error, as its figures would then mean less."""
        if self.errors:
            raise RuntimeError(f"Of {len(self.ms) + self.errors.total()} requests some failed: {dict(self.errors)}.")
        return self


async def closed_loop(call: Call, connections: int, requests: int, pause_s: float = 0) -> Load:
    """`requests` over `connections`, each asking again as soon as it has its answer and has paused."""
    left = iter(range(requests))
    started = perf_counter()
    taken = await asyncio.gather(*(_ask_on(call, left, pause_s) for _ in range(connections)))
    return _load([each for answers in taken for each in answers], perf_counter() - started)


async def open_loop(call: Call, per_s: float, requests: int, seed: int = 0) -> Load:
    """`requests` at random moments, `per_s` of them a second on average, whether or not answers come.

    An answer's time counts from the moment at which its request was due.
    """
    draw = Random(seed)
    gaps = [draw.expovariate(per_s) for _ in range(requests)]
    return await _at_moments(call, gaps)


async def streams_apart(call: Call, streams: int, apart_s: float) -> Load:
    """`streams` answers begun `apart_s` after one another and read side by side."""
    return await _at_moments(call, [apart_s] * streams)


async def _at_moments(call: Call, gaps_s: Iterable[float]) -> Load:
    idle: list[Connection] = []
    running = []
    started = due = perf_counter()
    for gap_s in gaps_s:
        due += gap_s
        await asyncio.sleep(max(0.0, due - perf_counter()))
        running.append(asyncio.create_task(_ask_late(call, idle, due)))
    answers = await asyncio.gather(*running)
    taken_s = perf_counter() - started
    for connection in idle:
        connection.close()
    return _load(answers, taken_s)


async def _ask_late(call: Call, idle: list[Connection], due: float) -> Answer | str:
    late_ms = 0.0
    try:
        connection = idle.pop() if idle else await connect(call)
        late_ms = (perf_counter() - due) * 1000
        answer = await connection.ask(call.request)
    except OSError as error:
        return type(error).__name__
    idle.append(connection)
    first_ms = answer.first_token_ms
    return Answer(answer.status, answer.ms + late_ms, None if first_ms is None else first_ms + late_ms)


async def _ask_on(call: Call, left: Iterable[int], pause_s: float) -> list[Answer | str]:
    answers: list[Answer | str] = []
    connection: Connection | None = None
    for _ in left:
        try:
            if connection is None or not connection.open:
                connection = await connect(call)
            answers.append(await connection.ask(call.request))
        except OSError as error:
            answers.append(type(error).__name__)
        if pause_s:
            await asyncio.sleep(pause_s)
    if connection is not None:
        connection.close()
    return answers


def _load(answers: Sequence[Answer | str], seconds: float) -> Load:
    good = [each for each in answers if isinstance(each, Answer) and each.status == OK]
    errors = Counter(str(each.status) if isinstance(each, Answer) else each for each in answers)
    del errors[str(OK)]
    firsts = [each.first_token_ms for each in good if each.first_token_ms is not None]
    return Load([each.ms for each in good], firsts, seconds, errors)
