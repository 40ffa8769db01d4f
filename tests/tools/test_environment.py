"""What `make setup` does on a stranger's machine, with an installer of our own that only notes what it is asked."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "environment.sh"

# Stands in for uv: makes a real environment without pip, and notes each installation, or fails at it.
FAKE_UV = """#!/bin/sh
case "$1" in
    venv) exec {python} -m venv --clear --without-pip .venv ;;
    pip) echo "$@" >> installs; [ ! -e broken ] ;;
esac
"""
BROKEN_PIP = "No module named pip"


@dataclass(frozen=True)
class Checkout:
    folder: Path
    path: str

    def setup(self, *lists: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["tools/environment.sh", *(lists or ("requirements.txt",))],
            cwd=self.folder,
            env={"PATH": self.path, "PYTHON": python, "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def installs(self) -> int:
        notes = self.folder / "installs"
        return len(notes.read_text().splitlines()) if notes.exists() else 0


def executable(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A checkout below a folder with a space in its name, with uv on PATH."""
    folder = tmp_path / "a stranger's folder"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(SCRIPT, folder / "tools")
    (folder / "requirements.txt").write_text("one==1\n")
    (folder / "requirements-dev.txt").write_text("two==2\n")
    executable(tmp_path / "bin" / "uv", FAKE_UV.format(python=sys.executable))
    return Checkout(folder, f"{tmp_path / 'bin'}:/usr/bin:/bin")


def test_the_first_time_makes_the_environment_and_installs(checkout: Checkout) -> None:
    run = checkout.setup()
    assert (run.returncode, checkout.installs) == (0, 1), run.stderr


def test_the_second_time_installs_nothing(checkout: Checkout) -> None:
    checkout.setup()
    run = checkout.setup()
    assert (run.returncode, run.stderr, checkout.installs) == (0, "", 1)


def test_a_changed_list_is_installed_into_the_same_environment(checkout: Checkout) -> None:
    checkout.setup()
    made = (checkout.folder / ".venv" / "pyvenv.cfg").stat().st_ctime_ns
    (checkout.folder / "requirements.txt").write_text("one==2\n")
    checkout.setup()
    assert (checkout.installs, (checkout.folder / ".venv" / "pyvenv.cfg").stat().st_ctime_ns) == (2, made)


def test_a_second_list_leaves_the_first_alone(checkout: Checkout) -> None:
    checkout.setup()
    checkout.setup("requirements.txt", "requirements-dev.txt")
    assert (checkout.folder / "installs").read_text().splitlines()[-1].endswith("-r requirements-dev.txt")


def test_an_installation_that_failed_is_done_anew(checkout: Checkout) -> None:
    (checkout.folder / "broken").touch()
    assert checkout.setup().returncode != 0
    (checkout.folder / "broken").unlink()
    checkout.setup()
    assert (checkout.setup().returncode, checkout.installs) == (0, 2)


def test_an_installation_cut_off_leaves_no_note_of_itself(checkout: Checkout) -> None:
    (checkout.folder / "broken").touch()
    checkout.setup()
    assert not (checkout.folder / ".venv" / "installed-requirements.txt").exists()


def test_where_uv_fails_pip_is_tried(checkout: Checkout) -> None:
    (checkout.folder / "broken").touch()
    assert BROKEN_PIP in checkout.setup().stderr


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.setup()
    python = checkout.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nonexistent/python3")
    assert (checkout.setup().returncode, checkout.installs, python.exists()) == (0, 2, True)


def test_a_missing_python_is_named_with_what_to_do(checkout: Checkout) -> None:
    run = checkout.setup(python="/nonexistent/python3")
    assert run.returncode != 0
    assert "/nonexistent/python3: not found" in run.stderr
    assert "make setup PYTHON=" in run.stderr


def test_a_python_that_is_too_old_is_named_with_its_version(checkout: Checkout, tmp_path: Path) -> None:
    old = executable(tmp_path / "old python", '#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2\nexit 1\n')
    run = checkout.setup(python=str(old))
    assert f"{old}: Python 3.9.2; 3.11 or a newer 3.x is needed" in run.stderr


def test_a_python_without_ensurepip_is_sent_to_its_package(checkout: Checkout, tmp_path: Path) -> None:
    text = f'#!/bin/sh\ncase "$2" in *ensurepip*) exit 1 ;; esac\nexec {sys.executable} "$@"\n'
    bare = executable(tmp_path / "bare", text)
    (tmp_path / "bin" / "uv").unlink()
    assert "apt-get install python3-venv" in checkout.setup(python=str(bare)).stderr


def test_without_a_name_the_first_python_that_works_is_taken(checkout: Checkout, tmp_path: Path) -> None:
    executable(tmp_path / "bin" / "python3.11", "#!/bin/sh\nexit 1\n")
    executable(tmp_path / "bin" / "python3.12", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    run = checkout.setup(python="")
    assert str(tmp_path / "bin" / "python3.12") in run.stderr


def test_the_pinned_uv_is_one_that_the_script_finds() -> None:
    pins = (SCRIPT.parents[1] / "requirements-dev.txt").read_text().splitlines()
    assert len([line for line in pins if line.startswith("uv==")]) == 1


def test_the_script_may_be_run(checkout: Checkout) -> None:
    assert os.access(SCRIPT, os.X_OK)
