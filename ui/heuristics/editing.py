"""The left side: the document in sections, every field of it beside what is live."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from routing_core.decide.classifier_document import RulesClassifier
from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.fields import Path
from routing_core.errors import StorageError
from services import Services
from ui.heuristics import components, session
from ui.heuristics.form import Form, Group
from ui.heuristics.sections import Section, groups, sections, task_patterns
from ui.heuristics.word_lists import Found, NewList, WordList, keyword_lists, phrase_lists, skip_list
from ui.heuristics.working import Working

_SECTION: Final = "heuristics_section"


def draw(services: Services, working: Working) -> None:
    """Draw the chosen section; an edit is kept before the page is drawn anew."""
    form = _form(services, working)
    section = _chosen(sections(form))
    if section is Section.KEYWORDS:
        path: Path = ("keywords",)
        new = NewList(path, "Add a list", form.error(path), form.typed(path).get("name", ""))
        _lists(services, section, keyword_lists(form, _found(services)), new)
        return
    _groups(services, section.name, groups(section, form))
    if section is Section.TASKS:
        _lists(services, section, phrase_lists(form))
        _groups(services, "TASK_PATTERNS", task_patterns(form))
    if section is Section.POLICIES and (skipped := skip_list(form)):
        _lists(services, section, skipped)


def _chosen(known: Sequence[Section]) -> Section:
    names = [section.value for section in known]
    chosen = st.segmented_control(
        "Section", names, default=names[0], key=_SECTION, label_visibility="collapsed", required=True
    )
    return known[names.index(chosen)] if chosen in names else known[0]


def _form(services: Services, working: Working) -> Form:
    drafting, document = services.drafting, working.document
    rules = _rules(document)
    return Form(
        working=working,
        fields={each.path: each for each in drafting.fields(document)},
        live={each.path: each for each in drafting.fields(working.live)},
        name=lambda path: drafting.name(path, rules),
        names_for=partial(_names_for, document),
    )


def _rules(document: HeuristicsDocument) -> tuple[str, ...]:
    classifier = document.classifier
    return tuple(rule.name for rule in classifier.rules) if isinstance(classifier, RulesClassifier) else ()


def _names_for(document: HeuristicsDocument, path: Path) -> tuple[str, ...]:
    """What a field that names a part of the document may name."""
    if path[-1] == "task" and "any_of" in path:
        return tuple(document.tasks)
    return tuple(document.keywords) if path[-2:] == ("confidence", "of") else ()


def _found(services: Services) -> Found | None:
    """In how many requests each word is found; None without requests or without an answer of the log."""
    try:
        return services.drafting.found()
    except StorageError:
        return None


def _lists(services: Services, section: Section, lists: Sequence[WordList], adder: NewList | None = None) -> None:
    key = f"heuristics_lists_{section.name}"
    on_edits = partial(session.apply_told, services, key)
    components.draw_lists(lists, key=key, seen=session.seen(key), on_edits=on_edits, adder=adder)


def _groups(services: Services, name: str, shown: Sequence[Group]) -> None:
    key = f"heuristics_fields_{name}"
    on_edits = partial(session.apply_told, services, key)
    components.draw_groups(shown, key=key, seen=session.seen(key), on_edits=on_edits)
