"""Traffic made by hand: cells with as many requests, of as much cost, as a test says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from storage.rollup_sums import Totals
from storage.sketches import Sketch
from storage.traffic import Cell, Traffic
from ui.dashboard.period import Fortnight, fortnight
from ui.dashboard.sums import Recent, recent_of

NOW = datetime(2026, 11, 23, 13, 22, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
WEEK_AGO = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
EARLIER = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def cell(at: int, tier: str = "cheap", *, app: str = "web", model: str = "m", **sums: int) -> Cell:
    """A cell of the bin `at` with one request, or as many as `sums` says."""
    return counted(at, tier, sums, app, model)


def counted(at: int, tier: str, sums: Mapping[str, int], app: str = "web", model: str = "m") -> Cell:
    """A cell with these totals by their names; what is not unpriced is priced."""
    priced = sums.get("requests", 1) - sums.get("unpriced", 0)
    return Cell(at, tier, app, model, "v1", Totals(**{"requests": 1, "priced": priced, **sums}))


def recent(
    *cells: tuple[datetime, Cell], latency: Iterable[tuple[datetime, str, list[float]]] = (), now: datetime = NOW
) -> Recent:
    """A fortnight up to NOW in Berlin with each cell in the bin of its instant, whatever bin it names."""
    span = fortnight(now, BERLIN)
    placed = tuple(
        Cell(_bin(span, at), made.tier, made.app, made.model, made.version, made.totals) for at, made in cells
    )
    sketches = {(_bin(span, at), tier): Sketch.of(values) for at, tier, values in latency}
    return recent_of(Traffic(cells=placed, latency=sketches), span)


def _bin(span: Fortnight, at: datetime) -> int:
    return next(number for number, start in reversed(list(enumerate(span.edges[:-1]))) if start <= at)
