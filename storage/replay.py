"""The newest logged requests of one kind with all that a decision was computed from, to be decided again."""

from __future__ import annotations

from itertools import product, starmap
from typing import Final, NamedTuple

from sqlalchemy import Connection, RowMapping, Select, Subquery, and_, func, literal, select

from routing_core.domain import Tier
from routing_core.evidence.redecide import LoggedRequest
from storage.engine import Database
from storage.outcomes import decided_of, request_of, usage_of
from storage.tables import requests, texts

MOST_CHARACTERS: Final = 8_000_000
"""Of texts, read at once: 16,000 for each of 500 requests."""


class Replay:
    """Logged requests to be decided again, all of one kind, so that figures about them are never a mixture.

    Real ones where any is logged, else simulated ones; sample traffic only where there is nothing else of that kind.
    Every method raises StorageError where the database does not answer.
    """

    def __init__(self, database: Database, most_characters: int = MOST_CHARACTERS) -> None:
        self._database = database
        self._most_characters = most_characters

    def mark(self, limit: int) -> tuple[int, ...]:
        """The newest and oldest key of what `newest` gives, how many they are, and of how many the text is kept."""
        with self._database.read() as connection:
            chosen = newest_keys(_kind(connection)).limit(limit).subquery()
            counted = select(
                func.coalesce(func.max(chosen.c.key), 0),
                func.coalesce(func.min(chosen.c.key), 0),
                func.count(chosen.c.key),
                func.count(texts.c.key),
            ).select_from(chosen.outerjoin(texts, texts.c.key == chosen.c.key))
            return tuple(connection.execute(counted).one())

    def newest(self, limit: int) -> tuple[LoggedRequest, ...]:
        """The newest requests that were decided, newest first; those without a kept text have none.

        Of texts that are longer than all that may be held together, the longest are left out.
        """
        with self._database.read() as connection:
            chosen = newest_keys(_kind(connection)).limit(limit).subquery()
            held = _held(chosen)
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
                .outerjoin(held, and_(held.c.key == requests.c.key, held.c.so_far <= self._most_characters))
                .outerjoin(texts, texts.c.key == held.c.key)
                .order_by(requests.c.key.desc())
            )
            return tuple(map(_logged, connection.execute(wanted).mappings().all()))


_COLUMNS = (
    *("key", "request_id", "simulated", "forced_tier", "task_type", "previous_tier", "asked_deployment", "escalate"),
    *("params", "app", "end_user", "session", "comparison_id", "sample_run", "api_key_id"),
    *("numbers", "hits", "situation", "decision", "served_tier", "usage", "cost_nano"),
)
_TEXTS = ("prompt", "system_prompt", "messages", "params")


def _held(chosen: Subquery) -> Subquery:
    """The keys of the texts of `chosen`, and how long they are `so_far`, counted from the shortest."""
    length = sum((func.length(texts.c[name]) for name in _TEXTS), literal(0))
    so_far = func.sum(length).over(order_by=(length, texts.c.key.desc())).label("so_far")
    return select(texts.c.key, so_far).join(chosen, chosen.c.key == texts.c.key).subquery()


class Kind(NamedTuple):
    """Whether requests are simulated, and whether they are sample traffic."""

    simulated: bool
    sample: bool


KINDS: Final = tuple(starmap(Kind, product((False, True), repeat=2)))
"""Those that tell most first."""


def newest_keys(kind: Kind) -> Select[tuple[int]]:
    """The keys of the decided requests of a kind, newest first; spelt as the indices spell it, which have them all."""
    marked = requests.c.sample_run.is_not(None) if kind.sample else requests.c.sample_run.is_(None)
    of_kind = (requests.c.simulated == kind.simulated, marked, requests.c.decision.is_not(None))
    return select(requests.c.key).where(*of_kind).order_by(requests.c.key.desc())


def _kind(connection: Connection) -> Kind:
    """The first kind of which there is a request."""
    found = (kind for kind in KINDS if connection.execute(newest_keys(kind).limit(1)).first() is not None)
    return next(found, KINDS[0])


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
