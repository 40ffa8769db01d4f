from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from routing_core.actor import OPERATOR, Actor
from routing_core.domain import Json
from routing_core.errors import InvalidRequest, NotAllowed
from storage.engine import Database, open_database
from storage.keeping.keeping import Keeping
from storage.keeping.rules import FOR_EVER, Kept, Level
from storage.recorder import RequestRecorder
from storage.request_log import RequestLog
from storage.rows import rows_of
from storage.tables import texts
from tests.storage.recording import wait_until
from tests.storage.samples import asked_by, outcome, with_prompt

DEFAULT = Kept(Level.FULL, prompt_days=30, metadata_days=None)
POLL_S = 0.02


@pytest.fixture
def keeping(database: Database) -> Iterator[Keeping]:
    made = Keeping(database, DEFAULT, poll_s=POLL_S)
    yield made
    made.close()


def test_an_app_without_a_rule_is_kept_as_everywhere(keeping: Keeping) -> None:
    keeping.set("web", level=Level.REDACTED, prompt_days=None, metadata_days=90, by=OPERATOR)
    assert keeping.of("web") == Kept(Level.REDACTED, prompt_days=30, metadata_days=90)
    assert keeping.of("mail") == keeping.of(None) == DEFAULT


def test_an_app_may_keep_for_ever_what_others_do_not(keeping: Keeping) -> None:
    keeping.set("web", level=None, prompt_days=FOR_EVER, metadata_days=None, by=OPERATOR)
    assert keeping.of("web") == Kept(Level.FULL, prompt_days=None, metadata_days=None)


def test_a_rule_of_nothing_is_none(keeping: Keeping) -> None:
    keeping.set("web", level=Level.METADATA, prompt_days=None, metadata_days=None, by=Actor("ada"))
    assert [(rule.app, rule.author) for rule in keeping.rules()] == [("web", "ada")]
    keeping.set("web", level=None, prompt_days=None, metadata_days=None, by=OPERATOR)
    assert keeping.rules() == ()


def test_another_process_sees_a_rule_within_two_seconds(keeping: Keeping, database_url: str) -> None:
    database = open_database(database_url)
    elsewhere = Keeping(database, DEFAULT, poll_s=POLL_S)
    keeping.set("", level=Level.METADATA, prompt_days=None, metadata_days=None, by=OPERATOR)
    wait_until(lambda: elsewhere.of(None).level is Level.METADATA, deadline_s=2.0)
    assert elsewhere.of(None).level is Level.METADATA
    elsewhere.close()
    database.close()


def test_viewers_and_odd_days_change_nothing(keeping: Keeping) -> None:
    with pytest.raises(NotAllowed):
        keeping.set("web", level=Level.FULL, prompt_days=None, metadata_days=None, by=Actor("eve", may_change=False))
    with pytest.raises(InvalidRequest, match="0 \\(for ever\\)"):
        keeping.set("web", level=Level.FULL, prompt_days=-1, metadata_days=None, by=OPERATOR)
    assert keeping.rules() == ()


def test_each_app_is_kept_at_its_level(keeping: Keeping, database: Database) -> None:
    for app in Level:
        keeping.set(app, level=app, prompt_days=None, metadata_days=None, by=OPERATOR)
    recorder = RequestRecorder(database, keep=keeping.of)
    made = {level: asked_by(level, number) for number, level in enumerate(Level, start=1)}
    for each in made.values():
        recorder.record_acknowledged(each).result(20)
    recorder.close()
    found = {level: RequestLog(database).one(each.request_id) for level, each in made.items()}
    assert [(one.has_text, one.redacted) for one in found.values() if one] == [(True, None), (True, {}), (False, None)]


def test_what_is_redacted_is_nowhere_in_the_database(keeping: Keeping, database: Database) -> None:
    keeping.set("", level=Level.REDACTED, prompt_days=None, metadata_days=None, by=OPERATOR)
    asked = with_prompt("Write to ann@example.com, card 4111 1111 1111 1111", 2)
    recorder = RequestRecorder(database, keep=keeping.of)
    recorder.record_acknowledged(asked).result(20)
    recorder.close()
    with database.read() as connection:
        kept = connection.execute(select(texts)).mappings().one()
    assert kept["prompt"] == "Write to [email], card [card]"
    assert not any("ann@" in str(value) or "4111" in str(value) for value in kept.values())
    detail = RequestLog(database).one(asked.request_id)
    assert detail
    assert detail.redacted == {"email": 1, "card": 1}


@pytest.mark.parametrize("level", [Level.FULL, Level.REDACTED])
def test_of_what_is_nested_too_deeply_to_go_over_the_request_is_kept_and_no_text(level: Level) -> None:
    deep: Json = "ann@example.com"
    for _ in range(5_000):
        deep = [deep]
    asked = outcome(1)
    rows = rows_of(replace(asked, request=replace(asked.request, messages=({"content": deep},))), Kept(level))
    assert (rows.request["request_id"], rows.request["redacted"], rows.text) == (asked.request_id, None, None)
