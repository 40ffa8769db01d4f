"""`python -m signalbox keys`: make access keys for the gateway, list them, take them back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO, Final, TextIO

import bootstrap
from routing_core.actor import OPERATOR
from routing_core.domain import TIERS, Tier
from routing_core.errors import RoutingError
from storage.keys.key import ApiKey, InvalidKey

_HEADS: Final = ("ID", "APP", "BEGINS WITH", "TIERS", "USD A DAY", "A MINUTE", "MADE (UTC)", "LAST USED", "STATE")
_UNLIMITED: Final = "–"
_NANO: Final = Decimal(10**9)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to those of `python -m signalbox`."""
    keys = commands.add_parser("keys", help="make, list and revoke the access keys of the gateway")
    actions = keys.add_subparsers(required=True, metavar="ACTION")
    create = actions.add_parser("create", help="make a key and print it, once")
    create.add_argument("--app", required=True, help="the app whose key it is; its name lands on its requests")
    create.add_argument("--tiers", type=_tiers, help="the tiers it may ask, such as cheap,mid (default: all)")
    create.add_argument("--daily-usd", type=_dollars, metavar="USD", help="dollars a UTC day (default: no limit)")
    create.add_argument("--rpm", type=int, help="completions a minute (default: no limit)")
    create.set_defaults(run=run_create)
    actions.add_parser("list", help="print all keys, without their secrets").set_defaults(run=run_list)
    revoke = actions.add_parser("revoke", help="take a key back, in every process within two seconds")
    revoke.add_argument("id", help="the key's id, as create and list print it")
    revoke.set_defaults(run=run_revoke)


def run_create(arguments: argparse.Namespace, _source: BinaryIO, target: TextIO) -> int:
    """Make a key; how to use it goes to standard error, and the key itself is all of standard output."""
    settings = bootstrap.read_settings()
    terms = {"tiers": arguments.tiers, "daily_usd": arguments.daily_usd, "rpm": arguments.rpm}
    try:
        with bootstrap.opened_keys(settings) as keys:
            made = keys.create(arguments.app, **terms, by=OPERATOR)
    except InvalidKey as refused:
        print(f"signalbox: {refused}", file=sys.stderr)
        return 2
    print(_told(made.key, settings.port), file=sys.stderr, flush=True)
    print(made.secret, file=target)
    return 0


def run_list(_arguments: argparse.Namespace, _source: BinaryIO, target: TextIO) -> int:
    """Print the keys, oldest first."""
    with bootstrap.opened_keys(bootstrap.read_settings()) as keys:
        every = keys.every()
    lines = _aligned([_HEADS, *map(_cells, every)]) if every else ["There are no keys. Make one with keys create."]
    print("\n".join(lines), file=target)
    return 0


def run_revoke(arguments: argparse.Namespace, _source: BinaryIO, target: TextIO) -> int:
    """Revoke a key and say whose it was."""
    with bootstrap.opened_keys(bootstrap.read_settings()) as keys:
        revoked = keys.revoke(arguments.id, by=OPERATOR)
    print(f"{revoked.id} of {revoked.app} is revoked; every process refuses it within two seconds.", file=target)
    return 0


def _told(key: ApiKey, port: int) -> str:
    limits = (
        "every tier" if key.tiers == TIERS else "tiers " + ", ".join(key.tiers),
        "no daily limit" if key.daily_usd_nano is None else f"{_usd(key.daily_usd_nano)} USD a day",
        "no rate limit" if key.rpm is None else f"{key.rpm:,} completions a minute",
    )
    return (
        f"A key for {key.app}, {key.id}: {', '.join(limits)}.\n"
        f"Give it to any OpenAI client as its API key, with the base URL http://127.0.0.1:{port}/v1"
        " (the console's port; `make gateway` alone: 4000).\n"
        f"Take it back with: python -m signalbox keys revoke {key.id}\n"
        "It is printed this once and kept nowhere:"
    )


def _cells(key: ApiKey) -> tuple[str, ...]:
    return (
        key.id,
        key.app,
        f"{key.prefix}…",
        "all" if key.tiers == TIERS else ",".join(key.tiers),
        _UNLIMITED if key.daily_usd_nano is None else _usd(key.daily_usd_nano),
        _UNLIMITED if key.rpm is None else f"{key.rpm:,}",
        _minute(key.created_at),
        "never" if key.last_used_at is None else _minute(key.last_used_at),
        "good" if key.revoked_at is None else f"revoked {_minute(key.revoked_at)}",
    )


def _aligned(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _minute(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M}"


def _usd(nano: int) -> str:
    return f"{(Decimal(nano) / _NANO).normalize():f}"


def _tiers(text: str) -> tuple[Tier, ...]:
    try:
        return tuple(bootstrap.tier_named(name.strip()) for name in text.split(","))
    except RoutingError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _dollars(text: str) -> Decimal:
    try:
        return bootstrap.dollars(text)
    except RoutingError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
