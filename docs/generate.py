"""`python -m docs.generate`: write `docs/reference.md` from the code, and the README's figures from the benchmarks."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from docs import figures
from gateway.metrics.measures import MEASURES
from routing_core import errors
from routing_core.domain import Policy, Tier
from routing_core.outcome import AttemptStatus, CostSource, State
from settings import CHECKOUT, Settings

REFERENCE = Path(__file__).with_name("reference.md")
ENUMERATIONS: tuple[tuple[str, type[StrEnum]], ...] = (
    ("Tiers", Tier),
    ("Policies (causes that move a decision)", Policy),
    ("States of a request", State),
    ("States of an attempt", AttemptStatus),
    ("Sources of a cost", CostSource),
)


def reference() -> str:
    """The whole reference as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Reference"
    yield ""
    yield "Generated from the code by `make docs`; edit the code, not this page."
    yield from _settings()
    for title, enumeration in ENUMERATIONS:
        yield from _table(title, ("name",), ((f"`{member.value}`",) for member in enumeration))
        yield ""
        yield _first_sentence(enumeration)
    yield from _measures()
    yield from _table(
        "Errors", ("error", "is a", "meaning"), ((f"`{e.__name__}`", _parent(e), _first_sentence(e)) for e in _errors())
    )


def _settings() -> Iterator[str]:
    rows = (
        (f"`SIGNALBOX_{name.upper()}`", f"`{_shown(field.default)}`", field.description or "")
        for name, field in Settings.model_fields.items()
    )
    return _table("Settings", ("environment variable", "default", "meaning"), rows)


def _measures() -> Iterator[str]:
    rows = (
        (f"`{each.name}`", each.kind.value, ", ".join(f"`{label}`" for label in each.labels) or "none", each.meaning)
        for each in MEASURES
    )
    return _table("Metrics", ("metric", "kind", "labels", "meaning"), rows)


def _shown(default: object) -> str:
    if isinstance(default, Path):
        return str(default.relative_to(CHECKOUT))
    return "unset" if default in (None, ()) else str(default)


def _table(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    yield f"| {' | '.join(heads)} |"
    yield "|" + " --- |" * len(heads)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _errors() -> Iterator[type[errors.RoutingError]]:
    yield errors.RoutingError
    waiting = list(errors.RoutingError.__subclasses__())
    while waiting:
        error = waiting.pop(0)
        if error.__module__ == errors.__name__:
            yield error
        waiting = [*error.__subclasses__(), *waiting]


def _parent(error: type[errors.RoutingError]) -> str:
    return f"`{error.__bases__[0].__name__}`"


def _first_sentence(documented: type) -> str:
    return " ".join((documented.__doc__ or "").split("\n\n")[0].split())


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
    figures.write()
    sys.stdout.write(f"wrote {REFERENCE} and the figures of {figures.README}\n")
