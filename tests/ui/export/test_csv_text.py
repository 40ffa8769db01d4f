from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.export.csv_text import Cell, csv_bytes, csv_text, defused


def _read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


_TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"))


@given(st.lists(st.tuples(_TEXT, _TEXT), min_size=1))
def test_every_cell_is_read_back_as_it_was_but_for_the_apostrophe(rows: list[tuple[str, str]]) -> None:
    assert _read(csv_bytes(["a", "b"], rows))[1:] == [[defused(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n+"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start: str) -> None:
    assert _read(csv_bytes(["x"], [[start + "1+1"]]))[1] == ["'" + start + "1+1"]


@pytest.mark.parametrize(("cell", "written"), [(-5, "-5"), (-0.5, "-0.5"), (None, ""), ("a-b", "a-b"), ("", "")])
def test_numbers_unknowns_and_plain_text_stay_as_they_are(cell: Cell, written: str) -> None:
    assert _read(csv_bytes(["x", "y"], [[cell, 1]]))[1] == [written, "1"]


def test_half_a_surrogate_pair_does_not_break_the_file() -> None:
    assert _read(csv_bytes(["x"], [["a\ud800b"]]))[1] == ["a?b"]


def test_a_spreadsheet_is_told_the_encoding() -> None:
    assert csv_bytes(["naïve"], []) == b"\xef\xbb\xbfna\xc3\xafve\r\n"


def test_text_and_bytes_hold_the_same_table() -> None:
    rows: list[list[Cell]] = [["=1+1", -2], [None, "naïve"]]
    text = csv_text(["a", "b"], rows)
    assert text == "a,b\r\n'=1+1,-2\r\n,naïve\r\n"
    assert csv_bytes(["a", "b"], rows).decode("utf-8-sig") == text
