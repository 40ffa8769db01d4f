from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

import pytest

from routing_core.actor import OPERATOR, Actor
from routing_core.domain import ChatRequest, Tier
from routing_core.errors import NotAllowed, RoutingError
from routing_core.outcome import State
from routing_core.prompt_sets.plan import Plan, SetPrompt
from routing_core.prompt_sets.run import CONCURRENCY, PromptSetRun
from routing_core.prompt_sets.runs import PromptSetRuns
from routing_core.sends import SendView
from tests.routing_core.prompt_sets.logs import KeptLog, nothing
from tests.ui.outcomes import outcome

_PATIENCE_S = 10.0


class ScriptedSends:
    """Sends that end when the test says so, or at once; they note what ran beside what."""

    def __init__(self, *, at_once: bool) -> None:
        self.at_once = at_once
        self.views: dict[str, SendView] = {}
        self.most_under_way = 0
        self.stopped: list[str] = []
        self.started = threading.Semaphore(0)

    def start(self, request: ChatRequest, request_id: str, owner: str | None = None, *, by: Actor) -> str:
        self.views[request_id] = SendView(request_id, request, elapsed_ms=0.0)
        self.most_under_way = max(self.most_under_way, sum(not view.done for view in self.views.values()))
        if self.at_once:
            self.finish(request_id)
        self.started.release()
        return request_id

    def view(self, request_id: str) -> SendView | None:
        return self.views.get(request_id)

    def stop(self, request_id: str, *, by: Actor) -> None:
        self.stopped.append(request_id)
        if request_id in self.views:
            self.finish(request_id, State.STOPPED)

    def finish(self, request_id: str, state: State = State.SERVED) -> None:
        view = self.views[request_id]
        tier = view.request.force_tier or Tier.CHEAP
        ended = replace(outcome(request_id, tier=tier), request=view.request, state=state)
        self.views[request_id] = replace(view, outcome=ended)


def _plan(prompts: int, columns: tuple[Tier | None, ...] = tuple(Tier)) -> Plan:
    return Plan(tuple(SetPrompt(n, f"prompt {n}") for n in range(1, prompts + 1)), columns)


def _until(condition: Callable[[], bool]) -> None:
    deadline = monotonic() + _PATIENCE_S
    pause = threading.Event()
    while not condition():
        assert monotonic() < deadline, "the condition never came true"
        pause.wait(0.01)


def test_every_prompt_is_sent_to_every_column_once() -> None:
    sends = ScriptedSends(at_once=True)
    run = PromptSetRun(sends, _plan(25), OPERATOR)
    run.start()
    assert run.wait(_PATIENCE_S)
    asked = [(view.request.messages[0]["content"], view.request.force_tier) for view in sends.views.values()]
    assert asked == [(f"prompt {n}", tier) for n in range(1, 26) for tier in Tier]
    assert run.view().ended == 75


def test_no_more_sends_run_at_once_than_allowed() -> None:
    sends = ScriptedSends(at_once=False)
    run = PromptSetRun(sends, _plan(10), OPERATOR)
    run.start()
    _until(lambda: len(sends.views) == CONCURRENCY)
    for request_id in list(sends.views):
        sends.finish(request_id)
    _until(lambda: len(sends.views) == 2 * CONCURRENCY)
    run.stop()
    assert run.wait(_PATIENCE_S)
    assert sends.most_under_way == CONCURRENCY


def test_the_columns_of_one_prompt_are_one_comparison() -> None:
    sends = ScriptedSends(at_once=True)
    run = PromptSetRun(sends, _plan(2), OPERATOR)
    run.start()
    assert run.wait(_PATIENCE_S)
    ids = [view.request.comparison_id for view in sends.views.values()]
    assert (len(set(ids[:3])), len(set(ids))) == (1, 2)


def test_stop_ends_what_is_under_way_sends_nothing_more_and_keeps_the_rest() -> None:
    sends = ScriptedSends(at_once=False)
    run = PromptSetRun(sends, _plan(10), OPERATOR)
    run.start()
    _until(lambda: len(sends.views) == CONCURRENCY)
    sends.finish(next(iter(sends.views)))
    _until(lambda: run.view().ended >= 1 and len(sends.views) == CONCURRENCY + 1)
    run.stop()
    assert run.wait(_PATIENCE_S)
    states = [cell.outcome.state for cell in run.view().cells if cell.outcome]
    assert (states.count(State.SERVED), states.count(State.STOPPED)) == (1, CONCURRENCY)
    assert len(sends.views) == CONCURRENCY + 1


def test_a_run_whose_session_is_lost_stops_and_says_so() -> None:
    sends = ScriptedSends(at_once=False)
    run = PromptSetRun(sends, _plan(10), OPERATOR, owner="gone", owner_alive=lambda _: False, owner_grace_s=0.0)
    run.start()
    assert run.wait(_PATIENCE_S)
    assert run.view().session_lost


def test_a_run_outlives_a_session_that_comes_back_within_the_grace() -> None:
    answers = iter([False])
    sends = ScriptedSends(at_once=True)
    run = PromptSetRun(sends, _plan(3), OPERATOR, owner="back", owner_alive=lambda _: next(answers, True))
    run.start()
    assert run.wait(_PATIENCE_S)
    assert (run.view().ended, run.view().session_lost) == (9, False)


def test_a_run_taken_over_by_another_session_goes_on_without_the_first() -> None:
    sends = ScriptedSends(at_once=True)
    run = PromptSetRun(
        sends, _plan(3), OPERATOR, owner="old", owner_alive=lambda owner: owner == "new", owner_grace_s=60.0
    )
    run.adopt("new")
    run.start()
    assert run.wait(_PATIENCE_S)
    assert not run.view().session_lost


def test_a_send_that_ended_without_an_outcome_is_gone_and_the_run_goes_on() -> None:
    sends = ScriptedSends(at_once=False)
    run = PromptSetRun(sends, _plan(1, (None,)), OPERATOR)
    run.start()
    assert sends.started.acquire(timeout=_PATIENCE_S)
    request_id = next(iter(sends.views))
    sends.views[request_id] = replace(sends.views[request_id], error=RoutingError("lost"))
    assert run.wait(_PATIENCE_S)
    assert [cell.fault for cell in run.view().cells] == ["The send ended without a record. Send the prompt again."]


def test_time_left_is_told_from_the_pace_so_far() -> None:
    view = replace(PromptSetRun(ScriptedSends(at_once=True), _plan(2, (None,)), OPERATOR).view(), elapsed_s=3.0)
    assert view.left_s is None
    one_done = replace(view, cells=(replace(view.cells[0], outcome=outcome()), view.cells[1]))
    assert one_done.left_s == pytest.approx(3.0)


class RefusingSends(ScriptedSends):
    """Sends of a process that takes no more after the first few."""

    def start(self, request: ChatRequest, request_id: str, owner: str | None = None, *, by: Actor) -> str:
        if len(self.views) == 2:
            raise RuntimeError("the loop is closed")
        return super().start(request, request_id, owner, by=by)


def test_a_run_that_breaks_off_ends_and_every_cell_without_an_answer_says_why() -> None:
    run = PromptSetRun(RefusingSends(at_once=True), _plan(2), OPERATOR)
    run.start()
    assert run.wait(_PATIENCE_S)
    view = run.view()
    assert not view.running
    assert view.ended == len(view.cells) == 6
    assert all("broke off" in (cell.fault or "") for cell in view.cells if cell.outcome is None)


def test_a_run_is_found_again_by_its_id() -> None:
    runs = PromptSetRuns(ScriptedSends(at_once=True), KeptLog(), nothing)
    run_id = runs.start(_plan(1), by=OPERATOR)
    assert runs.wait(run_id, _PATIENCE_S)
    found = runs.view(run_id)
    assert found is not None
    assert (found.run_id, found.ended) == (run_id, 3)
    assert runs.view("another") is None


def test_a_session_is_offered_its_own_newest_run_and_nobody_elses() -> None:
    runs = PromptSetRuns(ScriptedSends(at_once=True), KeptLog(), nothing)
    ids = {owner: [runs.start(_plan(1), owner, by=OPERATOR) for _ in range(2)] for owner in ("mine", "theirs")}
    latest = runs.latest("mine")
    assert latest is not None
    assert latest.run_id == ids["mine"][-1]
    assert runs.latest("stranger") is None
    assert runs.latest(None) is None


def test_old_runs_are_forgotten_but_never_one_under_way() -> None:
    sends = ScriptedSends(at_once=False)
    runs = PromptSetRuns(sends, KeptLog(), nothing)
    busy = runs.start(_plan(1), by=OPERATOR)
    _until(lambda: len(sends.views) == 3)
    sends.at_once = True
    done = []
    for _ in range(12):
        done.append(runs.start(_plan(1), by=OPERATOR))
        assert runs.wait(done[-1], _PATIENCE_S)
    known = [run_id for run_id in (busy, *done) if runs.view(run_id)]
    runs.stop(busy, by=OPERATOR)
    assert runs.wait(busy, _PATIENCE_S)
    assert known == [busy, *done[-7:]]


def test_whoever_opens_the_link_does_not_take_a_run_from_a_session_that_lives() -> None:
    runs = PromptSetRuns(ScriptedSends(at_once=True), KeptLog(), nothing, owner_alive=lambda owner: owner == "mine")
    run_id = runs.start(_plan(1), "mine", by=OPERATOR)
    runs.adopt(run_id, "theirs", by=OPERATOR)
    assert [view.run_id if view else None for view in map(runs.latest, ("mine", "theirs"))] == [run_id, None]
    assert runs.wait(run_id, _PATIENCE_S)


def test_a_run_whose_session_is_lost_is_taken_over() -> None:
    runs = PromptSetRuns(ScriptedSends(at_once=True), KeptLog(), nothing, owner_alive=lambda owner: owner == "new")
    run_id = runs.start(_plan(1), "old", by=OPERATOR)
    runs.adopt(run_id, "new", by=OPERATOR)
    taken = runs.latest("new")
    assert taken is not None
    assert taken.run_id == run_id
    assert runs.wait(run_id, _PATIENCE_S)


def test_a_viewer_neither_starts_nor_stops_nor_takes_over_a_run() -> None:
    sends, viewer = ScriptedSends(at_once=False), Actor("ada", may_change=False)
    runs = PromptSetRuns(sends, KeptLog(), nothing)
    with pytest.raises(NotAllowed, match="run a prompt set"):
        runs.start(_plan(1), "theirs", by=viewer)
    assert (runs.latest("theirs"), sends.views) == (None, {})
    run_id = runs.start(_plan(1), "mine", by=OPERATOR)
    with pytest.raises(NotAllowed, match="stop the run"):
        runs.stop(run_id, by=viewer)
    with pytest.raises(NotAllowed, match="take over the run"):
        runs.adopt(run_id, "theirs", by=viewer)
    view = runs.view(run_id)
    assert view is not None
    assert (view.stopping, runs.latest("theirs")) == (False, None)
    runs.stop(run_id, by=OPERATOR)
    assert runs.wait(run_id, _PATIENCE_S)
