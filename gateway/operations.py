"""One operation of the gateway: where it is, what answers it, and what is said of it in the description."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import BaseModel

from gateway.exchange import Exchange
from gateway.room import Room
from gateway.schemas import ErrorBody


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path; a last part in braces stands for any one name.

    `answers` is the body of 200 and `content` its type, `asks` that of the request, `statuses` every other status that
    it answers with: with an error, unless `failing` says otherwise.
    """

    method: str
    path: str
    handle: Callable[[Exchange, Room], Awaitable[None]]
    summary: str
    answers: type[BaseModel]
    asks: type[BaseModel] | None = None
    statuses: tuple[int, ...] = ()
    with_key: bool = True
    streams: bool = False
    content: str = "application/json"
    failing: type[BaseModel] = ErrorBody

    def fits(self, path: str) -> str | None:
        """What stands for the part in braces, empty where there is none; None where the path is another."""
        fixed, braces, _ = self.path.partition("{")
        if not braces:
            return "" if path == fixed else None
        rest = path.removeprefix(fixed)
        return rest if path.startswith(fixed) and rest else None
