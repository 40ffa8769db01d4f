"""What every route of the gateway is given: the services, the limits, and the answers in progress."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.body import Limits
from gateway.drain import Drain
from services import Services


@dataclass(frozen=True, slots=True)
class Room:
    """The gateway of one process. `built` gives the services where they are there, `build` makes them (seconds)."""

    built: Callable[[], Services | None]
    build: Callable[[], Services]
    limits: Limits = Limits()
    drain: Drain = field(default_factory=Drain)

    async def services(self) -> Services:
        """The services of this process; raises RoutingError while what they need is not there."""
        return self.built() or await asyncio.to_thread(self.build)
