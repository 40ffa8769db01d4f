"""Two documents compared, every difference in words; and one operator's edits applied to another's version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.fields import Path
from routing_core.domain import Json
from routing_core.evidence.wording import name_of, shown


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: what it is called, and what was and is there; word lists tell words `added` and `removed`.

    `before` and `after` are empty where only words came, went or changed places.
    """

    path: Path
    name: str
    before: str = ""
    after: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many changes it is: each word that comes or goes is one."""
        return len(self.added) + len(self.removed) or 1

    @property
    def words(self) -> str:
        """The difference as a sentence without its full stop."""
        if self.added or self.removed:
            told = [*(f"+ {word}" for word in self.added), *(f"− {word}" for word in self.removed)]
            return f"{self.name}: {', '.join(told)}"
        return f"{self.name}: {self.before} → {self.after}"


@dataclass(slots=True)
class _Comparison:
    """The changes found so far, and the names of the rules for those within them."""

    rules: tuple[str, ...]
    found: list[Change] = field(default_factory=list)

    def changed(self, path: Path, before: str, after: str) -> None:
        self.found.append(Change(path, name_of(path, self.rules), before, after))

    def compare(self, before: Json, after: Json, path: Path) -> None:
        """Note every difference between two values at `path`."""
        if before == after:
            return
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            self._mappings(before, after, path)
        elif isinstance(before, list) and isinstance(after, list):
            self._lists(before, after, path)
        else:
            self.changed(path, *_apart(shown(before), shown(after)))

    def _mappings(self, before: Mapping[str, Json], after: Mapping[str, Json], path: Path) -> None:
        if before.get("kind") != after.get("kind"):  # another classifier or counter: nothing within compares
            self.changed((*path, "kind"), shown(before.get("kind")), shown(after.get("kind")))
            return
        for key in dict.fromkeys([*before, *after]):
            here = (*path, key)
            if key not in before:
                self.changed(here, "none", f"new ({shown(after[key])})")
            elif key not in after:
                self.changed(here, shown(before[key]), "removed")
            else:
                self.compare(before[key], after[key], here)

    def _lists(self, before: list[Json], after: list[Json], path: Path) -> None:
        if all(isinstance(entry, str) for entry in (*before, *after)):
            self.found.append(_words(path, name_of(path, self.rules), _texts(before), _texts(after)))
        elif (names := _names(before)) and (now := _names(after)):
            self._named(dict(zip(names, before, strict=True)), dict(zip(now, after, strict=True)), path)
        else:
            self._places(before, after, path)

    def _named(self, before: Mapping[str, Json], after: Mapping[str, Json], path: Path) -> None:
        places = {name: place for place, name in enumerate(after)}
        self.rules = tuple(after)
        for name, value in before.items():
            if name not in after:
                self.changed((*path, name), shown(value), "removed")
        for name, value in after.items():
            if name in before:
                self.compare(before[name], value, (*path, places[name]))
            else:
                self.changed((*path, places[name]), "none", f"new ({shown(value)})")
        kept_before, kept = [n for n in before if n in after], [n for n in after if n in before]
        if kept_before != kept:
            self.changed(path, f"order {', '.join(kept_before)}", ", ".join(kept))

    def _places(self, before: list[Json], after: list[Json], path: Path) -> None:
        for place in range(max(len(before), len(after))):
            if place >= len(before):
                self.changed((*path, place), "none", f"new ({shown(after[place])})")
            elif place >= len(after):
                self.changed((*path, place), shown(before[place]), "removed")
            else:
                self.compare(before[place], after[place], (*path, place))


def changes(before: HeuristicsDocument, after: HeuristicsDocument) -> tuple[Change, ...]:
    """What changes from `before` to `after`, in the document's order; empty exactly where the two are equal."""
    comparison = _Comparison(())
    comparison.compare(before.model_dump(mode="json"), after.model_dump(mode="json"), ())
    return tuple(comparison.found)


def _words(path: Path, name: str, before: Sequence[str], after: Sequence[str]) -> Change:
    was, now = Counter(before), Counter(after)
    added, removed = tuple((now - was).elements()), tuple((was - now).elements())
    if added or removed:
        return Change(path, name, added=added, removed=removed)
    return Change(path, name, *_apart(f"order {', '.join(before)}", f"order {', '.join(after)}"))


def _apart(before: str, after: str) -> tuple[str, str]:
    """Two shown values that say that they differ, also where what was cut off is what differs."""
    return (before, after) if before != after else (before, f"{after} (changed further on)")


def _texts(entries: Sequence[Json]) -> list[str]:
    return [entry for entry in entries if isinstance(entry, str)]


def _names(entries: Sequence[Json]) -> list[str]:
    """The names of a list's entries; none unless each has one of its own."""
    names = list(_named_entries(entries))
    return names if len(set(names)) == len(entries) else []


def _named_entries(entries: Sequence[Json]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, Mapping) and isinstance(name := entry.get("name"), str):
            yield name
