"""One deployment's answer, whole or as it comes, kept in the request's trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from routing_core.dispatch.calls import Call, Failed, Failure, Opened, Piece, Reply
from routing_core.dispatch.deployment import Deployment
from routing_core.dispatch.route import Route
from routing_core.dispatch.terms import as_answered
from routing_core.dispatch.trail import Trail
from routing_core.domain import Json
from routing_core.errors import AllTiersFailed, CallFailed
from routing_core.outcome import AttemptFailed, AttemptStatus, Delta, Event, Serving, Usage


class StreamedAnswer:
    """One deployment's streamed answer as it comes: chunks before any content are held, for a climb to be unseen."""

    def __init__(self, trail: Trail, route: Route, call: Call) -> None:
        self._trail = trail
        self._route = route
        self._call = call
        self._deployment: Deployment | None = None
        self._held: list[Event] = []
        self._begun = False
        self._usage: Usage | None = None
        self._finish_reason: str | None = None

    def take(self, step: Opened | Piece) -> list[Event]:
        """The events that a step makes, in order; none while nothing of the answer has come."""
        if isinstance(step, Opened):
            self._deployment = deployment = _deployment(self._trail, step.deployment)
            self._held.append(Serving(deployment.tier, deployment.id, deployment.model))
            return [AttemptFailed(self._trail.note_failure(self._call.tier, failure)) for failure in step.failures]
        self._usage = step.usage or self._usage
        self._trail.terms = as_answered(self._trail.terms, step.chunk)
        self._finish_reason = step.finish_reason or self._finish_reason
        if step.content:
            self._begun = True
            self._trail.note_first_token()
            self._trail.pieces.append(step.text)
            self._trail.unseen.append(step.unseen)
        if step.asked_for:
            self._held.append(Delta(step.text, step.chunk))
        return self._release() if self._begun else []

    def end_served(self) -> list[Event]:
        """The upstream ended cleanly, with or without content."""
        assert self._deployment is not None
        self._trail.finish_reason = self._finish_reason
        _note_served(self._trail, self._route, self._deployment, self._usage)
        return self._release()

    def end_by(self, failure: Failure, cause: Exception) -> None:
        """The upstream failed: raises CallFailed after content, else what makes the ladder climb or give up."""
        if self._deployment is not None and self._begun:
            self._note_partial(self._deployment, AttemptStatus.BROKEN, failure)
            raise CallFailed(
                f"The answer broke off: {failure.message}. What had come is kept; send again for a whole one.",
                kind=failure.kind,
                http_status=failure.http_status,
            ) from None
        if isinstance(cause, Failed):
            raise cause
        self._note_failed()
        known = self._deployment.id if self._deployment else failure.deployment
        self._trail.note_failure(self._call.tier, replace(failure, deployment=known))
        raise AllTiersFailed(self._trail.attempts, self._trail.retry_after_s) from None

    def end_stopped(self) -> None:
        """The caller left or pressed Stop; before the answer began nobody served it, and the prompt counts as read."""
        self._note_failed()
        if self._deployment is None or not self._begun:
            target = self._deployment.id if self._deployment else self._call.target
            self._trail.note_abandoned(self._call.tier, target)
        else:
            self._note_partial(self._deployment, AttemptStatus.STOPPED, None)

    def _note_failed(self) -> None:
        """Keep who failed before anyone began: what tells of them never came."""
        if self._deployment is None:
            self._trail.note_failed(self._call)

    def _note_partial(self, deployment: Deployment, status: AttemptStatus, failure: Failure | None) -> None:
        self._trail.served = deployment
        usage = self._usage or _estimated_usage(self._trail, self._route, deployment)
        self._trail.note_answer(deployment, status, usage, estimated=self._usage is None, failure=failure)

    def _release(self) -> list[Event]:
        held, self._held = self._held, []
        return held


def keep_reply(reply: Reply, call: Call, route: Route, trail: Trail) -> None:
    """Keep a whole answer, and who failed to give it before."""
    for failure in reply.failures:
        trail.note_failure(call.tier, failure)
    trail.response = reply.response
    trail.terms = as_answered(trail.terms, reply.response)
    text, unseen, trail.finish_reason = _read_choice(reply.response)
    trail.pieces.append(text)
    trail.unseen.append(unseen)
    _note_served(trail, route, _deployment(trail, reply.deployment), reply.usage)


def _note_served(trail: Trail, route: Route, deployment: Deployment, usage: Usage | None) -> None:
    trail.served = deployment
    counted = usage or _estimated_usage(trail, route, deployment)
    trail.note_answer(deployment, AttemptStatus.OK, counted, estimated=usage is None)


def _estimated_usage(trail: Trail, route: Route, deployment: Deployment) -> Usage:
    generated = trail.answer + "".join(trail.unseen)
    return Usage(route.prompt_tokens[deployment.tier.rank], route.count_text(generated))


def _deployment(trail: Trail, identity: str) -> Deployment:
    found = trail.catalog.find(identity)
    assert found is not None, "the client calls only what the catalog holds"
    return found


def _read_choice(response: Mapping[str, Json]) -> tuple[str, str, str | None]:
    """The text, the tool calls' arguments and the finish reason of a whole answer's first choice."""
    choices = response.get("choices")
    first = choices[0] if isinstance(choices, Sequence) and choices else None
    if not isinstance(first, Mapping):
        return "", "", None
    message = first.get("message")
    text = message.get("content") if isinstance(message, Mapping) else None
    calls = message.get("tool_calls") if isinstance(message, Mapping) else None
    reason = first.get("finish_reason")
    return (
        text if isinstance(text, str) else "",
        str(calls) if calls else "",
        reason if isinstance(reason, str) else None,
    )
