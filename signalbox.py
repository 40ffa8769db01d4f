"""The command line (`python -m signalbox`) and the public names of Signalbox; thin over `bootstrap`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import bootstrap
import process
from commands import backup, check, classify, demo, keep, keys, restore, send, user
from routing_core.domain import ChatRequest, Decision, Json, Tier
from routing_core.errors import InvalidRequest, RoutingError
from routing_core.outcome import Attempt, Completion, Cost

if TYPE_CHECKING:
    from bootstrap import ModelResponse

__all__ = ["RoutedCompletion", "main", "routed_completion"]


class RoutedCompletion(NamedTuple):
    """One answered request: LiteLLM's response object, who served it and why, what it cost, and every attempt."""

    response: ModelResponse
    tier_used: Tier
    routing_reason: str
    decision: Decision
    cost: Cost
    attempts: tuple[Attempt, ...]


async def routed_completion(
    messages: Sequence[Mapping[str, Json]],
    system_prompt: str = "",
    force_tier: Tier | str | None = None,
    task_type: str | None = None,
    escalate: bool = True,  # noqa: FBT001, FBT002 - the published signature
    **params: Json,
) -> RoutedCompletion:
    """Route one chat completion, log it, and return its answer with the decision, cost and attempts.

    `system_prompt` is put first where `messages` have none. `params` go to the provider untouched; `user` is
    also logged. Raises a `RoutingError`: `InvalidRequest` before anything is sent, `CallerFault` on the provider's
    400 or 422, `AllTiersFailed` when no deployment answered.
    """
    if params.get("stream"):
        raise InvalidRequest("routed_completion returns whole answers; leave out stream=True.")
    if "model" in params:
        raise InvalidRequest("The router chooses the model. Leave out model=, or force a tier with force_tier=.")
    user = params.get("user")
    request = ChatRequest(
        messages=tuple(messages),
        system_prompt=system_prompt,
        force_tier=None if force_tier is None else bootstrap.tier_named(force_tier),
        task_type=task_type,
        escalate=escalate,
        params=params,
        user=user if isinstance(user, str) else None,
    )
    return _routed(await send.completed(request))


def _routed(completion: Completion) -> RoutedCompletion:
    outcome = completion.outcome
    assert outcome.decided is not None
    assert outcome.served_tier is not None
    return RoutedCompletion(
        response=bootstrap.model_response(completion.response),
        tier_used=outcome.served_tier,
        routing_reason=outcome.decided.decision.cause,
        decision=outcome.decided.decision,
        cost=outcome.cost,
        attempts=outcome.attempts,
    )


def build_parser() -> argparse.ArgumentParser:
    """The command line's options."""
    parser = argparse.ArgumentParser(
        prog="python -m signalbox", description="Route prompts to cheap, mid or frontier models."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for each in (classify, send, demo, keys, keep, user, backup, restore, check):
        each.add_to(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0 done, 1 failed or a bad line, 2 bad usage."""
    parsed = build_parser().parse_args(arguments)
    try:
        bootstrap.configure_logging(bootstrap.read_settings())
        status: int = parsed.run(parsed, sys.stdin.buffer, sys.stdout)
    except RoutingError as error:
        print(f"signalbox: {error}", file=sys.stderr)
        return 1
    finally:
        process.close()
    return status


if __name__ == "__main__":
    sys.exit(main())
