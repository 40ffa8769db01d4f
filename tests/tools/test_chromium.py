"""Which Chromium the browser tests take."""

from pathlib import Path

import pytest

from tools.chromium import NAMES, NoChromium, fetch, found, ways


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


def test_fetching_ends_with_the_first_command_after_which_one_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chromium = tmp_path / "chromium"
    script = f"#!/bin/sh\nprintf '#!/bin/sh\\n' > '{chromium}'; /bin/chmod 755 '{chromium}'\n"
    install = on_path(tmp_path, "install", script)
    refuse = on_path(tmp_path, "refuse", "#!/bin/sh\nexit 1\n")
    too_far = on_path(tmp_path, "too-far", f"#!/bin/sh\n: > '{tmp_path / 'went'}'\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    fetch([[str(refuse)], ["/nonexistent"], [str(install)], [str(too_far)]])
    assert (found(), (tmp_path / "went").exists()) == (chromium, False)


def test_root_tries_debian_s_package_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path(tmp_path, "apt-get", "#!/bin/sh\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [command[0] for command in ways(root=True)[:2]] == ["apt-get", "apt-get"]


def test_others_and_other_systems_take_playwright_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    commands = [*ways(root=False), *ways(root=True)]
    assert all(command[1:4] == ["-m", "playwright", "install"] for command in commands)


@pytest.mark.parametrize("way", ["apt-get install chromium", "playwright install --with-deps chromium", *NAMES])
def test_the_refusal_names_each_way_to_get_one(way: str) -> None:
    assert way in str(NoChromium())
