from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping

from pydantic import JsonValue

from tests.clients.program import Program
from tests.gateway_process import APP, GatewayProcess

QUESTION: JsonValue = [{"role": "user", "content": "What is the capital of France?"}]


def logged_app(gateway: GatewayProcess, seen: JsonValue) -> object:
    assert isinstance(seen, dict)
    assert seen["text"]
    return gateway.row_of(str(seen["requestId"])).request.app


def test_the_npm_package_reads_answers_streams_tools_and_errors(
    programs: Mapping[str, Program], gateway: GatewayProcess
) -> None:
    seen = programs["npm"].seen()

    assert logged_app(gateway, seen["whole"]) == APP
    assert logged_app(gateway, seen["streamed"]) == APP
    assert seen["models"] == ["auto", "cheap", "mid", "frontier"]
    called = seen["called"]
    assert isinstance(called, dict)
    assert called["name"] == "weather"
    assert isinstance(called["given"], dict)
    assert seen["unknownModel"] == {"kind": "NotFoundError", "status": 404, "code": "model_not_found", "param": "model"}
    assert seen["unknownKey"] == {
        "kind": "AuthenticationError",
        "status": 401,
        "code": "invalid_api_key",
        "param": None,
    }


def test_litellm_reads_answers_streams_and_errors(programs: Mapping[str, Program], gateway: GatewayProcess) -> None:
    seen = programs["litellm"].seen()

    assert logged_app(gateway, seen["whole"]) == APP
    streamed = seen["streamed"]
    assert isinstance(streamed, dict)
    assert streamed["text"]
    assert streamed["tokens"]
    assert seen["refused"] == {"kind": "NotFoundError", "status": 404}


def test_langchain_invokes_streams_and_binds_tools(programs: Mapping[str, Program], gateway: GatewayProcess) -> None:
    seen = programs["langchain"].seen()

    assert logged_app(gateway, seen["invoked"]) == APP
    streamed, called = seen["streamed"], seen["called"]
    assert isinstance(streamed, dict)
    assert streamed["text"]
    assert isinstance(streamed["pieces"], int)
    assert streamed["pieces"] > 3
    assert streamed["tokens"]
    assert isinstance(called, dict)
    assert called["name"] == "weather"


def test_curl_reads_an_answer_and_its_headers(gateway: GatewayProcess) -> None:
    said = curl(gateway, "--include", "--json", json.dumps({"model": "auto", "messages": QUESTION}))

    head, _, body = said.partition("\n\n")
    headers = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:])
    assert head.startswith("HTTP/1.1 200")
    assert json.loads(body)["choices"][0]["message"]["content"]
    assert gateway.row_of(headers["x-signalbox-request-id"].upper()).request.app == APP


def test_curl_reads_a_stream_to_its_end(gateway: GatewayProcess) -> None:
    asked = {"model": "mid", "messages": QUESTION, "stream": True}

    said = curl(gateway, "--no-buffer", "--json", json.dumps(asked))

    events = [line for line in said.splitlines() if line]
    assert events[0].startswith("data: {")
    assert "data: [DONE]" in events
    assert any(line.startswith(": ") and "x-signalbox-cost-usd" in line for line in events)


def curl(gateway: GatewayProcess, *options: str) -> str:
    command = ["curl", "--silent", "--show-error", "--max-time", "30", *options]
    ran = subprocess.run(
        [*command, "--header", f"Authorization: Bearer {gateway.key}", f"{gateway.base_url}/chat/completions"],
        capture_output=True,
        text=True,
        check=True,
        timeout=40,
    )
    return ran.stdout
