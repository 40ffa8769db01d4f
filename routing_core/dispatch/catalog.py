"""What can be called: the deployments of each tier, their prices and limits, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from routing_core.dispatch.deployment import Deployment, SimulatedModel, at_simulator, read_deployment, slug
from routing_core.dispatch.document import CatalogDocument, RouterSettings
from routing_core.dispatch.findings import Finding, find
from routing_core.dispatch.price_map import PriceMap, load_price_map, price_map_version
from routing_core.dispatch.pricing import price
from routing_core.domain import TIERS, Tier, TierLimits
from routing_core.errors import InvalidCatalog, TierEmpty, UnknownDeployment
from routing_core.outcome import UNPRICED, Cost, Usage


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that can be called, in the order of the file, and how.

    `limits` are what every callable deployment of a tier takes, ordered cheap, mid, frontier. `request_timeout_s`
    bounds one request over all its tiers. `document_name` is the file's, `price_map` says where prices come from.
    """

    deployments: tuple[Deployment, ...]
    findings: tuple[Finding, ...]
    limits: tuple[TierLimits, TierLimits, TierLimits]
    router_settings: RouterSettings
    request_timeout_s: float
    drop_params: bool = False
    document_name: str = "signalbox.yaml"
    price_map: str = "LiteLLM's price map"

    @property
    def frontier_reference(self) -> Deployment | None:
        """The first frontier deployment of the file: savings are told against it; None where there is none."""
        return next((d for d in self.deployments if d.tier is Tier.FRONTIER), None)

    @property
    def simulated(self) -> bool:
        """Whether the simulator stands in for the providers."""
        return any(d.simulated for d in self.deployments)

    def why_empty(self, tier: Tier) -> str | None:
        """What a tier lacks of which no deployment can be called, and how to mend it; None where one can."""
        if self.limits[tier.rank].callable:
            return None
        said = (f.message for f in self.findings if f.tier is tier and f.deployment is None)
        return next(said, f"Tier {tier} is empty. Set a key of one of its providers, or mend {self.document_name}.")

    def callable_in(self, tier: Tier) -> tuple[Deployment, ...]:
        """The tier's deployments that can be called."""
        return tuple(d for d in self.deployments if d.tier is tier and d.callable)

    def find(self, identity: str) -> Deployment | None:
        """The deployment of that id."""
        return next((d for d in self.deployments if d.id == identity), None)

    def named(self, identity: str, tier: Tier | None) -> Deployment:
        """The callable deployment that a caller names within a tier; raises UnknownDeployment or TierEmpty."""
        found = self.find(identity)
        if found is None or (tier is not None and found.tier is not tier):
            known = ", ".join(d.id for d in self.deployments if tier in {None, d.tier}) or "none"
            raise UnknownDeployment(
                f"There is no deployment {identity[:80]!r} in {tier or 'any tier'}. Use one of: {known}."
            )
        if found.why_not:
            raise TierEmpty(f"Deployment {found.id!r} cannot be called: {found.why_not}. Mend that, or choose another.")
        return found

    def estimate(self, prompt_tokens: int, answer_tokens: int, tier: Tier) -> Cost:
        """The most that a request of this size costs in a tier: at its dearest callable deployment.

        Unpriced where the tier is empty or the price of any of them is unknown.
        """
        usage = Usage(prompt_tokens, answer_tokens)
        costs = [price(usage, d.prices, estimated=True) for d in self.callable_in(tier)]
        if not costs or any(cost.nano is None for cost in costs):
            return UNPRICED
        return max(costs, key=lambda cost: cost.nano or 0)


def needs_simulator(document: CatalogDocument, environment: Mapping[str, str]) -> bool:
    """Whether no deployment can be called as things are: no key is set and no local server is entered."""
    return not any(d.callable for d in as_entered(document, environment))


def build_catalog(
    document: CatalogDocument,
    environment: Mapping[str, str],
    today: date,
    simulator: Mapping[str, SimulatedModel] | None = None,
) -> Catalog:
    """The catalog of a document; given the simulator's models, it serves every deployment.

    `environment` is where `os.environ/NAME` and conventional key variables are looked up. `today` is what deprecation
    dates are held against. Raises InvalidCatalog where ids repeat.
    """
    deployments = as_entered(document, environment)
    if simulator is not None:
        deployments = tuple(at_simulator(d, simulator.get(d.model_name)) for d in deployments)
    cheap, mid, frontier = (_limits(deployments, tier) for tier in TIERS)
    return Catalog(
        deployments=deployments,
        findings=find(document, deployments, today),
        limits=(cheap, mid, frontier),
        router_settings=document.router_settings,
        request_timeout_s=document.signalbox_settings.request_timeout,
        drop_params=document.litellm_settings.drop_params,
        document_name=document.document_name,
        price_map=f"LiteLLM {price_map_version()}'s price map",
    )


def as_entered(
    document: CatalogDocument, environment: Mapping[str, str], price_map: PriceMap | None = None
) -> tuple[Deployment, ...]:
    """The deployments as the document and the price map describe them, whoever serves them; raises InvalidCatalog."""
    price_map = load_price_map() if price_map is None else price_map
    deployments: list[Deployment] = []
    taken = {str(tier) for tier in TIERS} | {entry.model_info.id or "" for entry in document.model_list}
    stated: set[str] = set()
    for entry in document.model_list:
        if entry.tier is None:
            continue
        identity = entry.model_info.id
        if identity is None:
            identity = _free(slug(entry.tier, entry.litellm_params.model), taken)
            taken.add(identity)
        elif identity in stated or identity in TIERS:
            raise InvalidCatalog(
                f"model_info.id {identity!r} is used twice or is a tier's name. Give each entry its own."
            )
        stated.add(identity)
        deployments.append(read_deployment(entry, entry.tier, identity, environment, price_map))
    return tuple(deployments)


def _free(wanted: str, taken: set[str]) -> str:
    candidate, number = wanted, 2
    while candidate in taken:
        candidate, number = f"{wanted}-{number}", number + 1
    return candidate


def _limits(deployments: tuple[Deployment, ...], tier: Tier) -> TierLimits:
    able = [d for d in deployments if d.tier is tier and d.callable]
    if not able:
        return TierLimits(images=False, tools=False, callable=False)
    windows = [d.window_tokens for d in able if d.window_tokens is not None]
    return TierLimits(min(windows, default=None), images=all(d.images for d in able), tools=all(d.tools for d in able))
