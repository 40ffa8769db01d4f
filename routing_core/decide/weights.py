"""The classifier of kind `weights`: the sum of named signals against two boundaries."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from routing_core.decide.classifier_document import Counted, MarginConfidence, Measure, WeightsClassifier
from routing_core.decide.verdict import Verdict, keywords_by_list
from routing_core.domain import TIERS, Hits, Numbers, Signal, Situation, Tier

NO_SIGNAL = "no_signal"
CHEAP, MID, FRONTIER = TIERS  # an attribute of an enum costs 0.3 us on Python 3.11
_contribution = attrgetter("contribution")
_OF_SITUATION = frozenset({"query_tokens", "conversation_tokens", "system_tokens"})


@dataclass(frozen=True, slots=True)
class CountedSignal:
    """A signal made of hits, as `Counted` says it."""

    weight: float
    saturation: int
    most_tokens: float


@dataclass(frozen=True, slots=True)
class MeasuredSignal:
    """A signal made of a number, as `Measure` says it; `start` and `length` are logarithms where `log`."""

    name: str
    of: str
    in_situation: bool
    low: float
    high: float
    log: bool
    start: float
    length: float
    weight: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The document's weights, laid out for reading: a validated model's attributes cost twice a slot's."""

    base: float
    boundaries: tuple[float, float]
    confidence: MarginConfidence
    measures: tuple[MeasuredSignal, ...]
    keywords: Mapping[str, CountedSignal]
    code: CountedSignal
    tasks: Mapping[str, float]


def compile_weights(classifier: WeightsClassifier) -> Weights:
    """The classifier of the document, laid out for reading."""
    return Weights(
        base=classifier.base,
        boundaries=(classifier.boundaries.mid, classifier.boundaries.frontier),
        confidence=classifier.confidence,
        measures=tuple(_measured(name, measure) for name, measure in classifier.measures.items()),
        keywords={name: _counted(counted) for name, counted in classifier.keywords.items()},
        code=_counted(classifier.code),
        tasks=classifier.tasks,
    )


def classify_by_weights(weights: Weights, numbers: Numbers, hits: Hits, situation: Situation) -> Verdict:
    """Score = base + the contributions of the signals that fired; without any: mid, and `no_evidence`."""
    signals = _from_hits(weights, hits, situation.query_tokens)
    for measure in weights.measures:
        amount = getattr(situation if measure.in_situation else numbers, measure.of)
        if amount > measure.low:
            signals.append(_measured_signal(measure, amount))
    total = 0.0
    for signal in signals:
        total += signal.contribution
    score = weights.base + total
    low, high = weights.boundaries
    margin = abs(score - (low if score + score < low + high else high))
    stated = weights.confidence
    if not signals:
        return Verdict(MID, score, margin, stated.no_evidence, NO_SIGNAL, True, (), weights.boundaries)  # noqa: FBT003
    tier = FRONTIER if score >= high else MID if score >= low else CHEAP
    confidence = min(stated.at_boundary + stated.per_margin * margin, stated.most)
    cause = signals[0].name if len(signals) == 1 else _decisive(signals, tier)
    return Verdict(tier, score, margin, confidence, cause, False, tuple(signals), weights.boundaries)  # noqa: FBT003


def _decisive(signals: list[Signal], tier: Tier) -> str:
    """The largest contribution in the tier's direction; for mid, the largest of all."""
    if tier is FRONTIER:
        return max(signals, key=_contribution).name
    if tier is CHEAP:
        return min(signals, key=_contribution).name
    return max(signals, key=lambda signal: abs(signal.contribution)).name


def _measured_signal(measure: MeasuredSignal, amount: float) -> Signal:
    value = 1.0
    if amount < measure.high:
        value = ((math.log(amount) if measure.log else amount) - measure.start) / measure.length
    return Signal(measure.name, value, measure.weight, value * measure.weight, (f"{amount:.4g}",))


def _from_hits(weights: Weights, hits: Hits, query_tokens: int) -> list[Signal]:
    signals = []
    for name, found in keywords_by_list(hits).items():
        counted = weights.keywords.get(name)
        if counted and query_tokens <= counted.most_tokens:
            signals.append(_counted_signal(name, counted, found))
    if hits.patterns and query_tokens <= weights.code.most_tokens:
        signals.append(_counted_signal("code", weights.code, [hit.pattern for hit in hits.patterns]))
    for name in hits.tasks:
        weight = weights.tasks.get(name)
        if weight is not None:
            signals.append(Signal(f"task:{name}", 1.0, weight, weight))
    return signals


def _counted_signal(name: str, counted: CountedSignal, found: Sequence[str]) -> Signal:
    value = len(found) / counted.saturation if len(found) < counted.saturation else 1.0
    return Signal(name, value, counted.weight, value * counted.weight, tuple(found))


def _counted(counted: Counted) -> CountedSignal:
    return CountedSignal(counted.weight, counted.saturation, counted.most_tokens or math.inf)


def _measured(name: str, measure: Measure) -> MeasuredSignal:
    log = measure.scale == "log"
    low, high = (math.log(measure.low), math.log(measure.high)) if log else (measure.low, measure.high)
    return MeasuredSignal(
        name=name,
        of=measure.of,
        in_situation=measure.of in _OF_SITUATION,
        low=measure.low,
        high=measure.high,
        log=log,
        start=low,
        length=high - low,
        weight=measure.weight,
    )
