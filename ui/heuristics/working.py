"""What the page works on: the live document, or a draft of it that is kept at every edit. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.fields import Path
from routing_core.domain import Json
from routing_core.errors import Refused
from routing_core.evidence.diff import Change
from storage.heuristics_drafts import Draft

UNCHANGED: Final = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Refusal:
    """A value that was refused, kept where it was typed; why, and what became of the rest of what was typed with it."""

    value: Json
    reason: str
    kept: str = UNCHANGED


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be said above the page: `tone` is bad, warn or empty."""

    tone: str
    title: str
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Typed:
    """A YAML text, begun from the draft's text `of`; what was `refused` in it, and whether it was `used`."""

    text: str
    of: str
    refused: tuple[Refused, ...] = ()
    used: bool = False


Refusals: TypeAlias = Mapping[Path, Refusal]


@dataclass(frozen=True, slots=True)
class Subject:
    """What the page shows the effect of, beside what is live: a draft, or an older version that may come back.

    `name` heads its columns, `title` the panel, `said` begins the sentence, `changes` are those from the live one.
    """

    name: str
    title: str
    said: str
    document: HeuristicsDocument
    changes: tuple[Change, ...]

    @property
    def count(self) -> int:
        """How many changes it is from the live document; each word counts."""
        return sum(change.count for change in self.changes)


@dataclass(frozen=True, slots=True)
class Working:
    """The document on the page beside the live one.

    `draft` is where it is kept, None for the live document itself; `trial` is a viewer's edits of either of them, which
    are kept nowhere.
    `base_version` is the version the draft was begun from, and `changes` what it changes of the live one.
    """

    live_version: str
    live: HeuristicsDocument
    document: HeuristicsDocument
    base_version: str
    draft: Draft | None = None
    trial: bool = False
    changes: tuple[Change, ...] = ()
    refusals: Refusals = field(default_factory=dict)

    @property
    def edited(self) -> bool:
        """Whether there is anything but the live document."""
        return bool(self.changes)

    @property
    def subject(self) -> Subject:
        """The draft, as what the page shows the effect of."""
        said = f"{'Trial, kept nowhere,' if self.trial else 'Draft'} on live {self.live_version}"
        if self.overtaken:
            said = f"Draft, begun on {self.base_version}, against {self.live_version}, which is live now"
        return Subject("draft", "What this draft would do", said, self.document, self.changes)

    @property
    def overtaken(self) -> bool:
        """Whether another version was published since the draft was begun."""
        return self.draft is not None and self.base_version != self.live_version
