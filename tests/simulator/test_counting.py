import tiktoken
from pydantic import JsonValue

from simulator.tokens import Tokens
from tests.simulator.conftest import Ask

LONG = "The tide comes in and goes out again. " * 150


def used(ask: Ask, text: str, model: str = "gpt-6-luna", **fields: JsonValue) -> int:
    return int(ask(text, model, **fields).json()["usage"]["prompt_tokens"])


def cached(ask: Ask, text: str, model: str = "gpt-6-luna") -> int:
    return int(ask(text, model).json()["usage"]["prompt_tokens_details"]["cached_tokens"])


def test_a_message_costs_its_tokens_its_frame_and_the_primer_of_the_reply(ask: Ask) -> None:
    Tokens()  # points tiktoken at the vocabulary, which needs no network
    words = len(tiktoken.get_encoding("o200k_base").encode("A good morning to you."))
    assert used(ask, "A good morning to you.") == 3 + 1 + words + 3


def test_what_looks_like_a_special_token_is_counted_as_text(ask: Ask) -> None:
    assert used(ask, "<|endoftext|>") > used(ask, "x")


def test_every_message_counts_not_only_the_newest(ask: Ask) -> None:
    earlier: list[JsonValue] = [{"role": "system", "content": LONG}, {"role": "user", "content": "Hello"}]
    assert used(ask, "", messages=earlier) > used(ask, "Hello") + 1000


def test_the_total_is_the_sum(ask: Ask) -> None:
    usage = ask("Hello").json()["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_function_definitions_cost_tokens_as_openai_counts_them(ask: Ask) -> None:
    """The worked example of OpenAI's cookbook: get_current_weather with two parameters, 101 tokens for gpt-4o."""
    parameters: JsonValue = {
        "type": "object",
        "properties": {
            "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
            "unit": {
                "type": "string",
                "description": "The unit of temperature to return",
                "enum": ["celsius", "fahrenheit"],
            },
        },
        "required": ["location"],
    }
    function: JsonValue = {
        "name": "get_current_weather",
        "description": "Get the current weather in a given location",
        "parameters": parameters,
    }
    messages: JsonValue = [
        {
            "role": "system",
            "content": "You are a helpful assistant that can answer to questions about the weather.",
        },
        {"role": "user", "content": "What's the weather like in San Francisco?"},
    ]
    assert used(ask, "", messages=messages, tools=[{"type": "function", "function": function}]) == 101


def test_a_long_prefix_read_before_is_cached_in_steps(ask: Ask) -> None:
    assert cached(ask, LONG + "one") == 0
    again = cached(ask, LONG + "two")
    assert again >= 1024
    assert again % 128 == 0


def test_a_prompt_that_differs_from_its_first_word_on_is_not_cached(ask: Ask) -> None:
    ask("First. " + LONG)
    assert cached(ask, "Second. " + LONG) == 0


def test_a_short_prompt_is_never_cached(ask: Ask) -> None:
    assert [cached(ask, "The tide comes in.") for _ in range(2)] == [0, 0]


def test_what_one_model_read_is_not_cached_for_another(ask: Ask) -> None:
    ask("Whose? " + LONG)
    assert cached(ask, "Whose? " + LONG, "gpt-6.1-sol") == 0
