"""Sends that belong to the process: started by a page, drawn by any script run, ended by Stop or a lost session."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from itertools import islice
from time import monotonic
from typing import Protocol

from routing_core.actor import Actor
from routing_core.domain import ChatRequest, Decided
from routing_core.errors import RoutingError
from routing_core.loop import EngineLoop
from routing_core.outcome import Attempt, AttemptFailed, Delta, Event, Finished, Outcome, Serving, Started


@dataclass(frozen=True, slots=True)
class SendLimits:
    """How many sends are remembered, and how soon one without its session is stopped, in seconds."""

    kept: int = 512
    owner_grace_s: float = 5.0
    reap_every_s: float = 0.25


class Streams(Protocol):
    """What a send needs of the engine."""

    def stream(
        self, request: ChatRequest, request_id: str | None = None, stop: asyncio.Event | None = None
    ) -> AsyncIterator[Event]:
        """Yield the events of one request, `Finished` last; setting `stop` cancels upstream and ends the stream."""
        ...


@dataclass(frozen=True, slots=True)
class SendView:
    """One send as it stands now; times count from its start, `outcome` is None while it runs."""

    request_id: str
    request: ChatRequest
    elapsed_ms: float
    text: str = ""
    decided: Decided | None = None
    serving: Serving | None = None
    failed: tuple[Attempt, ...] = ()
    outcome: Outcome | None = None
    error: RoutingError | None = None
    stopping: bool = False
    first_token_ms: float | None = None

    @property
    def done(self) -> bool:
        """Whether the send has ended, in whatever state."""
        return self.outcome is not None or self.error is not None


@dataclass(slots=True)
class _Send:
    """The running side of a send; `view` is replaced whole, so that any thread may read it."""

    view: SendView
    owner: str | None
    started: float
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None
    pieces: list[str] = field(default_factory=list)
    owner_missing_since: float | None = None


class Sends:
    """The sends of this process by request id; safe to call from any thread.

    `owner_alive` says whether the session that started a send still exists; a send whose owner is gone for
    longer than a short grace is stopped, so nobody pays for an answer that no one will read.
    """

    def __init__(
        self,
        engine: Streams,
        loop: EngineLoop,
        owner_alive: Callable[[str], bool] | None = None,
        limits: SendLimits = SendLimits(),
    ) -> None:
        self._engine = engine
        self._loop = loop
        self._owner_alive = owner_alive
        self._limits = limits
        self._sends: OrderedDict[str, _Send] = OrderedDict()
        self._reaper: asyncio.Task[None] | None = None
        self._lock = threading.Lock()  # around the table; each view is replaced whole, on the loop

    def start(self, request: ChatRequest, request_id: str, owner: str | None = None, *, by: Actor) -> str:
        """Start streaming `request` under `request_id` and return that id at once; raises NotAllowed."""
        by.require("send a prompt")
        send = _Send(SendView(request_id, request, elapsed_ms=0.0), owner, monotonic())
        with self._lock:
            self._sends[request_id] = send
            self._forget_oldest()
        self._loop.loop.call_soon_threadsafe(self._launch, send)
        return request_id

    def view(self, request_id: str) -> SendView | None:
        """The send as it stands now; None where this process does not know it (any more)."""
        send = self._sends.get(request_id)
        if send is None:
            return None
        if send.view.done:
            return send.view
        return replace(send.view, text="".join(send.pieces), elapsed_ms=(monotonic() - send.started) * 1000)

    def stop(self, request_id: str, *, by: Actor) -> None:
        """Cancel the send's upstream call; its outcome says stopped and keeps the partial answer. Raises NotAllowed."""
        by.require("stop a send")
        send = self._sends.get(request_id)
        if send is not None and not send.view.done:
            self._loop.loop.call_soon_threadsafe(self._stop, send)

    async def drain(self) -> None:
        """Stop every send and wait until each has ended and is recorded; on the engine's loop, before it closes."""
        with self._lock:
            sends = list(self._sends.values())
        for send in sends:
            self._stop(send)
        await asyncio.gather(*(send.task for send in sends if send.task is not None), return_exceptions=True)

    @property
    def running(self) -> int:
        """How many sends have not ended yet."""
        return len(self._unended())

    def _launch(self, send: _Send) -> None:
        send.task = self._loop.loop.create_task(self._follow(send))
        if self._owner_alive is not None and (self._reaper is None or self._reaper.done()):
            self._reaper = self._loop.loop.create_task(self._reap())

    @staticmethod
    def _stop(send: _Send) -> None:
        """On the loop, where `view` is written: a stop that meets the end of its send leaves the end as it is."""
        if not send.view.done:
            send.view = replace(send.view, stopping=True)
            send.stop.set()

    async def _follow(self, send: _Send) -> None:
        try:
            async for event in self._engine.stream(send.view.request, send.view.request_id, send.stop):
                self._note(send, event)
        except Exception as error:  # noqa: BLE001 - an edge: a send always ends, whatever the engine did
            kind = type(error).__name__
            told = RoutingError(f"The send ended by an internal error ({kind}). What had come is kept; send again.")
            send.view = replace(send.view, text="".join(send.pieces), error=told)

    @staticmethod
    def _note(send: _Send, event: Event) -> None:
        view = send.view
        match event:
            case Started(decided=decided):
                send.view = replace(view, decided=decided)
            case Serving():
                send.view = replace(view, serving=event)
            case AttemptFailed(attempt=attempt):
                send.view = replace(view, failed=(*view.failed, attempt))
            case Delta(text=text):
                if text and view.first_token_ms is None:
                    send.view = replace(view, first_token_ms=(monotonic() - send.started) * 1000)
                send.pieces.append(text)
            case Finished(outcome=outcome, error=error):
                send.view = replace(
                    view, text=outcome.answer, elapsed_ms=outcome.latency_ms, outcome=outcome, error=error
                )

    async def _reap(self) -> None:
        while self.running:
            await asyncio.sleep(self._limits.reap_every_s)
            for send in self._unended():
                if self._owner_lost(send):
                    self._stop(send)

    def _unended(self) -> list[_Send]:
        with self._lock:
            return [send for send in self._sends.values() if not send.view.done]

    def _owner_lost(self, send: _Send) -> bool:
        if send.owner is None or self._owner_alive is None or self._owner_alive(send.owner):
            send.owner_missing_since = None
            return False
        if send.owner_missing_since is None:
            send.owner_missing_since = monotonic()
        return monotonic() - send.owner_missing_since > self._limits.owner_grace_s

    def _forget_oldest(self) -> None:
        ended = (request_id for request_id, send in self._sends.items() if send.view.done)
        for request_id in list(islice(ended, max(0, len(self._sends) - self._limits.kept))):
            del self._sends[request_id]
