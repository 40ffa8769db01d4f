"""`python -m signalbox send`: one prompt, routed, answered and logged."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict
from typing import BinaryIO, TextIO

import bootstrap
import process
from commands.classify import decision_fields
from routing_core.domain import ChatRequest, Tier
from routing_core.errors import InvalidRequest, RoutingError
from routing_core.outcome import Completion


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of `python -m signalbox`."""
    send = commands.add_parser("send", help="send one prompt and print its answer")
    send.add_argument("prompt", help="the prompt; - reads it from standard input")
    send.add_argument("--tier", type=_tier_argument, help="force cheap, mid or frontier")
    send.add_argument("--task-type", help="a task type of the active heuristics")
    send.add_argument("--system", default="", help="system prompt")
    send.add_argument("--no-escalate", action="store_true", help="never answer from another tier than the decided one")
    send.add_argument("--json", action="store_true", help="print answer, decision, cost and attempts as JSON")
    send.set_defaults(run=run_send)


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
    completion = asyncio.run(completed(request))
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


async def completed(request: ChatRequest) -> Completion:
    """One request, sent by this process's engine on the engine's own loop."""
    services = await asyncio.to_thread(process.services)
    await asyncio.wrap_future(services.loop.submit(services.client.prepare()))  # loading LiteLLM is no request's time
    return await asyncio.wrap_future(services.loop.submit(services.engine.complete(request)))
