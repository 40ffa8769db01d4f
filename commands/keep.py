"""`python -m signalbox keep`: show what is kept of each app's requests, or change it for one."""

from __future__ import annotations

import argparse
from typing import BinaryIO, Final, TextIO

import bootstrap
from routing_core.actor import OPERATOR
from storage.keeping.keeping import Keeping
from storage.keeping.rules import Kept, Level, Rule

_NAMELESS: Final = "(no app)"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of `python -m signalbox`."""
    keep = commands.add_parser("keep", help="show or change how much of requests is kept, and for how long")
    keep.add_argument("--app", help="whose rule to change; '' is of requests that name no app")
    keep.add_argument("--level", type=Level, choices=tuple(Level), help="full, redacted or metadata")
    keep.add_argument("--prompt-days", type=int, help="days after which prompts and answers go; 0 for ever")
    keep.add_argument("--metadata-days", type=int, help="days after which requests go; 0 for ever")
    keep.add_argument("--default", action="store_true", help="leave the app without a rule of its own")
    keep.set_defaults(run=run_keep, parser=keep)


def run_keep(arguments: argparse.Namespace, source: BinaryIO, target: TextIO) -> int:  # noqa: ARG001 - as all
    """Change a rule where one is named, and print those in force."""
    given = (arguments.level, arguments.prompt_days, arguments.metadata_days)
    if arguments.app is None and (arguments.default or given != (None, None, None)):
        arguments.parser.error("name the app with --app; of all others the environment decides (SIGNALBOX_KEEP…)")
    with bootstrap.open_keeping(bootstrap.read_settings()) as keeping:
        if arguments.app is not None and (arguments.default or given != (None, None, None)):
            _change(keeping, arguments)
        _print(keeping, target)
    return 0


def _change(keeping: Keeping, arguments: argparse.Namespace) -> None:
    """Change what was given and leave the rest of the rule."""
    rule = next((rule for rule in keeping.rules() if rule.app == arguments.app), Rule(arguments.app))
    before = Rule(arguments.app) if arguments.default else rule
    keeping.set(
        arguments.app,
        level=arguments.level or before.level,
        prompt_days=before.prompt_days if arguments.prompt_days is None else arguments.prompt_days,
        metadata_days=before.metadata_days if arguments.metadata_days is None else arguments.metadata_days,
        by=OPERATOR,
    )


def _print(keeping: Keeping, target: TextIO) -> None:
    print(_told("everywhere else", keeping.default), file=target)
    for rule in keeping.rules():
        print(_told(rule.app or _NAMELESS, rule.over(keeping.default)), file=target)


def _told(name: str, kept: Kept) -> str:
    texts = "no texts" if kept.level is Level.METADATA else f"texts {_days(kept.prompt_days)}"
    return f"{name:24} {kept.level.value:9} {texts}, requests {_days(kept.metadata_days)}"


def _days(days: int | None) -> str:
    return "for ever" if days is None else f"for {days:,} days"
