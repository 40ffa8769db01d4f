"""`python -m signalbox classify`: what comes in and goes out, and once as a shell sees it."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from settings import CHECKOUT
from signalbox import build_parser

VECTORS = CHECKOUT / "tests" / "data" / "reference-vectors.jsonl"


def classify(given: bytes, *options: str) -> tuple[int, list[dict[str, object]]]:
    """As the command does it, in this process."""
    parsed = build_parser().parse_args(["classify", *options])
    target = StringIO()
    status: int = parsed.run(parsed, BytesIO(given), target)
    return status, [json.loads(line) for line in target.getvalue().splitlines()]


def classified_by_a_shell(given: bytes, *options: str) -> tuple[int, list[dict[str, object]]]:
    done = subprocess.run(
        [sys.executable, "-m", "signalbox", "classify", *options],
        input=given,
        capture_output=True,
        cwd=CHECKOUT,
        check=False,
        timeout=60,
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def lines(*records: object) -> bytes:
    return "\n".join(json.dumps(record) for record in records).encode()


def test_the_reference_profile_answers_every_vector_in_order() -> None:
    expected = [json.loads(line) for line in VECTORS.read_text().splitlines()]
    status, answers = classified_by_a_shell(VECTORS.read_bytes(), "--heuristics", "reference")
    assert status == 0
    assert [(a["tier"], a["reason"]) for a in answers] == [(e["tier"], e["reason"]) for e in expected]
    assert [a["confidence"] for a in answers] == pytest.approx([e["confidence"] for e in expected], abs=1e-9)


def test_an_answer_has_the_published_fields() -> None:
    _, (answer,) = classify(lines({"id": 7, "query": "Compare two ways to keep stock"}))
    assert set(answer) == {"id", "tier", "reason", "confidence", "score", "margin", "signals"}
    assert answer["id"] == 7


def test_a_bad_line_is_named_and_harms_no_other() -> None:
    given = b"\n".join(
        [
            lines({"id": "a", "query": "hello"}),
            b"not json",
            lines({"id": "c"}),
            lines({"id": "d", "query": 5}),
            lines([1, 2]),
            b'{"id": "f", "query": "\xff"}',
            lines({"id": "g", "messages": []}),
            lines({"id": "h", "query": "thanks", "task_type": "no such task"}),
            lines({"id": "i", "query": "hello"}),
        ]
    )
    status, answers = classify(given)
    assert status == 1
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, True, True, True, False]
    assert [answer["id"] for answer in answers] == ["a", None, "c", "d", None, None, "g", "h", "i"]


def test_an_error_says_on_which_line_and_what_to_do() -> None:
    _, answers = classify(lines({"id": 1, "query": "hi"}, {"id": 2, "query": "hi", "messages": [{"role": "user"}]}))
    assert "line 2" in str(answers[1]["error"])
    assert "either query or messages" in str(answers[1]["error"])


def test_blank_lines_are_no_records() -> None:
    status, answers = classify(b"\n" + lines({"query": "hi"}) + b"\n\n")
    assert (status, len(answers)) == (0, 1)


def test_a_follow_up_keeps_the_tier_of_its_conversation() -> None:
    hard = "Compare three architectures for an event-sourced ledger, evaluate the trade-offs and design the schema."
    messages = [
        {"role": "user", "content": hard},
        {"role": "assistant", "content": "First, consider the log."},
        {"role": "user", "content": "go on"},
    ]
    _, (first, follow_up) = classify(lines({"query": hard}, {"messages": messages}))
    assert first["tier"] == follow_up["tier"] == "frontier"


def test_a_task_type_takes_the_classifiers_place() -> None:
    _, (answer,) = classify(lines({"messages": [{"role": "user", "content": "hm"}], "task_type": "translation"}))
    assert (answer["tier"], answer["reason"]) == ("cheap", "task_type")


def test_heuristics_can_be_a_file(tmp_path: Path) -> None:
    document = CHECKOUT / "routing_core" / "decide" / "profiles" / "reference.yaml"
    copy = tmp_path / "mine.yaml"
    copy.write_text(document.read_text())
    _, (answer,) = classify(lines({"query": "define a word"}), "--heuristics", str(copy))
    assert answer["reason"] == "cheap_keywords"


def test_a_missing_heuristics_file_is_a_clear_error(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "signalbox", "classify", "--heuristics", str(tmp_path / "none.yaml")],
        input=b"",
        capture_output=True,
        cwd=CHECKOUT,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert b"none.yaml" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("identity", ["NaN", "-Infinity", "1e999"])
def test_what_json_cannot_hold_is_a_bad_line(identity: str) -> None:
    status, (answer,) = classify(f'{{"id": {identity}, "query": "Hello"}}'.encode())
    assert (status, answer["id"]) == (1, None)
    assert "no JSON" in str(answer["error"])


def test_figures_are_printed_without_the_noise_of_floating_point() -> None:
    _, answers = classify(lines({"query": "hello there"}, {"query": "thanks!"}))
    figures = [answer[name] for answer in answers for name in ("confidence", "score", "margin")]
    assert all(len(str(figure)) < 8 for figure in figures), figures
