from __future__ import annotations

from dataclasses import replace

from routing_core.dispatch.kept_simulator import SimulatorStanding
from storage.heuristics_versions import HeuristicsStatus
from storage.recorder_status import DropReason, RecorderStatus
from ui import panel
from ui.standing import Line, standing

LIVE = HeuristicsStatus("v14", None)


def recorder(
    *, stored: int = 3, queued: int = 0, dropped: int = 0, ok: bool = True, error: str | None = None
) -> RecorderStatus:
    reasons = {DropReason.QUEUE_FULL: dropped} if dropped else {}
    return RecorderStatus(stored, queued, 0, reasons, error, None, ok)


def lines(
    status: RecorderStatus, heuristics: HeuristicsStatus = LIVE, *, simulated: str | None = None
) -> tuple[Line, ...]:
    return standing(heuristics, "standard", status, "UTC+1 Berlin", simulated=simulated)


def test_all_is_well_in_three_lines() -> None:
    assert [line.text for line in lines(recorder())] == [
        "Live: v14 “standard”",
        "3 rows logged since the start",
        "UTC+1 Berlin",
    ]


def test_a_failing_log_is_told_with_its_reason_and_what_waits() -> None:
    (line,) = [line for line in lines(recorder(ok=False, queued=2, error="The disk is full.")) if line.bad]
    assert (line.text, line.detail) == (
        "The log is failing; answers go on",
        "The disk is full. 2 rows wait in memory.",
    )


def test_dropped_rows_are_counted_by_reason() -> None:
    assert Line("1 row dropped", bad=True, detail="1 queue full") in lines(recorder(dropped=1))


def test_heuristics_that_are_not_the_newest_say_why() -> None:
    (line,) = [line for line in lines(recorder(), HeuristicsStatus("v14", "v15 cannot be read.")) if line.bad]
    assert line.detail == "v15 cannot be read."


def test_simulated_answers_say_so_and_how_to_get_real_ones() -> None:
    (line,) = [line for line in lines(recorder(), simulated="auto") if "Simulated" in line.text]
    assert "OPENAI_API_KEY" in line.detail


def test_a_simulator_that_was_asked_for_is_not_blamed_on_a_missing_key() -> None:
    (line,) = [line for line in lines(recorder(), simulated="always") if "Simulated" in line.text]
    assert "key" not in line.text


def test_the_lines_are_a_list_with_details_on_demand() -> None:
    html = panel.render("standing", lines=lines(recorder(dropped=2), simulated="auto"))
    assert html.count("<li") == 5
    assert html.count("<details>") == 2


def simulator_lines(simulator: SimulatorStanding) -> list[Line]:
    told = standing(LIVE, "standard", recorder(), "UTC", simulated="auto", simulator=simulator)
    return [line for line in told if "simulator" in line.text]


def test_a_simulator_that_runs_since_the_start_is_not_mentioned() -> None:
    assert simulator_lines(SimulatorStanding(alive=True, restarts=0)) == []


def test_a_simulator_that_ended_is_told_and_what_to_do_meanwhile() -> None:
    (line,) = simulator_lines(SimulatorStanding(alive=False, restarts=0))
    assert (line.bad, line.detail.endswith("send again then.")) == (True, True)


def test_a_restart_is_counted_and_says_what_it_took_along() -> None:
    (line,) = simulator_lines(SimulatorStanding(alive=True, restarts=2))
    assert (line.bad, line.text) == (False, "The simulator was started again 2 times")
    assert "Faults" in line.detail


def test_rows_in_the_spill_file_are_told_while_it_fails_and_while_they_return() -> None:
    failing = RecorderStatus(3, 0, 1, {}, "The disk is full.", None, ok=False, spilled=4)
    (line,) = [line for line in lines(failing) if line.bad]
    assert line.detail == "The disk is full. 4 rows wait in the spill file."
    assert Line("4 rows return from the spill file") in lines(replace(failing, ok=True))


def test_rows_that_another_process_could_not_write_are_told() -> None:
    well = RecorderStatus(3, 0, 0, {}, None, None, ok=True)
    assert not any(line.bad for line in lines(well))
    (line,) = [line for line in lines(replace(well, elsewhere_bytes=700)) if line.bad]
    assert "another process" in line.text
