"""The tables as they are now; `migrations/` makes them, and a test holds both equal.

Instants are integer microseconds since 1970 UTC, money is integer USD 1e-9, JSON is text: the same everywhere,
sortable and exact. Prompt text stands in `texts` and nowhere else.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

Key = BigInteger().with_variant(Integer, "sqlite")  # SQLite only counts by itself in a column of type INTEGER

requests = Table(
    "requests",
    metadata,
    Column("key", Key, primary_key=True, autoincrement=False),  # grows in the order of commits
    Column("request_id", Text, nullable=False, unique=True),
    Column("started_us", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("simulated", Boolean, nullable=False),
    # what was asked
    Column("app", Text),
    Column("end_user", Text),
    Column("session", Text),
    Column("comparison_id", Text),
    Column("task_type", Text),
    Column("forced_tier", Text),
    Column("previous_tier", Text),
    Column("asked_deployment", Text),
    Column("escalate", Boolean, nullable=False),
    Column("params", Text),  # JSON, without any text
    # what was decided; all NULL where it was refused before
    Column("version", Text),
    Column("classified_tier", Text),
    Column("decided_tier", Text),
    Column("cause", Text),
    Column("score", Float),
    Column("margin", Float),
    Column("confidence", Float),
    Column("no_evidence", Boolean),
    Column("numbers", Text),  # JSON
    Column("hits", Text),  # JSON: words of the heuristics, and offsets
    Column("situation", Text),  # JSON
    Column("decision", Text),  # JSON, without evidence that quotes the prompt
    # what happened
    Column("served_tier", Text),
    Column("deployment", Text),
    Column("model", Text),
    Column("finish_reason", Text),
    Column("error", Text),
    Column("latency_ms", Float, nullable=False),
    Column("first_token_ms", Float),
    Column("overhead_us", BigInteger, nullable=False),
    Column("input_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("cached_tokens", BigInteger),
    Column("usage", Text),  # JSON, NULL where unknown
    Column("cost_nano", BigInteger),  # NULL where unpriced
    Column("cost_source", Text, nullable=False),
    Column("cost", Text, nullable=False),  # JSON, with the parts
    Column("saving_against", Text),
    Column("frontier_nano", BigInteger),
    Column("sample_run", Text),  # NULL for what was really asked
)

for _column in ("served_tier", "version", "cause", "deployment"):
    Index(f"requests_by_{_column}", requests.c[_column], requests.c.key)
for _column in ("app", "end_user", "session", "comparison_id", "sample_run"):
    _named = requests.c[_column].is_not(None)
    Index(f"requests_by_{_column}", requests.c[_column], requests.c.key, sqlite_where=_named, postgresql_where=_named)
_ASKED = requests.c.sample_run.is_(None)
Index("requests_asked", requests.c.key, sqlite_where=_ASKED, postgresql_where=_ASKED)
Index("requests_by_start", requests.c.started_us)
for _name, _marked in (("requests_decided", "NULL"), ("requests_decided_samples", "NOT NULL")):
    _decided = text(f"sample_run IS {_marked} AND decision IS NOT NULL")
    Index(_name, requests.c.simulated, requests.c.key, sqlite_where=_decided, postgresql_where=_decided)
_TROUBLED = text("state IN ('failed', 'broken', 'refused')")
Index("requests_troubled", requests.c.state, requests.c.key, sqlite_where=_TROUBLED, postgresql_where=_TROUBLED)

request_keys = Table(
    "request_keys",
    metadata,
    Column("counter", SmallInteger, primary_key=True, autoincrement=False),  # 1: there is one row
    Column("last", BigInteger, nullable=False),  # the last key used up
)

attempts = Table(
    "attempts",
    metadata,
    Column("key", Key, ForeignKey(requests.c.key, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    Column("tier", Text, nullable=False),
    Column("deployment", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("started_us", BigInteger, nullable=False),
    Column("latency_ms", Float, nullable=False),
    Column("first_token_ms", Float),
    Column("http_status", Integer),
    Column("error_kind", Text),
    Column("error", Text),
    Column("usage", Text),  # JSON, NULL where unknown
    Column("cost_nano", BigInteger),
    Column("cost_source", Text, nullable=False),
    Column("cost", Text, nullable=False),  # JSON, with the parts
    Column("simulated", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

texts = Table(
    "texts",
    metadata,
    Column("key", Key, ForeignKey(requests.c.key, ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("prompt", Text, nullable=False),  # the newest user turn
    Column("system_prompt", Text, nullable=False),
    Column("messages", Text, nullable=False),  # JSON
    Column("params", Text, nullable=False),  # JSON: tools, formats and whatever else may quote
    Column("evidence", Text),  # JSON: per signal what it found in the prompt
    Column("answer", Text, nullable=False),
)

in_flight = Table(
    "in_flight",
    metadata,
    Column("request_id", Text, primary_key=True),  # no foreign key: its request is not there yet
    Column("started_us", BigInteger, nullable=False),
    Column("seen_us", BigInteger, nullable=False),  # its process's last sign of life
)
Index("in_flight_by_seen", in_flight.c.seen_us)

rollup_series = Table(
    "rollup_series",
    metadata,
    Column("series", Key, primary_key=True, autoincrement=True),
    # '' is none, since NULL is equal to nothing and would not be unique
    Column("tier", Text, nullable=False),
    Column("app", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("simulated", Boolean, nullable=False),
    UniqueConstraint("tier", "app", "model", "version", "simulated", name="rollup_series_once"),
)

rollup_causes = Table(
    "rollup_causes",
    metadata,
    Column("number", Key, primary_key=True, autoincrement=True),
    Column("cause", Text, nullable=False, unique=True),  # '' is none
)

ROLLUP_SUMS = (
    "requests",
    "fallback",
    "escalated",
    "broken",
    "stopped",
    "failed",
    "refused",
    "no_evidence",
    "input_tokens",
    "output_tokens",
    "cached_tokens",
    "cost_nano",
    "priced",
    "estimated",
    "free",
    "unpriced",
    "frontier_nano",
    "compared",
    "compared_cost_nano",
)

rollups = Table(
    "rollups",
    metadata,
    Column("minutes", SmallInteger, primary_key=True, autoincrement=False),  # 15, 60, 360: every request is in each
    Column("start_us", BigInteger, primary_key=True, autoincrement=False),
    Column("series", Key, ForeignKey(rollup_series.c.series), primary_key=True, autoincrement=False),
    *(Column(name, BigInteger, nullable=False) for name in ROLLUP_SUMS),
    Column("latency", LargeBinary, nullable=False),  # a sketch
    Column("first_token", LargeBinary, nullable=False),  # a sketch
    Column("causes", LargeBinary, nullable=False),  # a tally of the numbers of causes
    sqlite_with_rowid=False,  # what lies side by side in time is read together
)
Index("rollups_by_series", rollups.c.series, rollups.c.minutes, rollups.c.start_us)

labels = Table(
    "labels",
    metadata,
    Column("label", Key, primary_key=True, autoincrement=True),
    Column("request_id", Text, nullable=False),  # no foreign key: a vote may be quicker than the log, and outlive it
    Column("question", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("value", Text),
    Column("comment", Text),
    Column("author", Text, nullable=False),
    Column("comparison_id", Text),
    Column("created_us", BigInteger, nullable=False),
    Column("replaced_us", BigInteger),
    sqlite_autoincrement=True,
)
_CURRENT = text("replaced_us IS NULL")
_LABELLED = (labels.c.request_id, labels.c.question, labels.c.author)
Index("labels_current", *_LABELLED, unique=True, sqlite_where=_CURRENT, postgresql_where=_CURRENT)
Index("labels_by_request", labels.c.request_id)

heuristics_versions = Table(
    "heuristics_versions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("version", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("document", Text, nullable=False),  # YAML
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_us", BigInteger, nullable=False),
)

heuristics_drafts = Table(
    "heuristics_drafts",
    metadata,
    Column("draft_id", Text, primary_key=True),
    Column("author", Text, nullable=False),
    Column("base_version", Text, nullable=False),  # the version it was begun from
    Column("document", Text, nullable=False),  # YAML
    Column("revision", Integer, nullable=False),  # grows with every edit, so that two tabs do not undo each other
    Column("updated_us", BigInteger, nullable=False),
)
Index("heuristics_drafts_by_update", heuristics_drafts.c.updated_us)
