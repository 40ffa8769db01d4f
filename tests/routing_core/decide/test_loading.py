from __future__ import annotations

import pytest
import yaml

from routing_core.decide.heuristics import BUILTIN_NAMES, BuiltinName, builtin, compile_heuristics, dump_document
from routing_core.decide.loading import load_document, located
from routing_core.errors import InvalidHeuristics, Refused

REFERENCE = dump_document(builtin("reference").document)


def replaced(old: str, new: str) -> str:
    """The reference as YAML with one text in place of another."""
    assert REFERENCE.count(old) >= 1
    return REFERENCE.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    """The number of the first line that holds `part`."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_a_document_comes_back_equal_from_its_yaml(name: BuiltinName) -> None:
    document = builtin(name).document
    assert load_document(dump_document(document)) == document


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_a_built_in_profile_is_signed_with_its_own_name_and_compiled_once(name: BuiltinName) -> None:
    assert (builtin(name).version, builtin(name).name) == (name, name)
    assert builtin(name) is builtin(name)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("window_share: 0.95", "window_share: 1.4", "policies.fit.window_share: must be at most 1, got 1.4"),
        ("window_share: 0.95", "window_share: 0", "policies.fit.window_share: must be above 0, got 0"),
        ("answer_tokens: 1024", "answer_tokens: -1", "policies.fit.answer_tokens: must be at least 0, got -1"),
        ("base: 0.85", "base: 2", "confidence.base: must be at most 1, got 2"),
        ("window_share: 0.95", "window_shere: 0.95", "unknown key; the nearest known key is 'window_share'"),
        ("answer_tokens: 1024", "answer_tokens: '1024'", "input should be a valid integer, got '1024'"),
        ("tier: frontier", "tier: best", "'cheap', 'mid' or 'frontier', got 'best'"),
        ("- define\n", "- yes\n", "got 'True' (text needs quotes here)"),
        ("- define\n", "- ''\n", "at least 1 character"),
    ],
)
def test_a_refusal_names_the_key_its_line_the_bound_and_the_value(old: str, new: str, told: str) -> None:
    text = replaced(old, new)
    with pytest.raises(InvalidHeuristics) as refused:
        load_document(text)
    assert told in str(refused.value)
    assert f"line {line_of(text, new.strip())}, " in str(refused.value)


def test_a_key_that_is_missing_is_named_at_the_part_that_misses_it() -> None:
    with pytest.raises(InvalidHeuristics, match=r"line \d+, policies.fit.answer_tokens: is missing"):
        load_document(replaced("    answer_tokens: 1024\n", ""))


def test_every_refusal_is_told_at_once() -> None:
    text = replaced("window_share: 0.95", "window_share: 7").replace("answer_tokens: 1024", "answer_tokens: -7")
    with pytest.raises(InvalidHeuristics, match=r"got 7; .*got -7"):
        load_document(text)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "frontier: 2",
            "fronteer: 2",
            "classifier names the keyword list 'fronteer', which is not there; known: frontier",
        ),
        ("code: true", "task: poetry", "classifier names the task 'poetry', which is not there; known: none"),
        ("per_hit: 0.1", "per_hit: 0.0", "`per_hit` and `of` belong together"),
    ],
)
def test_a_name_that_points_nowhere_is_refused(old: str, new: str, told: str) -> None:
    with pytest.raises(InvalidHeuristics) as refused:
        load_document(replaced(old, new))
    assert told in str(refused.value)


def test_a_kind_that_is_none_is_refused_with_those_that_are() -> None:
    with pytest.raises(InvalidHeuristics, match=r"tokens\.counter: .*'letters'.*'words', 'tiktoken'"):
        load_document(replaced("kind: words", "kind: letters"))


def test_a_condition_that_asks_nothing_is_refused() -> None:
    with pytest.raises(InvalidHeuristics, match="an empty condition always holds"):
        load_document(replaced("- tokens_over: 800.0", "- {}"))


def test_boundaries_in_the_wrong_order_are_refused_with_both() -> None:
    text = dump_document(builtin("standard").document).replace("mid: -0.2", "mid: 0.5", 1)
    with pytest.raises(InvalidHeuristics, match=r"`mid` must be below `frontier`, got 0\.5 and 0\.2"):
        load_document(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"), ("- a", "no mapping"), ("a: [", "not YAML"), ("a: 1\na: 2",
        "Line 2: the key 'a' is there twice"),
        ("a: &x [1]\nb: *x", "Line 2: aliases"), ("a: !!python/object:os.system x", "YAML"), ("\x00", "not YAML"),
        ("[" * 1_000_000, "nested more than 40 levels"), ("a: " + "x" * 5_000_001,
        "at most 5,000,000 characters, got 5,000,004"),
    ],
)  # fmt: skip
def test_what_is_no_document_is_refused_in_words(text: str, told: str) -> None:
    with pytest.raises(InvalidHeuristics) as refused:
        load_document(text)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("(?<=a)b", "invalid perl operator: (?<"), (r"(a)\1", r"invalid escape sequence: \1"), ("(", "missing )"),
        ("(?=x)", "invalid perl operator: (?="), ("((a{1000}){1000}){1000}",
        "repetition size"), ("a++", "bad repetition"), (r"\pL{1,900}", "Make its counts smaller"),
    ],
)  # fmt: skip
def test_a_pattern_that_re2_refuses_is_refused_with_its_message_and_the_patterns_name(pattern: str, told: str) -> None:
    values = yaml.safe_load(REFERENCE)
    values["code_patterns"]["mine"] = pattern
    document = load_document(yaml.safe_dump(values))
    with pytest.raises(InvalidHeuristics) as refused:
        compile_heuristics(document, "draft")
    assert "pattern 'mine' in code_patterns" in str(refused.value)
    assert told in str(refused.value)


def test_a_refused_pattern_of_a_task_is_named_with_its_task() -> None:
    values = yaml.safe_load(REFERENCE)
    values["tasks"]["poetry"] = {"tier": "mid", "patterns": {"verse": "(?!x)"}}
    with pytest.raises(InvalidHeuristics, match=r"'verse' in tasks\.poetry\.patterns"):
        compile_heuristics(load_document(yaml.safe_dump(values)), "draft")


def test_a_refused_pattern_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    values = yaml.safe_load(REFERENCE)
    values["code_patterns"]["mine"] = "(?<=a)b"
    with pytest.raises(InvalidHeuristics):
        compile_heuristics(load_document(yaml.safe_dump(values)), "draft")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("old", "new", "told", "column"),
    [
        ("  counter:", "\tcounter:", "a tab; indent with spaces", 1),
        ("per_message: 3", "per_message: [3", "a list or mapping in brackets that is not closed", 12),
        ("per_message: 3", 'per_message: "3', "a quotation mark that is not closed on its line", 16),
        ("per_message: 3", "per_message: a: b", "a colon where none can stand", 17),
        ("name: standard", "name: @x", "nothing can begin with '@'", 7),
        ("name: standard", "name: !secret x", "a tag (!…), which is not read", 7),
        ("name: standard", "name: x\x07y", "the control character U+0007", 8),
    ],
)
def test_what_the_parser_refuses_is_told_in_our_words_with_line_and_column(
    old: str, new: str, told: str, column: int
) -> None:
    text = dump_document(builtin("standard").document).replace(old, new, 1)
    with pytest.raises(InvalidHeuristics) as refused:
        load_document(text)
    (only,) = refused.value.refusals
    assert told in only.reason
    assert "<" not in str(refused.value)
    assert only.column == column


@pytest.mark.parametrize(
    ("entry", "told"),
    [("a\0b", "control character U+0000"), ("x" * 201, "has 201 characters"), ("\u200b", "nothing in it that")],
)
def test_a_word_that_nobody_can_type_is_refused(entry: str, told: str) -> None:
    values = yaml.safe_load(REFERENCE)
    values["keywords"]["frontier"]["entries"] = [entry]
    with pytest.raises(InvalidHeuristics, match=told.replace("+", r"\+")):
        load_document(yaml.safe_dump(values))


def test_a_refusal_without_a_line_gets_it_from_the_text_it_was_read_from() -> None:
    text = replaced("window_share: 0.95", "window_share: 0.95")
    found = located(InvalidHeuristics("no", [Refused("no", ("policies", "fit", "window_share"))]), text)
    (only,) = found.refusals
    assert (only.line, only.reason) == (line_of(text, "window_share: 0.95"), "no")
