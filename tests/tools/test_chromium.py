"""Which Chromium the browser tests take."""

from pathlib import Path

import pytest

from tools.chromium import NAMES, NoChromium, found


def on_path(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_the_first_name_on_path_that_starts_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path(tmp_path, "chromium", "#!/bin/sh\necho 'install the snap' >&2; exit 1\n")
    chrome = on_path(tmp_path, "google-chrome", "#!/bin/sh\necho Chrome 140\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found() == chrome


def test_none_is_found_where_none_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path(tmp_path, "chromium", "#!/bin/sh\nexit 1\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert found() is None


@pytest.mark.parametrize("way", ["apt-get install chromium", "playwright install --with-deps chromium", *NAMES])
def test_the_refusal_names_each_way_to_get_one(way: str) -> None:
    assert way in str(NoChromium())
