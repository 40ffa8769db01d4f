from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.gateway_process import GatewayProcess


@pytest.fixture
async def client(gateway: GatewayProcess) -> AsyncIterator[httpx.AsyncClient]:
    """A client with a key without limits."""
    async with httpx.AsyncClient(
        base_url=gateway.base_url, headers=gateway.headers, trust_env=False, timeout=20
    ) as http:
        yield http
