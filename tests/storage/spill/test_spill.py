from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from storage.keeping.rules import Kept, Level
from storage.rows import OutcomeRows, rows_of
from storage.spill.frames import framed
from storage.spill.held import held_of
from storage.spill.spill import FULL, UNUSABLE, Spill, spill_folder
from tests.storage.samples import outcome, outcomes, with_prompt

ROWS = [rows_of(made, Kept()) for made in outcomes(10)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "other" / "disk"


@pytest.fixture
def spill(folder: Path) -> Iterator[Spill]:
    made = Spill(folder)
    yield made
    made.close()


def bring_back(spill: Spill, most: int = 4) -> list[OutcomeRows]:
    found: list[OutcomeRows] = []
    while returning := spill.oldest(most):
        found += returning.batch.rows
        spill.returned(returning)
    return found


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_rows_come_back_as_they_were_and_in_their_order(spill: Spill) -> None:
    assert spill.keep(ROWS[:7]) is None
    assert spill.keep(ROWS[7:]) is None
    assert (spill.pending, bring_back(spill), spill.pending) == (10, ROWS, 0)


@pytest.mark.parametrize("odd", ["nul \0 inside", "half an emoji \ud83d", "SBX1", "\u200f\u0130\U0001f600"])
def test_odd_text_comes_back_as_it_was(spill: Spill, odd: str) -> None:
    rows = rows_of(with_prompt(odd), Kept())
    spill.keep([rows])
    assert bring_back(spill) == [rows]


def test_a_row_without_texts_has_none_in_the_file(spill: Spill, folder: Path) -> None:
    spill.keep([rows_of(outcome(1), Kept(Level.METADATA))])
    assert b"Explain number" not in only_file(folder).read_bytes()


def test_nothing_is_made_before_there_is_a_row_and_nothing_is_left_after_the_last(folder: Path) -> None:
    quiet = Spill(folder)
    assert (quiet.adopt(), folder.exists()) == (0, False)
    quiet.keep(ROWS)
    assert (only_file(folder).stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
    bring_back(quiet)
    assert only_file(folder).stat().st_size == 0
    quiet.close()
    assert list(folder.iterdir()) == []


def test_a_living_process_s_file_is_left_alone_and_a_dead_one_s_has_one_heir(spill: Spill, folder: Path) -> None:
    spill.keep(ROWS)
    first, second = Spill(folder), Spill(folder)
    assert first.adopt() == 0
    spill.close()  # as a kill would: the lock is gone, the rows are there
    assert (first.adopt(), second.adopt(), first.adopt()) == (10, 0, 0)
    assert bring_back(first) == ROWS
    assert list(folder.iterdir()) == []


def test_what_was_half_returned_at_a_kill_comes_again_as_a_whole(spill: Spill, folder: Path) -> None:
    spill.keep(ROWS)
    returning = spill.oldest(4)
    assert returning is not None
    spill.returned(returning)
    assert spill.pending == 6
    spill.close()
    heir = Spill(folder)
    heir.adopt()
    assert bring_back(heir) == ROWS


@pytest.mark.parametrize(
    ("first", "last"),
    [(0, len(framed(ROWS[0])) - 5), (30, 40), (0, 12)],
    ids=["torn at the end", "noise in a record", "noise in a head"],
)
def test_a_torn_or_damaged_record_costs_itself_alone(spill: Spill, folder: Path, first: int, last: int) -> None:
    spill.keep(ROWS[:3])
    whole = bytearray(only_file(folder).read_bytes())
    if last > 40:
        whole += framed(ROWS[0])[first:last]
        kept = ROWS[:3]
    else:
        start = len(framed(ROWS[0]))
        whole[start + first : start + last] = b"\0" * (last - first)
        kept = [ROWS[0], ROWS[2]]
    only_file(folder).write_bytes(whole)
    spill.close()
    heir = Spill(folder)
    assert heir.adopt() == len(kept) + 1
    assert bring_back(heir) == kept


def test_a_spill_beyond_its_bound_keeps_nothing_more(folder: Path) -> None:
    small = Spill(folder, limit_bytes=1)
    assert (small.keep(ROWS[:1]), small.keep(ROWS[1:2])) == (None, FULL)
    assert bring_back(small) == ROWS[:1]
    assert small.keep(ROWS[1:2]) is None


def test_no_group_that_would_go_beyond_the_bound_is_kept_beside_others(folder: Path) -> None:
    size = len(b"".join(map(framed, ROWS)))
    with closing(Spill(folder, limit_bytes=2 * size + 1)) as small:
        assert [small.keep(ROWS) for _ in range(3)] == [None, None, FULL]
        assert sum(path.stat().st_size for path in folder.iterdir()) == 2 * size


def test_large_rows_come_back_in_small_groups(spill: Spill) -> None:
    large = [rows_of(replace(made, answer="long " * 2**21), Kept()) for made in outcomes(5)]
    for each in large:
        assert spill.keep([each]) is None
    groups = []
    while returning := spill.oldest(256):
        groups.append(len(returning.batch.rows))
        spill.returned(returning)
    assert groups == [2, 2, 1]


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert Spill(tmp_path / "file" / "folder").keep(ROWS) == UNUSABLE


def test_a_disk_that_fills_within_a_group_keeps_nothing_of_it_and_what_was_there(spill: Spill, folder: Path) -> None:
    assert spill.keep(ROWS[:3]) is None
    size = only_file(folder).stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, limits[1]))
    try:
        assert spill.keep(ROWS[3:]) == UNUSABLE
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (only_file(folder).stat().st_size, spill.keep(ROWS[3:])) == (size, None)
    assert bring_back(spill) == ROWS


def test_two_databases_share_a_folder_without_sharing_rows(tmp_path: Path) -> None:
    urls = ["sqlite:///a.db", "sqlite:///b.db", "postgresql://u:one@h/d", "postgresql://u:two@h/d"]
    folders = [spill_folder(tmp_path, url) for url in urls]
    assert (len(set(folders)), folders[2]) == (3, folders[3])


def test_one_database_has_one_folder_however_its_url_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    urls = ["a.db", "./a.db", f"{tmp_path}/a.db", f"file:{tmp_path}/a.db?mode=ro&uri=true"]
    assert len({spill_folder(tmp_path, f"sqlite:///{url}") for url in urls}) == 1


def test_a_user_s_rows_are_found_in_files_that_belong_to_others(spill: Spill, folder: Path) -> None:
    users = [row.request["end_user"] for row in ROWS]
    spill.keep(ROWS)
    assert held_of(folder, "user-1") == users.count("user-1") > 0
    assert held_of(folder, "nobody") == 0


def test_the_room_of_what_came_back_is_free_again_although_something_always_waits(folder: Path) -> None:
    size = len(b"".join(map(framed, ROWS)))
    with closing(Spill(folder, limit_bytes=4 * size)) as small:
        assert small.keep(ROWS) is None
        for _ in range(12):
            assert small.keep(ROWS) is None
            returning = small.oldest(len(ROWS))
            assert returning is not None
            small.returned(returning)
        assert small.pending == len(ROWS)
        assert sum(path.stat().st_size for path in folder.iterdir()) <= 4 * size


def test_what_another_process_holds_is_known_by_its_size(spill: Spill, folder: Path) -> None:
    assert spill.elsewhere_bytes == 0
    spill.keep(ROWS)
    with closing(Spill(folder)) as other:
        assert (spill.elsewhere_bytes, other.elsewhere_bytes) == (0, only_file(folder).stat().st_size)
