"""POST /v1/chat/completions: what a request meets, from its body to the last byte of its answer."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from itertools import islice

from starlette.types import Receive, Scope, Send

from simulator.answers import Author
from simulator.catalog import Counting, Model
from simulator.chat_request import ChatRequest, parse_chat_request
from simulator.completion import Completion
from simulator.errors import ProviderError, bad_request, context_length_exceeded, model_not_found
from simulator.exchange import ClientLeft, Exchange
from simulator.faults import Fault, FaultBoard, FaultKind
from simulator.latency import NO_LATENCY, Pace, drawn_pace
from simulator.ledger import Ledger
from simulator.refusals import failed_midway, refusal_of
from simulator.reply import compose_choices
from simulator.tokens import SeenPrefixes, Tokens, prompt_tokens

JSON = {"content-type": "application/json", "x-simulated": "true"}
_EVENTS = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", "x-simulated": "true"}
_NOT_JSON = b'{"id": "chatcmpl-malformed", "choices": [{"message": <html>upstream error</html>'
_NOT_JSON_EVENT = b"data: " + _NOT_JSON + b"\n\n"
_PIECES_A_TURN = 32  # without latency, how many events go out before others have a turn


@dataclass(frozen=True, slots=True)
class Provider:
    """Everything an answer is made from, and everything that is counted about it."""

    models: dict[str, Model]
    counting: Counting
    tokens: Tokens
    author: Author
    prefixes: SeenPrefixes
    faults: FaultBoard
    ledger: Ledger
    seed: int
    latency: bool
    speed: float = 1.0

    def pace(self, model: Model, number: int) -> Pace:
        """How fast the model answers its request of this number."""
        return drawn_pace(model, self.seed, number).faster(self.speed) if self.latency else NO_LATENCY


class ChatEndpoint:
    """The endpoint as an ASGI application, since it must notice a client that leaves and be able to hang up."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        exchange = Exchange(scope, receive, send)
        try:
            await self._answer(exchange)
        except ProviderError as refusal:
            await exchange.answer(refusal.status, refusal.body(), {**JSON, **refusal.headers})
        except ClientLeft:
            return

    async def _answer(self, exchange: Exchange) -> None:
        request = parse_chat_request(await exchange.body())
        model = self._provider.models.get(request.model)
        if model is None:
            raise model_not_found(request.model)
        with self._provider.ledger.entry(model.id) as number:
            fault = self._provider.faults.strike(model.id)
            if fault is not None and await self._met(fault, exchange, request, model):
                return
            completion = self._completed(request, model, number)
            answering = _Answering(
                exchange, completion, self._provider.pace(model, number), fault, self._provider.speed
            )
            if request.stream:
                options = request.stream_options
                await answering.stream(include_usage=bool(options and options.include_usage))
            else:
                await answering.whole()

    async def _met(self, fault: Fault, exchange: Exchange, request: ChatRequest, model: Model) -> bool:
        """Whether the fault took the answer's place."""
        refusal = refusal_of(fault, model)
        if refusal is not None:
            raise refusal
        match fault.kind:
            case FaultKind.REFUSED:
                await exchange.reset()
            case FaultKind.MALFORMED:
                body, headers = (_NOT_JSON_EVENT, _EVENTS) if request.stream else (_NOT_JSON, JSON)
                await exchange.answer(200, body, headers)
            case FaultKind.TIMEOUT:
                async with exchange.watched():
                    await exchange.pause(None)
            case _:
                return False
        return True

    def _completed(self, request: ChatRequest, model: Model, number: int) -> Completion:
        provider = self._provider
        _check_abilities(request, model)
        prompt = prompt_tokens(provider.tokens, provider.counting, request.messages, request.tools or ())
        if prompt > model.max_input_tokens:
            raise context_length_exceeded(model.max_input_tokens, prompt)
        return Completion(
            id=f"chatcmpl-sim{provider.seed}-{model.id}-{number}",
            created_s=int(time.time()),
            model_id=model.id,
            choices=compose_choices(request, model, provider.author, provider.tokens),
            prompt_tokens=prompt,
            cached_tokens=provider.prefixes.read(model.id, request.messages),
        )


def _check_abilities(request: ChatRequest, model: Model) -> None:
    if request.has_images and not model.images:
        raise bad_request(f"Invalid content type. {model.id} does not support image input.", param="messages")
    if request.tools and not model.tools:
        raise bad_request(f"{model.id} does not support tools.", param="tools", code="unsupported_parameter")
    limit = request.answer_limit
    if limit is not None and limit > model.max_output_tokens:
        message = (
            f"max_tokens is too large: {limit}. "
            f"This model supports at most {model.max_output_tokens} completion tokens."
        )
        raise bad_request(message, param="max_tokens", code="invalid_value")


class _Answering:
    """One answer on its way out, at its pace and with what a fault does to it."""

    def __init__(
        self, exchange: Exchange, completion: Completion, pace: Pace, fault: Fault | None, speed: float
    ) -> None:
        self._exchange = exchange
        self._completion = completion
        self._pace = pace
        self._break = fault if fault is not None and fault.breaks_off else None
        self._tokens_a_piece = max(1, int(speed))  # events are as far apart as without speed
        slow = fault is not None and fault.kind is FaultKind.SLOW_FIRST_TOKEN
        self._slow_s = fault.delay_ms / 1000 / speed if fault is not None and slow else 0.0
        self._started_s = asyncio.get_running_loop().time()

    async def whole(self) -> None:
        """Send the answer as one JSON body, once its last token would have been said."""
        if self._slow_s or self._pace is not NO_LATENCY:
            async with self._exchange.watched():
                await self._wait_for(self._completion.completion_tokens)
        body = self._completion.whole()
        if self._break is None:
            await self._exchange.answer(200, body, JSON)
        elif self._break.kind is FaultKind.ERROR_EVENT:
            await self._exchange.answer(200, failed_midway(self._completion.model_id).body(), JSON)
        else:
            await self._exchange.begin(200, {**JSON, "content-length": str(len(body))})
            await self._exchange.write(body[: len(body) // 2])
            async with self._exchange.watched():
                await self._break_off(self._break)

    async def stream(self, *, include_usage: bool) -> None:
        """Send the answer token by token, nothing at all before the first is due."""
        async with self._exchange.watched():
            await self._wait_for(0)
            await self._exchange.begin(200, _EVENTS)
            await self._exchange.write(self._completion.head())
            if self._pace is NO_LATENCY:
                await self._stream_at_once()
            else:
                await self._stream_in_time()
            if self._break is not None:
                await self._break_off(self._break)
                return
            await self._exchange.write(self._completion.tail(include_usage=include_usage), last=True)

    async def _break_off(self, fault: Fault) -> None:
        """What comes in the place of the rest of an answer that has begun."""
        if fault.kind is FaultKind.CUT:
            await self._exchange.hang_up()
        elif fault.kind is FaultKind.STALL:
            await self._exchange.pause(None)
        else:
            await self._exchange.write(b"data: " + failed_midway(self._completion.model_id).body() + b"\n\n", last=True)

    async def _stream_in_time(self) -> None:
        pieces = islice(self._completion.pieces(self._tokens_a_piece), self._pieces_to_send())
        for said, event in enumerate(pieces):
            await self._wait_for(said * self._tokens_a_piece)
            await self._exchange.write(event)

    async def _stream_at_once(self) -> None:
        events = islice(self._completion.pieces(), self._pieces_to_send())
        while turn := b"".join(islice(events, _PIECES_A_TURN)):
            await self._exchange.write(turn)
            await self._exchange.pause(0)

    def _pieces_to_send(self) -> int | None:
        return None if self._break is None else self._break.after_chunks

    async def _wait_for(self, tokens: int) -> None:
        """Wait until that many tokens are due; measured from the start, so that delays do not add up."""
        due_s = self._started_s + self._slow_s + self._pace.due_s(tokens)
        await self._exchange.pause(max(0.0, due_s - asyncio.get_running_loop().time()))
