"""Runs the benchmarks, each in a process of its own, and writes their records to `results.json`."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter

from benchmarks.record import Record

BENCHMARKS = (
    "decide_speed",
    "engine_overhead",
    "gateway_overhead",
    "gateway_over_proxy",
    "gateway_memory",
    "side_by_side",
    "group_commit",
    "losing_nothing",
    "retention",
    "dashboard_queries",
    "page_speed",
    "dashboard_pages",
    "preview_speed",
    "provider_faults",
    "routing_quality",
)
RESULTS = Path(__file__).with_name("results.json")


def _measure(module: str) -> list[Record]:
    measured: list[Record] = importlib.import_module(f"benchmarks.{module}").measure()
    return measured


def _measured_apart(module: str) -> list[Record]:
    """Run one benchmark in a fresh process, so that none finds another's imports, caches or memory."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, (module,))


def _kept(names: set[str]) -> list[dict[str, object]]:
    """The records of an earlier run that this one does not measure again."""
    if not RESULTS.exists():
        return []
    return [record for record in json.loads(RESULTS.read_text()) if record["name"] not in names]


def main() -> int:
    """Measure, print a line a figure, and write the records sorted by name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Run every benchmark, or those named.")
    parser.add_argument("modules", nargs="*", help=f"which to run of {', '.join(BENCHMARKS)}; all by default")
    modules = parser.parse_args().modules or BENCHMARKS
    records: list[Record] = []
    for module in modules:
        started = perf_counter()
        for record in _measured_apart(module):
            records.append(record)
            print(f"{record.name:36} {record.value:>10} {record.unit:8} n={record.n}  against {record.against}")
        print(f"  {module} took {perf_counter() - started:.0f} s", file=sys.stderr)
    kept = _kept({record.name for record in records})
    merged = sorted([*kept, *map(asdict, records)], key=lambda record: str(record["name"]))
    RESULTS.write_text(json.dumps(merged, indent=2) + "\n")
    return 0
