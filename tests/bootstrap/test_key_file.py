from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bootstrap.key_file import DOOR, kept_key
from routing_core.errors import InvalidSettings


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    key = kept_key(home, DOOR)
    assert (kept_key(home, DOOR), len(key)) == (key, 32)
    assert (home / DOOR.name).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in home.iterdir()] == [DOOR.name]


def test_all_that_start_at_once_get_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(kept_key, [tmp_path] * 16, [DOOR] * 16))) == 1


def test_a_key_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    kept_key(tmp_path, DOOR)
    (tmp_path / DOOR.name).chmod(0o644)
    kept_key(tmp_path, DOOR)
    assert (tmp_path / DOOR.name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "abcd", "not hexadecimal", "\xff"])
def test_a_file_that_holds_no_key_is_named_with_what_to_do(tmp_path: Path, text: str) -> None:
    (tmp_path / DOOR.name).write_text(text, encoding="latin-1")
    with pytest.raises(InvalidSettings, match=r"door\.key .* delete it"):
        kept_key(tmp_path, DOOR)


def test_a_home_that_is_no_folder_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InvalidSettings, match="SIGNALBOX_HOME"):
        kept_key(tmp_path / "file", DOOR)
