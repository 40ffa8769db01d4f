from __future__ import annotations

from dataclasses import replace

import pytest

from routing_core.outcome import UNPRICED, Cost, Saving, Usage
from tests.ui.outcomes import PRICED, outcome


@pytest.mark.parametrize(
    ("saving", "cost", "saved"),
    [
        (Saving("f", 90_000), PRICED, 85_800),
        (Saving("f", 1_000), PRICED, -3_200),
        (Saving("f", None), PRICED, None),
        (Saving("f", 90_000), UNPRICED, None),
        (None, PRICED, None),
    ],
)
def test_a_saving_is_signed_and_unknown_where_either_side_is(
    saving: Saving | None, cost: Cost, saved: int | None
) -> None:
    assert replace(outcome(cost=cost), saving=saving).saved_nano == saved


def test_tokens_per_second_are_counted_from_the_first_token() -> None:
    timed = replace(outcome(), latency_ms=1_310.0, first_token_ms=310.0, usage=Usage(8, 120))
    assert timed.tokens_per_second == pytest.approx(120.0)
    assert replace(timed, first_token_ms=None).tokens_per_second is None
