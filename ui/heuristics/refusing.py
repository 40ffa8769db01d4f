"""Why an edit was refused, as it is said beside the field: in the page's names, not in the document's keys. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from routing_core.decide.editing import SortedWords
from routing_core.decide.fields import Path
from routing_core.errors import InvalidHeuristics
from ui import format as figures
from ui.heuristics.refused_text import seen
from ui.heuristics.working import Refusal

_TOLD: Final = 3
_LONGEST: Final = 40


def reason_of(error: InvalidHeuristics, path: Path, name: Callable[[Path], str]) -> str:
    """The refusals of an edit at `path` without a full stop; what is not at or below it is named."""
    said = [
        each.reason if not each.path or each.path[: len(path)] == path else f"{name(each.path)}: {each.reason}"
        for each in error.refusals
    ]
    return "; ".join(said).rstrip(".")


def words_refused(found: SortedWords) -> Refusal | None:
    """The words that a list did not take, with the reasons and what became of the others; None where it took all."""
    if not found.refused:
        return None
    reasons = [f"“{_short(word)}” {fault}" for word, fault in found.refused[:_TOLD]]
    if more := len(found.refused) - _TOLD:
        reasons += [f"and {more:,} more"] if more > 0 else []
    kept = f"Added: {figures.plural(len(found.taken), 'word')}." if found.taken else "Nothing was added."
    again = "What was not is still in the field; change it there, or empty the field."
    return Refusal({"add": [word for word, _ in found.refused]}, "; ".join(reasons), f"{kept} {again}")


def _short(word: str) -> str:
    visible = "".join(map(seen, word))
    return visible if len(visible) <= _LONGEST else f"{visible[:_LONGEST]}…"
