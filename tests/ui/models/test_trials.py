from __future__ import annotations

from dataclasses import replace

from routing_core.errors import RoutingError, TierEmpty
from routing_core.outcome import AttemptStatus, Outcome, State
from routing_core.sends import SendView
from tests.storage.samples import outcome
from ui.models.cells import Tone
from ui.models.trials import pick_of, to_test, trial_of

SERVED = replace(outcome(1), state=State.SERVED, answer="one " * 20, first_token_ms=310.0, latency_ms=1_400.0)
FAILED = replace(
    SERVED,
    state=State.FAILED,
    served_tier=None,
    attempts=(replace(SERVED.attempts[0], status=AttemptStatus.FAILED, error="401 from openai: key rejected"),),
)


def ended(outcome: Outcome | None = None, error: RoutingError | None = None) -> SendView:
    return SendView("R", SERVED.request, 1_400.0, outcome=outcome, error=error)


def test_one_under_way_says_for_how_long_it_waits() -> None:
    trial = trial_of(SendView("R", SERVED.request, 2_000.0), "R")
    assert (trial.done, trial.told) == (False, "Waiting for 2.0 s.")


def test_one_that_was_answered_tells_times_cost_with_its_source_and_the_first_words() -> None:
    trial = trial_of(ended(outcome=SERVED), "R")
    assert (trial.title, trial.tone) == ("Test call answered", Tone.GOOD)
    assert trial.told.startswith("first token 310 ms, whole 1.4 s, $0.0000030 (estimated, tokens counted here): “one")
    assert trial.told.count("one") == 12


def test_an_answer_without_text_is_one() -> None:
    assert trial_of(ended(outcome=replace(SERVED, answer="")), "R").told.endswith("an answer without text.")


def test_one_that_failed_says_why_and_what_to_do() -> None:
    real = trial_of(ended(outcome=FAILED), "R")
    simulated = trial_of(ended(outcome=replace(FAILED, simulated=True)), "R")
    assert (real.title, real.tone) == ("Test call failed", Tone.BAD)
    assert real.told.startswith("401 from openai: key rejected (1 attempt). Check its key")
    assert simulated.told.endswith("Clear its fault below, then test again.")


def test_one_that_was_refused_says_what_refused_it() -> None:
    assert trial_of(ended(error=TierEmpty("Set a key.")), "R").told == "Set a key."


def test_one_that_this_process_has_forgotten_is_in_the_log() -> None:
    assert trial_of(None, "R").told == "The log has it."


def test_a_button_sends_one_test_call_however_often_it_is_pressed() -> None:
    drawn = pick_of("cheap-a", None)
    assert to_test(drawn, {"mid-b": "01B"}) == "cheap-a"
    assert to_test(drawn, {"cheap-a": "01A"}) is None


def test_the_button_that_is_drawn_after_a_test_call_sends_another() -> None:
    ended = trial_of(None, "01A")
    assert to_test(pick_of("cheap-a", ended), {"cheap-a": "01A"}) == "cheap-a"
