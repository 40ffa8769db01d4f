"""One answer as its column draws it: who answers, its state in words, figures and the attempt chain. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from routing_core.dispatch.calls import FailureKind
from routing_core.domain import Tier
from routing_core.outcome import UNPRICED, Attempt, AttemptStatus, Cost, Outcome, State, Usage
from routing_core.sends import SendView
from ui import format as figures
from ui import words

Tone: TypeAlias = Literal["", "warn", "bad"]
_LETTERS: Final = "ABC"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader has to know about the answer, and how bad it is."""

    tone: Tone
    text: str


_LOADING: Final = Notice(
    "", "Loading LiteLLM, which takes a few seconds after a start. It is sent as soon as that is done."
)


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """The figures of an answer; all but the time are unknown while it runs. `per_second` are tokens after the first."""

    cost: Cost
    source: str
    dearer: str
    first_token_ms: float | None
    total_ms: float
    per_second: float | None
    usage: Usage


_STOPPED: Final = "Stopped. The part that came is kept and priced."
_STOPPED_EARLY: Final = "Stopped before the first token. The prompt had been sent, so it is priced as read."
_BLIND_TRYING_ON: Final = Notice("warn", "An attempt failed; trying on.")


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What one column draws. `hidden` is a blind column: no name, model, figure or pick is in here then."""

    name: str
    tier: Tier | None
    model: str
    text: str
    running: bool
    picked: bool
    hidden: bool
    simulated: bool
    notice: Notice | None
    figures: AnswerFigures | None  # None while the column is blind
    chain: tuple[str, ...]
    attempts: int


def answer_view(
    send: SendView, text: str, *, picked: bool = False, cheapest_nano: int | None = None, loading: bool = False
) -> AnswerView:
    """The view of one send; `text` is what of the answer is drawn, `cheapest_nano` what others are compared with.

    `loading` says that LiteLLM is not there yet, which is what a send then waits for.
    """
    outcome = send.outcome
    tier = tier_of(send)
    return AnswerView(
        name=tier.value if tier else "auto",
        tier=tier,
        model=_model_of(send),
        text=text,
        running=not send.done,
        picked=picked,
        hidden=False,
        simulated=outcome is not None and outcome.simulated,
        notice=_LOADING if loading and _is_waiting(send) else notice_of(send),
        figures=_figures(outcome, cheapest_nano) if outcome is not None else _figures_so_far(send),
        chain=tuple(_chain(send)),
        attempts=len(outcome.attempts) if outcome else len(send.failed) + (send.serving is not None),
    )


def _is_waiting(send: SendView) -> bool:
    return not send.done and not send.stopping and send.serving is None and not send.failed


def blind_view(send: SendView, text: str, position: int, names: Sequence[str] = ()) -> AnswerView:
    """As `answer_view`, with everything left out that tells which tier it is; models' `names` go from the text too."""
    for name in names:
        text = text.replace(name, "(name hidden)")
    notice = notice_of(send)
    if send.done and notice is not None:
        notice = Notice(notice.tone, "This one did not finish. Which and why shows after the vote.")
    return AnswerView(
        name=letter(position),
        tier=None,
        model="",
        text=text,
        running=not send.done,
        picked=False,
        hidden=True,
        simulated=False,
        notice=notice if send.done else _BLIND_TRYING_ON if send.failed else _waiting(send),
        figures=None,
        chain=(),
        attempts=0,
    )


def letter(position: int) -> str:
    """The name of a blind column, `Answer A`."""
    return f"Answer {_LETTERS[position]}"


def tier_of(send: SendView) -> Tier | None:
    """The tier that serves or was asked to; None while the router has not decided."""
    if send.outcome is not None and send.outcome.served_tier is not None:
        return send.outcome.served_tier
    if send.serving is not None:
        return send.serving.tier
    if send.request.force_tier is not None:
        return send.request.force_tier
    return send.decided.decision.tier if send.decided is not None else None


def cheapest(sends: Sequence[SendView]) -> int | None:
    """The lowest known cost of several answers that were served, nano-dollars; None where there is one answer only."""
    costs = [s.outcome.cost.nano for s in sends if s.outcome is not None and s.outcome.served_tier is not None]
    known = [cost for cost in costs if cost is not None]
    return min(known) if len(known) > 1 else None


def notice_of(send: SendView) -> Notice | None:
    """The state in words where it is not simply running or served."""
    if send.outcome is None:
        return Notice("bad", str(send.error)) if send.error is not None else _waiting(send)
    return _ended(send.outcome, str(send.error) if send.error is not None else send.outcome.error)


def _ended(outcome: Outcome, error: str | None) -> Notice | None:
    because = f" {error}" if error else ""
    match outcome.state:
        case State.BROKEN:
            return Notice("bad", f"The stream broke off; the part that came is kept and priced.{because}")
        case State.STOPPED:
            return Notice("warn", _STOPPED if outcome.answer else _STOPPED_EARLY)
        case State.FAILED:
            return Notice("bad", _failed(outcome, error))
        case State.REFUSED:
            return Notice("bad", f"Refused, nothing was sent.{because}")
        case State.FALLBACK | State.ESCALATED_ON_FAILURE:
            return Notice("warn", f"{words.STATES[outcome.state].capitalize()}; the attempts below say why.")
        case State.SERVED:
            return _finish(outcome)


def _failed(outcome: Outcome, error: str | None) -> str:
    """The one reason, or where several deployments failed how many did: each stands below with its own."""
    tried = outcome.attempts
    if len(tried) < 2:  # noqa: PLR2004 - one
        return error or f"Nothing answered. {_MEND}"
    tiers = list(dict.fromkeys(attempt.tier.value for attempt in tried))
    named = f"{', '.join(tiers[:-1])} and {tiers[-1]}" if len(tiers) > 1 else "".join(tiers)
    return f"Nothing answered after {figures.plural(len(tried), 'attempt')} in {named}; each says why below. {_MEND}"


_MEND: Final = "The Models page shows how the deployments fare; send again once one of them does."


def _finish(outcome: Outcome) -> Notice | None:
    if outcome.finish_reason == "length":
        return Notice("warn", "Cut off at max tokens.")
    if outcome.finish_reason == "tool_calls" and not outcome.answer:
        return Notice("warn", "The model called a tool and wrote no text.")
    return None if outcome.answer else Notice("warn", "The model answered without any text.")


def _waiting(send: SendView) -> Notice | None:
    if send.stopping:
        return Notice("", "Stopping.")
    if send.text:
        return None
    if send.failed:
        last = send.failed[-1]
        return Notice("warn", f"{last.model or last.tier}: {words.attempt_status(last)}. Trying on.")
    return Notice("", "Waiting for the first token.")


def _model_of(send: SendView) -> str:
    if send.serving is not None:
        return send.serving.model
    if send.outcome is None:
        return ""
    served = [a.model for a in send.outcome.attempts if a.deployment == send.outcome.served_by]
    tried = {a.model for a in send.outcome.attempts if a.model}
    return served[-1] if served else next(iter(tried)) if len(tried) == 1 else ""


def _figures(outcome: Outcome, cheapest_nano: int | None) -> AnswerFigures:
    return AnswerFigures(
        cost=outcome.cost,
        source=words.COST_SOURCES[outcome.cost.source],
        dearer=""
        if cheapest_nano in {None, outcome.cost.nano}
        else figures.difference(outcome.cost.nano, cheapest_nano),
        first_token_ms=outcome.first_token_ms,
        total_ms=outcome.latency_ms,
        per_second=outcome.tokens_per_second,
        usage=outcome.usage or Usage(None, None),
    )


def _figures_so_far(send: SendView) -> AnswerFigures:
    return AnswerFigures(
        UNPRICED, "priced when it has ended", "", send.first_token_ms, send.elapsed_ms, None, Usage(None, None)
    )


def _chain(send: SendView) -> Iterator[str]:
    yield f"requested {send.request.force_tier or 'auto'}"
    if send.decided is not None:
        decision = send.decided.decision
        yield f"classified {decision.classified_tier}"
        if decision.tier is not decision.classified_tier:
            yield f"moved to {decision.tier} ({words.spaced(decision.cause)})"
    yield from (_attempted(a) for a in (send.outcome.attempts if send.outcome else send.failed))
    if send.outcome is not None and send.outcome.served_tier is not None:
        part = ", in part" if send.outcome.state in {State.BROKEN, State.STOPPED} else ""
        yield f"served by {send.outcome.served_tier}{part}"


def _attempted(attempt: Attempt) -> str:
    if attempt.error_kind == FailureKind.COOLING_DOWN and attempt.error:
        return f"{attempt.tier}: {attempt.error}"  # which of them, and for how long
    if attempt.status is AttemptStatus.FAILED and attempt.error:
        return f"{attempt.tier} {attempt.deployment}, {figures.duration(attempt.latency_ms)}: {attempt.error}"
    return (
        f"{attempt.tier} {attempt.deployment}: {words.attempt_status(attempt)}, {figures.duration(attempt.latency_ms)}"
    )
