"""The engine's loop, as threads see it."""

from __future__ import annotations

import asyncio

import pytest

from routing_core.loop import EngineLoop


async def _answer() -> int:
    return 42


async def _fails() -> None:
    raise ValueError("told to the caller")


def test_work_runs_on_the_loop_and_its_result_comes_back() -> None:
    loop = EngineLoop()
    assert loop.run(_answer()) == 42
    loop.close()


def test_an_error_reaches_the_caller() -> None:
    loop = EngineLoop()
    with pytest.raises(ValueError, match="told to the caller"):
        loop.run(_fails())
    loop.close()


def test_closing_cancels_what_still_runs() -> None:
    loop = EngineLoop()
    waiting = loop.submit(asyncio.Event().wait())
    loop.close()
    assert waiting.cancelled()


def test_closing_twice_is_harmless() -> None:
    loop = EngineLoop()
    loop.close()
    loop.close()
    assert loop.loop.is_closed()


def test_a_serving_loop_is_left_to_its_server() -> None:
    async def serve() -> bool:
        EngineLoop(asyncio.get_running_loop()).close()
        return asyncio.get_running_loop().is_running()

    assert asyncio.run(serve())
