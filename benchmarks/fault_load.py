"""Steady load on whatever answers chat completions, and what became of each request of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from time import perf_counter
from typing import Final, Protocol

from routing_core.domain import ChatRequest, Tier
from routing_core.engine import RoutingEngine
from routing_core.errors import AllTiersFailed, CallFailed, RoutingError
from routing_core.outcome import Delta, Finished, State

MARKER: Final = "zebra"
"""A word of every prompt that no error may repeat."""

PROMPT: Final = f"Say hello to the {MARKER}."
_GIVEN_UP_AFTER_S: Final = 30.0


class Ending(StrEnum):
    """How one request ended for whoever sent it."""

    WHOLE = "whole"
    PART = "part"  # the answer broke off, and that was said
    ERROR = "error"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Told:
    """What a caller got; `longest_silence_s` is the longest wait between two pieces of a stream."""

    ending: Ending
    http_status: int | None = None
    error: str = ""
    longest_silence_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Sent:
    """One request of the load: whether it was streamed, what became of it, and how long that took."""

    streamed: bool
    told: Told
    elapsed_s: float


class Send(Protocol):
    """Sends one request and tells what came back; the engine in this process, or a client of a gateway."""

    async def __call__(self, prompt: str, *, streamed: bool) -> Told:
        """What came of one request; does not raise for what a caller may be told."""
        ...


@dataclass(frozen=True, slots=True)
class EngineSend:
    """Sends to an engine in this process."""

    engine: RoutingEngine

    async def __call__(self, prompt: str, *, streamed: bool) -> Told:
        """One request to the cheap tier, which may climb."""
        request = ChatRequest(messages=({"role": "user", "content": prompt},), force_tier=Tier.CHEAP)
        if streamed:
            return await self._streamed(request)
        try:
            completion = await self.engine.complete(request)
        except RoutingError as error:
            return Told(Ending.ERROR, _status_of(error), str(error))
        return Told(Ending.WHOLE if completion.outcome.answer else Ending.NOTHING)

    async def _streamed(self, request: ChatRequest) -> Told:
        last_s, silence_s = None, 0.0
        async for event in self.engine.stream(request):
            now_s = perf_counter()
            if isinstance(event, Delta | Finished) and last_s is not None:
                silence_s = max(silence_s, now_s - last_s)
            if isinstance(event, Delta):
                last_s = now_s
            if isinstance(event, Finished):
                return _told(event, silence_s)
        return Told(Ending.NOTHING)


@dataclass(slots=True)
class Load:
    """Sends `per_second` requests a second, every other one streamed, whatever becomes of those before."""

    send: Send
    per_second: float
    sent: list[Sent] = field(default_factory=list)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While this lasts requests are sent; at its end all have come to theirs."""
        sending = asyncio.create_task(self._keep_sending())
        try:
            yield
        finally:
            sending.cancel()
            await asyncio.gather(sending, *self._under_way, return_exceptions=True)

    async def _keep_sending(self) -> None:
        clock = asyncio.get_running_loop()
        started_s, number = clock.time(), 0
        while True:
            task = asyncio.create_task(self._one(streamed=number % 2 == 1))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            number += 1
            await asyncio.sleep(max(0.0, started_s + number / self.per_second - clock.time()))

    async def _one(self, *, streamed: bool) -> None:
        begun_s = perf_counter()
        try:
            told = await asyncio.wait_for(self.send(PROMPT, streamed=streamed), _GIVEN_UP_AFTER_S)
        except TimeoutError:
            told = Told(Ending.NOTHING)
        except Exception as unexpected:  # noqa: BLE001 - an error that nobody may be told, which the figure counts
            told = Told(Ending.ERROR, None, type(unexpected).__name__)
        self.sent.append(Sent(streamed, told, perf_counter() - begun_s))


def _told(last: Finished, silence_s: float) -> Told:
    if last.error is None:
        return Told(Ending.WHOLE if last.outcome.answer else Ending.NOTHING, longest_silence_s=silence_s)
    broken = last.outcome.state is State.BROKEN
    return Told(Ending.PART if broken else Ending.ERROR, _status_of(last.error), str(last.error), silence_s)


def _status_of(error: RoutingError) -> int | None:
    return error.http_status if isinstance(error, AllTiersFailed | CallFailed) else None
