"""One HTTP request and its answer, on bare ASGI: a layer less is a tenth of a millisecond less."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from pydantic_core import PydanticSerializationError, to_json
from starlette.types import Receive, Scope, Send
from ulid import ULID

from gateway.errors import GatewayError

Header: TypeAlias = tuple[bytes, bytes]

JSON: Final = b"application/json"
EVENTS: Final = b"text/event-stream; charset=utf-8"


def as_json(answer: object) -> bytes:
    """What a provider answered, as JSON; half a surrogate pair, which no UTF-8 holds, stays escaped as it came."""
    try:
        return to_json(answer, inf_nan_mode="null")
    except PydanticSerializationError:
        return json.dumps(answer).encode("ascii")


@dataclass(slots=True)
class Exchange:
    """One request with its id, and the way to answer it; `status` is the answer's once its head has been sent.

    `route` is the path of its operation as it is described, and `rest` what stands for the name in it.
    """

    scope: Scope
    receive: Receive
    send: Send
    request_id: str = field(default_factory=lambda: str(ULID()))
    headers: dict[bytes, bytes] = field(init=False)
    status: int | None = None
    route: str | None = None
    rest: str = ""

    def __post_init__(self) -> None:
        self.headers = dict(self.scope["headers"])

    @property
    def begun(self) -> bool:
        """Whether the answer's head has been sent."""
        return self.status is not None

    def header(self, name: bytes) -> str | None:
        """What a header says, None where it is not there or says nothing."""
        value = self.headers.get(name, b"")
        try:
            said = value.decode("utf-8")  # as clients send names that are not ASCII, and as bodies have them
        except UnicodeDecodeError:
            said = value.decode("latin-1")
        return said.strip() or None

    async def begin(self, status: int, content_type: bytes, headers: Sequence[Header] = ()) -> None:
        """Send the answer's head."""
        identity = self.request_id.encode("ascii")
        head = [(b"content-type", content_type), (b"x-signalbox-request-id", identity), (b"x-request-id", identity)]
        self.status = status
        await self.send({"type": "http.response.start", "status": status, "headers": [*head, *headers]})

    async def write(self, body: bytes, *, more: bool) -> None:
        """Send a part of the answer's body, as soon as the reader takes it."""
        await self.send({"type": "http.response.body", "body": body, "more_body": more})

    async def answer(self, status: int, body: bytes, headers: Sequence[Header] = ()) -> None:
        """Send a whole answer of JSON."""
        await self.begin(status, JSON, [(b"content-length", b"%d" % len(body)), *headers])
        await self.write(body, more=False)

    async def tell(self, fields: object, headers: Sequence[Header] = ()) -> None:
        """Send something as JSON."""
        await self.answer(200, to_json(fields), headers)

    async def refuse(self, error: GatewayError, headers: Sequence[Header] = ()) -> None:
        """Send an error, unless an answer was begun already."""
        if not self.begun:
            await self.answer(error.status, error.body(self.request_id), [*error.headers(), *headers])
