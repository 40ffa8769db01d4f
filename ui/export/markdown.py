"""A comparison as Markdown that a person reads; whatever was sent or answered stands in fences it cannot break."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

from routing_core.outcome import Attempt, Cost, Outcome, Usage
from storage.labels import Label
from ui import labels
from ui.export.document import Comparison, exact_dollars, options_of, text_of, writable

_UNKNOWN: Final = "–"
_SHORTEST_FENCE: Final = 3


def comparison_markdown(comparison: Comparison) -> str:
    """The comparison as Markdown: prompt, options, decision, then each answer with its figures and attempts."""
    blocks = [
        *_heading(comparison),
        *_asked(comparison),
        *_options(comparison),
        *_decision(comparison),
        *(
            block
            for outcome in comparison.outcomes
            for block in _answer(outcome, comparison.labels_of(outcome.request_id))
        ),
    ]
    return writable("\n\n".join(blocks) + "\n")


def fenced(text: str, language: str = "") -> str:
    """`text` as a code block whose fence is longer than any run of backticks inside it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(_SHORTEST_FENCE, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _heading(comparison: Comparison) -> Iterator[str]:
    many = len(comparison.outcomes) > 1
    yield "# Signalbox comparison" if many else "# Signalbox request"
    sent = min((outcome.started_at for outcome in comparison.outcomes), default=None)
    if sent is not None:
        answers = f"{len(comparison.outcomes)} answers, sent" if many else "Sent"
        simulated = " Simulated: answers and costs are not real." if comparison.simulated else ""
        yield f"{answers} {sent:%Y-%m-%d %H:%M:%S %Z}.{simulated}"


def _asked(comparison: Comparison) -> Iterator[str]:
    yield "## Prompt"
    if not comparison.prompt_kept:
        yield "Not kept: the log was set to keep no text."
        return
    yield fenced(comparison.prompt)
    if comparison.request.system_prompt:
        yield "## System prompt"
        yield fenced(comparison.request.system_prompt)
    if len(comparison.request.messages) > 1:
        yield "## Messages"
        for message in comparison.request.messages:
            yield f"{_plain(str(message.get('role', 'unknown role')))}:"
            yield fenced(text_of(message))


def _options(comparison: Comparison) -> Iterator[str]:
    options = options_of(comparison.request)
    if options:
        yield "## Options"
        yield _table(("option", "value"), [(name, json.dumps(value)) for name, value in options.items()])


def _decision(comparison: Comparison) -> Iterator[str]:
    yield "## The router's own decision"
    if comparison.decided is None:
        yield _plain(comparison.undecided or "None was made.")
        return
    decision = comparison.decided.decision
    evidence = " No signal fired." if decision.no_evidence else ""
    yield (
        f"**{decision.tier}**, cause {_plain(decision.cause)}, confidence {decision.confidence:.2f}, "
        f"score {_number(decision.score)}, margin {_number(decision.margin)}, "
        f"heuristics {_plain(decision.version)}.{evidence}"
    )
    if decision.signals:
        yield _table(
            ("signal", "value", "weight", "contribution", "evidence"),
            [
                (s.name, f"{s.value:g}", f"{s.weight:g}", f"{s.contribution:+.3f}", ", ".join(s.evidence))
                for s in decision.signals
            ],
        )
    if decision.overrides:
        yield "\n".join(f"- {o.cause}: {o.from_tier} to {o.to_tier}" for o in decision.overrides)


def _answer(outcome: Outcome, said: Sequence[Label] | None) -> Iterator[str]:
    tier = outcome.served_tier or outcome.request.force_tier or "no tier"
    yield f"## {tier}: {_plain(outcome.served_by or 'not served')}"
    yield _table(("figure", "value"), [*_figures(outcome), ("labels", _said(said))])
    if outcome.error:
        yield f"Error: {_plain(outcome.error)}"
    yield fenced(outcome.answer, "markdown") if outcome.answer else "No answer."
    if outcome.attempts:
        yield _attempts(outcome.attempts)


def _figures(outcome: Outcome) -> list[tuple[str, str]]:
    usage = outcome.usage or Usage(input_tokens=None, output_tokens=None)
    return [
        ("request", outcome.request_id),
        ("started", outcome.started_at.isoformat()),
        ("asked for", outcome.request.force_tier or "the router's choice"),
        ("state", outcome.state),
        ("cost", _money(outcome.cost)),
        ("cost source", outcome.cost.source),
        ("tokens in", _count(usage.input_tokens)),
        ("tokens cached", _count(usage.cached_tokens)),
        ("tokens out", _count(usage.output_tokens)),
        ("first token", _milliseconds(outcome.first_token_ms)),
        ("total", _milliseconds(outcome.latency_ms)),
        ("simulated", "yes" if outcome.simulated else "no"),
    ]


def _said(said: Sequence[Label] | None) -> str:
    if said is None:
        return "unknown: the log did not answer"
    return "; ".join(map(labels.in_words, said)) or "none"


def _attempts(attempts: Sequence[Attempt]) -> str:
    return _table(
        ("attempt", "tier", "deployment", "status", "latency", "cost", "error"),
        [
            (str(n), a.tier, a.deployment, _status(a), _milliseconds(a.latency_ms), _money(a.cost), a.error or "")
            for n, a in enumerate(attempts, start=1)
        ],
    )


def _status(attempt: Attempt) -> str:
    return f"{attempt.status} {attempt.http_status}" if attempt.http_status else attempt.status


def _money(cost: Cost) -> str:
    return _UNKNOWN if cost.nano is None else f"${exact_dollars(cost.nano)} ({cost.nano} nano)"


def _count(tokens: int | None) -> str:
    return _UNKNOWN if tokens is None else str(tokens)


def _milliseconds(duration_ms: float | None) -> str:
    return _UNKNOWN if duration_ms is None else f"{duration_ms:.0f} ms"


def _number(value: float | None) -> str:
    return _UNKNOWN if value is None else f"{value:.2f}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *([_plain(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _plain(text: str) -> str:
    """`text` on one line, with every mark that Markdown or HTML would act on escaped."""
    return re.sub(r"([\\`*_\[\]<>|#!&~])", r"\\\1", " ".join(text.split()))
