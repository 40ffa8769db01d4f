"""How the console stands, in the few lines under the navigation: what decides, how the log fares, what is simulated."""

from __future__ import annotations

from dataclasses import dataclass

from routing_core.dispatch.kept_simulator import SimulatorStanding
from storage.heuristics_versions import HeuristicsStatus
from storage.recorder_status import RecorderStatus
from ui import format as figures
from ui import words


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `bad` ones are drawn as such, `detail` is told on demand."""

    text: str
    bad: bool = False
    detail: str = ""


def standing(
    heuristics: HeuristicsStatus,
    name: str,
    recorder: RecorderStatus,
    zone: str,
    *,
    simulated: str | None,
    simulator: SimulatorStanding | None = None,
) -> tuple[Line, ...]:
    """The lines in the order they are read; `name` is what the live heuristics are called.

    `simulated` is the setting by which the simulator serves (auto, always), None where it does not; `simulator` is how
    the one that this process started is doing.
    """
    version = heuristics.version if heuristics.version == name else f"{heuristics.version} “{name}”"
    lines = [Line(f"Live: {version}", bad=heuristics.error is not None, detail=heuristics.error or "")]
    lines += _log_lines(recorder)
    if simulated == _ALWAYS:
        lines.append(Line("Simulated: SIGNALBOX_SIMULATOR is always", detail=_HOW_TO_LEAVE))
    elif simulated is not None:
        lines.append(Line("Simulated: no provider key is set", detail=_HOW_TO_SET))
    return (*lines, *_simulator_lines(simulator), Line(zone))


_ELSEWHERE = "It could not write to the log. They return by themselves once it can, or soon after it has ended."
_HOW_TO_SET = (
    "Answers and costs are not real. Put a key such as OPENAI_API_KEY into .env and reload on the Models page; after a "
    "change of the environment itself, restart."
)
_WHILE_STARTING = "Sends fail until it answers, in a few seconds; send again then."
_RESTARTED = "It had ended by itself or was killed. Faults that were switched on are off."
_ALWAYS = "always"
_HOW_TO_LEAVE = "Answers and costs are not real. Unset SIGNALBOX_SIMULATOR or set it to auto, then restart."


def _simulator_lines(simulator: SimulatorStanding | None) -> list[Line]:
    if simulator is None:
        return []
    if not simulator.alive:
        return [Line("The simulator has ended; another is being started", bad=True, detail=_WHILE_STARTING)]
    if not simulator.restarts:
        return []
    return [Line(f"The simulator was started again {figures.plural(simulator.restarts, 'time')}", detail=_RESTARTED)]


def _log_lines(recorder: RecorderStatus) -> list[Line]:
    if not recorder.ok:
        waiting = f" {figures.plural(recorder.queued, 'row')} wait in memory." if recorder.queued else ""
        waiting += f" {figures.plural(recorder.spilled, 'row')} wait in the spill file." if recorder.spilled else ""
        return [Line("The log is failing; answers go on", bad=True, detail=f"{recorder.last_error or ''}{waiting}")]
    stored = Line(f"{figures.plural(recorder.stored, 'row')} logged since the start")
    lines = [stored]
    if recorder.spilled:
        lines.append(Line(f"{figures.plural(recorder.spilled, 'row')} return from the spill file"))
    if recorder.elsewhere_bytes:
        lines.append(Line("Rows of another process wait in its spill file", bad=True, detail=_ELSEWHERE))
    if not recorder.dropped:
        return lines
    reasons = ", ".join(f"{count:,} {words.spaced(reason)}" for reason, count in recorder.dropped_by_reason.items())
    return [*lines, Line(f"{figures.plural(recorder.dropped, 'row')} dropped", bad=True, detail=reasons)]
