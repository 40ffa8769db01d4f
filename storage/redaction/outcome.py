"""One outcome with every text of it gone over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from routing_core.domain import ChatRequest, Decided, Hits, KeywordHit, PatternHit
from routing_core.outcome import Attempt, Outcome
from storage.redaction.deep import Redactor
from storage.redaction.edits import Kind, Redacted

_USER: Final = "user"  # as a parameter too: it is kept as the request's user, and nowhere else
NONE: Mapping[Kind, int] = MappingProxyType({})


def redacted_outcome(outcome: Outcome, region: str | None = None) -> tuple[Outcome, Mapping[Kind, int]]:
    """The outcome as it may be kept, and how many of each kind were replaced in what was asked and answered.

    Offsets into the newest user turn lead to the same words as before. Evidence that quotes it stays where the quoted
    words stay. App, user, session and ids are no texts: they are kept as they are, so that rows can be found by them.
    """
    redactor = Redactor(region)
    made = replace(
        outcome,
        request=_request(outcome.request, redactor),
        answer=redactor.counted(outcome.answer),
        decided=_decided(outcome.decided, redactor) if outcome.decided else None,
        attempts=tuple(_attempt(tried, redactor) for tried in outcome.attempts),
        error=_error(outcome.error, redactor),
    )
    return made, redactor.counts


def _request(asked: ChatRequest, redactor: Redactor) -> ChatRequest:
    return replace(
        asked,
        messages=tuple(map(redactor.mapping, asked.messages)),
        system_prompt=redactor.counted(asked.system_prompt),
        params=redactor.mapping({name: value for name, value in asked.params.items() if name != _USER}),
    )


def _decided(decided: Decided, redactor: Redactor) -> Decided:
    found = redactor.look(decided.text)
    if not found.counts:
        return decided
    signals = tuple(
        replace(signal, evidence=tuple(word for word in signal.evidence if _stays(word, decided.text, found)))
        for signal in decided.decision.signals
    )
    decision = replace(decided.decision, signals=signals)
    return replace(decided, text=found.text, hits=_moved(decided.hits, found), decision=decision)


def _stays(word: str, before: str, found: Redacted) -> bool:
    """Whether evidence says nothing of what was replaced: a word of the heuristics, or one that still stands there."""
    return word not in before or word in found.text


def _moved(hits: Hits, found: Redacted) -> Hits:
    return replace(
        hits,
        keywords=tuple(
            KeywordHit(hit.list_name, hit.keyword, tuple(map(found.moved, hit.spans))) for hit in hits.keywords
        ),
        patterns=tuple(PatternHit(hit.pattern, found.moved(hit.span)) for hit in hits.patterns),
    )


def _attempt(tried: Attempt, redactor: Redactor) -> Attempt:
    return tried if tried.error is None else replace(tried, error=_error(tried.error, redactor))


def _error(error: str | None, redactor: Redactor) -> str | None:
    return None if error is None else redactor.look(error).text
