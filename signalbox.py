"""The command line (`python -m signalbox`) and the public names of Signalbox; thin over `bootstrap`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, TextIO

import bootstrap
import demo
import process
from classify import classify_lines, decision_fields
from routing_core.decide.heuristics import Heuristics
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
    return _routed(await _completed(request))


async def _completed(request: ChatRequest) -> Completion:
    services = await asyncio.to_thread(process.services)
    await asyncio.wrap_future(services.loop.submit(services.client.prepare()))  # loading LiteLLM is no request's time
    return await asyncio.wrap_future(services.loop.submit(services.engine.complete(request)))


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


def _heuristics(name: str) -> Heuristics:
    if name in bootstrap.BUILTIN_NAMES:
        return bootstrap.builtin(name)
    if name == "active":
        return bootstrap.active_heuristics(bootstrap.read_settings())
    return bootstrap.heuristics_from_file(Path(name))


def run_classify(arguments: argparse.Namespace, source: BinaryIO, target: TextIO) -> int:
    """Classify standard input; exit status 1 if any line was bad."""
    bad = 0
    for fields in classify_lines(source, _heuristics(arguments.heuristics)):
        bad += "error" in fields
        print(json.dumps(fields), file=target)
    return 1 if bad else 0


def run_send(arguments: argparse.Namespace, source: BinaryIO, target: TextIO) -> int:
    """Send one prompt and print its answer; the decision and its cost go to standard error, or all as JSON."""
    prompt = source.read().decode("utf-8") if arguments.prompt == "-" else arguments.prompt
    if not prompt.strip():
        raise InvalidRequest("The prompt is empty. Nothing was sent; write one, or - to read it from standard input.")
    request = ChatRequest(
        messages=({"role": "user", "content": prompt},),
        system_prompt=arguments.system,
        force_tier=arguments.tier,
        task_type=arguments.task_type,
        escalate=not arguments.no_escalate,
    )
    completion = asyncio.run(_completed(request))
    told = json.dumps(_send_fields(completion), default=str) if arguments.json else completion.outcome.answer
    print(told, file=target)
    return 0


def _send_fields(completion: Completion) -> dict[str, object]:
    outcome = completion.outcome
    return {
        "request_id": outcome.request_id,
        "state": outcome.state,
        "simulated": outcome.simulated,
        "tier": outcome.served_tier,
        "served_by": outcome.served_by,
        "decision": decision_fields(outcome.decided.decision) if outcome.decided else None,
        "cost": asdict(outcome.cost),
        "latency_ms": outcome.latency_ms,
        "attempts": [asdict(attempt) for attempt in outcome.attempts],
        "response": completion.response,
    }


def _tier_argument(name: str) -> Tier:
    try:
        return bootstrap.tier_named(name)
    except RoutingError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def build_parser() -> argparse.ArgumentParser:
    """The command line's options."""
    parser = argparse.ArgumentParser(
        prog="python -m signalbox", description="Route prompts to cheap, mid or frontier models."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    classify = commands.add_parser("classify", help="decide JSON lines from standard input without sending them")
    classify.add_argument(
        "--heuristics",
        default="standard",
        metavar="NAME|FILE",
        help="reference, standard, active (what is live) or a YAML file",
    )
    classify.set_defaults(run=run_classify)
    send = commands.add_parser("send", help="send one prompt and print its answer")
    send.add_argument("prompt", help="the prompt; - reads it from standard input")
    send.add_argument("--tier", type=_tier_argument, help="force cheap, mid or frontier")
    send.add_argument("--task-type", help="a task type of the active heuristics")
    send.add_argument("--system", default="", help="system prompt")
    send.add_argument("--no-escalate", action="store_true", help="never answer from another tier than the decided one")
    send.add_argument("--json", action="store_true", help="print answer, decision, cost and attempts as JSON")
    send.set_defaults(run=run_send)
    demo.add_to(commands)
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
