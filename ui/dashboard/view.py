"""The dashboard as it is drawn: what the link asks for, kept up to date without a click."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

import streamlit as st

from routing_core.errors import StorageError
from services import Services
from storage.traffic import TrafficNames
from ui import panel, quiet, shell
from ui.charts import live
from ui.dashboard import filter_bar, reading
from ui.dashboard.board import Board
from ui.dashboard.chart import Chart
from ui.dashboard.link import Asked, read
from ui.dashboard.over_time import LATENCY_KINDS
from ui.dashboard.period import Period
from ui.dashboard.reading import Drawn, View
from ui.sample import panel as sample

_TICK_S: Final = 3.0
_WHILE_FILLING: Final = "30d"
_LATENCY: Final = "dashboard_latency_kind"


def draw(services: Services) -> Drawn:
    """Draw the dashboard that the link asks for, and tell what it was drawn from.

    Raises StorageError where the log does not answer.
    """
    now, zone = datetime.now(UTC), shell.zone()
    newest_key = services.metrics.newest_key()
    drawn = reading.state(services, newest_key, now)
    kinds = reading.names(services, newest_key)
    if not any(kind.apps for kind in kinds):
        _nothing_yet(services)
        return drawn
    today = now.astimezone(zone).date()
    asked = read(_link(services), today)
    simulated, problem = _kind(asked, kinds)
    view = View.of(asked, now, zone, simulated=simulated, drawn=drawn)
    headline = st.container()
    both = all(kind.apps for kind in kinds)
    filter_bar.draw(asked, kinds[simulated], _days(view.period), today, both=both, simulated=simulated)
    board = reading.board(services, view)
    with headline:
        _headline(board, [*asked.problems, *([problem] if problem else [])], simulated=simulated)
        filling = sample.draw_progress(services) or (not kinds[0].apps and sample.draw_offer_where_none(services))
    panel.draw("dashboard_tiles", "dashboard_tiles", tiles=board.tiles, compared=board.compared)
    if board.requests:
        _charts(board, reading.latency(services, view, st.session_state.get(_LATENCY) or LATENCY_KINDS[1]))
    else:
        lines = ["Choose a longer period, or take a filter away." if asked.passed_on else "Choose a longer period."]
        title = f"No requests in this period, {board.span}."
        panel.draw("notice", key="dashboard_none", tone="", title=title, lines=lines)
    if not filling:
        sample.draw_removal(services, offer=True)
    return drawn


def _link(services: Services) -> dict[str, str]:
    """The page's link; while sample traffic comes in, oldest day first, its days are what is looked at."""
    link = st.query_params.to_dict()
    return {"period": _WHILE_FILLING, **link} if sample.running(services) else link


def draw_failed(services: Services, error: StorageError) -> Drawn:
    """Say that the log does not answer; `watch` draws the page once it does, whatever it answers."""
    lines = [str(error), "This page tries again every few seconds."]
    panel.draw("notice", key="dashboard_failed", tone="bad", title="The log does not answer.", lines=lines)
    return reading.state(services, None, datetime.now(UTC))


def watch(services: Services, drawn: Drawn) -> None:
    """Look every few seconds whether anything is newer than `drawn`, and only then draw the page anew."""
    st.fragment(_look, run_every=_TICK_S)(services, drawn)


def _look(services: Services, drawn: Drawn) -> None:
    if drawn.outdated(_state(services)):
        st.rerun()


def _state(services: Services) -> Drawn:
    """What a page that is drawn now shows; one indexed query."""
    try:
        newest_key = services.metrics.newest_key()
    except StorageError:
        newest_key = None
    return reading.state(services, newest_key, datetime.now(UTC))


def _kind(asked: Asked, kinds: tuple[TrafficNames, TrafficNames]) -> tuple[bool, str | None]:
    """Whether simulated traffic is shown, and what is wrong where another kind was asked for than there is."""
    real, simulated = (bool(kind.apps) for kind in kinds)
    if real and simulated:
        return bool(asked.simulated), None
    if asked.simulated is None or asked.simulated == simulated:
        return simulated, None
    there, wanted = ("simulated", "real") if simulated else ("real", "simulated")
    return simulated, f"There is no {wanted} traffic; what is shown is {there}."


def _days(period: Period) -> tuple[date, date]:
    """The first and the last local day of a period."""
    first, last = period.edges[0], period.edges[-1] - timedelta(microseconds=1)
    return first.astimezone(period.zone).date(), last.astimezone(period.zone).date()


def _headline(board: Board, problems: list[str], *, simulated: bool) -> None:
    panel.draw(
        "dashboard_sentence",
        key="dashboard_sentence",
        sentence=board.sentence,
        simulated=simulated,
        problems=" ".join([*problems, f"Shown is {board.shown}."]) if problems else "",
    )


def _nothing_yet(services: Services) -> None:
    line = "Send a prompt in the playground, from Python or from the command line; its figures show here at once."
    panel.draw("notice", key="dashboard_empty", tone="", title="No traffic yet", lines=[line])
    st.page_link("pages/playground.py", label="Open the playground")
    sample.draw_offer(services)


def _charts(board: Board, latency: Chart) -> None:
    _chart(board.cost)
    for left, right in ((board.share, latency), (board.reasons, board.troubles), (board.apps, board.models)):
        columns = st.columns(2, gap="small")
        height_px = max(left.height_px, right.height_px)
        for column, chart in zip(columns, (left, right), strict=True):
            with column:
                _chart(chart, height_px)


def _chart(chart: Chart, height_px: int | None = None) -> None:
    """One chart with its head; where it is unknown for what is looked at, its place says why."""
    with st.container(border=True, gap="xxsmall", height="stretch" if chart.unknown else "content"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"dashboard_{chart.key}_head"):
            _head(chart)
        if not chart.unknown:
            live.draw(chart.figure, f"dashboard_{chart.key}", alt=chart.alt, height_px=height_px or chart.height_px)


def _head(chart: Chart) -> None:
    """A chart's title and quiet line, which give way where it is narrow; at the right its CSV, made when asked for."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(chart.title, anchor=False, width="content")
        quiet.draw(chart.unknown or chart.note)
        if chart.key == "latency":
            _latency_choice()
    if not chart.unknown:
        st.download_button(
            "CSV", chart.csv, file_name=f"signalbox-{chart.key}.csv", mime="text/csv", type="tertiary",
            key=f"dashboard_{chart.key}_csv", on_click="ignore", help=f"{chart.title} as a table",
        )  # fmt: skip


def _latency_choice() -> None:
    st.segmented_control(
        "Which latency", LATENCY_KINDS, default=LATENCY_KINDS[1], required=True, key=_LATENCY,
        label_visibility="collapsed",
    )  # fmt: skip
