"""`python -m signalbox user`, in this process."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from routing_core.errors import InvalidRequest, StorageError
from signalbox import build_parser
from storage.engine import open_database
from storage.keeping.rules import Kept
from storage.rows import rows_of
from storage.spill.spill import Spill, spill_folder
from tests.storage.recording import store
from tests.storage.samples import outcome

ANN = "ann@example.com"


@pytest.fixture(autouse=True)
def _log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three requests, two of them Ann's."""
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path))
    monkeypatch.delenv("SIGNALBOX_DATABASE_URL", raising=False)
    made = [outcome(number) for number in (1, 2, 3)]
    hers = [replace(each, request=replace(each.request, user=ANN, app="web")) for each in made[:2]]
    with closing(open_database(f"sqlite:///{tmp_path / 'signalbox.db'}")) as database:
        store(database, [*hers, made[2]])


def user(*options: str, status: int = 0) -> str:
    parsed = build_parser().parse_args(["user", *options])
    target = StringIO()
    assert parsed.run(parsed, BytesIO(), target) == status
    return target.getvalue()


def test_a_user_is_found() -> None:
    nothing_waits = "\nNothing of this user waits in a spill file.\n"
    assert (
        user("find", ANN) == f"2 requests by web, 2 of them with texts, from 2026-03-29 to 2026-03-29.{nothing_waits}"
    )
    assert user("find", "nobody") == f"Nothing is logged of this user.{nothing_waits}"


def test_a_user_is_exported_to_a_new_private_file(tmp_path: Path) -> None:
    path = tmp_path / "ann.jsonl"
    assert user("export", ANN, str(path)).startswith("2 requests were written")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["outcome"]["request"]["user"] for line in lines] == [ANN, ANN]
    assert lines[0]["outcome"]["answer"] == outcome(1).answer
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(InvalidRequest, match="Nothing was written"):
        user("export", ANN, str(path))


def test_an_export_that_fails_on_its_way_leaves_no_part_of_it(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "signalbox.db", isolation_level=None)) as database:
        database.execute("UPDATE requests SET cost = 'no JSON' WHERE request_id = ?", [outcome(2).request_id])
    with pytest.raises(ValueError, match="JSON"):
        user("export", ANN, str(tmp_path / "ann.jsonl"))
    assert not (tmp_path / "ann.jsonl").exists()


def test_a_user_is_erased_and_what_still_holds_them_is_said() -> None:
    told = user("erase", ANN)
    assert told.startswith("2 requests are nobody's now; 2 texts")
    assert "Backups" in told
    assert "Nothing of this user waits in a spill file." in told
    assert user("find", ANN).startswith("Nothing is logged of this user.")


def test_what_waits_in_a_spill_file_is_said_and_is_no_success(tmp_path: Path) -> None:
    spill = Spill(spill_folder(tmp_path / "spill", f"sqlite:///{tmp_path / 'signalbox.db'}"))
    made = outcome(9)
    spill.keep([rows_of(replace(made, request=replace(made.request, user=ANN)), Kept())])
    assert "1 request of this user waits in spill files" in user("erase", ANN, status=1)
    assert "1 request of this user waits in spill files" in user("find", ANN)


def test_looking_for_a_user_where_there_is_no_database_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path / "elsewhere"))
    for action in ("find", "erase"):
        with pytest.raises(StorageError, match="There is no database"):
            user(action, ANN)
    assert not (tmp_path / "elsewhere").exists()
