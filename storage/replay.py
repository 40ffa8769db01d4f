"""The newest logged requests with all that a decision was computed from, read in one go to be decided again."""

from __future__ import annotations

from sqlalchemy import RowMapping, Select, func, select

from routing_core.domain import Tier
from routing_core.evidence.redecide import LoggedRequest
from storage.engine import Database
from storage.outcomes import decided_of, request_of, usage_of
from storage.tables import requests, texts


class Replay:
    """Logged requests to be decided again. Every method raises StorageError where the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark(self, limit: int) -> tuple[int, ...]:
        """The newest and oldest key of what `newest` gives, how many they are, and of how many the text is kept."""
        chosen = _newest_keys(limit).subquery()
        counted = select(
            func.coalesce(func.max(chosen.c.key), 0),
            func.coalesce(func.min(chosen.c.key), 0),
            func.count(chosen.c.key),
            func.count(texts.c.key),
        ).select_from(chosen.outerjoin(texts, texts.c.key == chosen.c.key))
        with self._database.read() as connection:
            return tuple(connection.execute(counted).one())

    def newest(self, limit: int) -> tuple[LoggedRequest, ...]:
        """The newest requests that were decided, newest first; those without a kept text have none."""
        chosen = _newest_keys(limit).subquery()
        wanted = (
            select(
                *(requests.c[name] for name in _COLUMNS),
                texts.c.key.label("text_key"),
                texts.c.prompt,
                texts.c.system_prompt,
                texts.c.messages,
                texts.c.params.label("text_params"),
            )
            .join(chosen, chosen.c.key == requests.c.key)
            .outerjoin(texts, texts.c.key == requests.c.key)
            .order_by(requests.c.key.desc())
        )
        with self._database.read() as connection:
            return tuple(map(_logged, connection.execute(wanted).mappings().all()))


_COLUMNS = (
    *("key", "request_id", "simulated", "forced_tier", "task_type", "previous_tier", "asked_deployment", "escalate"),
    *("params", "app", "end_user", "session", "comparison_id", "sample_run"),
    *("numbers", "hits", "situation", "decision", "served_tier", "usage", "cost_nano"),
)


def _newest_keys(limit: int) -> Select[tuple[int]]:
    return select(requests.c.key).where(requests.c.decision.is_not(None)).order_by(requests.c.key.desc()).limit(limit)


def _logged(row: RowMapping) -> LoggedRequest:
    text = None
    if row["text_key"] is not None:
        text = {
            "prompt": row["prompt"],
            "system_prompt": row["system_prompt"],
            "messages": row["messages"],
            "params": row["text_params"],
            "evidence": "",  # quotes the prompt, and decides nothing
        }
    return LoggedRequest(
        request_id=row["request_id"],
        request=request_of(row, text),
        decided=decided_of(row, text),
        has_text=text is not None,
        served_tier=Tier(row["served_tier"]) if row["served_tier"] else None,
        usage=usage_of(row),
        cost_nano=row["cost_nano"],
        simulated=row["simulated"],
    )
