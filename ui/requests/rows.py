"""The list of requests as its panel draws it: one row a request, in the operator's zone. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from routing_core.domain import Tier
from routing_core.outcome import CostSource, State
from storage.labels import Label
from storage.request_log import RequestCount, RequestPage, RequestRow
from ui import format as figures
from ui import labels, words

_MARKS: Final[Mapping[CostSource, str]] = {CostSource.ESTIMATED: "est.", CostSource.FREE: "free"}
_SHORT_STATES: Final[Mapping[State, str]] = {State.ESCALATED_ON_FAILURE: "escalated"}
_BAD: Final = frozenset({State.FAILED, State.REFUSED, State.BROKEN})


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of the list; `tier` served, or was decided where nothing did. `mark` tells a cost that is no price."""

    row: RequestRow
    href: str
    time: str
    tier: Tier | None
    cause: str
    state: str
    bad: bool
    mark: str
    source: str
    said: str


def rows_of(
    rows: Sequence[RequestRow],
    said: Mapping[str, Sequence[Label]],
    link: Mapping[str, str],
    zone: ZoneInfo,
    now: datetime,
) -> tuple[ListRow, ...]:
    """The rows; `said` are labels by request, `link` the query of this list, which a request's own link keeps."""
    return tuple(_row(row, said.get(row.request_id, ()), link, zone, now) for row in rows)


def short_time(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A time as short as it stays clear: `09:41:07` today, `22 Nov 09:41` this year, else with its year."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M:%S}"
    return f"{local.day} {local:%b %H:%M}" if local.year == today.year else f"{local.day} {local:%b %Y %H:%M}"


def sentence(page: RequestPage, count: RequestCount | None, *, filtered: bool, newest: bool) -> str:
    """What the list is showing now; `count` is of all its pages, None where this one holds them all or none."""
    if not page.rows and not filtered and newest:
        return "Every request that is sent is listed here."
    shown = figures.plural(len(page.rows), "request")
    if count is not None:
        number = max(count.number, len(page.rows))  # of what was tried; the page may know of more
        shown = f"{len(page.rows):,} of {'at least ' if count.more else ''}{figures.plural(number, 'request')}"
    if newest and page.rows and page.next_before is not None:
        return f"The newest {shown}{' that match' if filtered else ''}; older ones follow below."
    which = " that match" if filtered else ""
    where = ", newest first" if newest else ", older ones"
    looked = ""
    if page.looked_at is not None and page.next_before is not None and not page.rows:
        looked = f" None of {page.looked_at:,} requests looked at matches; look further back."
    return f"{shown}{which}{where}.{looked}"


def simulated(page: RequestPage) -> str | None:
    """What is said over a list with simulated rows in it; nothing where all are real."""
    marked = sum(row.simulated for row in page.rows)
    if not marked:
        return None
    return "all simulated" if marked == len(page.rows) else f"{marked} simulated, marked sim"


def _row(row: RequestRow, said: Sequence[Label], link: Mapping[str, str], zone: ZoneInfo, now: datetime) -> ListRow:
    return ListRow(
        row=row,
        href="requests?" + urlencode({**link, "request": row.request_id}),
        time=short_time(row.started_at, zone, now),
        tier=row.served_tier or row.decided_tier,
        cause=words.spaced(row.cause or ""),
        state=_SHORT_STATES.get(row.state, words.spaced(row.state)),
        bad=row.state in _BAD,
        mark=_MARKS.get(row.cost_source, ""),
        source=words.COST_SOURCES[row.cost_source],
        said=labels.in_short(said),
    )
