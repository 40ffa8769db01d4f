"""`python -m signalbox check`: whether the database is whole and its sums are true."""

from __future__ import annotations

import argparse
from typing import BinaryIO, TextIO

import bootstrap


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of `python -m signalbox`."""
    check = commands.add_parser("check", help="look through the database: pages, references, rollups, spill files")
    check.set_defaults(run=run_check)


def run_check(_arguments: argparse.Namespace, _source: BinaryIO, target: TextIO) -> int:
    """Print a line for each thing that was looked at; exit status 1 where one is not well."""
    bad = 0
    for finding in bootstrap.check_database(bootstrap.read_settings()):
        bad += not finding.ok
        print(f"{'ok ' if finding.ok else 'BAD'} {finding.words}", file=target, flush=True)
    return 1 if bad else 0
