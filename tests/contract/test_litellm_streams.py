"""What we lean on in LiteLLM's streams, pinned over real HTTP."""

from __future__ import annotations

import asyncio

import pytest

from tests.contract.conftest import MESSAGES, MakeRouter
from tests.routing_core.engines import comes_true
from tests.simulator_process import SimulatorProcess

LONG = [{"role": "user", "content": "In about 3000 words, tell of the sea."}]
WITH_USAGE = {"stream": True, "stream_options": {"include_usage": True}}


async def test_usage_comes_last_without_any_of_the_answer(make_router: MakeRouter) -> None:
    stream = await make_router().acompletion(model="mid", messages=MESSAGES, **WITH_USAGE)
    chunks = [chunk.model_dump(exclude_none=True) async for chunk in stream]
    assert [index for index, chunk in enumerate(chunks) if "usage" in chunk] == [len(chunks) - 1]
    assert chunks[-1]["usage"]["prompt_tokens"] == 8
    assert not chunks[-1]["choices"][0]["delta"]


async def test_the_cost_on_a_stream_is_0_and_so_is_never_read(make_router: MakeRouter) -> None:
    stream = await make_router().acompletion(model="mid", messages=MESSAGES, **WITH_USAGE)
    async for _ in stream:
        pass
    assert not stream._hidden_params.get("response_cost")  # noqa: SLF001 - what others read


async def test_the_stream_names_its_deployment_before_its_first_chunk(make_router: MakeRouter) -> None:
    stream = await make_router().acompletion(model="mid", messages=MESSAGES, **WITH_USAGE)
    assert stream._hidden_params["model_id"] == "mid-gpt-6.1-sol"  # noqa: SLF001 - there is no public way
    async for _ in stream:
        pass


async def test_a_cut_stream_raises_after_its_words_and_is_not_started_again(
    make_router: MakeRouter, simulator: SimulatorProcess
) -> None:
    simulator.set_fault("gpt-6.1-sol", "cut", after_chunks=4)
    stream = await make_router(num_retries=2).acompletion(model="mid", messages=MESSAGES, **WITH_USAGE)
    words: list[str] = []

    async def read() -> None:
        async for chunk in stream:
            words.append(chunk.choices[0].delta.content or "")  # noqa: PERF401 - kept though the loop raises

    with pytest.raises(Exception, match="APIConnectionError"):
        await read()
    assert "".join(words)
    assert simulator.requests() == {"gpt-6.1-sol": 1}


async def test_closing_a_stream_that_was_begun_ends_it_upstream(
    make_router: MakeRouter, simulator: SimulatorProcess
) -> None:
    stream = await make_router().acompletion(model="mid", messages=LONG, **WITH_USAGE)
    await anext(aiter(stream))
    await stream.aclose()
    assert await comes_true(lambda: simulator.streams().live == 0, within_s=1)


async def test_cancelling_a_call_ends_it_upstream(make_router: MakeRouter, simulator: SimulatorProcess) -> None:
    simulator.set_fault("gpt-6.1-sol", "timeout")
    call = asyncio.create_task(make_router().acompletion(model="mid", messages=LONG))
    assert await comes_true(lambda: simulator.streams().live == 1)
    call.cancel()
    assert await comes_true(lambda: simulator.streams().live == 0, within_s=1)


async def test_the_stream_timeout_bounds_the_wait_for_the_first_chunk(
    make_router: MakeRouter, simulator: SimulatorProcess
) -> None:
    simulator.set_fault("gpt-6.1-sol", "timeout")
    with pytest.raises(Exception, match="Timeout"):
        await make_router(stream_timeout=0.3).acompletion(model="mid", messages=MESSAGES, **WITH_USAGE)
