"""`python -m gateway`: the gateway alone, by one process or several at one port."""

from __future__ import annotations

import argparse
import errno
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import bootstrap
from gateway.serving import server, workers
from gateway.serving.connection import allow_descriptors
from routing_core.errors import RoutingError

_BACKLOG: Final = 2048
_MOST_WORKERS: Final = 64


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until ended; 0 when told to, 2 for a setting or a port that cannot be had."""
    parser = _parser()
    parsed = parser.parse_args(arguments)
    try:
        bootstrap.configure_logging(bootstrap.read_settings())
        allow_descriptors()
        if parsed.worker is not None:
            workers.work(int(parsed.worker[0]), int(parsed.worker[1]), Path(parsed.worker[2]))
        else:
            _serve(_bound(parsed.host, parsed.port), parsed.workers)
    except (RoutingError, _Unbound) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


class _Unbound(Exception):
    """There is no listening there."""


def _serve(listener: socket.socket, count: int) -> None:
    with listener:
        if count > 1:
            workers.Workers(listener, count).run(lambda: _say(listener))
        else:
            server.serve(listener, lambda: _say(listener))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m gateway", description="OpenAI's chat completions, routed.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=4000, help="0 for a free one (default: %(default)s)")
    parser.add_argument("--workers", type=_count, default=1, help="processes that serve (default: %(default)s)")
    parser.add_argument("--worker", nargs=3, help=argparse.SUPPRESS)  # its socket, its place, their folder
    return parser


def _port(text: str) -> int:
    return _between(text, 0, 65535, "a port")


def _count(text: str) -> int:
    return _between(text, 1, _MOST_WORKERS, "a number of workers")


def _between(text: str, least: int, most: int, what: str) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not {what}: {least} to {most}")
    return int(text)


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises _Unbound."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # with 0 asyncio leaves Nagle on: 40 ms
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise _Unbound(_told(error, host, port)) from error
    return listener


def _told(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} is not for this user. Name another: --port 4001."
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Name another: --port 4001, or 0 for a free one."
    return f"{host} is no address of this machine ({error.strerror}). Name another: --host 127.0.0.1."


def _say(listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    where = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"Gateway ready: base URL http://{where}:{port}/v1, a key per app.\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
