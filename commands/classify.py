"""Deciding JSON lines without sending them: what `python -m signalbox classify` reads and writes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import BinaryIO, Never, TextIO

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator

import bootstrap
from routing_core.decide.heuristics import Heuristics
from routing_core.domain import ChatRequest, Decision, Json
from routing_core.errors import RoutingError

_DIGITS = 12  # of a figure that is printed: sums of tenths have noise beyond


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of `python -m signalbox`."""
    classify = commands.add_parser("classify", help="decide JSON lines from standard input without sending them")
    classify.add_argument(
        "--heuristics",
        default="standard",
        metavar="NAME|FILE",
        help="reference, standard, active (what is live) or a YAML file",
    )
    classify.set_defaults(run=run_classify)


def run_classify(arguments: argparse.Namespace, source: BinaryIO, target: TextIO) -> int:
    """Classify standard input; exit status 1 if any line was bad."""
    bad = 0
    for fields in classify_lines(source, _heuristics(arguments.heuristics)):
        bad += "error" in fields
        print(json.dumps(fields), file=target)
    return 1 if bad else 0


def _heuristics(name: str) -> Heuristics:
    if name in bootstrap.BUILTIN_NAMES:
        return bootstrap.builtin(name)
    if name == "active":
        return bootstrap.active_heuristics(bootstrap.read_settings())
    return bootstrap.heuristics_from_file(Path(name))


class ClassifyLine(BaseModel):
    """One line to classify: a query, or a messages array, with an optional task type; other fields are ignored."""

    model_config = ConfigDict(extra="ignore", strict=True)

    query: str | None = None
    messages: list[dict[str, JsonValue]] | None = Field(default=None, min_length=1)
    task_type: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> ClassifyLine:
        if (self.query is None) == (self.messages is None):
            raise ValueError("give either query or messages")
        return self

    def request(self) -> ChatRequest:
        """The line as a request that can be decided."""
        messages = [{"role": "user", "content": self.query}] if self.messages is None else self.messages
        return ChatRequest(messages=tuple(messages), task_type=self.task_type)


def classify_lines(lines: Iterable[bytes], heuristics: Heuristics) -> Iterator[dict[str, Json]]:
    """Decide each JSON line by its text alone, in order; a bad line gives `{"id", "error"}`, blank lines nothing."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _classified(number, line, heuristics)


def _classified(number: int, line: bytes, heuristics: Heuristics) -> dict[str, Json]:
    identity: Json = None
    try:
        fields = json.loads(line, parse_constant=_no_number, parse_float=_finite)
        identity = fields.get("id") if isinstance(fields, dict) else None
        request = ClassifyLine.model_validate(fields).request()
        decision = bootstrap.decide_request(request, heuristics).decision
    except ValidationError as error:
        return {"id": identity, "error": f"line {number}: {_first_fault(error)}"}
    except (ValueError, RecursionError, RoutingError) as error:
        return {"id": identity, "error": f"line {number}: {error}"}
    return {"id": identity, **decision_fields(decision)}


def _no_number(name: str) -> Never:
    raise ValueError(f"{name} is no JSON; leave it out or write null")


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _no_number(text)


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}" if where else fault["msg"]


def decision_fields(decision: Decision) -> dict[str, Json]:
    """A decision as the command line prints it."""
    return {
        "tier": decision.tier,
        "reason": decision.cause,
        "confidence": round(decision.confidence, _DIGITS),
        "score": round(decision.score, _DIGITS),
        "margin": None if decision.margin is None else round(decision.margin, _DIGITS),
        "signals": [asdict(signal) for signal in decision.signals],
    }
