"""A foreign client as a program of its own, as its users run it; it writes what it saw as one JSON object."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from tests.gateway_process import GatewayProcess

_ENDS_WITHIN_S = 50


@dataclass(frozen=True, slots=True)
class Program:
    """A program that runs."""

    process: subprocess.Popen[str]

    def seen(self) -> Mapping[str, JsonValue]:
        """What it saw, as soon as it has ended; fails with its own words where it did not end well."""
        written, complaint = self.process.communicate(timeout=_ENDS_WITHIN_S)
        assert self.process.returncode == 0, complaint
        seen: Mapping[str, JsonValue] = json.loads(written.splitlines()[-1])
        return seen

    def end(self) -> None:
        """End it where it still runs."""
        self.process.kill()
        self.process.communicate()


def started(command: Sequence[str], gateway: GatewayProcess) -> Program:
    """Start a program; it finds the gateway where OpenAI's own clients look for their server."""
    process = subprocess.Popen(
        command,
        env=os.environ | {"OPENAI_BASE_URL": gateway.base_url, "OPENAI_API_KEY": gateway.key},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return Program(process)
