from __future__ import annotations

import asyncio

from gateway.connection import cut

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
