"""`python -m signalbox demo`: fill the log with sample traffic, or remove it again."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, Final, TextIO

import bootstrap
from routing_core.sample.progress import SampleProgress, SampleState
from routing_core.sample.rehearsal import Amount

_MOST_DAYS: Final = 90
_STEP: Final = 0.1  # of all requests: how often a reader is told
_STOPPED: Final = 130
_REMOVE: Final = "Remove them with `make demo REMOVE=1`."


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of `python -m signalbox`."""
    demo = commands.add_parser("demo", help="fill the log with simulated sample traffic, or remove it")
    demo.add_argument("--days", type=_days, default=Amount().days, help="how far back (default: %(default)s)")
    demo.add_argument("--seed", type=int, default=Amount().seed, help="draws another plan (default: %(default)s)")
    demo.add_argument("--requests", type=int, help=argparse.SUPPRESS)
    demo.add_argument("--remove", action="store_true", help="remove all sample traffic instead")
    demo.add_argument("--json", action="store_true", help="tell the progress as JSON lines")
    demo.add_argument("--lifeline", action="store_true", help="end when standard input ends")
    demo.set_defaults(run=run_demo)


def run_demo(arguments: argparse.Namespace, source: BinaryIO, target: TextIO) -> int:
    """Fill or remove; exit status 1 where the log refused rows."""
    settings = bootstrap.read_settings()
    if arguments.remove:
        print(f"{bootstrap.remove_samples(settings):,} sample requests were removed.", file=target)
        return 0
    quiet = settings.model_copy(update={"log_level": type(settings.log_level).ERROR})
    bootstrap.configure_logging(quiet)  # two lines for each of its requests would tell nobody anything
    amount = Amount(arguments.days, arguments.seed, arguments.requests)
    report = _json_report(target) if arguments.json else _spoken_report()
    sending = bootstrap.send_samples(settings, amount, report, source if arguments.lifeline else None)
    try:
        ended = asyncio.run(sending)
    except KeyboardInterrupt:
        print(f"Stopped. What was logged so far stays. {_REMOVE}", file=sys.stderr)
        return _STOPPED
    report(ended)
    if not arguments.json:
        print(_told(ended, arguments.days), file=target)
    return 1 if ended.state is SampleState.FAILED else 0


def _json_report(target: TextIO) -> Callable[[SampleProgress], None]:
    def report(progress: SampleProgress) -> None:
        with suppress(BrokenPipeError):  # whoever asked is gone; the lifeline ends the run
            print(bootstrap.progress_line(progress), file=target, flush=True)

    return report


def _spoken_report() -> Callable[[SampleProgress], None]:
    told = 0.0

    def report(progress: SampleProgress) -> None:
        nonlocal told
        if progress.running and progress.done >= (told + _STEP) * progress.total:
            told = progress.done / progress.total
            left = f", {progress.left_s:.0f} s left" if progress.left_s is not None else ""
            print(f"{progress.done:,} of {progress.total:,} requests{left}", file=sys.stderr)

    return report


def _told(ended: SampleProgress, days: int) -> str:
    if ended.error is not None:
        return ended.error
    span = "the last day" if days == 1 else f"the last {days} days"
    stopped = "Stopped. " if ended.state is SampleState.STOPPED else ""
    return f"{stopped}{ended.done:,} simulated requests of {span} were logged in {ended.elapsed_s:.0f} s. {_REMOVE}"


def _days(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to {_MOST_DAYS}")
    return int(text)
