"""What a key may use up, a minute and a day, and in which words it is refused more."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from routing_core.outcome import Outcome
from storage.engine import Database
from storage.keys.asking import Asking
from storage.keys.key import ApiKey, Refusal, RefusalCode
from storage.keys.rate import Rates
from storage.keys.spending import Spending

_NANO = Decimal(10**9)


class Limits:
    """The limits of all keys, each kind with a thread of its own: a rate waits for a writer, spending never does."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._askings = Asking("signalbox-key-spending"), Asking("signalbox-key-rates")
        self._spending = Spending(database, self._askings[0], clock)
        self._rates = Rates(database, self._askings[1], clock)

    async def admit(self, key: ApiKey) -> Refusal | None:
        """None where the key may ask once more; its rate is used only where its dollars are not used up."""
        daily_nano, rpm = key.daily_usd_nano, key.rpm
        if daily_nano is not None and (wait_s := await self._spending.wait_s(key, daily_nano)) is not None:
            return Refusal(_spent(daily_nano), RefusalCode.QUOTA, wait_s)
        if rpm is not None and (wait_s := await self._rates.wait_s(key, rpm)) is not None:
            return Refusal(_too_fast(rpm, wait_s), RefusalCode.RATE, wait_s)
        return None

    def note(self, outcome: Outcome) -> None:
        """Know what an answer cost before it is logged."""
        self._spending.note(outcome)

    def close(self) -> None:
        """End the threads."""
        for asking in self._askings:
            asking.close()


def _spent(daily_nano: int) -> str:
    dollars = f"{(Decimal(daily_nano) / _NANO).normalize():f}"
    return (
        f"This key has spent its {dollars} USD of today. Nothing was sent. It may ask again from 00:00 UTC on; whoever"
        " runs this Signalbox can make a key with more."
    )


def _too_fast(rpm: int, wait_s: int) -> str:
    completions = "completion" if rpm == 1 else "completions"
    return f"This key may ask for {rpm:,} {completions} a minute. Nothing was sent. Ask again in {wait_s} s."
