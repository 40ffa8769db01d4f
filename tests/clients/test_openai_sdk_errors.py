from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import monotonic

import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionMessageParam

from routing_core.domain import Tier
from tests.gateway_process import GatewayProcess
from tests.simulator_process import SimulatorProcess

QUESTION: Sequence[ChatCompletionMessageParam] = ({"role": "user", "content": "What is the capital of France?"},)
FRONTIER = ("gpt-6-astra", "claude-opus-5-5")


@pytest.fixture
def client(gateway: GatewayProcess) -> Iterator[OpenAI]:
    with client_of(gateway) as client:
        yield client


def client_of(gateway: GatewayProcess, key: str | None = None, retries: int = 0) -> OpenAI:
    return OpenAI(base_url=gateway.base_url, api_key=key or gateway.key, max_retries=retries)


def rehearse(simulator: SimulatorProcess, kind: str, **options: float) -> None:
    for model in FRONTIER:
        simulator.set_fault(model, kind, **options)


def test_an_unknown_key_is_an_authentication_error(gateway: GatewayProcess) -> None:
    with (
        client_of(gateway, "sbx-unknown") as client,
        pytest.raises(openai.AuthenticationError, match="not known here") as raised,
    ):
        client.chat.completions.create(model="auto", messages=QUESTION)

    assert raised.value.code == "invalid_api_key"
    assert "sbx-unknown" not in str(raised.value)


def test_an_unknown_model_is_a_not_found_error_that_names_what_there_is(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="auto") as raised:
        client.chat.completions.create(model="gpt-4o", messages=QUESTION)

    assert (raised.value.code, raised.value.param) == ("model_not_found", "model")


def test_a_tier_that_the_key_may_not_use_is_a_permission_error(gateway: GatewayProcess) -> None:
    with (
        client_of(gateway, gateway.cheap_key) as client,
        pytest.raises(openai.PermissionDeniedError) as raised,
    ):
        client.chat.completions.create(model="frontier", messages=QUESTION)

    assert raised.value.code == "tier_not_allowed"


def test_a_bad_field_is_a_bad_request_that_names_it(client: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(model="auto", messages=[])

    assert raised.value.param == "messages"
    assert raised.value.response.headers["x-signalbox-request-id"]


def test_a_rate_that_is_used_up_is_a_rate_limit_error_that_says_when_to_come_again(gateway: GatewayProcess) -> None:
    with client_of(gateway, gateway.another_key(rpm=1)) as client:
        client.chat.completions.create(model="cheap", messages=QUESTION)
        with pytest.raises(openai.RateLimitError) as raised:
            client.chat.completions.create(model="cheap", messages=QUESTION)

    assert raised.value.code == "rate_limit_exceeded"
    assert 0 < int(raised.value.response.headers["retry-after"]) <= 60


def test_where_every_deployment_fails_it_is_an_internal_server_error_without_an_address(
    client: OpenAI, simulator: SimulatorProcess
) -> None:
    rehearse(simulator, "server_error")

    with pytest.raises(openai.InternalServerError) as raised:
        client.chat.completions.create(model="frontier", messages=QUESTION)

    assert raised.value.status_code in {502, 503}
    assert "127.0.0.1" not in str(raised.value)


def test_a_stream_that_breaks_is_an_error_after_the_words_that_came(
    client: OpenAI, simulator: SimulatorProcess
) -> None:
    rehearse(simulator, "cut")
    chunks = client.chat.completions.create(model="frontier", messages=QUESTION, stream=True)
    words: list[str] = []

    with pytest.raises(openai.APIError):
        words.extend(chunk.choices[0].delta.content or "" for chunk in chunks)

    assert "".join(words)


def test_a_provider_that_is_busy_is_asked_again_when_it_said(
    gateway: GatewayProcess, simulator: SimulatorProcess
) -> None:
    rehearse(simulator, "rate_limit", retry_after_s=1, times=1)
    started = monotonic()

    with client_of(gateway, retries=2) as client:
        raw = client.chat.completions.with_raw_response.create(model="frontier", messages=QUESTION)

    assert raw.parse().choices[0].message.content
    assert raw.retries_taken == 1
    assert monotonic() - started >= 1
    assert gateway.row_of(raw.headers["x-signalbox-request-id"]).served_tier is Tier.FRONTIER
