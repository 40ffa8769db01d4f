"""What one chart of the dashboard is made from, and what it is once made. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from math import floor
from typing import Final
from urllib.parse import urlencode

from storage.heuristics_versions import Version
from storage.traffic import Traffic
from ui.charts.marks import Flag, Ticks, plain
from ui.dashboard.period import Period
from ui.export.csv_text import Cell, csv_bytes

WIDE_TICKS: Final = 15
"""How many labels the axis of a chart over the whole width has room for."""
HALF_TICKS: Final = 7
"""… and one over half of it."""
INSTANT: Final = "%Y-%m-%dT%H:%MZ"
"""How a link to the request list writes a point in time, UTC."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What the charts show: traffic in the bins of a period; `link` are the filters that a link to requests keeps."""

    traffic: Traffic
    period: Period
    link: Mapping[str, str]
    versions: tuple[Version, ...] = ()

    def opens(self, number: int | None = None, **more: str) -> str:
        """The link to the request list that holds what a mark counts: one bin or, without, the whole period.

        `more` names what its requests share besides; '' is none, which a link says by `without`.
        """
        first, last = (0, -1) if number is None else (number, number + 1)
        given = {name: text for name, text in more.items() if text}
        bare = [name for name, text in more.items() if not text]
        without = [*filter(None, self.link.get("without", "").split(",")), *bare]
        link = {**self.link, **given}
        if without:
            link["without"] = ",".join(dict.fromkeys(without))
        start, end = (self.period.edges[edge].astimezone(UTC).strftime(INSTANT) for edge in (first, last))
        return "requests?" + urlencode({**link, "start": start, "end": end})

    def flags(self) -> tuple[Flag, ...]:
        """Where heuristics versions were published; those of one bin share a flag."""
        places: dict[int, list[tuple[float, Version]]] = {}
        for version in reversed(self.versions):
            place = self.period.place(version.created_at)
            if place is not None:
                places.setdefault(floor(place + 0.5), []).append((place, version))
        return tuple(_flag(together) for together in places.values())

    def ticks(self, most: int) -> Ticks:
        """Labels under the axis, `most` of them or fewer; the newest bin has one."""
        count = len(self.period.bins)
        step = -(-count // most)
        shown = range((count - 1) % step, count, step)
        return tuple((float(self.period.first + number), self.period.label(number)) for number in shown)


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart, made: `figure` is Plotly's JSON, `note` a quiet line with n, `alt` the finding in words.

    `unknown` says why it cannot be told of the part that is looked at, '' where it can.
    """

    key: str
    title: str
    note: str
    alt: str
    figure: str
    height_px: int
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    unknown: str = ""

    def csv(self) -> bytes:
        """The chart's table as a file."""
        return csv_bytes(self.header, self.rows)


def dollars(nano: int | None) -> str | None:
    """USD 1e-9 as exact dollars for a table, `0.000004200`."""
    return None if nano is None else f"{Decimal(nano).scaleb(-9):.9f}"


def _flag(together: list[tuple[float, Version]]) -> Flag:
    places, versions = zip(*together, strict=True)
    label = versions[0].version if len(versions) == 1 else f"{versions[0].version} to {versions[-1].version}"
    told = "<br>".join(f"{plain(each.version)} “{plain(each.name)}”: {plain(each.reason)}" for each in versions[-5:])
    return Flag(places[-1], plain(label), told)
