"""`python -m signalbox keep`, in this process."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path

import pytest

from signalbox import build_parser
from storage.engine import open_database
from storage.keeping.turn import Turn


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
    *rules, retention = [" ".join(line.split()) for line in target.getvalue().splitlines()]
    assert retention.startswith("Retention: not run yet")
    return rules


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


def test_it_says_what_was_deleted_last(tmp_path: Path) -> None:
    keep()
    with closing(open_database(f"sqlite:///{tmp_path / 'signalbox.db'}")) as database:
        turn = Turn(database)
        turn.take(datetime.now(UTC))
        turn.end(datetime(2026, 3, 1, 9, 0, tzinfo=UTC), datetime(2026, 3, 1, 9, 5, tzinfo=UTC), 1_200, 7)
    parsed = build_parser().parse_args(["keep"])
    target = StringIO()
    parsed.run(parsed, BytesIO(), target)
    told = target.getvalue().splitlines()[-1]
    assert told == ("Retention: last at 2026-03-01 09:05 UTC, 1,200 requests and 7 texts deleted; next at 10:05 UTC.")
