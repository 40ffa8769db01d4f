"""Test calls: a tiny real request to exactly one deployment, sent and logged like any other."""

from __future__ import annotations

from typing import Final

from ulid import ULID

from routing_core.actor import Actor
from routing_core.dispatch.deployment import Deployment
from routing_core.dispatch.pricing import price
from routing_core.domain import ChatRequest
from routing_core.outcome import Cost, Usage
from routing_core.sends import Sends

APP: Final = "signalbox-test"
"""The app under which test calls stand in the log."""

_PROMPT: Final = "Answer with one word: ready."
_PROMPT_TOKENS: Final = 20  # six words, and what providers put around a message
_MOST_TOKENS: Final = 64  # enough for a model that thinks before its one word


class Probes:
    """Sends test calls; they belong to the process, as every send does."""

    def __init__(self, sends: Sends) -> None:
        self._sends = sends

    @staticmethod
    def estimate(deployment: Deployment) -> Cost:
        """The most that one test call costs at its list price; unpriced where no price is known."""
        return price(Usage(_PROMPT_TOKENS, _MOST_TOKENS), deployment.prices, estimated=True)

    def start(self, deployment: str, by: Actor, owner: str | None = None) -> str:
        """Start a test call of the deployment of that id and return its request id at once; see `Sends.view`."""
        by.require("send a test call")
        request = ChatRequest(
            messages=({"role": "user", "content": _PROMPT},),
            deployment=deployment,
            escalate=False,
            params={"max_tokens": _MOST_TOKENS},
            app=APP,
            user=by.name,
        )
        return self._sends.start(request, str(ULID()), owner, by=by)
