from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.dashboard.traffics import BERLIN, NOW
from ui.dashboard.link import Asked
from ui.dashboard.reading import Drawn, View

DRAWN = Drawn(newest_key=7, version="v1", quarter=100, at=50.0)
VIEW = View.of(Asked(), NOW, BERLIN, simulated=False, drawn=DRAWN)


def test_a_page_is_not_drawn_anew_while_nothing_is_new() -> None:
    assert not DRAWN.outdated(replace(DRAWN, at=5000.0))


@pytest.mark.parametrize(
    "later",
    [
        replace(DRAWN, newest_key=8, at=53.0),
        replace(DRAWN, newest_key=None, at=53.0),
        replace(DRAWN, version="v2", at=53.0),
        replace(DRAWN, quarter=101, at=53.0),
    ],
)
def test_a_request_a_failure_a_version_and_a_quarter_of_an_hour_are_each_a_reason(later: Drawn) -> None:
    assert DRAWN.outdated(later)


def test_busy_traffic_does_not_draw_without_an_end() -> None:
    assert not DRAWN.outdated(replace(DRAWN, newest_key=8, at=50.1))


def test_views_that_show_the_same_share_a_name_and_others_do_not() -> None:
    assert View.of(Asked(), NOW, BERLIN, simulated=False, drawn=replace(DRAWN, at=99.0)).name == VIEW.name
    others = [
        View.of(Asked({"app": "shop"}), NOW, BERLIN, simulated=False, drawn=DRAWN),
        View.of(Asked({"period": "7d"}), NOW, BERLIN, simulated=False, drawn=DRAWN),
        View.of(Asked(), NOW, BERLIN, simulated=True, drawn=DRAWN),
        View.of(Asked(), NOW, BERLIN, simulated=False, drawn=replace(DRAWN, newest_key=8)),
    ]
    assert len({VIEW.name, *(other.name for other in others)}) == 5
