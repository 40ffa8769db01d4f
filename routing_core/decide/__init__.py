"""Deciding: pure functions of text, numbers, hits, situation and one version of the heuristics; no I/O, no clock."""
