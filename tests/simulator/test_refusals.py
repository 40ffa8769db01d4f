import httpx
import openai
import pytest
from openai import OpenAI
from pydantic import JsonValue

from tests.simulator.conftest import Ask
from tests.simulator_process import SimulatorProcess

PICTURE: list[JsonValue] = [
    {"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]}
]


def test_an_unknown_model_is_a_404_with_openais_code(ask: Ask) -> None:
    response = ask(model="gpt-2")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "model_not_found")


def test_the_openai_sdk_raises_its_own_error_for_an_unknown_model(simulator: SimulatorProcess) -> None:
    with OpenAI(base_url=simulator.base_url, api_key="any") as client, pytest.raises(openai.NotFoundError):
        client.chat.completions.create(model="gpt-2", messages=[{"role": "user", "content": "Hello"}])


@pytest.mark.parametrize(
    ("body", "param"),
    [
        (b"{", None),
        (b"[]", None),
        (b'{"model": "gpt-6-luna"}', "messages"),
        (b'{"model": "gpt-6-luna", "messages": []}', "messages"),
        (b'{"model": "gpt-6-luna", "messages": [{"role": "king", "content": "x"}]}', "messages[0].role"),
        (b'{"model": "gpt-6-luna", "messages": [{"role": "user"}]}', "messages[0]"),
        (b'{"model": "gpt-6-luna", "messages": [{"role": "user", "content": "x"}], "max_tokens": 0}', "max_tokens"),
        (b'{"model": "gpt-6-luna", "messages": [{"role": "user", "content": "x"}], "temperature": 3}', "temperature"),
    ],
)
def test_a_malformed_body_is_a_400_that_names_the_field(
    simulator: SimulatorProcess, http: httpx.Client, body: bytes, param: str | None
) -> None:
    response = http.post(f"{simulator.base_url}/chat/completions", content=body)
    assert (response.status_code, response.json()["error"]["param"]) == (400, param)
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}


def test_a_prompt_beyond_the_window_is_refused_in_openais_words(ask: Ask) -> None:
    response = ask("word " * 17_000)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "context_length_exceeded")
    assert response.json()["error"]["message"].startswith(
        "This model's maximum context length is 16384 tokens. However, your messages resulted in 17"
    )


def test_the_window_is_full_at_its_last_token_and_no_earlier(ask: Ask) -> None:
    used = ask("word " * 100).json()["usage"]["prompt_tokens"]
    fitting = "word " * (100 + 16_384 - used)
    assert ask(fitting).json()["usage"]["prompt_tokens"] == 16_384
    assert ask(fitting + "word ").status_code == 400


def test_an_answer_longer_than_the_model_can_give_is_refused(ask: Ask) -> None:
    response = ask("Hello", max_tokens=8193)
    assert (response.status_code, response.json()["error"]["param"]) == (400, "max_tokens")


def test_a_picture_is_refused_by_a_model_that_takes_none(ask: Ask) -> None:
    assert ask(messages=PICTURE).status_code == 400


def test_a_picture_costs_a_flat_number_of_tokens(ask: Ask) -> None:
    words = ask("", "gpt-6.1-sol").json()["usage"]["prompt_tokens"]
    assert ask(model="gpt-6.1-sol", messages=PICTURE).json()["usage"]["prompt_tokens"] == words + 765


def test_tools_are_refused_by_a_model_that_takes_none() -> None:
    tools: JsonValue = [{"type": "function", "function": {"name": "now"}}]
    with SimulatorProcess(models=[{"id": "plain", "tier": "mid", "tools": False}]) as simulator:
        body = {"model": "plain", "messages": [{"role": "user", "content": "now"}], "tools": tools}
        response = httpx.post(f"{simulator.base_url}/chat/completions", json=body)
    assert (response.status_code, response.json()["error"]["param"]) == (400, "tools")


def test_an_unknown_path_is_a_404_in_openais_form(simulator: SimulatorProcess, http: httpx.Client) -> None:
    response = http.post(f"{simulator.base_url}/embeddings", json={})
    assert (response.status_code, response.json()["error"]["type"]) == (404, "invalid_request_error")
