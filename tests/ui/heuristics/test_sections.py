"""Every field of the document can be edited: it stands in one of the sections, once."""

from __future__ import annotations

from collections import Counter

import pytest

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import Put, edited
from routing_core.decide.fields import Path
from tests.routing_core.evidence.editing import REFERENCE, STANDARD
from tests.ui.heuristics.workings import form
from ui.heuristics.form import Form
from ui.heuristics.sections import Section, groups, sections, task_patterns
from ui.heuristics.word_lists import keyword_lists, phrase_lists, skip_list

PROMPTED = edited(STANDARD, Put(("system_prompts", "mid"), {"mode": "prefix", "text": "Be brief."}))


def drawn(shown: Form) -> Counter[Path]:
    """How often each field is drawn, over all sections."""
    found: Counter[Path] = Counter()
    for section in sections(shown):
        found.update(row.path for group in groups(section, shown) for row in group.rows)
    found.update(row.path for group in task_patterns(shown) for row in group.rows)
    lists = (*keyword_lists(shown, None), *phrase_lists(shown), *skip_list(shown))
    found.update(each.path for each in lists)
    found.update(each.matching.path for each in lists if each.matching)
    return found


@pytest.mark.parametrize("document", [STANDARD, REFERENCE, PROMPTED], ids=["standard", "reference", "prompted"])
def test_every_field_is_drawn_once(document: HeuristicsDocument) -> None:
    shown = form(document)
    assert drawn(shown) == Counter(shown.fields.keys())


def test_a_classifier_with_rules_has_rules_and_one_with_weights_has_weights() -> None:
    assert Section.RULES in sections(form(REFERENCE))
    assert Section.WEIGHTS not in sections(form(REFERENCE))
    assert Section.WEIGHTS in sections(form(STANDARD))


def test_a_policy_that_is_off_can_be_switched_on() -> None:
    off = next(group for group in groups(Section.POLICIES, form(REFERENCE)) if group.id == "low_confidence")
    assert [adder.label for adder in off.adders] == ["Switch on"]
    assert off.removable is None


def test_the_first_rule_cannot_move_up_and_the_others_can() -> None:
    rules = [group for group in groups(Section.RULES, form(REFERENCE)) if len(group.id.split("/")) == 3]
    assert [group.up is None for group in rules] == [True, False, False, False, False]
