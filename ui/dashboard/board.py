"""Everything that the dashboard shows of one view, made from the traffic of its two spans of time. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ui.dashboard import breakdowns, over_time
from ui.dashboard.chart import Basis, Chart
from ui.dashboard.scope import Scope
from ui.dashboard.sentence import sentence
from ui.dashboard.sums import Recent
from ui.dashboard.tile import Tile
from ui.dashboard.tiles import tiles_of


@dataclass(frozen=True, slots=True)
class Board:
    """The sentence, what today is compared with, the tiles and all charts but the latency's.

    `requests` counts those of the charts' period, which `span` tells in words; `shown` tells the part, too.
    """

    requests: int
    span: str
    shown: str
    sentence: str
    compared: str
    tiles: tuple[Tile, ...]
    cost: Chart
    share: Chart
    reasons: Chart
    troubles: Chart
    apps: Chart
    models: Chart


def board_of(recent: Recent, basis: Basis, *, reference: str | None) -> Board:
    """The board; `reference` names the frontier model that savings are told against."""
    bins = over_time.TierBins(basis)
    scope = Scope.of(basis.link)
    return Board(
        requests=bins.all.requests,
        span=basis.period.span(),
        shown=f"{scope.told or 'all traffic'}, {basis.period.span()}",
        sentence=sentence(recent, scope),
        compared=recent.fortnight.compared,
        tiles=tiles_of(recent, scope, reference=reference),
        cost=over_time.cost_chart(basis, bins),
        share=over_time.share_chart(basis, bins),
        reasons=breakdowns.reasons_chart(basis),
        troubles=breakdowns.troubles_chart(basis),
        apps=breakdowns.apps_chart(basis),
        models=breakdowns.models_chart(basis),
    )
