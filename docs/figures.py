"""The README's table of figures, made from `benchmarks/results.json`."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.record import Record
from settings import CHECKOUT

RESULTS = CHECKOUT / "benchmarks" / "results.json"
README = CHECKOUT / "README.md"
BEGIN, END = "<!-- figures: written by make docs -->", "<!-- end of figures -->"


def recorded() -> list[Record]:
    """What the last benchmark wrote, sorted by name."""
    return TypeAdapter(list[Record]).validate_json(RESULTS.read_bytes())


def table(records: list[Record]) -> str:
    """A row a figure: what, how much, against what, over how many measurements."""
    rows = [f"| {r.name} | {r.value:g} {r.unit} | {r.against} | {r.n:,} |" for r in records]
    return "\n".join(["| figure | value | against | n |", "|---|---:|---|---:|", *rows])


def with_figures(readme: str, records: list[Record]) -> str:
    """The README with its table of figures made anew."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table(records)}\n{END}{after}"


def write(readme: Path = README) -> None:
    """Write the table into the README."""
    readme.write_text(with_figures(readme.read_text(encoding="utf-8"), recorded()), encoding="utf-8")
