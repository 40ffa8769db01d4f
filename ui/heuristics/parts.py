"""Groups and rows that several sections of the document are made of. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from routing_core.decide.fields import Path
from ui.heuristics.form import Adder, Form, Group, Row

SHORT: Final[Mapping[str, str]] = {
    "weight": "Weight",
    "saturation": "In full from hits",
    "most_tokens": "Only in turns up to tokens",
    "low": "Counts from",
    "high": "In full from",
    "of": "Measures",
    "scale": "Scale",
    "tokens_over": "Tokens over",
    "tokens_under": "Tokens under",
    "code": "Code",
    "task": "Task",
    "tier": "Goes to",
    "base": "Confidence",
    "per_hit": "Confidence per hit",
    "most": "Highest confidence",
    "name": "Name",
    "mode": "How it is joined",
    "text": "Text",
    "confidence": "Confidence",
}
_SHORT_ENDS: Final[Mapping[Path, str]] = {("confidence", "of"): "Hits of list"}


def part(form: Form, path: Path, title: str, *, fixed: bool = False) -> Group:
    """Everything below `path` as one group, which can be taken away unless `fixed`."""
    return Group(
        id="/".join(map(str, path)),
        title=title[:1].upper() + title[1:],
        rows=short_rows(form, form.below(*path)),
        removable=None if fixed else path,
        error=form.error(path),
    )


def rows(form: Form, paths: Sequence[Path]) -> tuple[Row, ...]:
    """Fields under the names that the diff has for them."""
    return tuple(form.row(path) for path in paths)


def short_rows(form: Form, paths: Sequence[Path]) -> tuple[Row, ...]:
    """Fields under short names, where the group's title says the rest."""
    return tuple(form.row(path, _SHORT_ENDS.get(path[-2:]) or SHORT.get(str(path[-1]))) for path in paths)


def adder(form: Form, path: Path, label: str, names: tuple[str, ...]) -> tuple[Adder, ...]:
    """The way to add one of `names`; none where all are there already."""
    return (Adder(path, label, names=names, error=form.error(path), typed=form.typed(path)),) if names else ()


def spaced(step: str | int) -> str:
    """A step of a path as words."""
    return str(step).replace("_", " ")
