"""`python -m signalbox user`: find, export or erase what is kept of one user."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, TextIO

import bootstrap
from routing_core.errors import InvalidRequest
from storage.keeping.users import Erased, UserRows

_PRIVATE: Final = 0o600


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of `python -m signalbox`."""
    user = commands.add_parser("user", help="find, export or erase what is kept of one user")
    actions = user.add_subparsers(required=True, metavar="ACTION")
    for name, told in (("find", "say how much"), ("export", "write all of it"), ("erase", "delete it for good")):
        action = actions.add_parser(name, help=told)
        action.add_argument("user", metavar="USER", help="as requests name their user")
        action.set_defaults(run=run_user, action=name)
        if name == "export":
            action.add_argument("file", metavar="FILE", type=Path, help="a new file, a JSON line a request")


def run_user(arguments: argparse.Namespace, source: BinaryIO, target: TextIO) -> int:  # noqa: ARG001 - as all
    """Do what is asked; exit status 1 where something of an erased user may be left in a file of ours."""
    settings = bootstrap.read_settings()
    if arguments.action == "erase":
        erased = bootstrap.erase_user(settings, arguments.user)
        waiting = bootstrap.waiting_of(settings, arguments.user)
        print(_erased(erased, waiting), file=target)
        return 0 if erased.swept and not waiting else 1
    if arguments.action == "export":
        count = _write(bootstrap.user_lines(settings, arguments.user), arguments.file)
        print(f"{count:,} requests were written to {arguments.file}.", file=target)
    else:
        print(_found(bootstrap.find_user(settings, arguments.user)), file=target)
        print(_waiting(bootstrap.waiting_of(settings, arguments.user)), file=target)
    return 0


def _found(found: UserRows) -> str:
    if found.first_at is None or found.last_at is None:
        return "Nothing is logged of this user."
    apps = f" by {', '.join(found.apps)}" if found.apps else ""
    return (
        f"{found.requests:,} requests{apps}, {found.with_texts:,} of them with texts,"
        f" from {found.first_at:%Y-%m-%d} to {found.last_at:%Y-%m-%d}."
    )


def _write(lines: Iterator[str], path: Path) -> int:
    """Write a new file that only its owner reads; how many lines it has."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _PRIVATE)
    except OSError as error:
        refused = f"{path} cannot be made ({error.strerror}). Nothing was written; name a new file."
        raise InvalidRequest(refused) from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            return sum(file.write(f"{line}\n") > 0 for line in lines)
    except BaseException:
        path.unlink(missing_ok=True)  # a part of it would pass for all
        raise


def _erased(erased: Erased, waiting: int) -> str:
    left = (
        "" if erased.swept else " Bytes of them may be left in the database's file, since it was read all the while:"
        " erase again."
    )  # fmt: skip
    return (
        f"{erased.requests:,} requests are nobody's now; {erased.texts:,} texts and what was commented on them are"
        f" deleted.{left}\nBackups made before still hold them: delete those, or erase again after each restore."
        f"\n{_waiting(waiting)}"
    )


def _waiting(count: int) -> str:
    """What spill files hold of the user, which no statement can reach."""
    if not count:
        return "Nothing of this user waits in a spill file."
    wait = "request of this user waits" if count == 1 else "requests of this user wait"
    return f"{count:,} {wait} in spill files: erase again once they are in the log (`check` says when none waits)."
