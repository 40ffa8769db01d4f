"""The list of requests: filters, one page by key, the way to newer and older ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from routing_core.errors import StorageError
from services import Services
from storage.request_filter import RequestFilter
from storage.request_log import RequestCount, RequestPage
from ui import format as figures
from ui import panel, shell
from ui.requests import filter_bar, log_trouble
from ui.requests.filters import Filters, key_of, read
from ui.requests.rows import rows_of, sentence, simulated
from ui.sample import panel as sample

_PAGE_ROWS: Final = 50
_MOST_COUNTED: Final = 99  # newer requests are counted no further
_LOOK_EVERY_S: Final = 5.0


def draw(services: Services) -> None:
    """Draw the list that the link asks for."""
    log_trouble.draw_lost(services)
    link = st.query_params.to_dict()
    filters, (before, problem) = read(link), key_of(link, "before")
    headline = st.container()
    bar = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="requests_bar")
    if filters.values or before or services.request_log.newest(1):
        with bar:
            filter_bar.draw(services, filters)
    query = filters.query(datetime.now(UTC), shell.zone())
    page = services.request_log.page(query, before, _PAGE_ROWS)
    of_more = page.rows and (before or page.next_before)
    count = services.request_log.count(query) if of_more else None
    newest_key = page.rows[0].key if page.rows else (before or 1) - 1
    with headline:
        problems = [*filters.problems, *([problem] if problem else [])]
        _headline(page, count, filters, problems, newest=before is None)
        filling = bool(page.rows) and sample.draw_progress(services)
    if before is None:
        with bar:
            st.fragment(_look_for_newer, run_every=_LOOK_EVERY_S)(services, query, newest_key)
    if page.rows:
        _rows(services, page, link)
    else:
        _nothing(services, filters, page, before)
    _pager(services, query, page, newest_key, before)
    if page.rows and not filling:
        sample.draw_removal(services)


def open_request(request_id: str) -> None:
    """Put a request into the link, so that it is drawn instead of the list."""
    st.query_params["request"] = request_id


def _headline(
    page: RequestPage, count: RequestCount | None, filters: Filters, problems: Sequence[str], *, newest: bool
) -> None:
    panel.draw(
        "request_sentence",
        key="requests_sentence",
        sentence=sentence(page, count, filtered=bool(filters.values), newest=newest),
        chips=filters.chips(shell.zone()),
        simulated=simulated(page),
        problems=problems,
    )


def _rows(services: Services, page: RequestPage, link: dict[str, str]) -> None:
    said = services.labels.for_requests([row.request_id for row in page.rows])
    rows = rows_of(page.rows, said, link, shell.zone(), datetime.now(UTC))
    panel.draw_pickable("request_list", "requests_list", open_request, rows=rows, zone=shell.zone())


def _nothing(services: Services, filters: Filters, page: RequestPage, before: int | None) -> None:
    """Say why the list is empty and what to do next."""
    if filters.values:
        lines = ["Take a filter away, or clear them all."]
        if page.next_before is not None:
            lines = [f"{page.looked_at or 0:,} requests were looked at; older ones may match.", *lines]
        panel.draw("notice", key="requests_none", tone="", title="No request matches these filters.", lines=lines)
    elif before:
        panel.draw("notice", key="requests_end", tone="", title="No older requests.", lines=["This is the end."])
    else:
        line = "Send a prompt in the playground, from Python or from the command line; it is listed here at once."
        panel.draw("notice", key="requests_empty", tone="", title="No requests yet", lines=[line])
        st.page_link("pages/playground.py", label="Open the playground")
        sample.draw_offer(services)


def _pager(services: Services, query: RequestFilter, page: RequestPage, newest_key: int, before: int | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="requests_pager"):
        if before is not None:
            st.button("Newest", key="requests_newest", on_click=_go, args=(None,))
            st.button("Newer", key="requests_newer", on_click=_go_newer, args=(services, query, newest_key))
        if page.next_before is not None:
            label = "Older" if page.rows else "Look further back"
            st.button(label, key="requests_older", on_click=_go, args=(page.next_before,))


def _look_for_newer(services: Services, query: RequestFilter, newest_key: int) -> None:
    """Offer what has come since the list was drawn, rather than move its rows."""
    try:
        newer = len(services.request_log.newer(query, newest_key, _MOST_COUNTED + 1))
    except StorageError:
        return  # the page itself says so when it is next drawn
    if newer:
        label = figures.plural(newer, "newer request") if newer <= _MOST_COUNTED else f"{_MOST_COUNTED}+ newer requests"
        if st.button(label, key="requests_fresh", type="primary"):
            st.rerun()


def _go(before: int | None) -> None:
    if before is None:
        st.query_params.pop("before", None)
    else:
        st.query_params["before"] = str(before)


def _go_newer(services: Services, query: RequestFilter, newest_key: int) -> None:
    try:
        newer = services.request_log.newer(query, newest_key, _PAGE_ROWS)
    except StorageError:
        return  # the page, drawn next, says so
    _go(newer[0].key + 1 if len(newer) == _PAGE_ROWS else None)
