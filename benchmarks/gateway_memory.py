"""What 20,000 requests leave behind in the gateway's process."""

from __future__ import annotations

import asyncio
from typing import Final

import psutil

from benchmarks.gateway_overhead import served_gateway
from benchmarks.load import closed_loop
from benchmarks.record import Record
from benchmarks.served import Served
from tests.simulator_process import SimulatorProcess

CONNECTIONS: Final = 16
WARM_UP: Final = 20_000  # the writer's page cache of the database grows until its bound, 32 MiB: that is no leak
REQUESTS: Final = 20_000


def measure() -> list[Record]:
    """Mebibytes and descriptors that are there after, and were not before."""
    with SimulatorProcess() as simulator, served_gateway(simulator.base_url) as gateway:
        grown_mib, leaked = asyncio.run(_grown(gateway))
    against = f"the same process after its first {WARM_UP:,}"
    how = f"resident memory; {CONNECTIONS} connections as fast as answers come, every request logged with its text"
    return [
        Record("gateway_memory_growth", round(grown_mib, 1), "MiB", against, REQUESTS, how),
        Record("gateway_descriptors_leaked", leaked, "count", against, REQUESTS, how),
    ]


async def _grown(gateway: Served) -> tuple[float, int]:
    process = psutil.Process(gateway.pid)
    await closed_loop(gateway.call(), CONNECTIONS, WARM_UP)
    before, descriptors = gateway.resident_mib(), process.num_fds()
    (await closed_loop(gateway.call(), CONNECTIONS, REQUESTS)).must_be_clean()
    return gateway.resident_mib() - before, process.num_fds() - descriptors
