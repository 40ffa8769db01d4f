"""The Chromium of the browser tests: found on this machine, or fetched. `python -m tools.chromium` makes sure of one.

Looked for in this order: names on PATH, Playwright's own. Fetched, as root where there is apt-get, as Debian's
package, else as Playwright's download.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

# The headless shell is the same engine without windows, and takes less of a machine.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
HOW_TO_GET_ONE = (
    "No Chromium that starts was found. Install one and run this again: `apt-get install chromium` (Debian), "
    "`.venv/bin/python -m playwright install --with-deps chromium` (elsewhere), or put Chrome on PATH as one of "
    + ", ".join(NAMES)
    + "."
)
_VERSION_SECONDS = 30
_FETCH_SECONDS = 400


class NoChromium(Exception):
    """No Chromium starts on this machine, and none could be fetched."""

    def __init__(self) -> None:
        super().__init__(HOW_TO_GET_ONE)


def found() -> Path | None:
    """Path of a Chromium that starts; None where there is none."""
    return next((path for path in _candidates() if _starts(path)), None)


def ways(*, root: bool) -> list[list[str]]:
    """The commands that could install one on this machine, the best first."""
    playwright = [sys.executable, "-m", "playwright", "install"]
    if not root:
        return [[*playwright, "chromium"]]
    install = ["apt-get", "install", "-y", "--no-install-recommends", "fonts-liberation"]
    by_apt = [["apt-get", "update"], [*install, NAMES[0]], [*install, "chromium"]] if shutil.which("apt-get") else []
    return [*by_apt, [*playwright, "--with-deps", "chromium"], [*playwright, "chromium"]]


def fetch(commands: Iterable[Sequence[str]]) -> None:
    """Run the commands in order until a Chromium starts; one that fails is passed over."""
    for command in commands:
        print("No Chromium found; running:", " ".join(command), file=sys.stderr)
        if _ran(command) and found() is not None:
            return


def _ran(command: Sequence[str]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr, timeout=_FETCH_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _starts(path: Path) -> bool:
    """Whether it says its version: Ubuntu's `chromium` may be a stub that only names a snap."""
    try:
        done = subprocess.run(
            [path, "--version"], stdin=subprocess.DEVNULL, capture_output=True, timeout=_VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _candidates() -> Iterator[Path]:
    for name in NAMES:
        if path := shutil.which(name):
            yield Path(path)
    try:
        with sync_playwright() as playwright:
            own = playwright.chromium.executable_path
    except PlaywrightError:  # this machine cannot run Playwright's driver, so nothing of its is installed
        return
    yield Path(own)


def main() -> int:
    """Make sure that there is one; the exit status says whether there is."""
    if found() is None:
        fetch(ways(root=os.geteuid() == 0))
    path = found()
    print(f"Chromium: {path}" if path else str(NoChromium()))
    return 0 if path else 1


if __name__ == "__main__":
    raise SystemExit(main())
