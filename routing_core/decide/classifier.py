"""The classifier: a tier, a score and its reasons out of numbers and hits, before any policy."""

from __future__ import annotations

from routing_core.decide.heuristics import Heuristics
from routing_core.decide.rules import classify_by_rules
from routing_core.decide.verdict import Verdict
from routing_core.decide.weights import Weights, classify_by_weights
from routing_core.domain import Hits, Numbers, Situation

__all__ = ["Verdict", "classify"]


def classify(numbers: Numbers, hits: Hits, situation: Situation, heuristics: Heuristics) -> Verdict:
    """What the document's classifier says."""
    classifier = heuristics.classifier
    if isinstance(classifier, Weights):
        return classify_by_weights(classifier, numbers, hits, situation)
    return classify_by_rules(classifier, hits, heuristics.query_tokens(numbers, situation))
