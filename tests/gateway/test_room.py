from __future__ import annotations

import asyncio

import pytest

from gateway.room import Room
from routing_core.errors import StorageError
from services import Services


async def test_what_cannot_be_built_is_tried_once_for_all_who_ask_at_the_time() -> None:
    tries: list[str] = []

    def build() -> Services:
        tries.append("once")
        raise StorageError("The database is not there.")

    room = Room(lambda: None, build)
    told = await asyncio.gather(*(room.services() for _ in range(50)), return_exceptions=True)
    assert (len(tries), {str(error) for error in told}) == (1, {"The database is not there."})


async def test_an_error_that_is_none_of_ours_is_not_hidden() -> None:
    def build() -> Services:
        raise KeyError

    with pytest.raises(KeyError):
        await Room(lambda: None, build).services()
