"""Which deployments of a tier are worth another try within one call."""

from __future__ import annotations

from collections.abc import Sequence

from routing_core.dispatch.calls import Failure, FailureKind

# The same request fares no better at the same deployment a moment later.
_FINAL = frozenset(
    {
        FailureKind.UNAUTHORIZED,
        FailureKind.FORBIDDEN,
        FailureKind.NOT_FOUND,
        FailureKind.CONTEXT_WINDOW,
        FailureKind.REFUSED,
        FailureKind.MALFORMED,
    }
)


def may_try(group: Sequence[str], failures: Sequence[Failure]) -> frozenset[str]:
    """The ids of `group` that the next try may go to: those not asked yet; where all were, those worth asking again.

    Empty where none is: the request itself is at fault, nobody could be called, or every deployment has refused.
    """
    last = failures[-1]
    if last.callers_fault or last.deployment is None:
        return frozenset()
    final = {f.deployment for f in failures if f.kind in _FINAL or f.retry_after_s is not None}
    able = frozenset(group) - final
    return able - {failure.deployment for failure in failures} or able
