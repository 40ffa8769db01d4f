from __future__ import annotations

import asyncio

from gateway.connection import cut
from tests.gateway.gateway_process import GatewayProcess

LARGE = 10_000_000


async def test_a_connection_is_cut_where_the_server_is_ours_and_left_to_another() -> None:
    async def served(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x" * LARGE)  # more than a reader who takes nothing lets out
        assert cut({"state": {"signalbox.transport": writer.transport}})

    server = await asyncio.start_server(served, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    came = len(await reader.read())
    writer.close()
    server.close()
    assert (came < LARGE, cut({"state": {}}), cut({})) == (True, False, False)


async def test_a_thousand_idle_connections_keep_nobody_from_being_served(gateway: GatewayProcess) -> None:
    idle = [await asyncio.open_connection(*gateway.address) for _ in range(1_000)]
    reader, writer = await asyncio.open_connection(*gateway.address)
    writer.write(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
    status = await reader.readline()
    for _, each in [*idle, (reader, writer)]:
        each.close()
    assert b" 200 " in status
