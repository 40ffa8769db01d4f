"""A caller that plays a script: what each tier answers, and what was asked of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field

from routing_core.dispatch.calls import Call, Failed, Failure, FailureKind, Opened, Piece, Reply
from routing_core.dispatch.catalog import Catalog
from routing_core.domain import Json, Tier
from routing_core.outcome import Usage

USAGE = Usage(10, 5)
DEPLOYMENTS: Mapping[Tier, str] = {
    Tier.CHEAP: "cheap-openai-gpt-6-luna",
    Tier.MID: "mid-openai-gpt-6.1-sol",
    Tier.FRONTIER: "frontier-openai-gpt-6-astra",
}


def failure(kind: FailureKind, tier: Tier = Tier.CHEAP, **more: object) -> Failure:
    """A failure of the tier's first deployment."""
    retry_after_s = more.get("retry_after_s")
    return Failure(
        DEPLOYMENTS[tier],
        kind,
        kind.value,
        callers_fault=kind is FailureKind.BAD_REQUEST,
        retry_after_s=retry_after_s if isinstance(retry_after_s, float) else None,
        latency_ms=1.0,
    )


@dataclass(frozen=True, slots=True)
class Script:
    """What one tier does: fail, or say `words` and then end, fail (`then`) or go silent (`hangs`)."""

    fails: Sequence[Failure] = ()
    words: Sequence[str] = ("hello", " there")
    then: Failure | None = None
    hangs: bool = False
    usage: Usage | None = USAGE


@dataclass(slots=True)
class ScriptedCaller:
    """Implements Caller; `asked` are the calls in order, `closed` how many streams were ended by their reader."""

    scripts: Mapping[Tier, Script] = field(default_factory=dict)
    asked: list[Call] = field(default_factory=list)
    closed: int = 0
    prepared: bool = False
    was_asked: asyncio.Event = field(default_factory=asyncio.Event)

    def use(self, catalog: Catalog) -> None:
        del catalog

    @property
    def ready(self) -> bool:
        return self.prepared

    async def prepare(self) -> None:
        self.prepared = True

    async def complete(self, call: Call) -> Reply:
        script = self._take(call)
        if script.hangs:
            await asyncio.Event().wait()
        message: Json = {"role": "assistant", "content": "".join(script.words)}
        response = {"choices": [{"message": message, "finish_reason": "stop"}]}
        return Reply(_answering(call), response, script.usage)

    async def stream(self, call: Call) -> AsyncGenerator[Opened | Piece, None]:
        script = self._take(call)
        try:
            yield Opened(_answering(call))
            yield Piece({"role": "assistant"})
            for word in script.words:
                await asyncio.sleep(0)
                yield Piece({"content": word}, text=word, content=True)
            if script.hangs:
                await asyncio.Event().wait()
            if script.then:
                raise Failed([script.then])
            yield Piece({"usage": True}, usage=script.usage, asked_for=False)
        except (GeneratorExit, asyncio.CancelledError):
            self.closed += 1
            raise

    def _take(self, call: Call) -> Script:
        self.asked.append(call)
        self.was_asked.set()
        script = self.scripts.get(call.tier, Script())
        if script.fails:
            raise Failed(script.fails)
        return script


def _answering(call: Call) -> str:
    return DEPLOYMENTS[call.tier] if call.target == call.tier else call.target
