"""The rules of a classifier that has rules, and the policies behind it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from routing_core.decide.classifier_document import RulesClassifier
from routing_core.decide.fields import FieldKind, Path
from ui.heuristics.form import Adder, Form, Group, Row
from ui.heuristics.parts import SHORT, adder, rows, short_rows, spaced

_SOFT: Final[Mapping[str, str]] = {
    "low_confidence": "Low confidence: mid instead of cheap",
    "complex_system_prompt": "Complex system prompt: not to cheap",
    "continuation": "Continuation: a short follow-up keeps its tier",
}


def rule_groups(form: Form) -> tuple[Group, ...]:
    """The rules in their order, each with its conditions."""
    classifier = form.working.document.classifier
    assert isinstance(classifier, RulesClassifier)
    found: list[Group] = []
    for place, rule in enumerate(classifier.rules):
        path: Path = ("classifier", "rules", place)
        found.append(_rule(form, path, f"{place + 1}. {spaced(rule.name)}", last=len(classifier.rules) == 1))
        found += [
            _condition(form, (*path, "any_of", at), f"{spaced(rule.name)}, condition {at + 1}", tuple(condition.hits))
            for at, condition in enumerate(rule.any_of)
        ]
    other = Group("otherwise", "Where no rule holds", short_rows(form, form.below("classifier", "otherwise")))
    path = ("classifier", "rules")
    new = Adder(path, "Add a rule", error=form.error(path), typed=form.typed(path))
    return (*found, other, Group("add rule", "Add", adders=(new,), note="begins as a copy of the last"))


def _rule(form: Form, path: Path, title: str, *, last: bool) -> Group:
    own = [each for each in form.below(*path) if "any_of" not in each]
    return Group(
        id="/".join(map(str, path)),
        title=title,
        rows=short_rows(form, own),
        note="holds if one of its conditions does; the first rule decides",
        up=path if path[-1] else None,
        removable=None if last else path,
        removal="Remove rule",
        error=form.error(path),
    )


def _condition(form: Form, path: Path, title: str, counted: tuple[str, ...]) -> Group:
    rows = [
        form.row(each, f"{spaced(each[-1])} keywords found", removable=each)
        if "hits" in each
        else form.row(each, SHORT[str(each[-1])])
        for each in form.below(*path)
    ]
    lists = tuple(name for name in form.working.document.keywords if name not in counted)
    return Group(
        id="/".join(map(str, path)),
        title=title,
        rows=tuple(rows),
        adders=(
            *adder(form, (*path, "hits"), "Ask for keywords", lists),
            Adder(path[:-1], "Add a condition", named=False, error=form.error(path[:-1])),
        ),
        removable=path,
        removal="Remove condition",
        error=form.error(path),
    )


def policy_groups(form: Form) -> tuple[Group, ...]:
    """The policies, each with its switch, and what is always on."""
    hard = [("policies", "certain_confidence"), *form.below("policies", "fit")]
    soft = (_policy(form, name, title) for name, title in _SOFT.items())
    return (*soft, Group("fit", "Always on", rows(form, hard), note="hard policies move upwards only"))


def _policy(form: Form, name: str, title: str) -> Group:
    path: Path = ("policies", name)
    if getattr(form.working.document.policies, name) is None:
        switch = Adder(path, "Switch on", named=False, error=form.error(path))
        return Group(name, title, note="off", adders=(switch,))
    stated = [each for each in form.below(*path) if form.fields[each].kind is not FieldKind.WORDS]
    return Group(
        id=name,
        title=title,
        rows=_policy_rows(form, stated),
        adders=_continued(form) if name == "continuation" else (),
        removable=path,
        removal="Switch off",
        error=form.error(path),
    )


def _policy_rows(form: Form, paths: Sequence[Path]) -> tuple[Row, ...]:
    return tuple(form.row(path, removable=path if "most_tokens" in path else None) for path in paths)


def _continued(form: Form) -> tuple[Adder, ...]:
    path: Path = ("policies", "continuation", "most_tokens")
    known = {str(each[-1]) for each in form.below(*path)}
    return adder(form, path, "Add a list", tuple(n for n in form.working.document.keywords if n not in known))
