"""What a classifier says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from routing_core.domain import Hits, Signal, Tier


class Verdict(NamedTuple):
    """A classifier's answer; the fields are those of `Decision`, taken before the policies."""

    tier: Tier
    score: float
    margin: float | None
    confidence: float
    cause: str
    no_evidence: bool
    signals: tuple[Signal, ...]
    boundaries: tuple[float, float] | None = None


def keywords_by_list(hits: Hits) -> Mapping[str, list[str]]:
    """The keywords that were hit, by their list."""
    found: dict[str, list[str]] = {}
    for hit in hits.keywords:
        found.setdefault(hit.list_name, []).append(hit.keyword)
    return found
