from __future__ import annotations

import pytest

from routing_core.dispatch.messages import require_messages
from routing_core.domain import ChatRequest, Json, Message
from routing_core.errors import InvalidRequest
from routing_core.outcome import State
from tests.routing_core.engines import scripted

GOOD: list[dict[str, Json]] = [
    {"role": "developer", "content": "Be brief."},
    {"role": "user", "content": [{"type": "text", "text": "caf\u00e9"}]},
    {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": "{}"}}]},
    {"role": "tool", "tool_call_id": "1", "content": ""},
]


def test_what_openai_takes_is_taken() -> None:
    assert require_messages(GOOD) is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"role": "user", "content": 5}, "this is an int"),
        ({"role": "user", "content": [5]}, "each part"),
        ({"role": "user", "content": ["hi"]}, "each part"),
        ({"role": "user", "content": [{"text": "hi"}]}, "each part"),
        ({"role": "user", "content": [{"type": "image_url"}]}, "each part"),
        ({"role": "user", "content": [{"type": "file", "file": 5}]}, "each part"),
        ({"role": "developer"}, "content is missing"),
        ({"role": "assistant", "tool_calls": 5}, "tool_calls"),
        ({"role": "assistant", "tool_calls": [None]}, "tool_calls"),
        ({"role": "alien", "content": "hi"}, "'alien'"),
        ({"content": "hi"}, "None"),
        ({"role": "user", "content": "half \ud83d"}, "character 6"),
        ({"role": "user", "name": "\udcff", "content": "hi"}, "character 1"),
    ],
)
async def test_what_no_provider_could_read_is_the_callers_mistake_and_nobody_is_asked(
    message: Message, told: str
) -> None:
    room = scripted()
    with pytest.raises(InvalidRequest, match=r"messages\[1\].*nothing was sent") as refused:
        await room.engine.complete(ChatRequest(messages=(GOOD[0], message)))
    assert told in str(refused.value)
    assert (room.outcome.state, room.outcome.attempts, room.outcome.request.messages) == (State.REFUSED, (), ())


def test_no_messages_at_all_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="empty"):
        require_messages([])
