"""How the request log fares, said on the page where it matters: nothing while all is well."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from routing_core.errors import StorageError
from services import Services
from storage.in_flight import Lost
from storage.recorder_status import RecorderStatus
from ui import format as figures
from ui import panel, shell
from ui.requests.rows import short_time

_TICK_S: Final = 3.0
_TITLES: Final = {True: "Some requests were not kept.", False: "Requests are on their way back into the log."}


def draw(services: Services) -> None:
    """Draw what is wrong with the log; answers are served all the same."""
    status = services.recorder.status()
    lines = trouble(status)
    if lines:
        title = "The request log cannot be written." if not status.ok else _TITLES[status.dropped > 0]
        panel.draw("notice", key="requests_log", tone="bad" if not status.ok else "warn", title=title, lines=lines)


def draw_unanswered(services: Services, error: StorageError) -> None:
    """Say that the log does not answer, and draw the page anew once it does."""
    lines = [str(error), "This page tries again every few seconds."]
    panel.draw("notice", key="requests_failed", tone="bad", title="The log does not answer.", lines=lines)
    st.fragment(_look, run_every=_TICK_S)(services)


def _look(services: Services) -> None:
    try:
        services.request_log.newest(1)
    except StorageError:
        return
    st.rerun()


def trouble(status: RecorderStatus) -> tuple[str, ...]:
    """What is wrong, what is kept and what is lost; nothing where all is well."""
    if status.ok and not status.dropped and not status.spilled and not status.elsewhere_bytes:
        return ()
    lines = [] if status.ok and not status.dropped else [status.last_error or "The database refuses."]
    if status.spilled:
        lines.append(f"{figures.plural(status.spilled, 'request')} wait in the spill file and return by themselves.")
    if status.elsewhere_bytes:
        lines.append("Requests of another process, a gateway's, wait in its spill file until it can write again.")
    if status.queued:
        lines.append(f"{figures.plural(status.queued, 'request')} wait in memory and are written once it works again.")
    if status.dropped:
        lines.append(f"{figures.plural(status.dropped, 'request')} lost from the log; their answers were served.")
    return tuple(lines)


def untold(lost: Lost, zone: ZoneInfo, now: datetime) -> str:
    """What is known of requests whose process was killed: how many, when, and that their cost is not."""
    were = "request was" if lost.count == 1 else "requests were"
    at = short_time(lost.last_seen_at, zone, now)
    return (
        f"{figures.count(lost.count)} {were} in progress when a process of Signalbox was killed, last seen at {at}. "
        "What they cost is unknown and in no sum; the provider's own bill tells."
    )


def draw_lost(services: Services) -> None:
    """Draw how many requests a killed process took along; nothing where none."""
    now = datetime.now(UTC)
    try:
        lost = services.request_log.lost(now)
    except StorageError:
        return  # the page says that the log does not answer
    if lost is not None:
        lines = [untold(lost, shell.zone(), now)]
        panel.draw("notice", key="requests_lost", tone="warn", title="Some requests left no row.", lines=lines)
