"""A streamed answer as server-sent events: a chunk goes out as it comes, and its cost in a last comment."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Final

from gateway import headers
from gateway.errors import SERVER, GatewayError, told_as
from gateway.exchange import EVENTS, Exchange, Header, as_json
from gateway.leaving import WhileListening
from gateway.room import Room
from routing_core.domain import ChatRequest, Decided
from routing_core.outcome import Delta, Finished, Serving, Started, State
from services import Services

_DONE: Final = b"data: [DONE]\n\n"
_UNBUFFERED: Final[tuple[Header, ...]] = ((b"cache-control", b"no-cache"), (b"x-accel-buffering", b"no"))


class ReaderStalled(Exception):
    """The client is there and has taken nothing for too long."""


class Passing:
    """One stream on its way to its reader."""

    def __init__(self, exchange: Exchange, reader_s: float) -> None:
        self._exchange = exchange
        self._reader_s = reader_s
        self._decided: Decided | None = None
        self.finished: Finished | None = None

    async def take(self, event: object) -> None:
        """Pass on what an event of the engine's holds for the reader."""
        match event:
            case Delta(chunk=chunk):
                await self._write(b"data: %s\n\n" % as_json(chunk))
            case Serving(tier=tier):
                assert self._decided is not None
                said = headers.of_decision(self._decided.decision, tier)
                await self._exchange.begin(200, EVENTS, [*_UNBUFFERED, *said])
            case Started(decided=decided):
                self._decided = decided
            case Finished():
                self.finished = event

    async def end(self) -> None:
        """Say how it ended: done, or with an error that OpenAI's clients raise."""
        assert self.finished is not None
        outcome, error = self.finished.outcome, self.finished.error
        refused = None if error is None else told_as(error)
        if outcome.state is State.STOPPED:
            refused = stopping()
        if refused is not None and not self._exchange.begun:
            raise refused
        last = _DONE if refused is None else b"data: %s\n\n" % refused.body(self._exchange.request_id)
        await self._exchange.write(headers.as_comment(outcome) + last, more=False)

    async def _write(self, part: bytes) -> None:
        try:
            async with asyncio.timeout(self._reader_s):
                await self._exchange.write(part, more=True)
        except TimeoutError:
            raise ReaderStalled from None


async def answer(exchange: Exchange, request: ChatRequest, services: Services, room: Room) -> None:
    """Stream one answer; raises RoutingError before it has begun, ClientLeft or ReaderStalled."""
    passing = Passing(exchange, room.limits.reader_s)
    with room.drain.running(streamed=True) as stop:
        async with (
            WhileListening(exchange.receive),
            aclosing(services.engine.stream(request, exchange.request_id, stop)) as events,
        ):
            async for event in events:
                await passing.take(event)
    await passing.end()


def stopping() -> GatewayError:
    """The gateway ends before the answer does."""
    told = "The gateway is stopping and the answer was ended. Send again."
    return GatewayError(503, told, kind=SERVER, code="stopping", retry_after_s=1)
