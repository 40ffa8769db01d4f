"""Edits of every field of the built-in profiles, and requests as they are logged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import Edit, MoveUp, Put, Remove, Words, edited
from routing_core.decide.fields import Field, FieldKind, fields_of
from routing_core.decide.heuristics import Heuristics, builtin, compile_heuristics
from routing_core.domain import ChatRequest, Json
from routing_core.errors import InvalidHeuristics
from routing_core.evidence.redecide import LoggedRequest
from routing_core.outcome import Usage
from tests.routing_core.decide.asking import decided

STANDARD = builtin("standard").document
REFERENCE = builtin("reference").document


def single_edits(document: HeuristicsDocument) -> Iterator[tuple[Field, HeuristicsDocument]]:
    """The document after one edit of one field, for every field that takes another value by itself."""
    for each in fields_of(document):
        try:
            yield each, edited(document, _edit(each))
        except InvalidHeuristics:
            continue  # a value that other fields forbid: a boundary below the other, a name that points nowhere


def edit_pool(document: HeuristicsDocument) -> list[Edit]:
    """Edits of every kind, for drafts of a few of them."""
    words = tuple(document.keywords)
    pool: list[Edit] = [_edit(each) for each in fields_of(document)]
    pool += [Words(("keywords", name, "entries"), remove=document.keywords[name].entries[:3]) for name in words]
    pool += [Remove(("code_patterns", name)) for name in document.code_patterns]
    pool += [Remove(("tasks", name)) for name in document.tasks]
    pool += [Put(("policies", name), None) for name in ("low_confidence", "continuation")]
    pool += [MoveUp(("classifier", "rules", 1)), Put(("tokens", "per_message"), 9)]
    return pool


def draft_of(document: HeuristicsDocument, edits: Sequence[Edit]) -> Heuristics:
    """The document after those of the edits that it takes, compiled."""
    for edit in edits:
        try:
            document = edited(document, edit)
        except InvalidHeuristics:
            continue
    return compile_heuristics(document, "draft")


def logged(
    text: str | Sequence[str],
    live: Heuristics | None = None,
    *,
    number: int = 0,
    tokens: tuple[int, int] | None = (100, 20),
    simulated: bool = False,
    **asked: object,
) -> LoggedRequest:
    """A request as the log has it; several texts are turns in alternation, the user's first."""
    turns = [text] if isinstance(text, str) else text
    messages = tuple({"role": ("user", "assistant")[i % 2], "content": turn} for i, turn in enumerate(turns))
    request = ChatRequest(messages=messages, **asked)  # type: ignore[arg-type]  # each test names the fields it sets
    made = decided(messages, live, **asked)  # type: ignore[arg-type]  # as above
    return LoggedRequest(
        request_id=f"request-{number}",
        request=request,
        decided=made,
        has_text=True,
        served_tier=made.decision.tier,
        usage=Usage(*tokens) if tokens else None,
        cost_nano=1_000,
        simulated=simulated,
    )


def without_text(row: LoggedRequest) -> LoggedRequest:
    """The same request where no text was kept."""
    request = replace(row.request, messages=(), system_prompt="")
    return replace(row, request=request, decided=replace(row.decided, text=""), has_text=False)


def _edit(each: Field) -> Edit:
    if each.kind is FieldKind.WORDS:
        return Words(each.path, add=("stocktaking",))
    return Put(each.path, _other(each))


def _other(each: Field) -> Json:
    if each.kind is FieldKind.NUMBER:
        low, high = each.low or 0.0, each.high or 1.0
        step = 1 if each.whole else 0.01
        value = each.value if isinstance(each.value, int | float) else low
        return value + step if value + step <= high else value - step
    if each.kind is FieldKind.CHOICE:
        return next(choice for choice in each.choices if choice != each.value)
    if each.kind is FieldKind.FLAG:
        return each.value is not True
    return next(iter(STANDARD.keywords)) if each.path[-1] == "of" else f"{each.value or 'a'}x"
