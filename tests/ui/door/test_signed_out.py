from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from structlog.testing import capture_logs

from ui.door.signed_out import NAME, SignedOut

NOW, LATER = 1_800_000_000.0, 1_800_000_600.5


def test_a_sign_out_holds_after_a_restart(tmp_path: Path) -> None:
    SignedOut(tmp_path / NAME).add("ada", LATER, NOW)
    again = SignedOut(tmp_path / NAME)
    assert ("ada" in again, "vera" in again) == (True, False)


def test_another_process_of_the_same_home_knows_of_it_at_once(tmp_path: Path) -> None:
    one, other = SignedOut(tmp_path / NAME), SignedOut(tmp_path / NAME)
    assert "ada" not in other
    one.add("ada", LATER, NOW)
    assert "ada" in other


def test_of_those_who_sign_out_at_once_in_several_processes_none_is_forgotten(tmp_path: Path) -> None:
    processes = [SignedOut(tmp_path / NAME) for _ in range(8)]
    with ThreadPoolExecutor(len(processes)) as pool:
        list(pool.map(lambda at: processes[at % 8].add(f"session-{at}", LATER, NOW), range(64)))
    again = SignedOut(tmp_path / NAME)
    assert all(f"session-{at}" in again for at in range(64))


def test_a_sign_out_is_kept_no_longer_than_its_session_would_have_lasted(tmp_path: Path) -> None:
    SignedOut(tmp_path / NAME).add("ada", LATER, NOW)
    SignedOut(tmp_path / NAME).add("vera", LATER + 600, LATER + 1)
    assert (tmp_path / NAME).read_text(encoding="ascii") == f"vera {int(LATER) + 601}\n"


def test_the_file_is_its_owners_alone_and_half_a_one_is_never_left(tmp_path: Path) -> None:
    SignedOut(tmp_path / NAME).add("ada", LATER, NOW)
    assert [(path.name, path.stat().st_mode & 0o777) for path in tmp_path.iterdir()] == [(NAME, 0o600)]


def test_where_nothing_can_be_kept_this_process_knows_of_it_and_says_so(tmp_path: Path) -> None:
    signed_out = SignedOut(tmp_path / "missing" / NAME)
    with capture_logs() as logged:
        signed_out.add("ada", LATER, NOW)
    assert ("ada" in signed_out, [line["event"] for line in logged]) == (True, ["sign_out_not_kept"])


def test_a_line_that_is_none_signs_nobody_out_and_hides_no_other(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"\xff\nada soon\n\nvera 1800000600\n")
    found = SignedOut(tmp_path / NAME)
    assert ("ada" in found, "vera" in found) == (False, True)


def test_a_file_that_cannot_be_read_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    signed_out = SignedOut(tmp_path / NAME)
    with capture_logs() as logged:
        signed_out.add("ada", LATER, NOW)
        known = "ada" in signed_out
    assert (known, [line["event"] for line in logged]) == (True, ["sign_out_not_kept", "sign_outs_not_read"])
    assert [each.name for each in tmp_path.iterdir()] == [NAME]
