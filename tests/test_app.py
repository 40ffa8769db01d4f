"""The door's own parts, without a server."""

from __future__ import annotations

from starlette.types import Message, Receive, Scope, Send

from app import Traffic


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    await send(await receive())


async def _received() -> Message:
    return {"type": "websocket.receive", "text": "rerun"}


async def test_what_passes_a_browser_is_noted_and_passed_on() -> None:
    traffic, passed = Traffic(), list[Message]()

    async def send(message: Message) -> None:
        passed.append(message)

    assert not traffic.recent()
    await traffic.noting(_echo)({"type": "websocket"}, _received, send)
    assert (traffic.recent(), passed) == (True, [await _received()])
