"""Which deployments of a tier are worth another try."""

from __future__ import annotations

import pytest

from routing_core.dispatch.calls import Failure, FailureKind
from routing_core.dispatch.retries import may_try

GROUP = ("a", "b")


def failed(deployment: str | None, kind: FailureKind, retry_after_s: float | None = None) -> Failure:
    """A failure of one deployment."""
    callers = kind is FailureKind.BAD_REQUEST
    return Failure(deployment, kind, kind.value, callers_fault=callers, retry_after_s=retry_after_s)


@pytest.mark.parametrize("kind", [kind for kind in FailureKind if kind is not FailureKind.BAD_REQUEST])
def test_whoever_was_not_asked_comes_first(kind: FailureKind) -> None:
    assert may_try(GROUP, [failed("a", kind)]) == {"b"}


def test_a_passing_failure_is_asked_again_once_all_were() -> None:
    assert may_try(GROUP, [failed("a", FailureKind.UNAUTHORIZED), failed("b", FailureKind.TIMEOUT)]) == {"b"}


def test_a_wait_that_was_asked_for_is_kept_to() -> None:
    assert may_try(("a",), [failed("a", FailureKind.RATE_LIMIT, 3.0)]) == frozenset()
    assert may_try(("a",), [failed("a", FailureKind.RATE_LIMIT)]) == {"a"}


def test_the_callers_own_mistake_is_nobody_elses_to_make() -> None:
    assert may_try(GROUP, [failed("a", FailureKind.BAD_REQUEST)]) == frozenset()


def test_where_nobody_was_called_nobody_is() -> None:
    assert may_try(GROUP, [failed(None, FailureKind.RATE_LIMIT)]) == frozenset()
