"""Nothing happens at import: no thread, no socket, no file written, no process, no litellm."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.structure.sources import CHECKOUT, sources

# Run by Streamlit, by alembic or as commands: scripts, whose import is their work.
SCRIPTS = ("pages.", "storage.migrations.", "tests.", "benchmarks.", "docs.")

WATCHER = """
import importlib, json, os, sys, threading
happened = []
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
def watch(event, args):
    if event == "open" and isinstance(args[2], int) and args[2] & WRITING and args[0] != os.devnull:
        happened.append(f"writes {args[0]}")
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.mkdir", "os.remove"):
        happened.append(event)
sys.addaudithook(watch)
for name in sys.argv[1:]:
    before = set(threading.enumerate())
    importlib.import_module(name)
    happened += [f"{name} starts the thread {thread.name}" for thread in set(threading.enumerate()) - before]
print(json.dumps(happened + [f"loads {name}" for name in ("litellm",) if name in sys.modules]))
"""


def effects(folder: Path, modules: list[str]) -> list[str]:
    """What happens while `modules` are imported from `folder`, by name, in a process of their own."""
    run = subprocess.run(
        [sys.executable, "-B", "-c", WATCHER, *modules], cwd=folder, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    found: list[str] = json.loads(run.stdout.splitlines()[-1])
    return found


def test_importing_the_house_does_nothing() -> None:
    names = [source.module for source in sources()]
    ours = [name for name in names if not name.startswith(SCRIPTS) and not name.endswith("__main__")]
    assert (len(ours) > 0, effects(CHECKOUT, ours)) == (True, [])


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("open('left.txt', 'w').close()", "writes left.txt"),
        ("import socket; socket.socket().bind(('127.0.0.1', 0))", "socket.bind"),
        (
            "import threading; threading.Thread(target=threading.Event().wait, daemon=True, name='idle').start()",
            "room starts the thread idle",
        ),
        ("import subprocess, sys; subprocess.run([sys.executable, '-V'])", "subprocess.Popen"),
        ("import litellm", "loads litellm"),
    ],
    ids=["file", "socket", "thread", "process", "litellm"],
)
def test_an_import_that_does_something_is_named(tmp_path: Path, text: str, effect: str) -> None:
    (tmp_path / "room.py").write_text(text, encoding="utf-8")
    (tmp_path / "litellm.py").touch()
    assert effect in effects(tmp_path, ["room"])
