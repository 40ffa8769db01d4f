import json

import httpx
import openai
import pytest
from openai import OpenAI

from tests.simulator.conftest import Ask
from tests.simulator.events import read_events
from tests.simulator.waiting import eventually
from tests.simulator_process import SimulatorProcess

CHEAP = "gpt-6-luna"
BODY = {"model": CHEAP, "messages": [{"role": "user", "content": "Explain tides"}]}


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        ("rate_limit", 429, openai.RateLimitError),
        ("server_error", 500, openai.InternalServerError),
        ("unauthorized", 401, openai.AuthenticationError),
        ("forbidden", 403, openai.PermissionDeniedError),
        ("not_found", 404, openai.NotFoundError),
        ("context_window", 400, openai.BadRequestError),
        ("bad_request", 400, openai.BadRequestError),
    ],
)
def test_a_fault_with_a_status_is_what_the_openai_sdk_takes_it_for(
    simulator: SimulatorProcess, kind: str, status: int, error: type[openai.APIStatusError]
) -> None:
    simulator.set_fault(CHEAP, kind)
    with OpenAI(base_url=simulator.base_url, api_key="any", max_retries=0) as client, pytest.raises(error) as raised:
        client.chat.completions.create(model=CHEAP, messages=[{"role": "user", "content": "Hello"}])
    assert raised.value.status_code == status


def test_a_rate_limit_says_when_to_come_back(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault(CHEAP, "rate_limit", retry_after_s=7)
    assert ask("Hello").headers["retry-after"] == "7"


def test_the_context_fault_carries_the_code_of_a_full_window(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault(CHEAP, "context_window")
    assert ask("Hello").json()["error"]["code"] == "context_length_exceeded"


def test_the_callers_fault_is_not_taken_for_a_full_window(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault(CHEAP, "bad_request")
    assert ask("Hello").json()["error"]["code"] is None


def test_a_fault_strikes_as_often_as_it_was_told_to(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault(CHEAP, "server_error", times=2)
    assert [ask("Hello").status_code for _ in range(3)] == [500, 500, 200]


def test_a_fault_of_one_model_leaves_the_others_alone(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault(CHEAP, "server_error")
    assert ask("Hello", "claude-haiku-5-5").status_code == 200


def test_a_fault_of_all_models_gives_way_to_a_models_own(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault("*", "server_error")
    simulator.set_fault(CHEAP, "forbidden")
    assert [ask("Hello").status_code, ask("Hello", "gpt-6.1-sol").status_code] == [403, 500]


def test_cleared_faults_are_over(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault("*", "server_error")
    simulator.clear_faults()
    assert ask("Hello").status_code == 200


def test_a_malformed_answer_is_a_200_that_is_not_json(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault(CHEAP, "malformed")
    response = ask("Hello")
    assert response.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        response.json()


def test_a_malformed_stream_is_an_event_that_is_not_json(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault(CHEAP, "malformed")
    response = ask("Hello", stream=True)
    assert response.headers["content-type"].startswith("text/event-stream")
    with pytest.raises(json.JSONDecodeError):
        json.loads(response.text.removeprefix("data: "))


@pytest.mark.parametrize("after_chunks", [0, 1, 5])
def test_a_cut_stream_ends_after_its_chunks_without_an_end(
    simulator: SimulatorProcess, http: httpx.Client, after_chunks: int
) -> None:
    simulator.set_fault(CHEAP, "cut", after_chunks=after_chunks)
    received: list[bytes] = []
    with (
        http.stream("POST", f"{simulator.base_url}/chat/completions", json={**BODY, "stream": True}) as response,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        received.extend(response.iter_raw())
    streamed = read_events(b"".join(received).decode())
    assert (len(streamed.chunks), streamed.done) == (1 + after_chunks, False)


def test_a_cut_whole_answer_breaks_off_within_its_body(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault(CHEAP, "cut")
    with pytest.raises(httpx.RemoteProtocolError):
        ask("Hello")


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_stalls_says_no_more_and_stays_open_until_its_caller_leaves(
    simulator: SimulatorProcess, http: httpx.Client, stream: bool
) -> None:
    simulator.set_fault(CHEAP, "stall", after_chunks=2)
    received: list[bytes] = []
    with (
        http.stream(
            "POST", f"{simulator.base_url}/chat/completions", json={**BODY, "stream": stream}, timeout=0.3
        ) as response,
        pytest.raises(httpx.ReadTimeout),
    ):
        received.extend(response.iter_raw())
    assert received
    assert eventually(lambda: simulator.streams().live == 0)
    assert simulator.streams().aborted == 1


def test_an_error_event_comes_within_a_stream_that_then_ends_without_done(
    simulator: SimulatorProcess, ask: Ask
) -> None:
    simulator.set_fault(CHEAP, "error_event", after_chunks=2)
    *chunks, last = ask("Explain tides", stream=True).text.strip().split("\n\n")
    assert len(chunks) == 1 + 2
    assert json.loads(last.removeprefix("data: "))["error"]["type"] == "server_error"


def test_the_openai_sdk_takes_an_error_event_for_an_error(simulator: SimulatorProcess) -> None:
    simulator.set_fault(CHEAP, "error_event")
    with OpenAI(base_url=simulator.base_url, api_key="any", max_retries=0) as client:
        stream = client.chat.completions.create(
            model=CHEAP, messages=[{"role": "user", "content": "Hello"}], stream=True
        )
        with pytest.raises(openai.APIError, match="while it answered"):
            list(stream)


def test_a_whole_answer_with_an_error_is_a_200_without_choices(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault(CHEAP, "error_event")
    response = ask("Hello")
    assert (response.status_code, set(response.json())) == (200, {"error"})


@pytest.mark.parametrize("stream", [False, True])
def test_a_slow_first_token_comes_after_its_delay(simulator: SimulatorProcess, ask: Ask, stream: bool) -> None:
    simulator.set_fault(CHEAP, "slow_first_token", delay_ms=200)
    assert ask("Hello", stream=stream).elapsed.total_seconds() >= 0.2


def test_a_refused_connection_is_refused_on_the_models_own_port_until_it_is_cleared(
    simulator: SimulatorProcess,
) -> None:
    url = f"{simulator.url_of(CHEAP)}/chat/completions"
    simulator.set_fault(CHEAP, "refused")
    with pytest.raises(httpx.ConnectError, match="refused"):
        httpx.post(url, json=BODY)
    simulator.clear_faults()
    assert httpx.post(url, json=BODY).status_code == 200


def test_an_idle_connection_does_not_outlive_a_refusal(simulator: SimulatorProcess) -> None:
    url = f"{simulator.url_of(CHEAP)}/chat/completions"
    with httpx.Client() as client:
        assert client.post(url, json=BODY).status_code == 200
        simulator.set_fault(CHEAP, "refused")
        # The client learns of the close when it uses the connection, or a moment before: both are no answer.
        with pytest.raises((httpx.ConnectError, httpx.RemoteProtocolError, httpx.ReadError)):
            client.post(url, json=BODY)
        with pytest.raises(httpx.ConnectError, match="refused"):
            client.post(url, json=BODY)


def test_a_refused_model_resets_connections_on_the_shared_port(simulator: SimulatorProcess, ask: Ask) -> None:
    simulator.set_fault(CHEAP, "refused")
    with pytest.raises(httpx.ReadError, match="reset"):
        ask("Hello")


def test_the_others_keep_their_ports_while_one_is_refused(simulator: SimulatorProcess, http: httpx.Client) -> None:
    simulator.set_fault(CHEAP, "refused")
    body = {**BODY, "model": "claude-haiku-5-5"}
    assert http.post(f"{simulator.url_of('claude-haiku-5-5')}/chat/completions", json=body).status_code == 200
