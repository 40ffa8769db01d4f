"""The tables of a request: the request itself, its attempts and texts, and what is in flight."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, SmallInteger, Table, Text, text

from storage.tables.base import Key, metadata

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
    Column("api_key_id", Text),  # of the key that the gateway was shown; no secret
    Column("redacted", Text),  # JSON: how many of each kind were replaced; NULL where texts were not gone over
)

for _column in ("served_tier", "version", "cause", "deployment"):
    Index(f"requests_by_{_column}", requests.c[_column], requests.c.key)
for _column in ("app", "end_user", "session", "comparison_id", "sample_run", "api_key_id"):
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
