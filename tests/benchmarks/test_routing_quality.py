from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.routing_quality import apgr_by_source, evaluator_in, measure

EVALUATOR = '''
"""Counts what a score puts first."""
POOLS = {"small": ("a", "b")}
def load(split):
    return {"small": [{"id": "1", "prompt": "Who?"}, {"id": "2", "prompt": "Analyze the trade-offs step by step"}]}
def matrices(rows, pool):
    return [len(row["prompt"]) for row in rows], None
def ranking(quality, cost, score):
    return {"apgr": float((quality[0] < quality[1]) == (score[0] < score[1]))}
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of recorded outcomes, named by the environment."""
    (tmp_path / "evaluate.py").write_text(EVALUATOR)
    monkeypatch.setenv("SIGNALBOX_BENCH_DATA", str(tmp_path))
    return tmp_path


def test_each_built_in_profile_has_a_figure_over_all_questions(folder: Path) -> None:
    assert [(record.name, record.value, record.n) for record in measure()] == [
        ("routing_apgr_standard", 1.0, 2),
        ("routing_apgr_reference", 1.0, 2),
    ]


def test_the_evaluator_of_the_folder_scores(folder: Path) -> None:
    evaluator = evaluator_in(folder)
    assert apgr_by_source(lambda prompt: -len(prompt), evaluator, evaluator.load("dev")) == {"small": 0.0}


def test_without_the_folder_nothing_is_measured_and_it_says_how_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SIGNALBOX_BENCH_DATA", str(tmp_path))
    assert measure() == []
    assert "SIGNALBOX_BENCH_DATA" in capsys.readouterr().err
