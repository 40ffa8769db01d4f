"""The tables as they are now; `migrations/` makes them, and a test holds both equal.

Instants are integer microseconds since 1970 UTC, money is integer USD 1e-9, JSON is text: the same everywhere,
sortable and exact. Prompt text stands in `texts` and nowhere else.
"""

from storage.tables.base import metadata
from storage.tables.heuristics import heuristics_drafts, heuristics_versions
from storage.tables.keeping import keeping_rules, removed_rows, retention_runs
from storage.tables.keys import api_keys, key_minutes
from storage.tables.labels import labels
from storage.tables.requests import attempts, in_flight, request_keys, requests, texts
from storage.tables.rollups import ROLLUP_SUMS, rollup_causes, rollup_series, rollups

__all__ = [
    "ROLLUP_SUMS", "api_keys", "attempts", "heuristics_drafts", "heuristics_versions", "in_flight", "keeping_rules",
    "key_minutes", "labels", "metadata", "removed_rows", "request_keys", "requests", "retention_runs", "rollup_causes",
    "rollup_series", "rollups", "texts",
]  # fmt: skip
