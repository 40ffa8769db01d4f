"""Switches the faults of a plan on and off at the simulator."""

from __future__ import annotations

import httpx

from routing_core.dispatch.catalog import Catalog
from routing_core.domain import TIERS
from routing_core.sample.troubles import Strike, Trouble


class FaultSwitch:
    """The simulator's control panel; `base_url` ends in /v1."""

    def __init__(self, base_url: str, catalog: Catalog) -> None:
        self._http = httpx.AsyncClient(base_url=f"{base_url.removesuffix('/v1')}/admin", trust_env=False)
        self._catalog = catalog

    async def on(self, trouble: Trouble) -> None:
        """Switch its fault on at every model that it strikes."""
        strike = trouble.strike
        fault = {"kind": strike.kind, **strike.options, **({"times": strike.times} if strike.times else {})}
        for model in self._models(strike):
            (await self._http.put(f"/faults/{model}", json=fault)).raise_for_status()

    async def all_off(self) -> None:
        """Switch every fault off."""
        (await self._http.delete("/faults")).raise_for_status()

    async def close(self) -> None:
        """Give the connection back."""
        await self._http.aclose()

    def _models(self, strike: Strike) -> list[str]:
        tiers = TIERS if strike.tier is None else (strike.tier,)
        models = [deployment.model_name for tier in tiers for deployment in self._catalog.callable_in(tier)]
        return models[:1] if strike.first_only else list(dict.fromkeys(models))
