"""What a draft would do, as it is told: one sentence, the matrix, the requests that move. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from routing_core.domain import TIERS, Tier
from routing_core.evidence.preview import CostChange, Preview
from routing_core.evidence.redecide import Untested
from ui import format as figures
from ui.heuristics.moved import MovedRow, end_name, moved_rows
from ui.heuristics.working import Subject, Working

_THOUSAND: Final = 1_000
_REASONS: Final[Mapping[Untested, str]] = {
    Untested.NO_TEXT: "their prompts were not kept, or are too long to hold, and this edit needs them",
    Untested.EARLIER_TURNS: "their earlier turns were not kept, or are too long to hold, and might lead elsewhere",
    Untested.VERSION_GONE: "neither their prompts nor the version that decided them can be read",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """How many requests go from one tier to another; `stays` where that is the same one."""

    count: int
    stays: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Requests that live sends to one tier, by where the draft would send them."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class PreviewView:
    """Everything that the panel draws."""

    tested: int
    kind: str
    moved: int
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    money: tuple[tuple[str, str, str], ...]
    rows: tuple[MovedRow, ...]
    more: int
    notes: tuple[str, ...]


def preview_view(preview: Preview) -> PreviewView:
    """The panel of one preview."""
    rows = moved_rows(preview.moved)
    ends: tuple[Tier | None, ...] = (*TIERS, None) if any(None in step for step in preview.flow) else TIERS
    return PreviewView(
        tested=preview.tested,
        kind="simulated" if preview.simulated else "real",
        moved=len(preview.moved),
        columns=tuple(map(end_name, ends)),
        lines=tuple(Line(end_name(start), tuple(_cell(preview, start, end) for end in ends)) for start in ends),
        money=_money(preview),
        rows=rows,
        more=len(preview.moved) - sum(row.count for row in rows),
        notes=tuple(_notes(preview)),
    )


def standing(working: Working) -> str:
    """What is live where there is no draft of it, in one sentence."""
    live = f"{working.live_version} is live, {working.live.name!r}."
    return f"{live} An edit begins a draft; nothing changes for callers before it is published."


def sentence(subject: Subject, preview: Preview | None) -> str:
    """What the page shows the effect of and what that would do, in one sentence."""
    said = f"{subject.said}: {figures.plural(subject.count, 'change')}"
    if preview is None:
        return f"{said}."
    if not preview.tested:
        return f"{said}; no logged request to show it on yet."
    tested = figures.plural(preview.tested, "simulated request" if preview.simulated else "request")
    if not preview.moved:
        return f"{said}; moves none of {tested}."
    return f"{said}; moves {len(preview.moved):,} of {tested}{_saving(preview.cost)}."


def _saving(change: CostChange) -> str:
    if not change.estimated:
        return ", cost unknown" if change.unpriced else ""
    verb = "saves" if change.difference_nano < 0 else "costs"
    more = "" if change.difference_nano < 0 else " more"
    return f", {verb} about {figures.money(abs(change.difference_nano))}{more} on them"


def _money(preview: Preview) -> tuple[tuple[str, str, str], ...]:
    """A label, the difference on these requests, and how it was reckoned; nothing where there is nothing to reckon."""
    change, label = preview.cost, "Cost, est. (simulated)" if preview.simulated else "Cost, est."
    if not change.estimated and change.unpriced:
        return ((label, figures.UNKNOWN, f"{figures.plural(change.unpriced, 'moved request')} unpriced"),)
    if not change.estimated and not change.priced:
        return ()
    share = change.difference_nano / change.live_nano * 100 if change.live_nano else None
    percent = "" if share is None else f" · {figures.signed(share, 1)} %"
    per = round(change.difference_nano / change.priced * _THOUSAND) if change.priced else 0
    missing = f" · {change.unpriced:,} unpriced" if change.unpriced else ""
    return (
        (
            label,
            figures.signed_money(change.difference_nano),
            f"{figures.signed_money(per)} per 1,000 requests{percent}{missing}",
        ),
    )


def _cell(preview: Preview, start: Tier | None, end: Tier | None) -> Cell:
    return Cell(preview.flow.get((start, end), 0), start is end)


def _notes(preview: Preview) -> list[str]:
    notes = []
    for reason, number in preview.untested.items():
        notes.append(f"{figures.plural(number, 'request')} could not be tested: {_REASONS[reason]}.")
    if preview.forced:
        notes.append(f"{figures.plural(preview.forced, 'request')} left out: the caller chose the tier.")
    return notes
