from __future__ import annotations

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from ui.traffic import Traffic, without_left_pages

CLOSED: Message = {"type": "websocket.disconnect"}


def rerun(page: str, fragment: str = "") -> Message:
    asked = BackMsg()
    asked.rerun_script.page_script_hash = page
    asked.rerun_script.fragment_id = fragment
    return {"type": "websocket.receive", "bytes": asked.SerializeToString()}


async def arriving(messages: Sequence[Message], middleware: ASGIApp, arrived: list[Message]) -> list[Message]:
    """What of `messages` reaches the application behind `middleware`."""
    coming = iter([*messages, CLOSED])

    async def receive() -> Message:
        return next(coming)

    async def send(message: Message) -> None:
        arrived.append(message)

    await middleware({"type": "websocket"}, receive, send)
    return arrived[:-1]


async def through_filter(*messages: Message) -> list[Message]:
    arrived: list[Message] = []
    return await arriving(messages, without_left_pages(_taking(arrived)), arrived)


def _taking(arrived: list[Message]) -> ASGIApp:
    async def take(scope: Scope, receive: Receive, send: Send) -> None:
        while not arrived or arrived[-1] != CLOSED:
            arrived.append(await receive())

    return take


async def test_a_fragment_of_the_page_that_is_open_is_drawn() -> None:
    asked = [rerun("playground"), rerun("playground", "answers")]
    assert await through_filter(*asked) == asked


async def test_a_fragment_of_a_page_that_was_left_is_dropped() -> None:
    opened, left = [rerun("playground"), rerun("requests")], rerun("playground", "answers")
    assert await through_filter(*opened, left, rerun("requests", "list")) == [*opened, rerun("requests", "list")]


async def test_where_the_page_is_not_known_nothing_is_dropped() -> None:
    asked = [rerun(""), rerun("playground", "answers")]
    assert await through_filter(*asked) == asked


async def test_what_is_no_rerun_passes_as_it_is() -> None:
    asked: list[Message] = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": "hello"},
        {"type": "websocket.receive", "bytes": b"\xff\xff\xff"},
    ]
    assert await through_filter(*asked) == asked


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    await send(await receive())


async def test_what_passes_is_noted_and_passed_on() -> None:
    traffic, passed = Traffic(), list[Message]()
    assert not traffic.recent()
    await arriving([rerun("playground")], traffic.noting(_echo), passed)
    assert (traffic.recent(), passed) == (True, [rerun("playground")])
