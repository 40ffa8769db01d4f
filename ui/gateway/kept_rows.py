"""What is kept of each app's requests, as the page lists it; the default comes last. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.keeping.rules import Kept, Level, Rule
from storage.keeping.turn import RetentionStatus
from ui import format as figures
from ui.models.cells import Cell, Tone

NAMELESS: Final = "(no app)"
LEVELS: Final = {
    Level.FULL: "prompts and answers as they are",
    Level.REDACTED: "keys, e-mails, cards, phones and IBANs replaced by their kind",
    Level.METADATA: "no text",
}


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One app, or everywhere else; what is as everywhere is dim."""

    app: str
    level: Cell
    texts: Cell
    requests: Cell
    changed: str


def rows_of(default: Kept, rules: Iterable[Rule], now: datetime) -> tuple[KeptRow, ...]:
    """The apps that have a rule, by name, and what holds everywhere else."""
    everywhere = Rule("")
    own = [_row(named(rule.app), rule, rule.over(default), _changed(rule, now)) for rule in rules]
    return (*own, _row("everywhere else" if own else "everywhere", everywhere, default, "by the environment"))


def apps_of(*named_by: Iterable[str]) -> tuple[str, ...]:
    """The apps that a rule can be set for, each once, by name; last those requests that name none."""
    apps = {app for names in named_by for app in names if app}
    return (*sorted(apps, key=str.casefold), "")


def named(app: str) -> str:
    """An app as it is called; '' is of requests that name none."""
    return app or NAMELESS


def days(number: int | None) -> str:
    """How long, `for ever` where no days are set."""
    return "for ever" if number is None else figures.plural(number, "day")


def retention_told(status: RetentionStatus, now: datetime) -> str:
    """What the last deletion did, and when the next is due."""
    return " ".join(_runs(status, now))


def _runs(status: RetentionStatus, now: datetime) -> Iterator[str]:
    if status.running:
        yield "What is too old is being deleted now."
    elif status.ended_at is None:
        yield "Nothing was looked through for what is too old yet; that begins within a minute."
    if status.ended_at is not None and status.requests is not None and status.texts is not None:
        deleted = f"{figures.plural(status.requests, 'request')} and the texts of {status.texts:,} more"
        told = deleted if status.requests or status.texts else "nothing was too old"
        yield f"The last deletion was {figures.ago(status.ended_at, now)}: {told}."


def _row(app: str, rule: Rule, kept: Kept, changed: str) -> KeptRow:
    no_text = kept.level is Level.METADATA
    return KeptRow(
        app=app,
        level=Cell(kept.level.value, LEVELS[kept.level], _tone(rule.level, rule)),
        texts=Cell("none kept", tone=Tone.DIM) if no_text else _days(rule.prompt_days, kept.prompt_days, rule),
        requests=_days(rule.metadata_days, kept.metadata_days, rule),
        changed=changed,
    )


def _days(own: int | None, kept: int | None, rule: Rule) -> Cell:
    return Cell(days(kept), tone=_tone(own, rule))


def _tone(own: Level | int | None, rule: Rule) -> Tone:
    return Tone.DIM if own is None and rule.changed_at is not None else Tone.PLAIN


def _changed(rule: Rule, now: datetime) -> str:
    return f"{rule.author}, {figures.ago(rule.changed_at, now)}"


def rule_of(app: str, rules: Sequence[Rule]) -> Rule:
    """The rule of an app; one that leaves everything as everywhere where it has none."""
    return next((rule for rule in rules if rule.app == app), Rule(app))
