"""Proving what a change of the heuristics would do: pure functions of logged requests and two versions."""
