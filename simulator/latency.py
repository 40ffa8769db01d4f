"""How long a model takes: drawn per request from the seed, the model and the number of the request."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from simulator.catalog import Draw, Model


@dataclass(frozen=True, slots=True)
class Pace:
    """When the first token and each further one are due, in seconds."""

    first_token_s: float
    per_token_s: float

    def due_s(self, tokens: int) -> float:
        """Seconds from the start of a request until `tokens` further tokens have been said."""
        return self.first_token_s + tokens * self.per_token_s

    def faster(self, speed: float) -> Pace:
        """This pace with all times divided by `speed`."""
        return Pace(self.first_token_s / speed, self.per_token_s / speed)


NO_LATENCY = Pace(0.0, 0.0)


def drawn_pace(model: Model, seed: int, request_number: int) -> Pace:
    """The pace of one request; the same three arguments always give the same one."""
    source = random.Random(f"{seed}/{model.id}/{request_number}")
    return Pace(
        first_token_s=_sample(source, model.first_token_ms) / 1000,
        per_token_s=1 / _sample(source, model.tokens_per_s),
    )


def _sample(source: random.Random, draw: Draw) -> float:
    return source.lognormvariate(math.log(draw.median), draw.sigma)
