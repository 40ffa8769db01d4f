"""`python -m signalbox restore`: a backup in the place of what the database holds."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import BinaryIO, Final, TextIO

import bootstrap

_GOES_ON: Final = "Running processes of Signalbox go on with it; what they logged meanwhile comes back by itself."
_RESTART: Final = "Restart every running process of Signalbox: until then its rows wait in the spill file."
_KEYS: Final = "Access keys are as they were at the backup: revoke again those that were revoked since."


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of `python -m signalbox`."""
    restore = commands.add_parser("restore", help="put a backup in the place of what the database holds")
    restore.add_argument("file", type=Path, help="a file that `backup` made")
    restore.set_defaults(run=run_restore)


def run_restore(arguments: argparse.Namespace, _source: BinaryIO, target: TextIO) -> int:
    """Restore the backup and say where what it replaced is kept."""
    done = bootstrap.restore_backup(bootstrap.read_settings(), arguments.file)
    print(f"{arguments.file} was restored.", file=target)
    if done.replaced is not None:
        print(f"What the database held before is in {done.replaced}; delete it once it is not needed.", file=target)
    print(_RESTART if done.restart else _GOES_ON, file=target)
    print(_KEYS, file=target)
    return 0
