from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from storage.checking import Finding, check
from storage.engine import Database
from storage.keeping.keeping import Keeping
from storage.keeping.retention import Retention
from storage.keeping.rules import Kept
from storage.rows import rows_of
from storage.spill.spill import Spill
from storage.tables import requests, rollups
from tests.storage.broken import overwritten
from tests.storage.recording import store
from tests.storage.samples import outcome, outcomes

NOWHERE = Path("/nowhere")


def bad(found: list[Finding]) -> list[str]:
    return [finding.words for finding in found if not finding.ok]


def test_a_database_that_is_well_has_only_good_findings(database: Database) -> None:
    store(database, outcomes(200))
    found = list(check(database, NOWHERE))
    assert (len(found), bad(found)) == (5, [])


def count_one_more(database: Database) -> None:
    with database.write() as connection:
        connection.execute(update(rollups).values(requests=rollups.c.requests + 1))


def count_one_less(database: Database) -> None:
    with database.write() as connection:
        connection.execute(update(rollups).values(requests=rollups.c.requests - 1))


def forget_one(database: Database) -> None:
    with database.write() as connection:
        newest = select(rollups.c.start_us).order_by(rollups.c.start_us.desc()).limit(1).scalar_subquery()
        connection.execute(delete(rollups).where(rollups.c.start_us == newest))


def delete_newest_requests(database: Database) -> None:
    with database.write() as connection:
        connection.execute(delete(requests).where(requests.c.key > 190))


@pytest.mark.parametrize("spoil", [count_one_more, count_one_less, forget_one, delete_newest_requests])
def test_rollups_that_differ_from_a_recount_are_bad(database: Database, spoil: Callable[[Database], None]) -> None:
    store(database, outcomes(200))
    spoil(database)
    (words,) = bad(list(check(database, NOWHERE)))
    assert "differ from a recount" in words


def test_rollups_that_outlive_deleted_requests_are_well(database: Database) -> None:
    store(database, outcomes(200))
    with closing(Keeping(database, Kept(metadata_days=30))) as keeping:
        removed = Retention(database, keeping).run(outcome(120).started_at + timedelta(days=30))
    assert removed is not None
    assert removed.requests > 0
    found = list(check(database, NOWHERE))
    assert bad(found) == []
    assert any("count requests that were deleted since" in finding.words for finding in found)


@pytest.mark.parametrize("page", range(5, 50, 15))
def test_a_page_of_noise_is_bad_and_the_rest_is_looked_at_all_the_same(
    sqlite_database: Database, sqlite_path: Path, page: int
) -> None:
    store(sqlite_database, outcomes(200))
    with overwritten(sqlite_database, sqlite_path, first=page, last=page + 1):
        found = list(check(sqlite_database, NOWHERE))
    assert len(found) == 5
    assert "damaged" in bad(found)[0]


def test_rows_that_wait_in_spill_files_are_told(sqlite_database: Database, tmp_path: Path) -> None:
    spill = Spill(tmp_path / "spill")
    spill.keep([rows_of(made, Kept()) for made in outcomes(7)])
    (path,) = (tmp_path / "spill").iterdir()
    path.write_bytes(path.read_bytes() + b"torn")
    found = list(check(sqlite_database, tmp_path / "spill"))
    assert bad(found) == []
    assert found[-1].words.startswith("7 rows wait in spill files and return")
    assert found[-1].words.endswith("1 more are torn and will be dropped.")
