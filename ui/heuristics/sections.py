"""The document in sections, each a few groups of rows: every field of the document is in one of them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, get_args

from routing_core.decide.classifier_document import Measured, RulesClassifier
from routing_core.decide.fields import Path
from routing_core.domain import TIERS
from ui.heuristics.form import Adder, Form, Group
from ui.heuristics.parts import adder, part, rows, spaced
from ui.heuristics.rules_and_policies import policy_groups, rule_groups


class Section(StrEnum):
    """A part of the document that is edited on one screen; the value is its name there."""

    KEYWORDS = "Keywords"
    WEIGHTS = "Weights"
    RULES = "Rules"
    TASKS = "Tasks"
    PATTERNS = "Code patterns"
    POLICIES = "Policies"
    PROMPTS = "System prompts"
    PROFILE = "Profile"


_PROMPTS_NOTE: Final = "what a tier is told, before the caller's own system prompt or in its place"


def sections(form: Form) -> tuple[Section, ...]:
    """The sections of this document: its classifier has weights or rules."""
    other = Section.WEIGHTS if isinstance(form.working.document.classifier, RulesClassifier) else Section.RULES
    return tuple(section for section in Section if section is not other)


def groups(section: Section, form: Form) -> tuple[Group, ...]:
    """The rows of one section; its word lists are drawn as chips."""
    return _GROUPS[section](form)


def _no_groups(_form: Form) -> tuple[Group, ...]:
    return ()


def _weights(form: Form) -> tuple[Group, ...]:
    document, top = form.working.document, ("classifier",)
    assert not isinstance(document.classifier, RulesClassifier)
    whole = [(*top, "boundaries", "mid"), (*top, "boundaries", "frontier"), (*top, "base")]
    unweighed = tuple(name for name in document.keywords if name not in document.classifier.keywords)
    untold = tuple(name for name in document.tasks if name not in document.classifier.tasks)
    measured = tuple(name for name in get_args(Measured) if name not in document.classifier.measures)
    weighed = tuple(form.row(path, spaced(path[-1]), removable=path) for path in form.below(*top, "tasks"))
    return (
        Group("boundaries", "Boundaries", rows(form, whole), note="score from cheap to frontier"),
        *(part(form, (*top, "keywords", name), f"{spaced(name)} keywords") for name in document.classifier.keywords),
        part(form, (*top, "code"), "Code", fixed=True),
        Group("task weights", "Recognised tasks", weighed, adders=adder(form, (*top, "tasks"), "Weigh a task", untold)),
        *(part(form, (*top, "measures", name), f"Measure {spaced(name)}") for name in document.classifier.measures),
        Group("confidence", "Confidence", rows(form, form.below(*top, "confidence"))),
        Group(
            "add weights",
            "Add",
            adders=(
                *adder(form, (*top, "keywords"), "Weigh a keyword list", unweighed),
                *adder(form, (*top, "measures"), "Add a measure", measured),
            ),
        ),
    )


def _tasks(form: Form) -> tuple[Group, ...]:
    table = tuple(
        form.row(("tasks", name, "tier"), spaced(name), removable=("tasks", name))
        for name in form.working.document.tasks
    )
    errors = " ".join(filter(None, (form.error(("tasks", name)) for name in form.working.document.tasks)))
    new = _adder(form, ("tasks",), "Add a task")
    return (Group("tasks", "Task table", table, "a task type goes before the classifier", (new,), error=errors),)


def task_patterns(form: Form) -> tuple[Group, ...]:
    """The patterns by which tasks are recognised."""
    rows = tuple(
        form.row(path, f"{spaced(path[1])}: {spaced(path[-1])}", removable=path)
        for path in form.below("tasks")
        if "patterns" in path
    )
    adders = tuple(
        _adder(form, ("tasks", name, "patterns"), f"Add to {spaced(name)}", text="RE2 pattern")
        for name, task in form.working.document.tasks.items()
        if task.patterns or task.phrases
    )
    return (Group("task patterns", "Patterns that recognise a task", rows, "RE2 syntax", adders),)


def _patterns(form: Form) -> tuple[Group, ...]:
    rows = tuple(form.row(path, spaced(path[-1]), removable=path) for path in form.below("code_patterns"))
    new = _adder(form, ("code_patterns",), "Add a pattern", text="RE2 pattern")
    note = "RE2 syntax, checked as it is entered"
    return (Group("patterns", "What makes a text code", rows, note, (new,)),)


def _prompts(form: Form) -> tuple[Group, ...]:
    stated = form.working.document.system_prompts
    own = (part(form, ("system_prompts", tier.value), f"System prompt of {tier}") for tier in TIERS if tier in stated)
    free = tuple(tier.value for tier in TIERS if tier not in stated)
    new = _adder(form, ("system_prompts",), "Add a system prompt", names=free, text="what the tier is told")
    return (*own, *([Group("add prompt", "Add", note=_PROMPTS_NOTE, adders=(new,))] if free else []))


def _adder(form: Form, path: Path, label: str, *, names: tuple[str, ...] = (), text: str | None = None) -> Adder:
    return Adder(path, label, names=names, text=text, error=form.error(path), typed=form.typed(path))


def _profile(form: Form) -> tuple[Group, ...]:
    tokens = form.below("tokens")
    return (
        Group("profile", "Profile", rows(form, [("name",), ("description",)])),
        Group("tokens", "How tokens are counted", rows(form, tokens)),
    )


_GROUPS: Final[Mapping[Section, Callable[[Form], tuple[Group, ...]]]] = {
    Section.KEYWORDS: _no_groups,
    Section.WEIGHTS: _weights,
    Section.RULES: rule_groups,
    Section.TASKS: _tasks,
    Section.PATTERNS: _patterns,
    Section.POLICIES: policy_groups,
    Section.PROMPTS: _prompts,
    Section.PROFILE: _profile,
}
