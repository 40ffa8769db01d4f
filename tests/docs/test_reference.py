from __future__ import annotations

from docs.generate import REFERENCE, reference


def test_the_reference_is_what_the_code_says() -> None:
    assert REFERENCE.read_text() == reference(), "run `make docs` and commit docs/reference.md"


def test_the_reference_names_every_setting_with_its_meaning() -> None:
    rows = [line for line in reference().splitlines() if line.startswith("| `SIGNALBOX_")]
    assert rows
    assert all(len(row.split(" | ")) == 3 and not row.endswith("|  |") for row in rows)
