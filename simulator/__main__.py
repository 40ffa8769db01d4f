"""`python -m simulator`: read the arguments, serve, end."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import yaml
from pydantic import ValidationError

from simulator.app import names_loopback
from simulator.catalog import load_models
from simulator.server import Options, SimulatorServer


def main(arguments: list[str] | None = None) -> int:
    """Serve until ended; returns the exit status."""
    parser = _parser()
    parsed = parser.parse_args(arguments)
    if not names_loopback(f"//[{parsed.host}]" if ":" in parsed.host else f"//{parsed.host}"):
        parser.error(
            f"--host {parsed.host} is not loopback; the simulator binds loopback addresses only: use 127.0.0.1"
        )
    try:
        document = load_models(_entries_text(parsed.models))
    except (OSError, ValidationError, ValueError, yaml.YAMLError) as error:
        parser.error(f"--models: {error}")
    if not parsed.speed >= 1:
        parser.error(f"--speed {parsed.speed:g} is below 1; 1 answers as fast as the models do")
    options = Options(parsed.host, parsed.port, parsed.seed, not parsed.no_latency, parsed.lifeline, parsed.speed)
    try:
        server = SimulatorServer(options, document)
    except OSError as error:
        where = f"{options.host}:{options.port}"
        parser.exit(1, f"Cannot listen on {where}: {error.strerror}. Choose another --port, or 0 for a free one.\n")
    try:
        server.run()
    except KeyboardInterrupt:  # uvicorn ends in order and then raises the signal again
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m simulator", description="An OpenAI-compatible provider on loopback.")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8602, help="0 for a free one (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="chooses answers and latencies (default: %(default)s)")
    parser.add_argument("--no-latency", action="store_true", help="answer as fast as possible")
    parser.add_argument("--speed", type=float, default=1.0, help="divides every latency (default: %(default)g)")
    parser.add_argument("--models", metavar="FILE", help="JSON list of models instead of the default ones; - for stdin")
    parser.add_argument("--lifeline", action="store_true", help="end when stdin ends")
    return parser


def _entries_text(source: str | None) -> str | None:
    if source is None:
        return None
    return _first_line_of_stdin() if source == "-" else Path(source).read_text(encoding="utf-8")


def _first_line_of_stdin() -> str:
    # Byte by byte and unbuffered: what follows the line belongs to the lifeline.
    line = bytearray()
    while (byte := os.read(sys.stdin.fileno(), 1)) not in (b"", b"\n"):
        line += byte
    return line.decode()


if __name__ == "__main__":
    sys.exit(main())
