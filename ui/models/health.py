"""How a deployment is now: callable or why not, cooling, failing, well, or not called. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from routing_core.dispatch.calls import Cooling
from routing_core.dispatch.deployment import Deployment
from storage.deployment_health import DeploymentRecord
from ui import words
from ui.models.cells import Cell, Tone

_NOT_ASKED: Final = "Cooldowns are not known before the first call of this process."
_NO_CALL: Final = "No call of it is among the newest requests of the log."
_NEVER: Final = "No request of the log called it; sample traffic is left out."


def now_of(deployment: Deployment, record: DeploymentRecord | None, cooling: Mapping[str, Cooling] | None) -> Cell:
    """How it is now; None for what is unknown: the log does not answer, LiteLLM was not asked yet."""
    if deployment.why_not is not None:
        return Cell("cannot be called", deployment.why_not, Tone.BAD)
    cools = (cooling or {}).get(deployment.id)
    if cools is not None:
        return Cell(f"cooling, {seconds(cools.seconds_left)} left", f"after {cools.http_status}", Tone.BAD)
    if record is None:
        return Cell("unknown", "the log does not answer", Tone.DIM)
    if not record.calls:
        never, why = ("never called", _NEVER) if record.of_all else ("not called lately", _NO_CALL)
        return Cell(never, "", Tone.DIM, why if cooling is not None else _NOT_ASKED)
    counts = f"{record.failed:,} of {record.calls:,} failed"
    if record.failing:
        return Cell(f"failing: {error_in_words(record)}", counts, Tone.BAD, record.error or "")
    return Cell("ok", counts if record.failed else f"{record.ok:,} of {record.calls:,} ok", Tone.GOOD)


def error_in_words(record: DeploymentRecord) -> str:
    """The last error in short, `429 rate limit`."""
    kind = words.spaced(record.error_kind or "failed")
    return f"{record.http_status} {kind}" if record.http_status else kind


def seconds(left: float) -> str:
    """What is left of a wait in whole seconds, never 0 while some is left."""
    return f"{max(1, round(left))} s"
