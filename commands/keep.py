"""`python -m signalbox keep`: show what is kept of each app's requests, or change it for one."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import BinaryIO, Final, TextIO

import bootstrap
from storage.keeping.rules import Kept, Level, Rule
from storage.keeping.turn import RetentionStatus

_NAMELESS: Final = "(no app)"
_OF_A_RULE: Final = ("level", "prompt_days", "metadata_days")


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
    changes = arguments.default or any(getattr(arguments, name) is not None for name in _OF_A_RULE)
    if changes and arguments.app is None:
        arguments.parser.error("name the app with --app; of all others the environment decides (SIGNALBOX_KEEP…)")
    settings = bootstrap.read_settings()
    default, rules = bootstrap.rules_in_force(settings)
    if changes:
        bootstrap.set_rule(settings, _changed(rules, arguments))
        default, rules = bootstrap.rules_in_force(settings)
    print(_told("everywhere else", default), file=target)
    for rule in rules:
        print(_told(rule.app or _NAMELESS, rule.over(default)), file=target)
    print(_retention(bootstrap.retention_status(settings)), file=target)
    return 0


def _changed(rules: Sequence[Rule], arguments: argparse.Namespace) -> Rule:
    """The app's rule with what was given; the rest of it stays."""
    before = next((rule for rule in rules if rule.app == arguments.app and not arguments.default), Rule(arguments.app))
    return Rule(
        arguments.app,
        arguments.level or before.level,
        before.prompt_days if arguments.prompt_days is None else arguments.prompt_days,
        before.metadata_days if arguments.metadata_days is None else arguments.metadata_days,
    )


def _retention(status: RetentionStatus) -> str:
    """What was deleted last, and when it is looked again."""
    if status.running:
        return "Retention: running now."
    if status.ended_at is None or status.next_at is None:
        return "Retention: not run yet; it runs within a minute of the console's start."
    return (
        f"Retention: last at {status.ended_at:%Y-%m-%d %H:%M} UTC, {status.requests or 0:,} requests and"
        f" {status.texts or 0:,} texts deleted; next at {status.next_at:%H:%M} UTC."
    )


def _told(name: str, kept: Kept) -> str:
    texts = "no texts" if kept.level is Level.METADATA else f"texts {_days(kept.prompt_days)}"
    return f"{name:24} {kept.level.value:9} {texts}, requests {_days(kept.metadata_days)}"


def _days(days: int | None) -> str:
    return "for ever" if days is None else f"for {days:,} days"
