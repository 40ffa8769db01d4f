from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from routing_core.errors import SchemaTooNew, StorageError
from storage.engine import Database, connect, open_database
from storage.metrics import Metrics
from storage.request_log import RequestLog
from storage.rollups import recount, stored_rollups
from storage.schema import MIGRATIONS, REVISIONS, VERSION_TABLE, ensure_schema, migrate
from storage.tables import metadata
from tests.storage.processes import CONTEXT, start_up
from tests.storage.rows_at import insert_rows_of

PROCESSES = 16


def answers_of_processes_that_start_at_once(url: str) -> list[str]:
    together = CONTEXT.Barrier(PROCESSES)
    answers: list[Connection] = []
    started = []
    for _ in range(PROCESSES):
        answer, theirs = CONTEXT.Pipe(duplex=False)
        process = CONTEXT.Process(target=start_up, args=(url, together, theirs), daemon=True)
        process.start()
        theirs.close()
        answers.append(answer)
        started.append(process)
    received = [answer.recv() for answer in answers]
    for process in started:
        process.join()
    return received


def test_sixteen_processes_may_start_at_once_on_an_empty_database(empty_url: str) -> None:
    assert answers_of_processes_that_start_at_once(empty_url) == [REVISIONS[-1]] * PROCESSES


def test_migrations_make_the_tables_that_the_code_names(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def test_every_revision_is_known_without_loading_alembic() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert tuple(step.revision for step in reversed(list(walked))) == REVISIONS


@pytest.mark.parametrize("written_at", REVISIONS)
def test_a_row_of_any_revision_is_read_at_the_newest(empty_url: str, written_at: str) -> None:
    with connected(empty_url) as database:
        with database.write() as connection:
            migrate(connection, written_at)
            insert_rows_of(connection, written_at)
        ensure_schema(database)
        detail = RequestLog(database).one("01OLD")
        assert detail is not None
        assert (detail.outcome.answer, detail.outcome.cost.nano) == ("Four.", 1_200)
        assert stored_rollups(database) == recount(database)
        assert Metrics(database).newest_key() == 1


def test_a_newer_schema_is_refused_in_clear_words_and_left_as_it_was(empty_url: str) -> None:
    database = open_database(empty_url)
    as_if_from_the_future(database)
    before = schema_of(database)
    with pytest.raises(SchemaTooNew, match=r"newer Signalbox .*'9999'.*Nothing was changed.*SIGNALBOX_DATABASE_URL"):
        open_database(empty_url)
    assert schema_of(database) == before
    database.close()


def as_if_from_the_future(database: Database) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE signalbox_revision SET version_num = '9999'"))
        connection.execute(text("ALTER TABLE requests ADD COLUMN teleported INTEGER"))


def schema_of(database: Database) -> dict[str, list[str]]:
    with database.read() as connection:
        found = inspect(connection)
        return {table: [column["name"] for column in found.get_columns(table)] for table in found.get_table_names()}


@contextmanager
def connected(url: str) -> Iterator[Database]:
    database = connect(url)
    yield database
    database.close()


def test_a_migration_that_fails_leaves_nothing(empty_url: str) -> None:
    with connected(empty_url) as database:
        with database.write() as connection:
            connection.execute(text("CREATE TABLE rollups (somebody_elses INTEGER)"))
        with pytest.raises(StorageError, match="refused a statement"):
            ensure_schema(database)
        assert schema_of(database) == {"rollups": ["somebody_elses"]}


def test_a_start_on_a_migrated_database_does_not_load_alembic(database_url: str) -> None:
    code = "import sys, storage.engine; storage.engine.open_database(sys.argv[1]); print('alembic' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code, database_url], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"
