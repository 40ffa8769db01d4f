"""What a draft would do to logged requests: which move, from where to where, and what that costs.

Both sides are decided anew by the one decision, so that draft is compared with live, not with what once was live.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.heuristics import Heuristics
from routing_core.domain import Decision, Tier
from routing_core.evidence.redecide import Grounds, LoggedRequest, Redecided, Untested, redecide
from routing_core.outcome import UNPRICED, Cost, Usage

Step: TypeAlias = tuple[Tier | None, Tier | None]
"""From a tier to a tier; None is refused."""

Price: TypeAlias = Callable[[Usage, Tier], Cost]
"""What so many tokens cost in a tier; unpriced where no price is known."""

Documents: TypeAlias = Mapping[str, HeuristicsDocument]
"""The published documents by their versions, as far as they can still be used."""

_NOWHERE: Final = -1


@dataclass(frozen=True, slots=True)
class Moved:
    """One request that would go elsewhere; `difference_nano` is draft less live in USD 1e-9, None where unpriced."""

    logged: LoggedRequest
    before: Decision | None
    after: Decision | None
    difference_nano: int | None

    @property
    def step(self) -> Step:
        """From where to where."""
        return (self.before.tier if self.before else None, self.after.tier if self.after else None)

    @property
    def rise(self) -> int:
        """How many tiers it goes up, negative downwards; refused counts as below the lowest."""
        before, after = self.step
        return _rank(after) - _rank(before)


@dataclass(frozen=True, slots=True)
class CostChange:
    """What the moved requests would cost more, USD 1e-9, estimated for `estimated` of them and not for `unpriced`.

    `live_nano` is the estimate for all `priced` requests as they go now.
    """

    difference_nano: int
    estimated: int
    unpriced: int
    live_nano: int
    priced: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What the draft would do to `tested` of the logged requests, `moved` with the riskiest first.

    Forced requests and those that cannot be decided again are counted apart. All are `simulated` or none is.
    """

    flow: Mapping[Step, int]
    tested: int
    moved: tuple[Moved, ...]
    forced: int
    untested: Mapping[Untested, int]
    cost: CostChange
    simulated: bool


@dataclass(frozen=True, slots=True)
class _Now:
    """One request as live decides it, with the estimate of what it costs so."""

    logged: LoggedRequest
    live: Redecided
    cost: Cost


@dataclass(frozen=True, slots=True)
class Baseline:
    """Logged requests as the live heuristics decide them: worked out once for many drafts.

    `found` is in how many of them each word of each keyword list is found.
    """

    rows: tuple[_Now, ...]
    simulated: bool
    forced: int
    documents: Documents
    price: Price
    found: Mapping[tuple[str, str], int]


def baseline(logged: Sequence[LoggedRequest], live: Heuristics, documents: Documents, price: Price) -> Baseline:
    """The `logged` requests, newest first, as `live` decides them; raises ValueError where only some are simulated."""
    kinds = {row.simulated for row in logged}
    if len(kinds) > 1:
        raise ValueError("Real and simulated requests are never previewed together.")
    grounds = _Grounds(live, documents)
    rows = tuple(_now(row, grounds.of(row), price) for row in logged if not row.forced)
    found = Counter(
        {(hit.list_name, hit.keyword): 0 for row in rows if row.live.hits for hit in row.live.hits.keywords}
    )
    for row in rows:
        found.update({(h.list_name, h.keyword) for h in row.live.hits.keywords} if row.live.hits else ())
    return Baseline(rows, True in kinds, len(logged) - len(rows), documents, price, found)


def preview(base: Baseline, draft: Heuristics) -> Preview:
    """What `draft` would do to the requests of `base`."""
    grounds = _Grounds(draft, base.documents)
    flow: Counter[Step] = Counter()
    untested: Counter[Untested] = Counter()
    moved: list[Moved] = []
    tested: list[_Now] = []
    for row in base.rows:
        after = redecide(row.logged, grounds.of(row.logged))
        if reason := row.live.untested or after.untested:
            untested[reason] += 1
            continue
        tested.append(row)
        flow[row.live.tier, after.tier] += 1
        if after.tier is not row.live.tier:
            moved.append(_moved(row, after, base.price))
    moved.sort(key=_risk)
    return Preview(
        flow=flow,
        tested=len(tested),
        moved=tuple(moved),
        forced=base.forced,
        untested=untested,
        cost=_cost_change(moved, tested),
        simulated=base.simulated,
    )


class _Grounds:
    """The grounds by version: a few versions for hundreds of requests."""

    def __init__(self, heuristics: Heuristics, documents: Documents) -> None:
        self._heuristics = heuristics
        self._documents = documents
        self._known: dict[str, Grounds] = {}

    def of(self, logged: LoggedRequest) -> Grounds:
        """The grounds for a request of its version."""
        version = logged.decided.decision.version
        if version not in self._known:
            self._known[version] = Grounds.between(self._heuristics, self._documents.get(version))
        return self._known[version]


def _now(logged: LoggedRequest, grounds: Grounds, price: Price) -> _Now:
    live = redecide(logged, grounds)
    return _Now(logged, live, _cost_at(logged, live.tier, price))


def _cost_at(logged: LoggedRequest, tier: Tier | None, price: Price) -> Cost:
    """Its own tokens in that tier; its own tokens are all that is known of what another model would have answered."""
    if tier is None or logged.usage is None:
        return UNPRICED
    return price(logged.usage, tier)


def _moved(row: _Now, after: Redecided, price: Price) -> Moved:
    then, now = _cost_at(row.logged, after.tier, price).nano, row.cost.nano
    difference = then - now if then is not None and now is not None else None
    return Moved(row.logged, row.live.decision, after.decision, difference)


def _risk(moved: Moved) -> tuple[bool, int, str]:
    """Downwards first, then by money, the larger difference first; the id makes the order one."""
    return moved.rise > 0, -abs(moved.difference_nano or 0), moved.logged.request_id


def _cost_change(moved: Sequence[Moved], tested: Sequence[_Now]) -> CostChange:
    known = [each.difference_nano for each in moved if each.difference_nano is not None]
    live = [row.cost.nano for row in tested if row.cost.nano is not None]
    return CostChange(sum(known), len(known), len(moved) - len(known), sum(live), len(live))


def _rank(tier: Tier | None) -> int:
    return _NOWHERE if tier is None else tier.rank
