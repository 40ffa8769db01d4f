"""The deployments as the models page tells them: a group a tier, a row a deployment, every figure in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from routing_core.dispatch.calls import Cooling
from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.deployment import Deployment
from routing_core.dispatch.pricing import PriceSource, Rates
from routing_core.dispatch.simulator_faults import EVERY_MODEL, SimulatedFault
from routing_core.domain import TIERS, Tier
from storage.deployment_health import DeploymentRecord
from ui import format as figures
from ui.models.cells import Cell, Tone
from ui.models.fault_words import FAULTS, fault_in_short
from ui.models.health import error_in_words, now_of, seconds
from ui.models.trials import Trial

_TOKENS: Final = 1_000_000
_SOON_DAYS: Final = 30
_SOURCES: Final[Mapping[PriceSource, str]] = {
    PriceSource.PRICE_MAP: "price map",
    PriceSource.CONFIGURED: "configured",
    PriceSource.FREE: "free on purpose",
    PriceSource.UNKNOWN: "unknown",
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of the deployments at one moment; None is unknown.

    `records` and `cooling` are by deployment id, `faults` by model name, `trials` the test calls by deployment id.
    """

    now: datetime
    zone: ZoneInfo
    records: Mapping[str, DeploymentRecord] | None
    cooling: Mapping[str, Cooling] | None
    faults: Mapping[str, SimulatedFault]
    trials: Mapping[str, Trial]

    def record(self, deployment: Deployment) -> DeploymentRecord | None:
        """The deployment's calls among the newest requests."""
        return None if self.records is None else self.records.get(deployment.id, DeploymentRecord())

    def fault(self, deployment: Deployment) -> SimulatedFault | None:
        """The simulator's fault that the deployment's next call meets."""
        if not deployment.simulated:
            return None
        return self.faults.get(deployment.model_name) or self.faults.get(EVERY_MODEL)


@dataclass(frozen=True, slots=True)
class FaultOn:
    """The simulator's fault that the next call meets: its kind, and with all its options."""

    kind: str
    whole: str


@dataclass(frozen=True, slots=True)
class Row:
    """One deployment."""

    deployment: Deployment
    model: str
    price: Cell
    limits: Cell
    key: Cell
    ends: Cell
    now: Cell
    last_ok: Cell
    last_error: Cell
    latency: Cell
    fault: FaultOn | None
    trial: Trial | None


@dataclass(frozen=True, slots=True)
class Group:
    """One tier; `told` is what every deployment of it takes, or why it is empty."""

    tier: Tier
    told: str
    bad: bool
    rows: tuple[Row, ...]


def groups_of(catalog: Catalog, situation: Situation) -> tuple[Group, ...]:
    """The three tiers, cheap first, each with its deployments in the order of the file."""
    return tuple(_group(catalog, tier, situation) for tier in TIERS)


def sentence(catalog: Catalog, situation: Situation) -> str:
    """What is the case now, in one or two sentences."""
    total = len(catalog.deployments)
    able = [d for d in catalog.deployments if d.callable]
    tiers = {d.tier for d in catalog.deployments}
    told = f"{figures.plural(total, 'deployment')} in {_NUMBERS[len(tiers)]}"
    if len(able) == total:
        told += f"; {'all' if total > 1 else 'it'} can be called{' at the simulator' if catalog.simulated else ''}."
    else:
        told += f"; {len(able)} can be called, {total - len(able)} cannot."
    return " ".join((told, *_cooling(situation), *_failing(catalog, situation)))


_NUMBERS: Final = {1: "one tier", 2: "two tiers", 3: "three tiers"}


def _cooling(situation: Situation) -> Iterator[str]:
    left = sorted(each.seconds_left for each in (situation.cooling or {}).values())
    if len(left) == 1:
        yield f"1 cools down for {seconds(left[0])}."
    elif left:
        yield f"{len(left)} cool down, the first for {seconds(left[0])}, the last for {seconds(left[-1])}."


def _failing(catalog: Catalog, situation: Situation) -> Iterator[str]:
    cooling = situation.cooling or {}
    others = [d for d in catalog.deployments if d.callable and d.id not in cooling]
    failing = [d for d in others if (record := situation.record(d)) is not None and record.failing]
    if failing:
        yield f"{len(failing)} failed when last called."


def _group(catalog: Catalog, tier: Tier, situation: Situation) -> Group:
    rows = tuple(_row(catalog, d, situation) for d in catalog.deployments if d.tier is tier)
    empty = catalog.why_empty(tier)
    return Group(tier, empty or _takes(catalog, tier), empty is not None, rows)


def _takes(catalog: Catalog, tier: Tier) -> str:
    limits = catalog.limits[tier.rank]
    able = [name for name, takes in (("images", limits.images), ("tools", limits.tools)) if takes]
    window = "any length" if limits.window_tokens is None else f"up to {figures.tokens(limits.window_tokens)} tokens"
    return f"{window}, {' and '.join(able) if able else 'neither images nor tools'}"


def _row(catalog: Catalog, deployment: Deployment, situation: Situation) -> Row:
    record = situation.record(deployment)
    fault = situation.fault(deployment)
    reasons = " ".join(finding.message for finding in catalog.findings if finding.deployment == deployment.id)
    return Row(
        deployment=deployment,
        model=_model(deployment),
        price=_price(deployment, reasons),
        limits=_limits(deployment),
        key=_key(deployment),
        ends=_ends(deployment, situation.now.date()),
        now=now_of(deployment, record, situation.cooling),
        last_ok=_when(record.last_ok_at if record else None, situation),
        last_error=_last_error(record, situation),
        latency=_latency(record),
        fault=None if fault is None else FaultOn(FAULTS[fault.kind], fault_in_short(fault)),
        trial=situation.trials.get(deployment.id),
    )


def _model(deployment: Deployment) -> str:
    """Provider and model, as LiteLLM writes them, also where the entry leaves the provider to be inferred."""
    named = deployment.model.startswith(f"{deployment.provider}/")
    return deployment.model if named else f"{deployment.provider}/{deployment.model}"


_NEVER: Final = "None among the newest requests of the log."


def _price(deployment: Deployment, reasons: str) -> Cell:
    prices = deployment.prices
    if prices.rates is None:
        return Cell(figures.UNKNOWN, "unpriced", reason=reasons or "No price is known.")
    cached = f"cached {_per_million(prices.rates.cached_nano)}"
    detail = _SOURCES[prices.source] if prices.source is PriceSource.FREE else f"{cached}, {_SOURCES[prices.source]}"
    surcharges = "; ".join(
        f"above {figures.tokens(each.above_tokens)} tokens of input {_in_out(each.rates)}" for each in prices.surcharges
    )
    return Cell(_in_out(prices.rates), detail, reason=surcharges.capitalize())


def _in_out(rates: Rates) -> str:
    return f"{_per_million(rates.input_nano)} / {_per_million(rates.output_nano)}"


def _per_million(nano: Decimal) -> str:
    return figures.money(int(nano * _TOKENS))


def _limits(deployment: Deployment) -> Cell:
    able = [name for name, takes in (("images", deployment.images), ("tools", deployment.tools)) if takes]
    sizes = f"{figures.tokens(deployment.window_tokens)} / {figures.tokens(deployment.max_output_tokens)}"
    unknown = deployment.window_tokens is None or deployment.max_output_tokens is None
    reason = "Not in the price map and not stated in the entry." if unknown else ""
    if deployment.simulated:
        reason = "As the simulator has it; the real model's may be larger."
    return Cell(sizes, ", ".join(able) or "text only", reason=reason)


def _key(deployment: Deployment) -> Cell:
    names = " or ".join(deployment.key_env)
    if deployment.has_key:
        return Cell("set", names or "written in the file")
    if not names:
        return Cell("none needed", "local server") if deployment.local else Cell("not set", "", Tone.BAD)
    if deployment.simulated:
        return Cell("not set", names, Tone.DIM, reason="The simulator needs none.")
    return Cell("not set", names, Tone.BAD if not deployment.callable else Tone.DIM)


def _ends(deployment: Deployment, today: date) -> Cell:
    ends = deployment.deprecation_date
    if ends is None:
        return Cell(figures.UNKNOWN, "", reason="Neither the price map nor the entry names a deprecation date.")
    days = (ends - today).days
    if days < 0:
        return Cell(ends.isoformat(), "past", Tone.BAD)
    told = "today" if not days else f"in {figures.plural(days, 'day')}"
    return Cell(ends.isoformat(), told, Tone.BAD if days <= _SOON_DAYS else Tone.PLAIN)


def _when(at: datetime | None, situation: Situation, detail: str = "") -> Cell:
    if at is None:
        return Cell(figures.UNKNOWN, reason=_NEVER)
    return Cell(figures.ago(at, situation.now), detail, reason=figures.moment(at, situation.zone))


def _last_error(record: DeploymentRecord | None, situation: Situation) -> Cell:
    if record is None or record.last_error_at is None:
        return _when(None, situation)
    told = _when(record.last_error_at, situation, error_in_words(record))
    return replace(told, reason=f"{told.reason}: {record.error or 'no reason was kept'}")


def _latency(record: DeploymentRecord | None) -> Cell:
    if record is None or record.p50_ms is None:
        return Cell(figures.UNKNOWN, reason="No whole answer among the newest requests of the log.")
    return Cell(f"{figures.duration(record.p50_ms)} / {figures.duration(record.p95_ms)}", f"n = {record.ok:,}")
