from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.headers import UNKNOWN, of_decision, usd
from routing_core.domain import Tier
from tests.routing_core.decide.asking import decision


@pytest.mark.parametrize(
    ("nano", "told"),
    [(None, UNKNOWN), (0, "0.000000000"), (11_300, "0.000011300"), (1_000_000_001, "1.000000001")],
)
def test_an_amount_is_exact_and_an_unknown_one_is_no_zero(nano: int | None, told: str) -> None:
    assert usd(nano) == told


def test_a_reason_in_any_script_makes_a_header_that_can_be_sent() -> None:
    said = dict(of_decision(replace(decision("Hello"), cause="分析\r\nx: y", version="été"), Tier.MID))
    assert all(value.isascii() and b"\r" not in value and b"\n" not in value for value in said.values())
    assert said[b"x-signalbox-tier"] == b"mid"
