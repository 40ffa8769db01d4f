from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.door.throttle import Limits, Throttle

LIMITS = Limits(per_address=3, over_all=10, first_wait_s=30.0, longest_wait_s=100.0, forget_s=60.0, kept=20)


def failing(times: int, address: str = "10.0.0.1", now: float = 0.0) -> Throttle:
    throttle = Throttle(LIMITS)
    for _ in range(times):
        throttle.failed(address, now)
    return throttle


def test_a_few_failures_are_free() -> None:
    assert failing(2).wait_s("10.0.0.1", 0.0) == 0.0


def test_waits_double_with_each_further_failure_up_to_the_longest() -> None:
    assert [failing(times).wait_s("10.0.0.1", 0.0) for times in (3, 4, 5, 9)] == [30.0, 60.0, 100.0, 100.0]


def test_a_wait_runs_out() -> None:
    throttle = failing(3)
    assert [throttle.wait_s("10.0.0.1", now) for now in (29.0, 30.0)] == [1.0, 0.0]


def test_others_do_not_wait() -> None:
    assert failing(3).wait_s("10.0.0.2", 0.0) == 0.0


def test_whoever_has_many_addresses_makes_everybody_wait() -> None:
    throttle = Throttle(LIMITS)
    for last in range(10):
        throttle.failed(f"10.0.0.{last}", 0.0)
    assert throttle.wait_s("10.0.0.99", 0.0) == 30.0


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:1::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("testclient", "other", False),
    ],
)
def test_the_addresses_of_one_household_count_as_one(first: str, second: str, *, same: bool) -> None:
    assert (failing(3, first).wait_s(second, 0.0) > 0) == same


def test_a_quiet_while_after_the_wait_forgets_the_failures() -> None:
    throttle = failing(3)
    throttle.failed("10.0.0.1", 30.0 + LIMITS.forget_s + 1.0)
    assert throttle.wait_s("10.0.0.1", 30.0 + LIMITS.forget_s + 1.0) == 0.0


def test_who_goes_on_right_after_the_wait_waits_longer() -> None:
    throttle = failing(3)
    throttle.failed("10.0.0.1", 31.0)
    assert throttle.wait_s("10.0.0.1", 31.0) == 60.0


def test_success_forgets_ones_own_failures_and_not_those_over_all() -> None:
    throttle = failing(9)
    throttle.succeeded("10.0.0.1")
    assert throttle.wait_s("10.0.0.1", 0.0) == 0.0
    throttle.failed("10.0.0.1", 0.0)
    assert throttle.wait_s("10.0.0.2", 0.0) == 30.0


@given(st.lists(st.ip_addresses(v=4), max_size=200))
def test_memory_is_bounded_whoever_fails(addresses: list[object]) -> None:
    throttle = Throttle(LIMITS)
    for address in addresses:
        throttle.failed(str(address), 0.0)
    assert throttle.remembered <= LIMITS.kept
