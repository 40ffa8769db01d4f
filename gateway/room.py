"""What every route of the gateway is given: the services, the limits, and the answers in progress."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Final

from starlette.types import Scope

from gateway.body import Limits
from gateway.metrics.figures import Figures
from gateway.metrics.siblings import Siblings
from gateway.serving.drain import Drain
from routing_core.errors import RoutingError
from services import Services

_TRIED_ANEW_AFTER_S: Final = 1.0


class Room:
    """The gateway of one process; lives on the loop that serves it.

    `built` gives the services where they are there and never waits; `build` makes them, which takes seconds, and
    raises RoutingError while what they need is not there. `signed_in` says of a connection that a person is; it is
    asked only where a door stands before the gateway. `siblings` are there where this is one of several processes.
    """

    def __init__(
        self,
        built: Callable[[], Services | None],
        build: Callable[[], Services],
        limits: Limits | None = None,
        *,
        signed_in: Callable[[Scope], bool] = lambda _scope: False,
        siblings: Siblings | None = None,
    ) -> None:
        self.built = built
        self.limits = limits or Limits()
        self.drain = Drain()
        self.signed_in = signed_in
        self.figures = Figures(built, self.drain, siblings)
        self._build = build
        self._building = asyncio.Lock()
        self._refused: RoutingError | None = None
        self._refused_at = 0.0

    async def services(self) -> Services:
        """The services of this process; raises RoutingError, the same for a second, while they cannot be built."""
        return self.built() or await self._built_once()

    async def _built_once(self) -> Services:
        async with self._building:
            if (there := self.built()) is not None:
                return there
            if self._refused is not None and monotonic() - self._refused_at < _TRIED_ANEW_AFTER_S:
                raise self._refused
            try:
                return await asyncio.to_thread(self._build)
            except RoutingError as error:
                self._refused, self._refused_at = error, monotonic()
                raise
