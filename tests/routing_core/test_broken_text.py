from __future__ import annotations

import pytest

from routing_core.domain import ChatRequest, Json
from routing_core.errors import InvalidRequest
from routing_core.outcome import State
from tests.routing_core.engines import scripted


@pytest.mark.parametrize("content", ["half \ud83d", [{"type": "text", "text": "byte \udcff"}]])
async def test_text_that_is_no_unicode_is_the_callers_and_nothing_is_sent(content: Json) -> None:
    room = scripted()
    with pytest.raises(InvalidRequest, match="at character 6"):
        await room.engine.complete(ChatRequest(messages=({"role": "user", "content": content},)))
    assert (room.outcome.state, room.outcome.attempts) == (State.REFUSED, ())
