"""`python -m signalbox backup`: one file with all that the database holds, made while it is used."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import BinaryIO, TextIO

import bootstrap


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of `python -m signalbox`."""
    backup = commands.add_parser("backup", help="copy the database into a new file while it is used")
    backup.add_argument("file", type=Path, help="the file to make; it must not exist yet")
    backup.set_defaults(run=run_backup)


def run_backup(arguments: argparse.Namespace, _source: BinaryIO, target: TextIO) -> int:
    """Make the backup and say what is in it."""
    made = bootstrap.back_up(bootstrap.read_settings(), arguments.file)
    print(f"{made.requests:,} requests were copied into {made.path} ({made.bytes:,} bytes).", file=target)
    return 0
