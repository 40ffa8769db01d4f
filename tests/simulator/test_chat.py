import itertools

import httpx
import pytest
from openai import OpenAI

from tests.simulator.conftest import Ask
from tests.simulator.events import read_events
from tests.simulator_process import SimulatorProcess


def content(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    return str(response.json()["choices"][0]["message"]["content"])


@pytest.mark.parametrize("model", ["gpt-6-luna", "gpt-6.1-sol", "gpt-6-astra"])
def test_every_answer_says_last_that_it_is_simulated(ask: Ask, model: str) -> None:
    assert content(ask("Explain how B-trees work", model)).endswith(f"\n\nSimulated answer from {model}.")


def test_the_openai_sdk_reads_a_whole_answer(simulator: SimulatorProcess) -> None:
    with OpenAI(base_url=simulator.base_url, api_key="any") as client:
        answer = client.chat.completions.create(model="gpt-6-luna", messages=[{"role": "user", "content": "Hello"}])
    assert (answer.choices[0].finish_reason, answer.model, answer.object) == ("stop", "gpt-6-luna", "chat.completion")


def test_the_openai_sdk_reads_a_stream_that_equals_the_whole_answer(simulator: SimulatorProcess, ask: Ask) -> None:
    whole = content(ask("Hello"))
    with OpenAI(base_url=simulator.base_url, api_key="any") as client:
        chunks = list(
            client.chat.completions.create(
                model="gpt-6-luna", messages=[{"role": "user", "content": "Hello"}], stream=True
            )
        )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole


def test_a_stream_opens_with_the_role_and_ends_with_reason_usage_and_done(ask: Ask) -> None:
    streamed = read_events(ask("Hello", stream=True, stream_options={"include_usage": True}).text)
    first, *_, finish, usage = streamed.chunks
    assert first["choices"] == [
        {
            "index": 0,
            "delta": {"role": "assistant", "content": "", "refusal": None},
            "logprobs": None,
            "finish_reason": None,
        }
    ]
    assert finish["choices"] == [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}]
    assert usage["choices"] == []
    assert streamed.done


def test_usage_is_streamed_only_where_it_was_asked_for(ask: Ask) -> None:
    assert not any("usage" in chunk for chunk in read_events(ask("Hello", stream=True).text).chunks)


def test_a_stream_uses_what_the_whole_answer_uses(ask: Ask) -> None:
    streamed = read_events(ask("Hello", stream=True, stream_options={"include_usage": True}).text)
    assert streamed.chunks[-1]["usage"] == ask("Hello").json()["usage"]


def test_a_character_that_spans_tokens_arrives_whole(ask: Ask) -> None:
    said = "Repeat exactly: 𓀀 नमस्ते 🏳️‍🌈"
    assert read_events(ask(said, stream=True).text).text == content(ask(said))
    assert "𓀀 नमस्ते 🏳️‍🌈" in content(ask(said))


def test_the_answer_ends_at_the_limit_and_says_so(ask: Ask) -> None:
    answer = ask("Explain tides in about 500 words", max_tokens=50).json()
    assert (answer["choices"][0]["finish_reason"], answer["usage"]["completion_tokens"]) == ("length", 50)


def test_two_thousand_real_tokens_can_be_asked_for(ask: Ask) -> None:
    answer = ask("Explain tides in about 2000 words", "gpt-6-astra", max_completion_tokens=2000).json()
    assert answer["usage"]["completion_tokens"] == 2000


@pytest.mark.parametrize("model", ["gpt-6-luna", "gpt-6.1-sol", "gpt-6-astra"])
def test_a_wanted_length_is_met_within_a_twentieth(ask: Ask, model: str) -> None:
    words = len(content(ask("Explain tides in about 1500 words", model)).split())
    assert 1425 <= words <= 1575


def test_the_answer_ends_before_a_stop_text(ask: Ask) -> None:
    answer = ask("Repeat exactly: one two three", stop=["three", "nowhere"]).json()
    assert (answer["choices"][0]["message"]["content"], answer["choices"][0]["finish_reason"]) == ("one two ", "stop")


def test_several_choices_are_numbered_and_paid_for_together(ask: Ask) -> None:
    answer = ask("Hello", n=3, max_tokens=4).json()
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]
    assert answer["usage"]["completion_tokens"] == 12


def test_the_same_prompt_gets_the_same_answer_and_other_ids(ask: Ask) -> None:
    first, second = ask("Explain tides").json(), ask("Explain tides").json()
    assert first["choices"] == second["choices"]
    assert first["id"] != second["id"]


def test_the_three_voices_say_different_things_at_growing_length(ask: Ask) -> None:
    answers = [content(ask("Explain tides", model)) for model in ("gpt-6-luna", "gpt-6.1-sol", "gpt-6-astra")]
    assert all(len(longer) > len(shorter) * 1.5 for shorter, longer in itertools.pairwise(answers))


def test_fields_that_change_nothing_and_fields_nobody_knows_are_accepted(ask: Ask) -> None:
    response = ask("Hello", user="u", seed=1, logprobs=True, temperature=0.2, store=True, never_heard_of={"a": 1})
    assert content(response) == content(ask("Hello"))


def test_models_are_listed_and_found_by_id(simulator: SimulatorProcess, http: httpx.Client) -> None:
    listed = http.get(f"{simulator.base_url}/models").json()["data"]
    assert [model["id"] for model in listed] == list(simulator.ready.models)
    assert http.get(f"{simulator.base_url}/models/gpt-6.1-sol").json() == listed[3]


def test_a_models_own_port_serves_it(simulator: SimulatorProcess, http: httpx.Client) -> None:
    body = {"model": "gpt-6.1-sol", "messages": [{"role": "user", "content": "Hello"}]}
    assert "gpt-6.1-sol" in content(http.post(f"{simulator.url_of('gpt-6.1-sol')}/chat/completions", json=body))
