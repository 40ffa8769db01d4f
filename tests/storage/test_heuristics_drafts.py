"""Drafts are kept at every edit; of two windows that edit one draft, the second is told."""

from __future__ import annotations

import pytest

from routing_core.actor import Actor
from routing_core.decide.heuristics import builtin, dump_document
from routing_core.errors import InvalidHeuristics, NotAllowed
from storage.engine import Database, open_database
from storage.heuristics_drafts import DraftConflict, HeuristicsDrafts

STANDARD = dump_document(builtin("standard").document)
REFERENCE = dump_document(builtin("reference").document)
ADA, BEN, VIEWER = Actor("ada"), Actor("ben"), Actor("eve", may_change=False)


@pytest.fixture
def drafts(database: Database) -> HeuristicsDrafts:
    return HeuristicsDrafts(database)


def test_a_draft_is_there_for_every_other_process(drafts: HeuristicsDrafts, database_url: str) -> None:
    begun = drafts.start("v1", STANDARD, by=ADA)
    elsewhere = open_database(database_url)
    assert HeuristicsDrafts(elsewhere).get(begun.draft_id) == begun
    elsewhere.close()
    assert (begun.author, begun.base_version, begun.revision) == ("ada", "v1", 1)


def test_each_edit_is_the_next_revision_and_the_base_stays(drafts: HeuristicsDrafts) -> None:
    begun = drafts.start("v1", STANDARD, by=ADA)
    saved = drafts.save(begun.draft_id, REFERENCE, 1, by=ADA)
    assert (saved.document, saved.revision, saved.base_version) == (REFERENCE, 2, "v1")
    assert drafts.save(begun.draft_id, STANDARD, 2, by=ADA, base_version="v2").base_version == "v2"


def test_a_window_that_is_behind_is_told_what_is_there_and_changes_nothing(drafts: HeuristicsDrafts) -> None:
    begun = drafts.start("v1", STANDARD, by=ADA)
    newer = drafts.save(begun.draft_id, REFERENCE, 1, by=BEN)
    with pytest.raises(DraftConflict) as told:
        drafts.save(begun.draft_id, STANDARD, 1, by=ADA)
    assert told.value.present == newer == drafts.get(begun.draft_id)


def test_an_edit_of_a_draft_that_is_gone_is_told_so(drafts: HeuristicsDrafts) -> None:
    begun = drafts.start("v1", STANDARD, by=ADA)
    assert drafts.discard(begun.draft_id, by=ADA)
    assert not drafts.discard(begun.draft_id, by=ADA)
    with pytest.raises(DraftConflict, match="discarded or published") as told:
        drafts.save(begun.draft_id, REFERENCE, 1, by=ADA)
    assert told.value.present is None


def test_the_open_drafts_are_listed_by_their_last_edit_and_by_author(drafts: HeuristicsDrafts) -> None:
    first, second = drafts.start("v1", STANDARD, by=ADA), drafts.start("v1", STANDARD, by=BEN)
    drafts.save(first.draft_id, REFERENCE, 1, by=ADA)
    assert [draft.draft_id for draft in drafts.open()] == [first.draft_id, second.draft_id]
    assert [draft.author for draft in drafts.open("ben")] == ["ben"]


def test_a_document_that_cannot_be_used_is_not_kept(drafts: HeuristicsDrafts) -> None:
    begun = drafts.start("v1", STANDARD, by=ADA)
    with pytest.raises(InvalidHeuristics):
        drafts.save(begun.draft_id, "name: 7", 1, by=ADA)
    assert drafts.get(begun.draft_id) == begun


def test_a_viewer_begins_changes_and_discards_nothing(drafts: HeuristicsDrafts) -> None:
    begun = drafts.start("v1", STANDARD, by=ADA)
    with pytest.raises(NotAllowed):
        drafts.start("v1", STANDARD, by=VIEWER)
    with pytest.raises(NotAllowed):
        drafts.save(begun.draft_id, REFERENCE, 1, by=VIEWER)
    with pytest.raises(NotAllowed):
        drafts.discard(begun.draft_id, by=VIEWER)
    assert drafts.open() == (begun,)
