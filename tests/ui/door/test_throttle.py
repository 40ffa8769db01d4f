from __future__ import annotations

from dataclasses import replace

import pytest

from ui.door.throttle import Limits, Throttle

LIMITS = Limits(
    per_address=3,
    over_all=10,
    first_wait_s=30.0,
    longest_wait_s=100.0,
    longest_wait_over_all_s=45.0,
    forget_s=60.0,
    kept=20,
)


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


def attacked(times: int, throttle: Throttle, now: float = 0.0) -> Throttle:
    for last in range(times):
        throttle.failed(f"10.0.0.{last}", now)
    return throttle


def test_whoever_has_many_addresses_makes_everybody_wait_and_not_for_long() -> None:
    waits_s = [attacked(times, Throttle(LIMITS)).wait_s("10.0.0.99", 0.0) for times in (9, 10, 11, 90)]
    assert waits_s == [0.0, 30.0, 45.0, 45.0]


def test_where_somebody_signed_in_lately_nobody_waits_for_what_others_failed() -> None:
    throttle = Throttle(LIMITS)
    throttle.succeeded("10.1.0.1", 0.0)
    waits_s = [attacked(90, throttle, now).wait_s("10.1.0.1", now) for now in (0.0, LIMITS.known_s)]
    assert waits_s == [0.0, 0.0]
    assert attacked(90, throttle, LIMITS.known_s + 1.0).wait_s("10.1.0.1", LIMITS.known_s + 1.0) == 45.0


def test_somebody_who_signed_in_lately_waits_for_ones_own_failures() -> None:
    throttle = Throttle(LIMITS)
    throttle.succeeded("10.0.0.1", 0.0)
    for _ in range(LIMITS.per_address):
        throttle.failed("10.0.0.1", 1.0)
    assert throttle.wait_s("10.0.0.1", 1.0) == 30.0


def test_who_knows_one_password_cannot_guess_the_other_between_sign_ins() -> None:
    throttle = Throttle(LIMITS)
    throttle.succeeded("10.0.0.1", 0.0)
    for _ in range(LIMITS.per_address):
        throttle.failed("10.0.0.1", 0.0)
        throttle.succeeded("10.0.0.1", 0.0)
    assert throttle.wait_s("10.0.0.1", 0.0) == 30.0


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
    throttle.succeeded("10.0.0.1", 0.0)
    assert throttle.wait_s("10.0.0.1", 0.0) == 0.0
    throttle.failed("10.0.0.1", 0.0)
    assert throttle.wait_s("10.0.0.2", 0.0) == 30.0


@pytest.mark.parametrize("known", [False, True])
def test_memory_is_bounded_so_that_the_oldest_addresses_are_forgotten(*, known: bool) -> None:
    throttle = Throttle(replace(LIMITS, over_all=1 if known else 1_000, per_address=1_000 if known else 1))
    for last in range(LIMITS.kept + 1):
        throttle.failed(f"10.0.0.{last}", 0.0)
        if known:
            throttle.succeeded(f"10.0.0.{last}", 0.0)
    assert [throttle.wait_s(f"10.0.0.{last}", 0.0) > 0.0 for last in (0, 1)] == [known, not known]
