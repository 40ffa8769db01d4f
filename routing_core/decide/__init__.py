"""Deciding: pure functions of text, numbers, hits, situation and one version of the heuristics; no I/O, no clock."""

from routing_core.decide.decision import UNLIMITED, decide, decide_request, tier_named

__all__ = ["UNLIMITED", "decide", "decide_request", "tier_named"]
