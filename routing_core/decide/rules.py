"""The classifier of kind `rules`: the first rule that holds decides."""

from __future__ import annotations

from collections.abc import Mapping

from routing_core.decide.classifier_document import Condition, Rule, RulesClassifier
from routing_core.decide.verdict import Verdict, keywords_by_list
from routing_core.domain import Hits, Signal, Tier

_SIGN = {Tier.CHEAP: -1.0, Tier.MID: 0.0, Tier.FRONTIER: 1.0}


def classify_by_rules(classifier: RulesClassifier, hits: Hits, tokens: float) -> Verdict:
    """The first rule that holds for `hits` and the newest user turn's `tokens`."""
    found = keywords_by_list(hits)
    for rule in classifier.rules:
        for condition in rule.any_of:
            if _holds(condition, hits, found, tokens):
                return _ruled(rule, condition, hits, found)
    other = classifier.otherwise
    return Verdict(
        tier=other.tier,
        score=_SIGN[other.tier] * other.confidence,
        margin=None,
        confidence=other.confidence,
        cause=other.name,
        no_evidence=not (found or hits.patterns or hits.tasks),
        signals=(),
    )


def _holds(condition: Condition, hits: Hits, found: Mapping[str, list[str]], tokens: float) -> bool:
    return (
        (condition.tokens_over is None or tokens > condition.tokens_over)
        and (condition.tokens_under is None or tokens < condition.tokens_under)
        and (condition.code is None or condition.code == bool(hits.patterns))
        and (condition.task is None or condition.task in hits.tasks)
        and all(len(found.get(name, ())) >= count for name, count in condition.hits.items())
    )


def _ruled(rule: Rule, condition: Condition, hits: Hits, found: Mapping[str, list[str]]) -> Verdict:
    stated = rule.confidence
    counted = len(found.get(stated.of, ())) if stated.of else 0
    confidence = min(stated.base + stated.per_hit * counted, stated.most)
    sign = _SIGN[rule.tier]
    signal = Signal(rule.name, confidence, sign, sign * confidence, _evidence(condition, hits, found))
    return Verdict(
        tier=rule.tier,
        score=sign * confidence,
        margin=None,
        confidence=confidence,
        cause=rule.name,
        no_evidence=False,
        signals=(signal,),
    )


def _evidence(condition: Condition, hits: Hits, found: Mapping[str, list[str]]) -> tuple[str, ...]:
    patterns = [hit.pattern for hit in hits.patterns] if condition.code else []
    return tuple(patterns + [word for name in condition.hits for word in found.get(name, ())])
