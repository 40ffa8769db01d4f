from __future__ import annotations

import pytest

from routing_core.sample.plan import A_DAY, DAYS
from routing_core.sample.progress import SampleProgress, SampleState
from ui.sample.words import OFFER, kept_text, progress_text, share_done

RUNNING = SampleProgress("01RUN", done=465, total=1_860, state=SampleState.RUNNING, elapsed_s=10.0)


def test_a_run_tells_its_count_and_the_time_left() -> None:
    assert progress_text(RUNNING) == "465 of 1,860 requests · 30.0 s left"
    assert share_done(RUNNING) == 0.25


@pytest.mark.parametrize("done", [0, 1, 92])
def test_time_left_is_not_guessed_from_a_few_requests(done: int) -> None:
    little = SampleProgress("01RUN", done, total=1_860, state=SampleState.RUNNING, elapsed_s=2.0)
    assert progress_text(little) == f"{done} of 1,860 requests"


def test_a_run_that_starts_has_no_count_yet() -> None:
    assert (progress_text(SampleProgress()), share_done(SampleProgress())) == ("Starting a simulator of its own", 0.0)


@pytest.mark.parametrize(
    ("state", "said"),
    [(SampleState.DONE, "812 sample requests"), (SampleState.STOPPED, "Stopped; 812 sample requests were logged")],
)
def test_what_is_kept_says_whether_the_run_was_stopped(state: SampleState, said: str) -> None:
    assert kept_text(812, SampleProgress("01RUN", 812, 1_860, state)) == said


def test_what_is_kept_of_earlier_runs_is_a_count() -> None:
    assert kept_text(1, None) == "1 sample request"


def test_the_offer_promises_about_what_a_run_sends() -> None:
    assert f"{round(A_DAY * DAYS, -2):,} simulated" in OFFER
