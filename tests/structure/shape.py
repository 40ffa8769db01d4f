"""Measures of a file's shape: lengths, words and calls that the house does without. Each returns places."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median

from tests.structure.sources import Source

FILE_LINES = 250
FUNCTION_LINES = 40
PAGE_FUNCTION_LINES = 20
MEDIAN_LINES = 12

_EMOJI = re.compile("[\U0001f000-\U0001faff\u2705\u274c\u2728\u26a1\u2b50\u2b55\ufe0f]")
_VAGUE = re.compile(r"(?:^|_)(?:utils?|helpers?|managers?|info|misc|common)(?:_|$)")
_VAGUE_CLASS = re.compile(r"(?:Utils?|Helper|Manager|Info)$")
_LEFT_OPEN = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b")
_BOUNDS = {"ttl", "max_entries"}
_ASSERTING_CALLS = {"raises", "warns", "fail"}
_PASSING_OVER = re.compile(r"(?:^|\.)(?:skip|skipif|skipTest|xfail|importorskip)$")
_PATCHING = re.compile(
    r"^(?:unittest\.)?(?:mock\.)?patch(?:\.\w+)?$|^monkeypatch\.(?:setattr|setitem)$|(?:^|\.)(?:Magic|Async)?Mock$"
)
_SLEEPING = re.compile(r"^(?:time\.)?sleep$|\.wait_for_timeout$")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Length:
    """One function's place, name and lines, decorators not counted."""

    place: str
    name: str
    lines: int


def is_test(source: Source) -> bool:
    """Whether a file belongs to the tests, their harness included."""
    return source.path.parts[0] == "tests"


def function_lengths(found: Iterable[Source]) -> list[Length]:
    """Every function and method with the number of its lines."""
    return [
        Length(f"{source.path}:{node.lineno}", node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for source in found
        for node in functions(source)
    ]


def functions(source: Source) -> Iterator[Function]:
    """Every function and method of a file, nested ones too."""
    return (node for node in ast.walk(source.tree) if isinstance(node, Function))


def long_files(found: Iterable[Source]) -> list[str]:
    """Files over 250 lines."""
    lengths = ((source.path, len(source.text.splitlines())) for source in found)
    return [f"{path}: {lines} lines" for path, lines in lengths if lines > FILE_LINES]


def long_functions(found: Iterable[Source]) -> list[str]:
    """Functions over 40 lines, of pages over 20."""
    return [
        f"{each.place} {each.name}: {each.lines} lines"
        for each in function_lengths(found)
        if each.lines > (PAGE_FUNCTION_LINES if each.place.startswith("pages/") else FUNCTION_LINES)
    ]


def median_function(found: Iterable[Source]) -> float:
    """The median length of a function, in lines; 0 where there is none."""
    lengths = [each.lines for each in function_lengths(found)]
    return median(lengths) if lengths else 0.0


def emoji(texts: Iterable[tuple[str, str]]) -> list[str]:
    """Lines that hold an emoji, of pairs of a name and a text."""
    return [
        f"{name}:{number}"
        for name, text in texts
        for number, line in enumerate(text.splitlines(), 1)
        if _EMOJI.search(line)
    ]


def vague_names(found: Iterable[Source]) -> list[str]:
    """Modules and classes named for nothing in particular."""
    found = list(found)
    modules = [str(source.path) for source in found if any(map(_VAGUE.search, source.module.split(".")))]
    classes = [
        f"{source.path}:{node.lineno} {node.name}"
        for source in found
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef) and _VAGUE_CLASS.search(node.name)
    ]
    return modules + classes


def left_open(found: Iterable[Source]) -> list[str]:
    """Comments and texts that put something off."""
    return [
        f"{source.path}:{number}"
        for source in found
        for number, line in enumerate(source.text.splitlines(), 1)
        if _LEFT_OPEN.search(line)
    ]


def raw_html(found: Iterable[Source]) -> list[str]:
    """Calls that pass `unsafe_allow_html`."""
    return [place for place, call in _calls(found) if any(each.arg == "unsafe_allow_html" for each in call.keywords)]


def unbounded_caches(found: Iterable[Source]) -> list[str]:
    """`st.cache_data` without a time to live or a number of entries, called or as a bare decorator."""
    bare = [
        f"{source.path}:{node.lineno}"
        for source in found
        for node in functions(source)
        for each in node.decorator_list
        if not isinstance(each, ast.Call) and _name(each).rpartition(".")[2] == "cache_data"
    ]
    called = [
        place
        for place, call in _calls(found)
        if _name(call.func).rpartition(".")[2] == "cache_data" and not _BOUNDS & {each.arg for each in call.keywords}
    ]
    return bare + called


def tests_without_an_assertion(found: Iterable[Source]) -> list[str]:
    """Tests that can pass while asserting nothing, themselves or by a function of their file that they call."""
    return [place for source in found for place in _without_an_assertion(source)]


def _without_an_assertion(source: Source) -> Iterator[str]:
    tests = [node for node in functions(source) if node.name.startswith("test_")]
    by_call = _asserting_functions(source)
    return (f"{source.path}:{node.lineno} {node.name}" for node in tests if not _asserts(node, by_call))


def calls_tests_do_without(found: Iterable[Source]) -> list[str]:
    """Calls and marks that patch, skip or expect failure, and in a test a sleep; a harness may poll."""
    return [
        f"{source.path}:{node.lineno} {name}"
        for source in found
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute | ast.Name)
        and (name := _name(node))
        and any(each.search(name) for each in _banned(source))
    ]


def _banned(source: Source) -> tuple[re.Pattern[str], ...]:
    polls = not source.path.name.startswith("test_")
    return (_PASSING_OVER, _PATCHING) if polls else (_PASSING_OVER, _PATCHING, _SLEEPING)


def _calls(found: Iterable[Source]) -> Iterator[tuple[str, ast.Call]]:
    for source in found:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call):
                yield f"{source.path}:{node.lineno}", node


def _asserting_functions(source: Source) -> frozenset[str]:
    return frozenset(node.name for node in functions(source) if _asserts(node, frozenset()))


def _asserts(function: Function, by_call: frozenset[str]) -> bool:
    if any(isinstance(node, ast.Assert) for node in ast.walk(function)):
        return True
    called = {_name(node.func).rpartition(".")[2] for node in ast.walk(function) if isinstance(node, ast.Call)}
    return bool(called & (by_call | _ASSERTING_CALLS)) or any(each.startswith(("assert", "expect")) for each in called)


def _name(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            return f"{_name(value)}.{attribute}"
    return ""
