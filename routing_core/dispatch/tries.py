"""One call through LiteLLM's Router: tried at one deployment after another until one answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

from routing_core.dispatch.failures import is_cooldown
from routing_core.dispatch.sent import Sent
from routing_core.domain import Json

T = TypeVar("T")
SecondsLeft: TypeAlias = Callable[[], Awaitable[Mapping[str, int]]]
"""The deployments that a call may go to and that cool down, by id, with the whole seconds until each is asked again."""


class Dumps(Protocol):
    """A body or a chunk of LiteLLM's."""

    def model_dump(self, *, exclude_none: bool) -> dict[str, Json]:
        """Its fields."""
        ...


class Answers(Dumps, Protocol):
    """A whole response or a stream: which of the two depends on the arguments; `chunks` are as the provider sent."""

    @property
    def chunks(self) -> Sequence[object]:
        """What has come of a stream."""
        ...

    def __aiter__(self) -> AsyncIterator[Dumps]:
        """The chunks of a stream."""
        ...

    async def aclose(self) -> None:
        """End a stream upstream."""
        ...


class CooldownCache(Protocol):
    """Where LiteLLM's Router keeps which deployments it leaves alone."""

    def add_deployment_to_cooldown(
        self, model_id: str, original_exception: BaseException, exception_status: int, cooldown_time: float | None
    ) -> None:
        """Leave one alone for so many seconds, for None as long as the Router's settings say."""
        ...


class Router(Protocol):
    """What we use of LiteLLM's Router."""

    @property
    def cooldown_cache(self) -> CooldownCache:
        """Its cooldowns."""
        ...

    async def acompletion(self, **arguments: object) -> Answers:
        """Call one deployment of a group, or the one of an id."""
        ...

    def discard(self) -> None:
        """Take its callbacks off LiteLLM."""
        ...


@dataclass(frozen=True, slots=True)
class Begun:
    """A stream whose first chunk has come; None where there was none."""

    stream: Answers
    first: Dumps | None
    rest: AsyncIterator[Dumps]


async def answering(
    router: Router, sent: Sent, take: Callable[[Answers], Awaitable[T]], seconds_left: SecondsLeft
) -> T:
    """What `take` makes of the answer of the first deployment that gives one; raises Failed.

    `seconds_left` tells what is left of the cooldowns: what LiteLLM raises names the whole time, and no deployment.
    """
    while True:
        answers: Answers | None = None
        try:
            answers = await router.acompletion(**sent.next_try())
            return await take(answers)
        except Exception as error:  # noqa: BLE001 - whatever LiteLLM raises is a failed call
            cooling = await seconds_left() if is_cooldown(error) else {}
            failed = sent.failed(error, served_by(answers), cooling)  # its text holds addresses and messages
        wait_s = sent.wait_s()
        if wait_s is None:
            raise failed from None
        await asyncio.sleep(wait_s)


async def whole(answer: Answers) -> Answers:
    """The answer as it is."""
    return answer


async def begin(stream: Answers) -> Begun:
    """Take the first chunk: closing a stream that was never begun leaves it open upstream."""
    try:
        rest = aiter(stream)
        return Begun(stream, await anext(rest, None), rest)
    except BaseException:
        await stream.aclose()
        raise


def was_reported(stream: Answers) -> bool:
    """Whether the provider itself sent usage so far."""
    return any(getattr(chunk, "usage", None) is not None for chunk in reversed(stream.chunks))


def served_by(response: object) -> str:
    """The id of the deployment that a response or stream comes from; empty where it is not said."""
    hidden = getattr(response, "_hidden_params", None)
    return str(hidden["model_id"]) if isinstance(hidden, Mapping) and "model_id" in hidden else ""
