"""An OpenAI-compatible server as a benchmark sees it: where it answers, and the process that serves it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Final

import httpx
import psutil

from benchmarks.wire import Call, chat_call
from routing_core.domain import Json, Message

MESSAGES: Final[tuple[Message, ...]] = (
    {"role": "user", "content": "Thanks, that helps. What is the capital of France?"},
)
_LOOK_EVERY_S: Final = 0.2
_ANSWER_WITHIN_S: Final = 20


class NotServing(Exception):
    """The server ended, or did not answer in time."""


@dataclass(frozen=True, slots=True)
class Served:
    """One running server: its base URL ending in /v1, the model to name, the key it wants, its process id."""

    base_url: str
    model: str
    pid: int
    key: str | None = None
    more: Mapping[str, Json] = field(default_factory=dict)

    def call(self, *, stream: bool = False) -> Call:
        """The benchmark's question to this server."""
        return chat_call(self.base_url, self._body(stream=stream), self.key)

    def answers(self) -> bool:
        """Whether it answers the question now."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        try:
            answer = httpx.post(
                f"{self.base_url}/chat/completions",
                json=self._body(stream=False),
                headers=headers,
                timeout=_ANSWER_WITHIN_S,
                trust_env=False,
            )
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK

    def resident_mib(self) -> float:
        """Mebibytes of memory that its process and those it started hold."""
        process = psutil.Process(self.pid)
        family = [process, *process.children(recursive=True)]
        return sum(member.memory_info().rss for member in family) / 2**20

    def wait_until_it_answers(self, within_s: float) -> None:
        """Return once it answers; raises NotServing when its process ends, or after `within_s`."""
        deadline = monotonic() + within_s
        while not self.answers():
            if monotonic() > deadline or not _runs(self.pid):
                raise NotServing(f"{self.base_url} ended, or did not answer within {within_s:g} s.")
            sleep(_LOOK_EVERY_S)

    def _body(self, *, stream: bool) -> dict[str, Json]:
        return {"model": self.model, "messages": [dict(message) for message in MESSAGES], "stream": stream, **self.more}


def _runs(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
