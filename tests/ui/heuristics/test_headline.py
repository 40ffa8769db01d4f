"""What is told and what is left out are together all the changes that there are."""

from __future__ import annotations

from routing_core.decide.editing import Put, Words, edited
from routing_core.evidence.diff import changes
from tests.routing_core.evidence.editing import STANDARD
from ui.heuristics.headline import headline
from ui.panel import render

MANY = tuple(f"word{number}" for number in range(9))


def test_what_is_told_and_what_is_left_out_are_all_the_changes() -> None:
    draft = edited(STANDARD, Words(("keywords", "thanks", "entries"), add=MANY))
    for name in ("chat", "math", "translation"):
        draft = edited(draft, Put(("tasks", name, "tier"), "frontier")) if name in draft.tasks else draft
    found = changes(STANDARD, draft)
    told, more = headline(found)
    assert sum(change.count for change in told) + more == sum(change.count for change in found)
    assert len(told[0].added) == 6
    assert more >= 3


def test_one_change_is_told_in_full() -> None:
    told, more = headline(changes(STANDARD, edited(STANDARD, Put(("tasks", "chat", "tier"), "mid"))))
    assert (len(told), more) == (1, 0)


def test_the_review_counts_each_word_as_the_head_does() -> None:
    found = changes(STANDARD, edited(STANDARD, Words(("keywords", "thanks", "entries"), add=MANY)))
    assert "9 changes" in render("heuristics_changes", title="What becomes live", changes=found)
