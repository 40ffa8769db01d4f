from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence

import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam
from pydantic import BaseModel

from routing_core.domain import Tier
from routing_core.outcome import State
from tests.gateway_process import APP, GatewayProcess

QUESTION: Sequence[ChatCompletionMessageParam] = ({"role": "user", "content": "What is the capital of France?"},)
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
LAST_LINE = "Simulated answer from "
WEATHER: ChatCompletionToolParam = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


class Capital(BaseModel):
    city: str
    inhabitants: int


@pytest.fixture
def client(gateway: GatewayProcess) -> Iterator[OpenAI]:
    with OpenAI(base_url=gateway.base_url, api_key=gateway.key, max_retries=0) as client:
        yield client


def test_a_whole_answer_is_read_and_logged_for_the_keys_app(client: OpenAI, gateway: GatewayProcess) -> None:
    raw = client.chat.completions.with_raw_response.create(model="auto", messages=QUESTION)

    answer = raw.parse()
    assert answer.choices[0].message.content
    assert answer.usage is not None
    row = gateway.row_of(raw.headers["x-signalbox-request-id"])
    assert (row.request.app, row.state) == (APP, State.SERVED)
    assert (row.usage and row.usage.output_tokens, row.served_tier) == (
        answer.usage.completion_tokens,
        raw.headers["x-signalbox-tier"],
    )


def test_a_stream_says_the_whole_answer_and_what_it_used(client: OpenAI, gateway: GatewayProcess) -> None:
    raw = client.chat.completions.with_raw_response.create(
        model="mid", messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )

    chunks = list(raw.parse())
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert len(chunks) > 3
    assert chunks[-1].usage is not None
    row = gateway.row_of(raw.headers["x-signalbox-request-id"])
    assert (row.request.app, row.served_tier) == (APP, Tier.MID)
    assert row.usage is not None
    assert row.usage.output_tokens == chunks[-1].usage.completion_tokens
    assert LAST_LINE in text


def test_a_tool_is_called_and_its_result_taken(client: OpenAI) -> None:
    asked: ChatCompletionMessageParam = {"role": "user", "content": "Use weather: how is it in Paris?"}
    first = client.chat.completions.create(model="cheap", messages=[asked], tools=[WEATHER], tool_choice="required")

    message = first.choices[0].message
    assert message.tool_calls is not None
    call = message.tool_calls[0]
    assert call.type == "function"
    assert call.function.name == "weather"
    assert isinstance(json.loads(call.function.arguments)["city"], str)
    called: ChatCompletionMessageParam = {
        "role": "assistant",
        "tool_calls": [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.function.name, "arguments": call.function.arguments},
            }
        ],
    }
    result: ChatCompletionMessageParam = {"role": "tool", "tool_call_id": call.id, "content": "sunny"}
    second = client.chat.completions.create(model="cheap", messages=[asked, called, result], tools=[WEATHER])
    assert second.choices[0].message.content


def test_a_tool_call_that_is_streamed_comes_together_again(client: OpenAI) -> None:
    with client.chat.completions.stream(
        model="cheap", messages=QUESTION, tools=[WEATHER], tool_choice="required"
    ) as stream:
        final = stream.get_final_completion()

    assert final.choices[0].finish_reason == "tool_calls"
    calls = final.choices[0].message.tool_calls
    assert calls is not None
    assert json.loads(calls[0].function.arguments).keys() == {"city"}


def test_an_answer_follows_the_schema_of_a_pydantic_model(client: OpenAI) -> None:
    answer = client.chat.completions.parse(model="mid", messages=QUESTION, response_format=Capital)

    assert isinstance(answer.choices[0].message.parsed, Capital)


def test_an_image_is_answered(client: OpenAI) -> None:
    answer = client.chat.completions.create(
        model="mid",
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What is in this picture?"},
                    {"type": "image_url", "image_url": {"url": PIXEL}},
                ],
            }
        ],
    )

    assert answer.choices[0].message.content


@pytest.mark.parametrize("stream", [False, True])
def test_several_choices_keep_their_numbers(client: OpenAI, stream: bool) -> None:
    if stream:
        chunks = list(client.chat.completions.create(model="cheap", messages=QUESTION, n=3, stream=True))
        numbers = {choice.index for chunk in chunks for choice in chunk.choices}
    else:
        whole = client.chat.completions.create(model="cheap", messages=QUESTION, n=3)
        numbers = {choice.index for choice in whole.choices}

    assert numbers == {0, 1, 2}


def test_settings_of_the_model_and_fields_of_ours_go_in(client: OpenAI, gateway: GatewayProcess) -> None:
    raw = client.chat.completions.with_raw_response.create(
        model="cheap",
        messages=QUESTION,
        logprobs=True,
        top_logprobs=2,
        seed=7,
        temperature=0.2,
        user="ada",
        metadata={"task_type": "extraction", "session": "s-1"},
        extra_body={"a_field_of_tomorrow": {"deep": [1]}},
    )

    assert raw.parse().choices[0].message.content
    logged = gateway.row_of(raw.headers["x-signalbox-request-id"]).request
    assert (logged.user, logged.session, logged.task_type) == ("ada", "s-1", "extraction")
    assert logged.params.keys() >= {"logprobs", "top_logprobs", "seed", "temperature"}


def test_the_models_are_listed(client: OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["auto", "cheap", "mid", "frontier"]
    assert client.models.retrieve("auto").id == "auto"


async def test_the_asynchronous_client_reads_answers_and_streams_side_by_side(gateway: GatewayProcess) -> None:
    async with AsyncOpenAI(base_url=gateway.base_url, api_key=gateway.key, max_retries=0) as client:

        async def streamed() -> str:
            stream = await client.chat.completions.create(model="mid", messages=QUESTION, stream=True)
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])

        async def whole() -> str | None:
            answer = await client.chat.completions.create(model="mid", messages=QUESTION)
            return answer.choices[0].message.content

        texts = await asyncio.gather(*(each() for each in (streamed, whole) * 4))

    assert [text for text in texts if LAST_LINE not in (text or "")] == []
