"""What the live parts of the page show, read once for all of them and again only where the log has something new."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import streamlit as st

from services import Services
from storage.keys.key import ApiKey
from storage.request_filter import RequestFilter
from storage.request_log import RequestCount, RequestRow

ROWS: Final = 10
_READ: Final = "gateway_reading"
_HOUR: Final = timedelta(hours=1)
_STALE: Final = timedelta(seconds=30)  # the last hour moves on, whatever the log does


@dataclass(frozen=True, slots=True)
class Reading:
    """The keys, the newest requests that came with one, and how many did in the hour before `at`.

    `log_key` is the last key that the log had used up then.
    """

    keys: tuple[ApiKey, ...]
    rows: tuple[RequestRow, ...]
    lately: RequestCount
    log_key: int
    at: datetime


def read(services: Services) -> Reading:
    """What is the case. Raises StorageError."""
    now, log_key = datetime.now(UTC), services.metrics.newest_key()
    known = st.session_state.get(_READ)
    if isinstance(known, Reading) and known.log_key == log_key and now - known.at < _STALE:
        return replace(known, keys=services.keys.every())
    made = Reading(
        keys=services.keys.every(),
        rows=services.request_log.page(RequestFilter(by_key=True), limit=ROWS).rows,
        lately=services.request_log.count(RequestFilter(by_key=True, since=now - _HOUR)),
        log_key=log_key,
        at=now,
    )
    st.session_state[_READ] = made
    return made
