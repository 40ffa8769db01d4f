"""Whatever JSON comes, it is the caller's mistake or it is answered: never the gateway's mistake."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from routing_core.domain import Json
from tests.gateway.asking import CHAT, error_of
from tests.gateway_process import GatewayProcess

PATHS: Final = (CHAT, "/route", "/feedback")
OURS: Final = {400, 401, 403, 404, 422}

text = some.text(max_size=20) | some.sampled_from(["auto", "cheap", "user", "system", "tool", "function", "image_url"])
scalar = some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | text
anything = some.recursive(
    scalar, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(text, inner, max_size=3), max_leaves=8
)
some_object = some.dictionaries(text, anything, max_size=3)
called = some.fixed_dictionaries({}, optional={"name": anything, "arguments": anything, "parameters": anything})
tool = some.fixed_dictionaries({}, optional={"id": anything, "type": anything, "function": called | anything})
part = some.fixed_dictionaries({"type": text}, optional={"text": anything, "image_url": anything})
message = some.fixed_dictionaries(
    {"role": some.sampled_from(["user", "system", "assistant", "tool", "developer"]) | anything},
    optional={
        "content": text | some.lists(part, max_size=3) | anything,
        "tool_calls": some.lists(tool, max_size=2) | anything,
        "function_call": called | anything,
        "name": anything,
    },
)
body = some.fixed_dictionaries(
    {"model": some.sampled_from(["auto", "cheap", "mid", "frontier"]) | anything},
    optional={
        "messages": some.lists(message, max_size=3) | anything,
        "metadata": some.dictionaries(some.sampled_from(["task_type", "user", "session"]), anything) | anything,
        "tools": some.lists(tool, max_size=2) | anything,
        "tool_choice": tool | anything,
        "response_format": some_object | anything,
        "max_tokens": anything,
        "temperature": anything,
        "stop": anything,
        "n": anything,
        "stream_options": some_object | anything,
        "reasoning_effort": anything,
        "thinking": some_object | anything,
        "user": anything,
        "request_id": anything,
        "rating": anything,
    },
)


@pytest.fixture
def asking(gateway: GatewayProcess) -> Iterator[httpx.Client]:
    """A client with a key; one for all examples, for making one costs more than asking."""
    headers = {"authorization": f"Bearer {gateway.key}"}
    with httpx.Client(base_url=gateway.base_url, headers=headers, trust_env=False, timeout=20) as http:
        yield http


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=some.sampled_from(PATHS), sent=body | anything, streamed=some.booleans() | anything)
def test_no_body_is_the_gateways_mistake(asking: httpx.Client, path: str, sent: Json, streamed: Json) -> None:
    asked = {**sent, "stream": streamed} if isinstance(sent, dict) else sent
    answer = asking.post(path, json=asked)
    assert answer.status_code == 200 or (answer.status_code in OURS and error_of(answer)["message"])
    assert 'data: {"error"' not in answer.text
