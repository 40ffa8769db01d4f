"""What OpenAI's client still does with a body: a new version that has other names fails here."""

from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

import pytest

from routing_core.dispatch.untransformed import Transform, is_plain, spare_parts
from tests.contract.conftest import MakeRouter

PARTS = 3_000


async def test_a_conversation_of_thousands_of_parts_takes_the_time_of_its_bytes(make_router: MakeRouter) -> None:
    router = make_router()
    parts = [{"type": "text", "text": ""}] * PARTS
    await router.acompletion(model="mid", messages=[{"role": "user", "content": "Hello"}])
    begun = process_time()

    answer = await router.acompletion(model="mid", messages=[{"role": "user", "content": parts}])

    assert answer.model_dump()["choices"]
    taken_s = process_time() - begun
    assert taken_s < 0.00007 * PARTS  # 0.00001 as it is, 0.00015 where each part is looked at


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ([{"role": "user", "content": [{"n": 1, "f": 0.5, "b": True, "z": None}]}], True),
        ([{"at": datetime(2026, 1, 1, tzinfo=UTC)}], False),
        ([{1: "a name that is no text"}], False),
        (({"role": "user"},), False),
        (iter([]), False),
    ],
)
def test_what_is_json_already_is_told_from_what_is_not(value: object, plain: bool) -> None:
    assert is_plain(value) is plain


async def test_all_but_plain_lists_are_transformed_as_before() -> None:
    from openai.resources.chat.completions import completions
    from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming

    spare_parts(completions)
    sent = {"messages": iter([{"role": "user", "content": "Hello"}]), "tools": [{"type": "function"}], "seed": 1}

    transform: Transform = vars(completions)["async_maybe_transform"]
    found = await transform(sent, CompletionCreateParamsNonStreaming)

    assert found == {"messages": [{"role": "user", "content": "Hello"}], "tools": [{"type": "function"}], "seed": 1}
