from __future__ import annotations

from datetime import timedelta

import pytest

from storage.keeping.rules import FOR_EVER, Kept, Level, Rule
from storage.keeping.turn import RetentionStatus
from tests.ui.gateway.keys import NOW
from ui.gateway.kept_rows import apps_of, retention_told, rows_of, rule_of
from ui.models.cells import Cell, Tone

DEFAULT = Kept(Level.FULL, 30, None)
HOUR_AGO = NOW - timedelta(hours=1)


def test_without_a_rule_one_line_tells_what_holds_everywhere() -> None:
    (row,) = rows_of(DEFAULT, (), NOW)
    assert (row.app, row.level.text, row.texts, row.requests) == (
        "everywhere",
        "full",
        Cell("30 days"),
        Cell("for ever"),
    )


def test_a_rule_tells_its_own_and_dims_what_is_as_everywhere() -> None:
    row, everywhere = rows_of(DEFAULT, [Rule("web", Level.REDACTED, None, 1, "ann", HOUR_AGO)], NOW)
    assert (row.level.tone, row.texts, row.requests) == (Tone.PLAIN, Cell("30 days", tone=Tone.DIM), Cell("1 day"))
    assert (row.changed, everywhere.app) == ("ann, 1 h ago", "everywhere else")


def test_for_ever_is_kept_although_the_default_lets_go() -> None:
    row, _ = rows_of(DEFAULT, [Rule("", None, FOR_EVER, None, "ann", HOUR_AGO)], NOW)
    assert (row.app, row.texts) == ("(no app)", Cell("for ever"))


def test_where_no_text_is_kept_no_days_are_told_of_it() -> None:
    row, _ = rows_of(DEFAULT, [Rule("web", Level.METADATA, 5, None, "ann", HOUR_AGO)], NOW)
    assert row.texts.text == "none kept"


def test_each_app_is_offered_once_by_name_and_the_nameless_last() -> None:
    assert apps_of(["web", ""], ["Batch", "web"], []) == ("Batch", "web", "")


def test_an_app_without_a_rule_has_one_that_changes_nothing() -> None:
    own = Rule("web", Level.REDACTED)
    assert [rule_of(app, [own]) for app in ("web", "batch")] == [own, Rule("batch")]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (RetentionStatus(running=False), "Nothing was looked through"),
        (RetentionStatus(running=True), "What is too old is being deleted now."),
        (
            RetentionStatus(False, HOUR_AGO, HOUR_AGO, 1, 3),
            "The last deletion was 1 h ago: 1 request and the texts of 3 more.",
        ),
        (
            RetentionStatus(True, HOUR_AGO, HOUR_AGO, 0, 0),
            "being deleted now. The last deletion was 1 h ago: nothing was",
        ),
    ],
)
def test_the_last_deletion_is_told(status: RetentionStatus, told: str) -> None:
    assert told in retention_told(status, NOW)
