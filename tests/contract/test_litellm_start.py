"""LiteLLM's start: nothing is fetched, nothing but our client imports it, and the loop goes on meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parents[2]

_NOTHING_FETCHED = """
import sys
def refuse(event, arguments):
    if event in {"socket.connect", "socket.getaddrinfo"}:
        raise SystemExit(f"network at import: {event} {arguments!r}")
sys.addaudithook(refuse)
from routing_core.dispatch.litellm_client import LiteLLMClient, model_response
model_response({"model": "x", "choices": []})
print("loaded")
"""

_NOT_IMPORTED = """
import sys
from datetime import date
from pathlib import Path
import routing_core.engine
from routing_core.decide import decide_request
from routing_core.decide.heuristics import builtin
from routing_core.dispatch.catalog import build_catalog
from routing_core.dispatch.document import read_document
from routing_core.dispatch.litellm_client import LiteLLMClient
from routing_core.domain import ChatRequest
catalog = build_catalog(read_document(Path("signalbox.yaml")), {"OPENAI_API_KEY": "k"}, date(2026, 11, 23))
LiteLLMClient({}).use(catalog)
decide_request(ChatRequest(messages=({"role": "user", "content": "hi"},)), builtin("standard"), catalog.limits)
print("litellm" in sys.modules)
"""

_LOOP_GOES_ON = """
import asyncio, json, time
from datetime import date
from pathlib import Path
from routing_core.dispatch.catalog import build_catalog
from routing_core.dispatch.document import read_document
from routing_core.dispatch.litellm_client import LiteLLMClient

async def main():
    client = LiteLLMClient({})
    client.use(build_catalog(read_document(Path("signalbox.yaml")), {"OPENAI_API_KEY": "k"}, date(2026, 11, 23)))
    loading = asyncio.create_task(client.prepare())
    started, ticks, worst = time.monotonic(), 0, 0.0
    while not loading.done():
        before = time.monotonic()
        await asyncio.sleep(0.005)
        worst, ticks = max(worst, time.monotonic() - before), ticks + 1
    print(json.dumps({"took": time.monotonic() - started, "ticks": ticks, "worst": worst}))
    await client.close()

asyncio.run(main())
"""


def run(script: str) -> str:
    """What a script prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=_REPOSITORY, capture_output=True, text=True, timeout=55, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout.strip().splitlines()[-1]


def test_loading_litellm_reaches_for_no_network() -> None:
    assert run(_NOTHING_FETCHED) == "loaded"


def test_deciding_and_reading_the_catalog_do_without_litellm() -> None:
    assert run(_NOT_IMPORTED) == "False"


def test_the_loop_goes_on_while_litellm_is_imported() -> None:
    seen = json.loads(run(_LOOP_GOES_ON))
    assert seen["ticks"] >= 10
    assert seen["worst"] < seen["took"] / 3
