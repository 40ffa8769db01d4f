"""Reads the log: pages by key at any depth, one request in full, one comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, select

from routing_core.domain import Tier
from routing_core.outcome import CostSource, Outcome, State
from storage.codec import from_us
from storage.engine import Database
from storage.in_flight import Lost, lost
from storage.labels import Label, labels_of
from storage.outcomes import outcome_of, redacted_of
from storage.request_filter import RequestFilter
from storage.tables import attempts, requests, texts

_PREVIEW_CHARS = 160
_MOST_TRIED = 20_000  # candidates tried row by row for one page
_LARGEST_PAGE = 1_000
_MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request in a list; `preview` is the start of its newest user turn, None where no text was kept."""

    key: int
    request_id: str
    started_at: datetime
    state: State
    decided_tier: Tier | None
    served_tier: Tier | None
    deployment: str | None
    model: str | None
    cause: str | None
    confidence: float | None
    version: str | None
    app: str | None
    user: str | None
    session: str | None
    comparison_id: str | None
    input_tokens: int | None
    output_tokens: int | None
    cost_nano: int | None
    cost_source: CostSource
    latency_ms: float
    first_token_ms: float | None
    simulated: bool
    preview: str | None
    sample: bool = False


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Requests, newest first; the next page is `before=next_before`, None at the end.

    A filter that no index answers tries only so many requests for one page: `looked_at` says how many, None where
    nothing had to be tried. Such a page may be empty and still have a next one.
    """

    rows: tuple[RequestRow, ...]
    next_before: int | None
    looked_at: int | None = None


@dataclass(frozen=True, slots=True)
class RequestCount:
    """How many requests match: `number` of them, or at least that many where `more` may."""

    number: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class RequestDetail:
    """One request in full; where no text was kept, the outcome's messages, prompt and answer are empty."""

    key: int
    outcome: Outcome
    has_text: bool
    labels: tuple[Label, ...]
    redacted: Mapping[str, int] | None = None  # how many of each kind were replaced; None where nobody looked


class RequestLog:
    """The logged requests of a database. Every method raises StorageError where the database does not answer."""

    def __init__(self, database: Database, *, most_tried: int = _MOST_TRIED) -> None:
        """`most_tried` bounds the requests that one page of a search goes through."""
        self._database = database
        self._most_tried = most_tried

    def page(self, filters: RequestFilter, before: int | None = None, limit: int = 50) -> RequestPage:
        """Up to `limit` (at most 1,000) requests older than the key `before`, newest first."""
        limit = max(1, min(limit, _LARGEST_PAGE))
        found, searched = list(filters.indexed()), list(filters.searched())
        if before is not None:
            found.append(requests.c.key < before)
        with self._database.read() as connection:
            if not searched:
                return _page(connection, found, limit)
            oldest, looked_at = _candidates(connection, found, self._most_tried)
            if oldest is None:
                return RequestPage((), None, 0)
            page = _page(connection, [*found, requests.c.key >= oldest, *searched], limit)
        further = oldest if page.next_before is None and looked_at == self._most_tried else page.next_before
        return RequestPage(page.rows, further, looked_at)

    def count(self, filters: RequestFilter) -> RequestCount:
        """How many requests match, counted to 10,000; of a filter that no index answers, among so many tried."""
        found, searched = list(filters.indexed()), list(filters.searched())
        with self._database.read() as connection:
            tried = 0
            if searched:
                # In no order: the newest of a long period would have to be found first, among all of it.
                candidates = select(requests.c.key).where(*found).limit(self._most_tried)
                tried = _counted(connection, candidates)
                found = [requests.c.key.in_(candidates), *searched]
            matching = select(requests.c.key).outerjoin(texts, texts.c.key == requests.c.key).where(*found)
            number = _counted(connection, matching.limit(_MOST_COUNTED + 1))
        more = number > _MOST_COUNTED or tried == self._most_tried
        return RequestCount(min(number, _MOST_COUNTED), more)

    def newer(self, filters: RequestFilter, after: int, limit: int = 50) -> tuple[RequestRow, ...]:
        """The `limit` (at most 1,000) requests that follow the key `after`, newest first: the way back from a page.

        A filter that no index answers tries only so many requests.
        """
        found, searched = [*filters.indexed(), requests.c.key > after], list(filters.searched())
        with self._database.read() as connection:
            if searched:
                following = (
                    select(requests.c.key).where(*found).order_by(requests.c.key).limit(self._most_tried).subquery()
                )
                found.append(requests.c.key <= select(func.max(following.c.key)).scalar_subquery())
            nearest = _LIST.where(*found, *searched).order_by(requests.c.key).limit(max(1, min(limit, _LARGEST_PAGE)))
            return tuple(map(_row_of, reversed(connection.execute(nearest).mappings().all())))

    def newest(self, limit: int = 50) -> tuple[RequestRow, ...]:
        """The newest requests, newest first."""
        return self.page(RequestFilter(), limit=limit).rows

    def one(self, request_id: str) -> RequestDetail | None:
        """One request in full, None where there is none of this id."""
        with self._database.read() as connection:
            return next(iter(_details(connection, requests.c.request_id == request_id)), None)

    def lost(self, now: datetime) -> Lost | None:
        """What processes that were killed left unlogged in the 7 days before `now`, None where nothing."""
        return lost(self._database, now)

    def comparison(self, comparison_id: str) -> tuple[RequestDetail, ...]:
        """The requests of one side-by-side comparison in full, oldest first."""
        with self._database.read() as connection:
            return _details(connection, requests.c.comparison_id == comparison_id)

    def comparisons(self, comparison_ids: Sequence[str]) -> Mapping[str, tuple[Outcome, ...]]:
        """The outcomes of several comparisons by their ids, oldest first; at most 1,000 outcomes altogether."""
        with self._database.read() as connection:
            found = _details(connection, requests.c.comparison_id.in_(comparison_ids))
        by_id: defaultdict[str, list[Outcome]] = defaultdict(list)
        for detail in found:
            by_id[detail.outcome.request.comparison_id or ""].append(detail.outcome)
        return {name: tuple(outcomes) for name, outcomes in by_id.items()}


def _page(connection: Connection, conditions: Sequence[ColumnElement[bool]], limit: int) -> RequestPage:
    newest = _LIST.where(*conditions).order_by(requests.c.key.desc()).limit(limit + 1)
    rows = tuple(map(_row_of, connection.execute(newest).mappings().all()))
    return RequestPage(rows[:limit], rows[limit - 1].key if len(rows) > limit else None)


def _candidates(connection: Connection, conditions: Sequence[ColumnElement[bool]], most: int) -> tuple[int | None, int]:
    """The oldest key of those to try for one page, None where there is none, and how many they are."""
    newest = select(requests.c.key).where(*conditions).order_by(requests.c.key.desc()).limit(most).subquery()
    oldest, looked_at = connection.execute(select(func.min(newest.c.key), func.count())).one()
    return oldest, looked_at


def _counted(connection: Connection, chosen: Select[tuple[int]]) -> int:
    return connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()


def _details(connection: Connection, chosen: ColumnElement[bool]) -> tuple[RequestDetail, ...]:
    found = connection.execute(select(requests).where(chosen).order_by(requests.c.key).limit(_LARGEST_PAGE))
    rows = found.mappings().all()
    keys, ids = [row["key"] for row in rows], [row["request_id"] for row in rows]
    kept = connection.execute(select(texts).where(texts.c.key.in_(keys))).mappings()
    text_of = {row["key"]: row for row in kept}
    tried = select(attempts).where(attempts.c.key.in_(keys)).order_by(attempts.c.key, attempts.c.position)
    attempts_of: defaultdict[int, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(tried).mappings():
        attempts_of[row["key"]].append(row)
    said = labels_of(connection, ids)
    return tuple(
        RequestDetail(
            key=row["key"],
            outcome=outcome_of(row, attempts_of[row["key"]], text_of.get(row["key"])),
            has_text=row["key"] in text_of,
            labels=said.get(row["request_id"], ()),
            redacted=redacted_of(row),
        )
        for row in rows
    )


_LISTED = (
    *("key", "request_id", "started_us", "state", "decided_tier", "served_tier", "deployment", "model", "cause"),
    *("confidence", "version", "app", "end_user", "session", "comparison_id", "input_tokens", "output_tokens"),
    *("cost_nano", "cost_source", "latency_ms", "first_token_ms", "simulated", "sample_run"),
)
_LIST: Select[tuple[object, ...]] = select(
    *(requests.c[name] for name in _LISTED), func.substr(texts.c.prompt, 1, _PREVIEW_CHARS).label("preview")
).outerjoin(texts, texts.c.key == requests.c.key)


def _row_of(row: RowMapping) -> RequestRow:
    return RequestRow(
        key=row["key"],
        request_id=row["request_id"],
        started_at=from_us(row["started_us"]),
        state=State(row["state"]),
        decided_tier=Tier(row["decided_tier"]) if row["decided_tier"] else None,
        served_tier=Tier(row["served_tier"]) if row["served_tier"] else None,
        deployment=row["deployment"],
        model=row["model"],
        cause=row["cause"],
        confidence=row["confidence"],
        version=row["version"],
        app=row["app"],
        user=row["end_user"],
        session=row["session"],
        comparison_id=row["comparison_id"],
        input_tokens=row["input_tokens"],
        output_tokens=row["output_tokens"],
        cost_nano=row["cost_nano"],
        cost_source=CostSource(row["cost_source"]),
        latency_ms=row["latency_ms"],
        first_token_ms=row["first_token_ms"],
        simulated=row["simulated"],
        preview=row["preview"],
        sample=row["sample_run"] is not None,
    )
