"""Word lists as chips: what stays, what a draft adds and removes, how often each is found. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from routing_core.decide.classifier_document import RulesClassifier
from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.fields import Path
from routing_core.domain import Tier
from ui import format as figures
from ui.heuristics.form import Form, value_text

Found: TypeAlias = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Chip:
    """One word: `state` is kept, added or removed; `count` in how many of the requests it is found, None unknown."""

    text: str
    state: str
    count: int | None
    title: str


@dataclass(frozen=True, slots=True)
class Matching:
    """How a list's words are matched."""

    path: Path
    value: str
    choices: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class WordList:
    """One list; `tier` is where its words pull to, empty where nowhere; `typed` are words that were refused."""

    id: str
    path: Path
    title: str
    words: tuple[Chip, ...]
    note: str
    tier: str = ""
    matching: Matching | None = None
    was: str = ""
    removable: Path | None = None
    error: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class NewList:
    """The way to add a list; `typed` is the name that was refused."""

    path: Path
    label: str
    error: str
    typed: str


def chips(live: Sequence[str], draft: Sequence[str], counts: Mapping[str, int] | None) -> tuple[Chip, ...]:
    """The words of a draft, with those it removes struck through where they stood."""
    added, removed = Counter(draft) - Counter(live), Counter(live) - Counter(draft)
    shown: list[tuple[str, str]] = []
    for word in live:
        state = "removed" if removed[word] > 0 else "kept"
        removed[word] -= state == "removed"
        shown.append((word, state))
    shown += [(word, "added") for word in added.elements()]
    return tuple(_chip(word, state, counts) for word, state in shown)


def keyword_lists(form: Form, found: Found | None) -> tuple[WordList, ...]:
    """The keyword lists of the document, then those that the draft takes away."""
    document = form.working.document
    return tuple(_keyword_list(form, name, found, tier_of(document, name)) for name in document.keywords)


def phrase_lists(form: Form) -> tuple[WordList, ...]:
    """The phrases of each task."""
    return tuple(
        WordList(
            id=f"tasks/{name}",
            path=("tasks", name, "phrases"),
            title=f"{name.replace('_', ' ')} phrases",
            words=chips(_live_words(form, ("tasks", name, "phrases")), task.phrases, None),
            note="whole words",
            tier=task.tier.value,
            error=form.error(("tasks", name, "phrases")),
            typed=form.words(("tasks", name, "phrases")),
        )
        for name, task in form.working.document.tasks.items()
    )


def skip_list(form: Form) -> tuple[WordList, ...]:
    """The tasks that a continuation passes over, where that policy is on."""
    path: Path = ("policies", "continuation", "skip_tasks")
    rule = form.working.document.policies.continuation
    if rule is None:
        return ()
    words = chips(_live_words(form, path), rule.skip_tasks, None)
    title, error = "Continuation: tasks passed over", form.error(path)
    return (WordList("skip", path, title, words, "names of tasks", error=error, typed=form.words(path)),)


def tier_of(document: HeuristicsDocument, name: str) -> str:
    """The tier that a list's words pull to: by its weight, or by the first rule that counts its hits."""
    classifier = document.classifier
    if isinstance(classifier, RulesClassifier):
        asked = (rule for rule in classifier.rules if any(name in condition.hits for condition in rule.any_of))
        return next((rule.tier.value for rule in asked), "")
    weighed = classifier.keywords.get(name)
    if weighed is None or not weighed.weight:
        return ""
    return Tier.FRONTIER.value if weighed.weight > 0 else Tier.CHEAP.value


def _keyword_list(form: Form, name: str, found: Found | None, tier: str) -> WordList:
    path: Path = ("keywords", name, "entries")
    entries = form.working.document.keywords[name].entries
    counts = None if found is None else {word: n for (owner, word), n in found.items() if owner == name}
    matching = form.row(("keywords", name, "matching"))
    live = form.live.get(matching.path)
    changed = live is not None and live.value != matching.shown
    return WordList(
        id=f"keywords/{name}",
        path=path,
        title=f"{name.replace('_', ' ')} keywords",
        words=chips(_live_words(form, path), entries, counts),
        note=f"{figures.plural(len(entries), 'word')}{_weighed(form.working.document, name)}",
        tier=tier,
        matching=Matching(matching.path, str(matching.shown), matching.choices),
        was=f"live: {value_text(live.value)}" if changed and live is not None else "",
        removable=("keywords", name),
        error=form.error(path) or form.error(("keywords", name)) or form.error(matching.path),
        typed=form.words(path),
    )


def _weighed(document: HeuristicsDocument, name: str) -> str:
    classifier = document.classifier
    if isinstance(classifier, RulesClassifier):
        return ""
    weighed = classifier.keywords.get(name)
    return f", weight {figures.signed(weighed.weight)}" if weighed else ", no weight"


def _live_words(form: Form, path: Path) -> tuple[str, ...]:
    live = form.live.get(path)
    return live.value if live is not None and isinstance(live.value, tuple) else ()


def _chip(word: str, state: str, counts: Mapping[str, int] | None) -> Chip:
    if counts is None or state == "added":
        return Chip(word, state, None, "new in this draft" if state == "added" else "")
    times = counts.get(word, 0)
    return Chip(word, state, times, f"found in {times:,} of the requests below preview")
