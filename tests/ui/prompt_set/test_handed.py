from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing_core.prompt_sets.plan import SetPrompt
from ui.export.csv_text import csv_bytes
from ui.prompt_set.handed import MOST_BYTES, MOST_CHARS, MOST_PROMPTS, BadRow, parse_csv, parse_pasted

_WORDS = st.text(st.characters(whitelist_categories=["L", "Nd"]), min_size=1)


def test_pasted_text_is_one_prompt_a_line() -> None:
    prompts = parse_pasted("First one\n\n  Second one  \n").prompts
    assert prompts == (SetPrompt(1, "First one"), SetPrompt(3, "Second one"))


def test_blocks_stand_between_lines_of_three_dashes() -> None:
    prompts = parse_pasted("One\nstill one\n---\n\nTwo\n---\n---\n").prompts
    assert prompts == (SetPrompt(1, "One\nstill one"), SetPrompt(5, "Two"))


def test_nothing_pasted_is_nothing_to_send() -> None:
    assert parse_pasted(" \n\n").prompts == ()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_gives_prompts_with_what_stands_beside_them(delimiter: str) -> None:
    rows = [["ID", "Prompt", "task_type", "system"], ["a1", "Say hi", "chat", "Be brief"], ["", "Bye", "", ""]]
    data = "\r\n".join(delimiter.join(row) for row in rows).encode()
    assert parse_csv(data).prompts == (SetPrompt(2, "Say hi", "a1", "chat", "Be brief"), SetPrompt(3, "Bye"))


def test_query_is_another_name_for_prompt() -> None:
    assert parse_csv(b"query\nHello\n").prompts == (SetPrompt(2, "Hello"),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_both_forms_of_utf_8_are_read(encoding: str) -> None:
    assert parse_csv("prompt\nnaïve 中文\n".encode(encoding)).prompts[0].text == "naïve 中文"


def test_another_encoding_is_refused_naming_the_line() -> None:
    refused = parse_csv("prompt\nplain\nnaïve\n".encode("latin-1"))
    assert refused.prompts == ()
    assert "first seen in line 3" in str(refused.bad[0])


def test_a_file_without_a_prompt_column_says_which_it_has() -> None:
    assert "found: 'text', 'label'" in str(parse_csv(b"text,label\na,b\n").bad[0])


def test_an_empty_file_is_refused() -> None:
    assert "found: none" in str(parse_csv(b"").bad[0])


def test_bad_rows_are_named_by_line_and_the_others_kept() -> None:
    data = b'prompt,id\nfirst,1\n,2\n"broken" quote,3\nfour,4,extra\n"two\nlines",5\nlast,6\n'
    parsed = parse_csv(data)
    assert [prompt.text for prompt in parsed.prompts] == ["first", "two\nlines", "last"]
    assert [row.line for row in parsed.bad] == [3, 4, 5]


def test_a_quote_that_is_never_closed_costs_only_its_own_row() -> None:
    parsed = parse_csv(b'prompt\nfirst\n"open\nlast\n')
    assert [prompt.text for prompt in parsed.prompts] == ["first"]
    assert parsed.bad[0].line == 3


def test_lines_are_counted_across_prompts_of_several_lines() -> None:
    parsed = parse_csv(b'prompt\n"a\nb\nc"\nlast\n')
    assert [prompt.line for prompt in parsed.prompts] == [2, 5]


def test_a_row_beyond_the_most_is_left_out_and_named() -> None:
    parsed = parse_pasted("\n".join(f"prompt {n}" for n in range(MOST_PROMPTS + 1)))
    assert len(parsed.prompts) == MOST_PROMPTS
    assert parsed.bad == (BadRow(MOST_PROMPTS + 1, "beyond the 2,000 prompts that one run takes."),)


def test_a_prompt_too_long_is_left_out_and_named() -> None:
    assert "200,001 characters" in str(parse_pasted("x" * (MOST_CHARS + 1)).bad[0])


def test_a_file_too_large_is_refused_before_it_is_read() -> None:
    assert "5,000,001 bytes" in str(parse_csv(b"x" * (MOST_BYTES + 1)).bad[0])


@given(st.lists(st.tuples(_WORDS, _WORDS), min_size=1, max_size=20))
def test_what_we_write_as_csv_is_read_back_as_prompts(rows: list[tuple[str, str]]) -> None:
    prompts = parse_csv(csv_bytes(["prompt", "id"], rows)).prompts
    assert [(prompt.text, prompt.id) for prompt in prompts] == rows


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    parsed = parse_csv(data)
    assert all(prompt.text for prompt in parsed.prompts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_reads_the_same_in_every_encoding_that_a_spreadsheet_saves(encoding: str) -> None:
    assert parse_csv("prompt\r\nh\u00e9\r\n".encode(encoding)).prompts == (SetPrompt(2, "h\u00e9"),)


def test_utf_16_that_is_cut_is_refused_with_what_to_do() -> None:
    (bad,) = parse_csv("prompt\nhi\n".encode("utf-16")[:-1]).bad
    assert "Save it as CSV UTF-8" in bad.reason


def test_a_mark_inside_a_quoted_heading_is_not_what_separates_cells() -> None:
    handed = parse_csv(b'id;prompt;"note, long, wide"\r\n1;Hello;x\r\n')
    assert [(prompt.id, prompt.text) for prompt in handed.prompts] == [("1", "Hello")]
