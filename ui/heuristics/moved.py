"""The requests that would move, equal prompts as one row with their number. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from urllib.parse import urlencode

from routing_core.domain import Decision, Tier
from routing_core.evidence.preview import Moved
from ui import format as figures
from ui import words

LISTED: Final = 50
_LONGEST: Final = 160
_Alike: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovedRow:
    """Requests with one prompt that would go the same way for the same reason; `href` leads to the newest of them.

    `difference` is what all of them together would cost more, as far as it is known: of `unpriced` it is not.
    """

    href: str
    prompt: str | None
    before: str
    after: str
    why: str
    count: int
    difference: str
    unpriced: int
    simulated: bool


def moved_rows(moved: Sequence[Moved]) -> tuple[MovedRow, ...]:
    """At most fifty rows: those that go down first, then those where the most money is."""
    alike: dict[_Alike, list[Moved]] = {}
    for each in moved:
        alike.setdefault(_key(each), []).append(each)
    return tuple(map(_row, sorted(alike.values(), key=_risk)[:LISTED]))


def end_name(tier: Tier | None) -> str:
    """A tier, or that the request would be refused."""
    return "refused" if tier is None else tier.value


def _key(moved: Moved) -> _Alike:
    """What is equal of equal prompts; one whose text is not at hand is like no other."""
    logged = moved.logged
    text = logged.decided.text if logged.has_text else f"request {logged.request_id}"
    return text, *map(end_name, moved.step), _why(moved)


def _risk(alike: Sequence[Moved]) -> tuple[bool, int]:
    return alike[0].rise > 0, -abs(sum(each.difference_nano or 0 for each in alike))


def _row(alike: Sequence[Moved]) -> MovedRow:
    first, known = alike[0], [each.difference_nano for each in alike if each.difference_nano is not None]
    newest = max(each.logged.request_id for each in alike)  # an id begins with its time
    before, after = first.step
    return MovedRow(
        href=f"requests?{urlencode({'request': newest})}",
        prompt=" ".join(first.logged.decided.text.split())[:_LONGEST] if first.logged.has_text else None,
        before=end_name(before),
        after=end_name(after),
        why=_why(first),
        count=len(alike),
        difference=figures.signed_money(sum(known)) if known else figures.UNKNOWN,
        unpriced=len(alike) - len(known),
        simulated=first.logged.simulated,
    )


def _why(moved: Moved) -> str:
    return f"{_cause(moved.before)} → {_cause(moved.after)}"


def _cause(decision: Decision | None) -> str:
    return "nothing fits" if decision is None else words.spaced(decision.cause)
