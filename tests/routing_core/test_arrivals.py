"""The recorder knows of a request from its start, not only once it has ended."""

from __future__ import annotations

from contextlib import aclosing

from routing_core.outcome import Started
from tests.routing_core.engines import GREETING, scripted


async def test_a_request_is_announced_before_anything_is_sent_and_recorded_at_its_end() -> None:
    room = scripted()
    async with aclosing(room.engine.stream(GREETING, "mine")) as events:
        first = await anext(events)
        assert isinstance(first, Started)
        assert (room.kept.begun, room.kept.outcomes) == (["mine"], [])
    assert [outcome.request_id for outcome in room.kept.outcomes] == room.kept.begun
