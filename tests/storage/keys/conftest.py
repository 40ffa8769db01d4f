"""Access keys on databases of both kinds, at a time that the test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from storage.engine import Database, open_database
from storage.keys.api_keys import ApiKeys
from tests.storage.keys.asking_keys import PEPPER, SetClock


@pytest.fixture
def clock() -> SetClock:
    """Ten seconds into a minute, an hour into a day."""
    return SetClock()


@pytest.fixture
def open_keys(database_url: str, clock: SetClock) -> Iterator[Callable[[], ApiKeys]]:
    """Opens the database and its keys as another process would; all are closed at the end."""
    opened: list[tuple[ApiKeys, Database]] = []

    def opening() -> ApiKeys:
        database = open_database(database_url)
        keys = ApiKeys(database, PEPPER, poll_s=0.02, clock=clock)
        opened.append((keys, database))
        return keys

    yield opening
    for keys, database in opened:
        keys.close()
        database.close()


@pytest.fixture
def keys(open_keys: Callable[[], ApiKeys]) -> ApiKeys:
    """The keys of the database."""
    return open_keys()
