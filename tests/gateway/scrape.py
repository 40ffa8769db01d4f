"""What a scrape says, for tests to read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import httpx
from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True, slots=True)
class Scrape:
    """The samples of one scrape by name and labels."""

    samples: dict[tuple[str, frozenset[tuple[str, str]]], float]
    types: dict[str, str]

    def total(self, name: str, **labels: str) -> float:
        """The sum of every sample of a name that has these labels."""
        wanted = set(labels.items())
        return sum(value for (found, said), value in self.samples.items() if found == name and wanted <= said)

    @property
    def is_conserved(self) -> bool:
        """Whether every row that was sent is stored, spilled, queued or dropped."""
        parts = ("stored_total", "spilled", "queued", "dropped_total")
        return self.total("signalbox_log_sent_total") == sum(self.total(f"signalbox_log_{part}") for part in parts)


def read(text: str) -> Scrape:
    """The samples of a scrape's text."""
    families = list(text_string_to_metric_families(text))
    samples = {(each.name, frozenset(each.labels.items())): each.value for found in families for each in found.samples}
    return Scrape(samples, {found.name: found.type for found in families})


async def scraped(http: httpx.AsyncClient) -> Scrape:
    """What a gateway's /metrics says."""
    answer = await http.get(f"{str(http.base_url).removesuffix('/v1/')}/metrics")
    assert (answer.status_code, answer.headers["content-type"][:10]) == (200, "text/plain")
    return read(answer.text)


async def until(http: httpx.AsyncClient, name: str, value: float) -> Scrape:
    """The first scrape in which a figure has a value."""
    async with asyncio.timeout(15):
        while (found := await scraped(http)).total(name) != value:
            assert found.is_conserved
            await asyncio.sleep(0.05)
    return found
