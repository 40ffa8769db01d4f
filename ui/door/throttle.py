"""How often a password may be guessed: a wait after a few failures, doubled by each further one. Pure."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_network
from ipaddress import ip_address as parsed
from typing import Final

_NEIGHBOURS: Final = 64  # bits that one household's IPv6 addresses share


@dataclass(frozen=True, slots=True)
class Limits:
    """Failures that are free, per address and over all, how waits grow, and how many addresses are remembered.

    Seconds. An address that fails no more for `forget_s` after its wait is forgotten. One that signed in within
    `known_s` does not wait for what others failed.
    """

    per_address: int = 5
    over_all: int = 100
    first_wait_s: float = 30.0
    longest_wait_s: float = 3600.0
    longest_wait_over_all_s: float = 60.0
    known_s: float = 12 * 3600.0
    forget_s: float = 900.0
    kept: int = 4096


@dataclass(slots=True)
class _Failures:
    """The failures of one address: how many, and until when no further try is looked at."""

    count: int = 0
    until: float = 0.0
    last: float = 0.0


class Throttle:
    """The failed sign-ins of a process; times are seconds of one clock, which the caller passes in."""

    def __init__(self, limits: Limits = Limits()) -> None:
        self._limits = limits
        self._failures: OrderedDict[str, _Failures] = OrderedDict()
        self._known: OrderedDict[str, float] = OrderedDict()
        self._all = _Failures()

    def wait_s(self, address: str, now: float) -> float:
        """Seconds until a try from this address is looked at again, right or wrong; 0 where it is now."""
        household = _household(address)
        mine = self._failures.get(household)
        over_all_s = 0.0 if self._knows(household, now) else self._all.until - now
        return max(0.0, over_all_s, mine.until - now if mine else 0.0)

    def failed(self, address: str, now: float) -> None:
        """Count a wrong password."""
        household = _household(address)
        mine = self._failures.setdefault(household, _Failures())
        self._failures.move_to_end(household)
        self._count(mine, self._limits.per_address, self._limits.longest_wait_s, now)
        self._count(self._all, self._limits.over_all, self._limits.longest_wait_over_all_s, now)
        self._bound(self._failures)

    def succeeded(self, address: str, now: float) -> None:
        """Know an address, and forget the failures of one that was not known yet.

        Those over all stay, and those of one that was known, or who knows a password could guess the other.
        """
        household = _household(address)
        if not self._knows(household, now):
            self._failures.pop(household, None)
        self._known[household] = now
        self._known.move_to_end(household)
        self._bound(self._known)

    def _knows(self, household: str, now: float) -> bool:
        signed_in = self._known.get(household)
        return signed_in is not None and now - signed_in <= self._limits.known_s

    def _bound(self, addresses: OrderedDict[str, _Failures] | OrderedDict[str, float]) -> None:
        while len(addresses) > self._limits.kept:
            addresses.popitem(last=False)

    def _count(self, failures: _Failures, free: int, longest_s: float, now: float) -> None:
        if now - max(failures.last, failures.until) > self._limits.forget_s:
            failures.count = 0
        failures.count += 1
        failures.last = now
        beyond = failures.count - free
        if beyond >= 0:
            doublings = min(beyond, 32)  # beyond, every wait is the longest
            failures.until = now + min(longest_s, self._limits.first_wait_s * 2**doublings)


def _household(address: str) -> str:
    """An IPv4 address as it is, an IPv6 address as the network that its owner has all of."""
    try:
        address_parsed = parsed(address)
    except ValueError:
        return address
    if not isinstance(address_parsed, IPv6Address):
        return address
    if address_parsed.ipv4_mapped is not None:
        return str(address_parsed.ipv4_mapped)
    return str(ip_network((address_parsed, _NEIGHBOURS), strict=False))
