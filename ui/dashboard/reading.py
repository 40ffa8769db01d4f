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
from ui.dashboard.chart import Basis, Chart
from ui.dashboard.link import Asked
from ui.dashboard.over_time import latency_chart
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
    """What is looked at: a period, filters, real or simulated traffic, as of a newest request and version."""

    asked: Asked
    period: Period
    fortnight: Fortnight
    simulated: bool
    drawn: Drawn

    @classmethod
    def of(cls, asked: Asked, now: datetime, zone: ZoneInfo, *, simulated: bool, drawn: Drawn) -> View:
        """The view that a link asks for now."""
        return cls(asked, asked.period(now, zone), fortnight(now, zone), simulated, drawn)

    @property
    def name(self) -> str:
        """Equal for views that show the same."""
        spans = (self.period.edges, self.period.unit, self.fortnight.edges, self.period.zone.key)
        as_of = (self.drawn.newest_key, self.drawn.version)
        return repr((spans, sorted(self.asked.values.items()), self.simulated, as_of))


def state(services: Services, newest_key: int | None, now: datetime) -> Drawn:
    """What a page that is drawn now is drawn from."""
    version = services.heuristics.status().version
    return Drawn(newest_key, version, int(now.timestamp() // QUARTER.total_seconds()), monotonic())


def names(services: Services, newest_key: int) -> tuple[TrafficNames, TrafficNames]:
    """What real and what simulated traffic can be filtered by; empty where there is none. Raises StorageError."""
    found: tuple[TrafficNames, TrafficNames] = _names(services, newest_key)
    return found


def board(services: Services, view: View) -> Board:
    """The board of a view, computed once for everybody who looks at it. Raises StorageError."""
    made: Board = _board(services, view)
    return made


def latency(services: Services, view: View, kind: str) -> Chart:
    """The chart of one of LATENCY_KINDS, computed as `board` is. Raises StorageError."""
    made: Chart = _latency(services, view, kind)
    return made


def _source(services: Services) -> tuple[str, str | None]:
    """What a board depends on besides its view: the log, and the model that savings are told against."""
    return services.settings.resolved_database_url, _reference(services)


def _name(view: View) -> str:
    return view.name


@st.cache_resource(max_entries=_KEPT, ttl=_KEPT_FOR, show_spinner=False, hash_funcs={Services: _source})
def _names(services: Services, newest_key: int) -> tuple[TrafficNames, TrafficNames]:  # noqa: ARG001 - of the cache's key
    return services.metrics.names(simulated=False), services.metrics.names(simulated=True)


@st.cache_resource(max_entries=_KEPT, ttl=_KEPT_FOR, show_spinner=False, hash_funcs={Services: _source, View: _name})
def _basis(services: Services, view: View) -> Basis:
    traffic = services.metrics.traffic(view.period.edges, view.asked.filters, simulated=view.simulated)
    link = {**view.asked.passed_on, "simulated": "yes" if view.simulated else "no"}
    return Basis(traffic, view.period, link, services.heuristics.history())


@st.cache_resource(max_entries=_KEPT, ttl=_KEPT_FOR, show_spinner=False, hash_funcs={Services: _source, View: _name})
def _board(services: Services, view: View) -> Board:
    traffic = services.metrics.traffic(view.fortnight.edges, view.asked.filters, simulated=view.simulated)
    recent = recent_of(traffic, view.fortnight)
    return board_of(recent, _basis(services, view), reference=_reference(services))


@st.cache_resource(max_entries=_KEPT, ttl=_KEPT_FOR, show_spinner=False, hash_funcs={Services: _source, View: _name})
def _latency(services: Services, view: View, kind: str) -> Chart:
    return latency_chart(_basis(services, view), kind)


def _reference(services: Services) -> str | None:
    """The frontier model that savings are told against, without its provider."""
    reference = services.catalog.frontier_reference
    return None if reference is None else reference.model.rsplit("/")[-1]
