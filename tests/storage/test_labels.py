from __future__ import annotations

import pytest

from routing_core.actor import OPERATOR, Actor
from routing_core.domain import TIERS
from routing_core.errors import NotAllowed
from storage.engine import Database
from storage.keeping.rules import Kept, Level
from storage.labels import LabelKind, Labels
from tests.storage.recording import store
from tests.storage.samples import asked_by

ADA, BEN = Actor("ada"), Actor("ben")


@pytest.fixture
def labels(database: Database) -> Labels:
    return Labels(database)


def test_a_label_reads_back_as_it_was_added(labels: Labels) -> None:
    added = labels.add(
        "01A", LabelKind.RIGHT_TIER, value="mid", comment="Too \0dear", by=ADA, comparison_id="comparison-1"
    )
    assert labels.for_request("01A") == (added,)
    assert (added.value, added.comment, added.replaced_at) == ("mid", "Too \ufffddear", None)
    assert added.created_at.utcoffset() is not None


def test_a_second_vote_of_one_author_replaces_the_first(labels: Labels) -> None:
    labels.add("01A", LabelKind.BLIND_VOTE, value="cheap", by=ADA)
    labels.add("01A", LabelKind.BLIND_VOTE, value="frontier", by=ADA)
    assert [label.value for label in labels.for_request("01A")] == ["frontier"]


def test_a_thumb_down_replaces_a_thumb_up(labels: Labels) -> None:
    labels.add("01A", LabelKind.GOOD, by=OPERATOR)
    labels.add("01A", LabelKind.BAD, by=OPERATOR)
    assert [label.kind for label in labels.for_request("01A")] == [LabelKind.BAD]


def test_what_was_replaced_stays_in_the_history(labels: Labels) -> None:
    labels.add("01A", LabelKind.GOOD, by=OPERATOR)
    labels.add("01A", LabelKind.BAD, by=OPERATOR)
    labels.remove("01A", LabelKind.BAD, by=OPERATOR)
    assert [(label.kind, label.replaced_at is None) for label in labels.history("01A")] == [
        (LabelKind.GOOD, False),
        (LabelKind.BAD, False),
    ]


def test_authors_and_questions_do_not_replace_each_other(labels: Labels) -> None:
    labels.add("01A", LabelKind.GOOD, by=ADA)
    labels.add("01A", LabelKind.BAD, by=BEN)
    labels.add("01A", LabelKind.CHEAP_GOOD_ENOUGH, by=ADA)
    assert len(labels.for_request("01A")) == 3


def test_labels_come_by_request(labels: Labels) -> None:
    first, second = labels.add("01A", LabelKind.GOOD, by=OPERATOR), labels.add("01B", LabelKind.BAD, by=OPERATOR)
    assert labels.for_requests(["01A", "01B", "01C"]) == {"01A": (first,), "01B": (second,)}


def test_taking_back_what_was_never_said_changes_nothing(labels: Labels) -> None:
    labels.add("01A", LabelKind.GOOD, by=OPERATOR)
    assert not labels.remove("01A", LabelKind.BAD, by=OPERATOR)
    assert len(labels.for_request("01A")) == 1


def test_the_right_tier_is_one_of_the_tiers(labels: Labels) -> None:
    with pytest.raises(ValueError, match="one of cheap, mid, frontier, got 'huge'"):
        labels.add("01A", LabelKind.RIGHT_TIER, value="huge", by=OPERATOR)


@pytest.mark.parametrize("tier", TIERS)
def test_every_tier_may_be_the_right_one(labels: Labels, tier: str) -> None:
    assert labels.add("01A", LabelKind.RIGHT_TIER, value=tier, by=OPERATOR).value == tier


def test_a_viewer_neither_labels_nor_takes_a_label_back(labels: Labels) -> None:
    said = labels.add("01A", LabelKind.GOOD, by=ADA)
    viewer = Actor("ada", may_change=False)
    with pytest.raises(NotAllowed, match="judge an answer"):
        labels.add("01A", LabelKind.BAD, by=viewer)
    with pytest.raises(NotAllowed, match="take back a judgement"):
        labels.remove("01A", LabelKind.GOOD, by=viewer)
    assert labels.history("01A") == (said,)


def test_what_was_said_before_there_were_names_is_the_operators(database: Database, labels: Labels) -> None:
    labels.add("01A", LabelKind.GOOD, by=OPERATOR)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE labels SET author = ''")
    assert [label.author for label in labels.for_request("01A")] == [OPERATOR.name]
    assert not labels.remove("01A", LabelKind.GOOD, by=ADA)
    assert labels.remove("01A", LabelKind.GOOD, by=OPERATOR)


COMMENT = "ann@example.com found it too dear"
KEPT = {Level.FULL: COMMENT, Level.REDACTED: "[email] found it too dear", Level.METADATA: None}


@pytest.mark.parametrize("level", Level)
def test_of_a_comment_as_much_is_kept_as_of_the_texts_of_the_app_that_was_answered(
    database: Database, level: Level
) -> None:
    logged = asked_by("web", 1)
    store(database, [logged])
    labels = Labels(database, lambda app: Kept(level if app == "web" else Level.FULL))
    said = labels.add(logged.request_id, LabelKind.GOOD, comment=COMMENT, by=ADA)
    assert labels.for_request(logged.request_id) == (said,)
    assert said.comment == KEPT[level]
    assert labels.add("not logged yet", LabelKind.GOOD, comment=COMMENT, by=ADA).comment == COMMENT
