"""The shape every file keeps, held against the checkout, and each measure proved on a small file that breaks it."""

import ast
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.structure import shape
from tests.structure.sources import CHECKOUT, Source, sources

Measure = Callable[[Iterable[Source]], list[str]]
SUFFIXES = {".py", ".yaml", ".toml", ".md", ".js", ".css", ".html"}
NOT_SHOWN = {".venv", ".venv-litellm-proxy", "node_modules", ".git", "var", "tests", "static"}
EVERYWHERE: tuple[Measure, ...] = (
    shape.long_files,
    shape.long_functions,
    shape.vague_names,
    shape.left_open,
    shape.raw_html,
    shape.unbounded_caches,
)
IN_TESTS: tuple[Measure, ...] = (shape.tests_without_an_assertion, shape.calls_tests_do_without)


def written(text: str, path: str = "tests/test_shown.py") -> list[Source]:
    return [Source(Path(path), path.removesuffix(".py").replace("/", "."), text, ast.parse(text))]


def function_of(lines: int) -> str:
    return "def run() -> None:\n" + "    pass\n" * (lines - 1)


@pytest.mark.parametrize("measure", EVERYWHERE, ids=lambda measure: measure.__name__)
def test_no_file_breaks_it(measure: Measure) -> None:
    assert measure(sources()) == []


@pytest.mark.parametrize("measure", IN_TESTS, ids=lambda measure: measure.__name__)
def test_no_test_breaks_it(measure: Measure) -> None:
    assert measure([source for source in sources() if shape.is_test(source)]) == []


def test_the_median_function_is_short() -> None:
    assert 0 < shape.median_function(source for source in sources() if not shape.is_test(source)) < shape.MEDIAN_LINES


def test_nothing_that_is_shown_or_read_holds_an_emoji() -> None:
    rooms = [room for room in CHECKOUT.iterdir() if room.name not in NOT_SHOWN]
    ours = [path for room in rooms for path in (room, *room.rglob("*")) if path.suffix in SUFFIXES]
    texts = [(str(path), path.read_text(encoding="utf-8")) for path in ours]
    assert (len(texts) > 0, shape.emoji(texts)) == (True, [])


def test_a_file_of_251_lines_is_named_and_one_of_250_is_not() -> None:
    assert [shape.long_files(written("x = 1\n" * lines)) for lines in (250, 251)] == [
        [],
        ["tests/test_shown.py: 251 lines"],
    ]


@pytest.mark.parametrize(
    ("path", "lines", "named"),
    [("ui/shown.py", 40, 0), ("ui/shown.py", 41, 1), ("pages/shown.py", 20, 0), ("pages/shown.py", 21, 1)],
)
def test_a_function_is_named_from_its_room_s_bound_on(path: str, lines: int, named: int) -> None:
    assert len(shape.long_functions(written(function_of(lines), path))) == named


def test_the_median_counts_each_function_once() -> None:
    assert shape.median_function(written("".join(map(function_of, (2, 4, 30))))) == 4


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        (shape.left_open, "x = 1  # TO" + "DO: later\n"),
        (shape.raw_html, "st.markdown(text, unsafe_allow_html=True)\n"),
        (shape.unbounded_caches, "@st.cache_data\ndef rows(): ...\n"),
        (shape.unbounded_caches, "@st.cache_data(show_spinner=False)\ndef rows(): ...\n"),
        (shape.vague_names, "class RouterManager: ...\n"),
        (shape.tests_without_an_assertion, "def test_nothing():\n    run()\n"),
        (shape.calls_tests_do_without, "time.sleep(1)\n"),
        (shape.calls_tests_do_without, "page.wait_for_timeout(100)\n"),
        (shape.calls_tests_do_without, "monkeypatch.setattr(storage, 'x', 1)\n"),
        (shape.calls_tests_do_without, "with mock.patch('storage.engine'): ...\n"),
        (shape.calls_tests_do_without, "with patch.object(storage, 'x'): ...\n"),
        (shape.calls_tests_do_without, "@pytest.mark.skipif(True, reason='')\ndef test_x(): ...\n"),
        (shape.calls_tests_do_without, "pytest.xfail('later')\n"),
        (shape.calls_tests_do_without, "pytest.importorskip('redis')\n"),
    ],
)
def test_what_breaks_a_measure_is_named(measure: Measure, text: str) -> None:
    assert measure(written(text)) != []


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        (shape.unbounded_caches, "@st.cache_data(ttl=60)\ndef rows(): ...\n"),
        (shape.tests_without_an_assertion, "def test_refusal():\n    with pytest.raises(ValueError):\n        run()\n"),
        (shape.tests_without_an_assertion, "def test_page(page):\n    expect(page).to_have_title('x')\n"),
        (shape.tests_without_an_assertion, "def refused():\n    assert run()\ndef test_it():\n    refused()\n"),
        (shape.calls_tests_do_without, "done.wait(timeout=1)\n"),
    ],
)
def test_what_keeps_a_measure_is_not_named(measure: Measure, text: str) -> None:
    assert measure(written(text)) == []


def test_a_harness_may_poll() -> None:
    assert shape.calls_tests_do_without(written("time.sleep(0.01)\n", "tests/storage/waiting.py")) == []


@pytest.mark.parametrize("path", ["storage/utils.py", "ui/page_helpers.py", "gateway/info.py"])
def test_a_module_named_for_nothing_is_named(path: str) -> None:
    assert shape.vague_names(written("x = 1\n", path)) == [path]


def test_an_emoji_is_named_and_typography_is_not() -> None:
    texts = [("a.md", "fine – “so” → …\nnot fine \U0001f680\n")]
    assert shape.emoji(texts) == ["a.md:2"]
