"""`python -m signalbox keep`, in this process."""

from __future__ import annotations

from io import BytesIO, StringIO
from pathlib import Path

import pytest

from signalbox import build_parser


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALBOX_HOME", str(tmp_path))
    monkeypatch.setenv("SIGNALBOX_KEEP", "redacted")
    monkeypatch.setenv("SIGNALBOX_KEEP_PROMPT_DAYS", "30")
    monkeypatch.delenv("SIGNALBOX_DATABASE_URL", raising=False)


def keep(*options: str) -> list[str]:
    parsed = build_parser().parse_args(["keep", *options])
    target = StringIO()
    assert parsed.run(parsed, BytesIO(), target) == 0
    return [" ".join(line.split()) for line in target.getvalue().splitlines()]


def test_it_prints_what_is_in_force() -> None:
    assert keep() == ["everywhere else redacted texts for 30 days, requests for ever"]


def test_what_is_not_given_stays_as_it_is() -> None:
    keep("--app", "web", "--level", "full", "--metadata-days", "400")
    assert keep("--app", "web", "--prompt-days", "0")[1:] == ["web full texts for ever, requests for 400 days"]
    assert keep("--app", "", "--level", "metadata")[1] == "(no app) metadata no texts, requests for ever"


def test_an_app_goes_back_to_what_is_kept_everywhere() -> None:
    keep("--app", "web", "--level", "full")
    assert len(keep("--app", "web", "--default")) == 1


def test_a_change_names_its_app(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        keep("--level", "full")
    assert "--app" in capsys.readouterr().err
