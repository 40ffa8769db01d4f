import json

import httpx
from openai import OpenAI
from pydantic import JsonValue

from tests.simulator.conftest import Ask
from tests.simulator_process import SimulatorProcess


def tool(name: str, **properties: JsonValue) -> JsonValue:
    parameters: JsonValue = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "function", "function": {"name": name, "description": "", "parameters": parameters}}


TOOLS: JsonValue = [tool("get_weather", city={"type": "string"}), tool("now")]


def called(response: httpx.Response) -> tuple[str, dict[str, JsonValue]]:
    choice = response.json()["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    function = choice["message"]["tool_calls"][0]["function"]
    return function["name"], json.loads(function["arguments"])


def test_a_required_call_is_made_with_words_of_the_prompt(ask: Ask) -> None:
    response = ask("Is it raining in Lisbon?", tools=TOOLS, tool_choice="required")
    assert called(response) == ("get_weather", {"city": "Lisbon"})


def test_a_named_function_is_called(ask: Ask) -> None:
    named: JsonValue = {"type": "function", "function": {"name": "now"}}
    assert called(ask("Hello", tools=TOOLS, tool_choice=named)) == ("now", {})


def test_a_function_that_the_user_names_is_called_by_itself(ask: Ask) -> None:
    assert called(ask("Please get weather for Oslo", tools=TOOLS))[0] == "get_weather"


def test_nothing_is_called_where_nobody_asks_for_it(ask: Ask) -> None:
    assert ask("Write a short poem", tools=TOOLS).json()["choices"][0]["finish_reason"] == "stop"


def test_nothing_is_called_where_the_caller_forbids_it(ask: Ask) -> None:
    assert ask("get_weather", tools=TOOLS, tool_choice="none").json()["choices"][0]["finish_reason"] == "stop"


def test_the_answer_after_a_tools_result_tells_the_result(ask: Ask) -> None:
    call: JsonValue = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
    messages: JsonValue = [
        {"role": "user", "content": "get_weather in Oslo"},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "14 degrees, light rain"},
    ]
    answer = ask(messages=messages, tools=TOOLS).json()["choices"][0]
    assert "14 degrees, light rain" in answer["message"]["content"]


def test_a_choice_without_tools_is_refused(ask: Ask) -> None:
    assert ask("Hello", tool_choice="required").json()["error"]["param"] == "tool_choice"


def test_a_choice_of_a_tool_that_is_not_offered_is_refused(ask: Ask) -> None:
    named: JsonValue = {"type": "function", "function": {"name": "later"}}
    assert ask("Hello", tools=TOOLS, tool_choice=named).json()["error"]["param"] == "tool_choice"


def test_the_openai_sdk_puts_a_streamed_call_together(simulator: SimulatorProcess) -> None:
    with (
        OpenAI(base_url=simulator.base_url, api_key="any") as client,
        client.chat.completions.stream(
            model="gpt-6-luna",
            messages=[{"role": "user", "content": "get_weather in Lisbon"}],
            tools=[
                {
                    "type": "function",
                    "function": {
                        "name": "get_weather",
                        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
                    },
                }
            ],
        ) as stream,
    ):
        message = stream.get_final_completion().choices[0].message
    assert message.tool_calls is not None
    assert json.loads(message.tool_calls[0].function.arguments) == {"city": "Lisbon"}


def test_a_json_object_is_answered_as_json(ask: Ask) -> None:
    content = ask("Hello", response_format={"type": "json_object"}).json()["choices"][0]["message"]["content"]
    assert json.loads(content)["simulated"] is True


def test_a_json_schema_is_followed(ask: Ask) -> None:
    schema: JsonValue = {"type": "object", "properties": {"score": {"type": "integer", "minimum": 1, "maximum": 5}}}
    wanted: JsonValue = {"type": "json_schema", "json_schema": {"name": "rating", "schema": schema, "strict": True}}
    content = ask("Rate this", response_format=wanted).json()["choices"][0]["message"]["content"]
    assert json.loads(content) == {"score": 1}
