"""What passes between a browser and the console's server: when something last did, and what must not."""

from __future__ import annotations

from time import monotonic
from typing import Final

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState

_DRAWING_S: Final = 0.4  # longer than a page is silent while its script runs


class Traffic:
    """When something last passed; safe to ask from any thread."""

    def __init__(self) -> None:
        self._last = float("-inf")

    def recent(self) -> bool:
        """Whether a page is probably being drawn right now."""
        return monotonic() - self._last < _DRAWING_S

    def noting(self, serve: ASGIApp) -> ASGIApp:
        """The ASGI middleware that notes it."""

        async def noted(scope: Scope, receive: Receive, send: Send) -> None:
            async def received() -> Message:
                message = await receive()
                self._last = monotonic()
                return message

            async def sent(message: Message) -> None:
                self._last = monotonic()
                await send(message)

            await serve(scope, received, sent)

        return noted


def without_left_pages(serve: ASGIApp) -> ASGIApp:
    """The ASGI middleware that drops what a fragment asks for after its page was left.

    A fragment's clock may strike between a click on another page and that page's arrival; Streamlit answers it with
    the old page's name, on which the browser clears the new one and stays empty.
    """

    async def filtered(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await serve(scope, receive, send)
            return
        page = ""

        async def received() -> Message:
            nonlocal page
            while True:
                message = await receive()
                rerun = _rerun_in(message)
                if rerun is None:
                    return message
                if not rerun.fragment_id:
                    page = rerun.page_script_hash
                    return message
                if not page or rerun.page_script_hash == page:
                    return message

        await serve(scope, received, send)

    return filtered


def _rerun_in(message: Message) -> ClientState | None:
    """The script run that a browser's message asks for; None where it asks for none."""
    data = message.get("bytes") if message["type"] == "websocket.receive" else None
    if not isinstance(data, bytes):
        return None
    asked = BackMsg()
    try:
        asked.ParseFromString(data)
    except DecodeError:
        return None  # the server says what is wrong with it
    return asked.rerun_script if asked.WhichOneof("type") == "rerun_script" else None
