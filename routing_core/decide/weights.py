"""The classifier of kind `weights`: the sum of named signals against two boundaries."""

from __future__ import annotations

import math
from collections.abc import Iterator

from routing_core.decide.classifier_document import Counted, Measure, WeightsClassifier
from routing_core.decide.verdict import Verdict, keywords_by_list
from routing_core.domain import Hits, Numbers, Signal, Situation, Tier

NO_SIGNAL = "no_signal"
_OF_SITUATION = frozenset({"query_tokens", "conversation_tokens", "system_tokens"})


def classify_by_weights(classifier: WeightsClassifier, numbers: Numbers, hits: Hits, situation: Situation) -> Verdict:
    """Score = base + the contributions of the signals that fired; without any: mid, and `no_evidence`."""
    signals = (
        *_measures(classifier, numbers, situation),
        *_keywords(classifier, hits, situation.query_tokens),
        *_code(classifier, hits, situation.query_tokens),
        *_tasks(classifier, hits),
    )
    score = classifier.base + sum(signal.contribution for signal in signals)
    low, high = classifier.boundaries.mid, classifier.boundaries.frontier
    margin = min(abs(score - low), abs(score - high))
    stated = classifier.confidence
    tier = _tier(score, low, high) if signals else Tier.MID
    return Verdict(
        tier=tier,
        score=score,
        margin=margin,
        confidence=min(stated.at_boundary + stated.per_margin * margin, stated.most) if signals else stated.no_evidence,
        cause=_decisive(signals, tier) if signals else NO_SIGNAL,
        no_evidence=not signals,
        signals=signals,
        boundaries=(low, high),
    )


def _tier(score: float, low: float, high: float) -> Tier:
    if score >= high:
        return Tier.FRONTIER
    return Tier.MID if score >= low else Tier.CHEAP


def _decisive(signals: tuple[Signal, ...], tier: Tier) -> str:
    """The largest contribution in the tier's direction; for mid, the largest of all."""
    if tier is Tier.FRONTIER:
        return max(signals, key=lambda signal: signal.contribution).name
    if tier is Tier.CHEAP:
        return min(signals, key=lambda signal: signal.contribution).name
    return max(signals, key=lambda signal: abs(signal.contribution)).name


def _measures(classifier: WeightsClassifier, numbers: Numbers, situation: Situation) -> Iterator[Signal]:
    for name, measure in classifier.measures.items():
        amount = getattr(situation if measure.of in _OF_SITUATION else numbers, measure.of)
        if amount > measure.low:
            value = _scaled(measure, amount)
            yield Signal(name, value, measure.weight, value * measure.weight, (f"{amount:.4g}",))


def _scaled(measure: Measure, amount: float) -> float:
    if amount >= measure.high:
        return 1.0
    if measure.scale == "log":
        return math.log(amount / measure.low) / math.log(measure.high / measure.low)
    return (amount - measure.low) / (measure.high - measure.low)


def _keywords(classifier: WeightsClassifier, hits: Hits, query_tokens: int) -> Iterator[Signal]:
    for name, found in keywords_by_list(hits).items():
        if (counted := classifier.keywords.get(name)) and _counts(counted, query_tokens):
            yield _counted(name, counted, tuple(found))


def _code(classifier: WeightsClassifier, hits: Hits, query_tokens: int) -> Iterator[Signal]:
    if hits.patterns and _counts(classifier.code, query_tokens):
        yield _counted("code", classifier.code, tuple(hit.pattern for hit in hits.patterns))


def _counts(counted: Counted, query_tokens: int) -> bool:
    return counted.most_tokens is None or query_tokens <= counted.most_tokens


def _counted(name: str, counted: Counted, found: tuple[str, ...]) -> Signal:
    value = min(1.0, len(found) / counted.saturation)
    return Signal(name, value, counted.weight, value * counted.weight, found)


def _tasks(classifier: WeightsClassifier, hits: Hits) -> Iterator[Signal]:
    for name in hits.tasks:
        weight = classifier.tasks.get(name)
        if weight is not None:
            yield Signal(f"task:{name}", 1.0, weight, weight, ())
