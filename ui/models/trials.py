"""A test call as the models page tells it: under way, answered, or failed with what to do. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from routing_core.outcome import AttemptStatus
from routing_core.sends import SendView
from ui import format as figures
from ui import words
from ui.models.cells import Tone

_WORDS: Final = 12  # of the answer: enough to see that it is one


@dataclass(frozen=True, slots=True)
class Trial:
    """One test call; `request_id` opens it in the log once it has ended."""

    request_id: str
    done: bool
    title: str
    tone: Tone
    told: str


def trial_of(view: SendView | None, request_id: str) -> Trial:
    """The test call as its send stands now; None for a send that this process does not know any more."""
    if view is None:
        return Trial(request_id, done=True, title="Test call ended", tone=Tone.DIM, told="The log has it.")
    if not view.done:
        told = f"Waiting for {figures.duration(view.elapsed_ms)}."
        return Trial(request_id, done=False, title="Test call under way", tone=Tone.DIM, told=told)
    outcome = view.outcome
    if outcome is None or view.error is not None or not outcome.has_answer:
        return Trial(request_id, done=True, title="Test call failed", tone=Tone.BAD, told=_failure(view))
    first = figures.duration(outcome.first_token_ms)
    cost = figures.money(outcome.cost.nano)
    figures_told = f"first token {first}, whole {figures.duration(outcome.latency_ms)}, {cost}"
    told = f"{figures_told} ({words.COST_SOURCES[outcome.cost.source]}): {_beginning(outcome.answer)}"
    return Trial(request_id, done=True, title="Test call answered", tone=Tone.GOOD, told=told)


def pick_of(identity: str, trial: Trial | None) -> str:
    """What the Test button of a deployment tells when it is pressed: which one, and after which test call."""
    return f"{identity}:{trial.request_id if trial is not None else ''}"


def to_test(picked: str, sent: Mapping[str, str]) -> str | None:
    """The deployment to send a test call to; None where the button that was pressed has sent its one already.

    `sent` are the request ids of test calls by deployment id: a button that was drawn before the newest is pressed a
    second time, by a double click or because nothing seemed to happen.
    """
    identity, _, after = picked.partition(":")
    return identity if sent.get(identity, "") == after else None


def _failure(view: SendView) -> str:
    """The deployment's own errors where it was called, else why it was not."""
    attempts = view.outcome.attempts if view.outcome else ()
    errors = [attempt.error for attempt in attempts if attempt.status is not AttemptStatus.OK and attempt.error]
    if errors:
        simulated = view.outcome is not None and view.outcome.simulated
        what_to_do = _WHEN_SIMULATED if simulated else _WHAT_TO_DO
        return f"{errors[-1]} ({figures.plural(len(errors), 'attempt')}). {what_to_do}"
    return str(view.error) if view.error is not None else "It was stopped before an answer came. Test again."


_WHEN_SIMULATED: Final = "Clear its fault below, then test again."
_WHAT_TO_DO: Final = "Check its key, its address and the provider's status, then test again."


def _beginning(answer: str) -> str:
    found = answer.split()
    if not found:
        return "an answer without text."
    return f"“{' '.join(found[:_WORDS])}{' …' if len(found) > _WORDS else ''}”"
