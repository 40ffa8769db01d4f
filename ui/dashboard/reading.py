"""Reads what a view shows: one indexed query says whether anything is new, the rest is kept while nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from services import Services
from storage.traffic import TrafficNames
from ui.dashboard.board import Board, board_of
from ui.dashboard.chart import Basis
from ui.dashboard.link import Asked
from ui.dashboard.period import QUARTER, Fortnight, Period, fortnight
from ui.dashboard.sums import recent_of

_KEPT: Final = 32  # views; every browser on the same one is served by one computation
_KEPT_FOR: Final = timedelta(minutes=20)
_SETTLED_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a page was drawn from: another newest request, version or quarter of an hour is a reason to draw anew.

    `newest_key` is None where the log did not answer.
    """

    newest_key: int | None
    version: str
    quarter: int
    at: float

    def outdated(self, now: Drawn) -> bool:
        """Whether the page should be drawn anew; never at once, else busy traffic would draw without an end."""
        same = (self.newest_key, self.version, self.quarter) == (now.newest_key, now.version, now.quarter)
        return not same and now.at - self.at >= _SETTLED_S


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: a period, filters, real or simulated traffic, in a zone."""

    asked: Asked
    period: Period
    fortnight: Fortnight
    simulated: bool

    @classmethod
    def of(cls, asked: Asked, now: datetime, zone: ZoneInfo, *, simulated: bool) -> View:
        """The view that a link asks for now."""
        return cls(asked, asked.period(now, zone), fortnight(now, zone), simulated)

    @property
    def name(self) -> str:
        """Equal for views that show the same."""
        spans = (self.period.edges, self.period.unit, self.fortnight.edges, self.period.zone.key)
        return repr((spans, sorted(self.asked.values.items()), self.simulated))


def state(services: Services, newest_key: int | None, now: datetime) -> Drawn:
    """What a page that is drawn now is drawn from."""
    version = services.heuristics.status().version
    return Drawn(newest_key, version, int(now.timestamp() // QUARTER.total_seconds()), monotonic())


def names(services: Services, newest_key: int) -> tuple[TrafficNames, TrafficNames]:
    """What real and what simulated traffic can be filtered by; empty where there is none. Raises StorageError."""
    found: tuple[TrafficNames, TrafficNames] = _names(services, _database(services), newest_key)
    return found


def board(services: Services, view: View, drawn: Drawn) -> Board:
    """The board of a view, computed once for everybody who looks at it. Raises StorageError."""
    made: Board = _board(services, view, _database(services), view.name, drawn.newest_key, drawn.version)
    return made


@st.cache_resource(max_entries=_KEPT, ttl=_KEPT_FOR, show_spinner=False)
def _names(_services: Services, _of: str, _newest_key: int) -> tuple[TrafficNames, TrafficNames]:
    return _services.metrics.names(simulated=False), _services.metrics.names(simulated=True)


@st.cache_resource(max_entries=_KEPT, ttl=_KEPT_FOR, show_spinner=False)
def _board(_services: Services, _view: View, database: str, name: str, newest_key: int | None, version: str) -> Board:
    filters, metrics = _view.asked.filters, _services.metrics
    recent = metrics.traffic(_view.fortnight.edges, filters, simulated=_view.simulated)
    traffic = metrics.traffic(_view.period.edges, filters, simulated=_view.simulated)
    reference = _services.catalog.frontier_reference
    link = {**_view.asked.passed_on, "simulated": "yes" if _view.simulated else "no"}
    basis = Basis(traffic, _view.period, link, _services.heuristics.history())
    return board_of(
        recent_of(recent, _view.fortnight), basis, reference=reference.model.rsplit("/")[-1] if reference is not None else None
    )


def _database(services: Services) -> str:
    return services.settings.resolved_database_url
