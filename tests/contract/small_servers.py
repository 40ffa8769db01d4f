"""Local servers in a few lines: Ollama's own protocol, and an OpenAI-compatible one that never reports usage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

WORDS = ("Good", " day", " to", " you")


class Quiet(BaseHTTPRequestHandler):
    """Answers lines of text; `lines` says which, by what was asked."""

    def do_POST(self) -> None:
        """One chat completion."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-type", "application/x-ndjson" if "api/chat" in self.path else "text/event-stream")
        self.end_headers()
        for line in self.lines(body):
            self.wfile.write(line.encode())

    def lines(self, body: dict[str, object]) -> Iterator[str]:
        """What is answered."""
        raise NotImplementedError

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


class Ollama(Quiet):
    """Ollama's /api/chat."""

    def lines(self, body: dict[str, object]) -> Iterator[str]:
        """A line of JSON a word, counts in the last; or one line with everything."""
        words = WORDS if body.get("stream") else ["".join(WORDS)]
        for word in words:
            counts = {} if body.get("stream") else {"done": True, "prompt_eval_count": 12, "eval_count": 4}
            yield _line({"message": {"role": "assistant", "content": word}, "done": False} | counts)
        if body.get("stream"):
            last = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop"}
            yield _line(last | {"prompt_eval_count": 12, "eval_count": 4})


class WithoutUsage(Quiet):
    """An OpenAI-compatible server that ignores `stream_options` and reports no usage."""

    def lines(self, body: dict[str, object]) -> Iterator[str]:
        """Server-sent events for a stream, else one body."""
        about = {"id": "x", "created": 1, "model": "m"}
        if not body.get("stream"):
            choice: dict[str, object] = {"index": 0, "finish_reason": "stop"}
            choice["message"] = {"role": "assistant", "content": "".join(WORDS)}
            yield json.dumps(about | {"object": "chat.completion", "choices": [choice]})
            return
        for word in (*WORDS, ""):
            delta = {"index": 0, "delta": {"content": word}, "finish_reason": None if word else "stop"}
            yield f"data: {json.dumps(about | {'object': 'chat.completion.chunk', 'choices': [delta]})}\n\n"
        yield "data: [DONE]\n\n"


class Noting(WithoutUsage):
    """As that, and notes the bodies that it is sent and the keys with them."""

    asked: ClassVar[list[tuple[str, dict[str, object]]]] = []

    def lines(self, body: dict[str, object]) -> Iterator[str]:
        """The same."""
        self.asked.append((self.headers["authorization"], body))
        return super().lines(body)


class Images(Quiet):
    """Serves one picture and notes who asks for it."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """The picture."""
        self.asked.append(self.path)
        self.send_response(404)
        self.end_headers()


@contextmanager
def serving(kind: type[Quiet]) -> Iterator[str]:
    """A server of this kind on a free port; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _line(fields: dict[str, object]) -> str:
    return json.dumps({"model": "m", "created_at": "2026-01-01T00:00:00Z"} | fields) + "\n"
