"""How well the built-in heuristics rank questions by what the frontier gains, on recorded outcomes.

The outcomes are read from the folder that SIGNALBOX_BENCH_DATA names (by default `../shared/bench`, beside the
checkout), and scored by the evaluator that lies there; the project holds no copy of either.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol, TypedDict

from benchmarks.record import Record
from routing_core.decide import decide_request
from routing_core.decide.heuristics import BUILTIN_NAMES, BuiltinName, builtin
from routing_core.domain import ChatRequest

SPLIT: Final = "dev"
_BESIDE_THE_CHECKOUT: Final = Path(__file__).parents[2] / "shared" / "bench"


class Row(TypedDict):
    """What we read of a recorded question; the evaluator reads its outcomes."""

    id: str
    prompt: str


class Evaluator(Protocol):
    """What we use of the evaluator."""

    POOLS: Mapping[str, object]

    def load(self, split: str) -> Mapping[str, Sequence[Row]]:
        """Recorded questions by source."""

    def matrices(self, rows: Sequence[Row], pool: object) -> tuple[object, object]:
        """Quality and cost of each question at each tier."""

    def ranking(self, quality: object, cost: object, score: Sequence[float]) -> Mapping[str, float]:
        """APGR and more of a ranking by `score`."""


def measure() -> list[Record]:
    """Mean APGR over the sources, per built-in profile; nothing where the recorded outcomes are not there."""
    folder = Path(os.environ.get("SIGNALBOX_BENCH_DATA", _BESIDE_THE_CHECKOUT))
    if not (folder / "evaluate.py").is_file():
        print(f"  no recorded outcomes in {folder}: SIGNALBOX_BENCH_DATA names the folder to read", file=sys.stderr)
        return []
    evaluator = evaluator_in(folder)
    sources = evaluator.load(SPLIT)
    return [_record(name, evaluator, sources) for name in sorted(BUILTIN_NAMES, reverse=True)]


def evaluator_in(folder: Path) -> Evaluator:
    """The evaluator that lies in `folder`, loaded as it is."""
    spec = importlib.util.spec_from_file_location("recorded_outcomes_evaluator", folder / "evaluate.py")
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder / 'evaluate.py'} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    evaluator: Evaluator = module
    return evaluator


def apgr_by_source(
    score: Callable[[str], float], evaluator: Evaluator, sources: Mapping[str, Sequence[Row]]
) -> dict[str, float]:
    """APGR of ranking each source's questions by `score`; 0.5 is what a random order gets."""
    found = {}
    for source, rows in sources.items():
        quality, cost = evaluator.matrices(rows, evaluator.POOLS[source])
        found[source] = evaluator.ranking(quality, cost, [score(row["prompt"]) for row in rows])["apgr"]
    return found


def _record(name: BuiltinName, evaluator: Evaluator, sources: Mapping[str, Sequence[Row]]) -> Record:
    heuristics = builtin(name)

    def score(prompt: str) -> float:
        return decide_request(ChatRequest(messages=({"role": "user", "content": prompt},)), heuristics).decision.score

    found = apgr_by_source(score, evaluator, sources)
    per_source = ", ".join(f"{source} {value:.3f}" for source, value in found.items())
    return Record(
        name=f"routing_apgr_{name}",
        value=round(sum(found.values()) / len(found), 4),
        unit="APGR",
        against="0.5, a random order",
        n=len({row["id"] for rows in sources.values() for row in rows}),
        how=f"mean over {len(found)} sources of recorded outcomes, development half: {per_source}",
    )
