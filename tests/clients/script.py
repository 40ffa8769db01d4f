"""Runs a foreign client as a program of its own, as its users do, and reads what it saw."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from tests.gateway_process import GatewayProcess

_ENDS_WITHIN_S = 50


def seen_by(command: Sequence[str], gateway: GatewayProcess) -> Mapping[str, JsonValue]:
    """What a program wrote as one JSON object; it finds the gateway where OpenAI's own programs look for theirs."""
    ran = subprocess.run(
        command,
        env=os.environ | {"OPENAI_BASE_URL": gateway.base_url, "OPENAI_API_KEY": gateway.key},
        capture_output=True,
        text=True,
        timeout=_ENDS_WITHIN_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found: Mapping[str, JsonValue] = json.loads(ran.stdout.splitlines()[-1])
    return found
