from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from routing_core.domain import Tier
from routing_core.outcome import CostSource, State
from storage.in_flight import Lost
from storage.recorder_status import DropReason, RecorderStatus
from storage.request_log import RequestCount, RequestPage, RequestRow
from ui.panel import render
from ui.requests.log_trouble import trouble, untold
from ui.requests.rows import ListRow, rows_of, sentence, short_time, simulated

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ROW = RequestRow(
    key=7,
    request_id="01K",
    started_at=datetime(2026, 11, 23, 8, 41, 7, tzinfo=UTC),
    state=State.SERVED,
    decided_tier=Tier.MID,
    served_tier=Tier.MID,
    deployment="mid-one",
    model="vendor/mid",
    cause="low_confidence",
    confidence=0.5,
    version="v1",
    app="shop",
    user=None,
    session=None,
    comparison_id=None,
    input_tokens=8,
    output_tokens=120,
    cost_nano=4_200,
    cost_source=CostSource.PRICE_MAP,
    latency_ms=1_400.0,
    first_token_ms=310.0,
    simulated=True,
    preview="Compare <b>two</b> ways",
)


def _row(row: RequestRow = ROW) -> ListRow:
    return rows_of([row], {}, {}, BERLIN, NOW)[0]


def _html(row: ListRow) -> str:
    return render("request_list", rows=[row], zone=BERLIN)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), "00:00:00"),
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), "22 Nov 23:59"),
        (datetime(2025, 11, 22, 22, 59, tzinfo=UTC), "22 Nov 2025 23:59"),
    ],
)
def test_a_time_is_as_short_as_the_operators_day_allows(at: datetime, shown: str) -> None:
    assert short_time(at, BERLIN, NOW) == shown


def test_the_link_of_a_request_keeps_the_filters_of_the_list() -> None:
    (row,) = rows_of([ROW], {}, {"tier": "mid", "text": "a&b"}, BERLIN, NOW)
    assert parse_qs(urlsplit(row.href).query) == {"tier": ["mid"], "text": ["a&b"], "request": ["01K"]}


def test_a_request_that_nobody_served_shows_the_tier_it_was_decided_for() -> None:
    assert _row(replace(ROW, served_tier=None, state=State.FAILED)).tier is Tier.MID


def test_an_estimated_cost_is_marked() -> None:
    assert (_row(replace(ROW, cost_source=CostSource.ESTIMATED)).mark, _row().mark) == ("est.", "")


def test_a_preview_cannot_become_markup() -> None:
    assert "Compare &lt;b&gt;two&lt;/b&gt; ways" in _html(_row())


def test_a_prompt_that_was_not_kept_is_told_apart_from_an_empty_one() -> None:
    assert "not kept" in _html(_row(replace(ROW, preview=None)))
    assert "empty" in _html(_row(replace(ROW, preview="")))


def test_unknown_figures_are_dashes_with_a_reason() -> None:
    html = _html(_row(replace(ROW, input_tokens=None, first_token_ms=None)))
    assert '<span title="Not reported.">–</span>' in html
    assert '<span title="No token came.">–</span>' in html


def test_a_simulated_row_says_so_and_so_does_the_list() -> None:
    real = replace(ROW, simulated=False)
    assert "Simulated" in _html(_row())
    assert "Simulated" not in _html(_row(real))
    assert simulated(RequestPage((ROW, ROW), None)) == "all simulated"
    assert simulated(RequestPage((ROW, real), None)) == "1 simulated, marked sim"
    assert simulated(RequestPage((real,), None)) is None


@pytest.mark.parametrize(
    ("page", "count", "filtered", "newest", "said"),
    [
        (RequestPage((ROW,), None), None, False, True, "1 request, newest first."),
        (
            RequestPage((ROW, ROW), 7),
            RequestCount(132),
            False,
            True,
            "The newest 2 of 132 requests; older ones follow below.",
        ),
        (RequestPage((ROW, ROW), 3), RequestCount(132), True, False, "2 of 132 requests that match, older ones."),
        (
            RequestPage((ROW,), 3),
            RequestCount(10_000, more=True),
            True,
            False,
            "1 of at least 10,000 requests that match, older ones.",
        ),
        (RequestPage((), None), None, False, True, "Every request that is sent is listed here."),
        (
            RequestPage((), 9, looked_at=20_000),
            None,
            True,
            True,
            "0 requests that match, newest first. None of 20,000 requests looked at matches; look further back.",
        ),
    ],
)
def test_the_sentence_tells_what_is_shown(
    page: RequestPage, count: RequestCount | None, filtered: bool, newest: bool, said: str
) -> None:
    assert sentence(page, count, filtered=filtered, newest=newest) == said


def _status(*, ok: bool, queued: int = 0, dropped: int = 0, error: str | None = None) -> RecorderStatus:
    return RecorderStatus(3, queued, 1, {DropReason.QUEUE_FULL: dropped} if dropped else {}, error, None, ok)


def test_a_log_that_works_says_nothing() -> None:
    assert trouble(_status(ok=True, queued=2)) == ()


def test_a_failing_log_says_why_what_waits_and_what_is_lost() -> None:
    assert trouble(_status(ok=False, queued=2, dropped=1, error="The disk is full.")) == (
        "The disk is full.",
        "2 requests wait in memory and are written once it works again.",
        "1 request lost from the log; their answers were served.",
    )


def test_requests_on_their_way_back_from_the_spill_file_are_told() -> None:
    returning = RecorderStatus(3, 0, 1, {}, "The disk is full.", None, ok=True, spilled=2)
    assert trouble(returning) == ("2 requests wait in the spill file and return by themselves.",)


@pytest.mark.parametrize(("count", "were"), [(1, "1 request was"), (3, "3 requests were")])
def test_requests_that_a_kill_took_along_are_told_with_the_time_and_without_a_cost(count: int, were: str) -> None:
    seen = datetime(2026, 11, 24, 14, 2, 7, tzinfo=UTC)
    said = untold(Lost(count, seen), ZoneInfo("UTC"), seen + timedelta(minutes=5))
    assert said.startswith(f"{were} in progress when a process of Signalbox was killed, last seen at 14:02:07.")
    assert "What they cost is unknown" in said
