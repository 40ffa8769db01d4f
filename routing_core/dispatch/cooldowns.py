"""Which deployments are left alone for now, asked of the engine's loop by whoever is in another thread."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import TimeoutError as TooLate

from routing_core.dispatch.calls import Cooling
from routing_core.dispatch.litellm_client import LiteLLMClient
from routing_core.loop import EngineLoop

_WITHIN_S = 0.5


class Cooldowns:
    """Reads the cooldowns of the Router in use; never from the engine's loop itself."""

    def __init__(self, loop: EngineLoop, client: LiteLLMClient, within_s: float = _WITHIN_S) -> None:
        self._loop = loop
        self._client = client
        self._within_s = within_s

    def now(self) -> Mapping[str, Cooling] | None:
        """The deployments that cool down, by id; None, unknown, while LiteLLM is not loaded or the loop is too busy."""
        if not self._client.ready:
            return None
        asked = self._loop.submit(self._client.health())
        try:
            cooling = asked.result(self._within_s)
        except TooLate:
            asked.cancel()  # or what nobody waits for any more would pile up on the loop
            return None
        return {each.deployment: each for each in cooling if each.seconds_left > 0}
