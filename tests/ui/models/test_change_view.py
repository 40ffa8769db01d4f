from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from routing_core.dispatch.catalog_change import Difference, Part
from routing_core.dispatch.reloading import CatalogChange, Loaded
from ui.models.change_view import change_groups, changed_sentence, count, loaded_sentence

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY = Difference(Part.KEY, "OPENAI_API_KEY", "", "not set", "set")
FIELD = Difference(Part.DEPLOYMENT, "luna", "window", "unknown", "8,192 tokens")
ADDED = Difference(Part.DEPLOYMENT, "sol", "", None, "openai/gpt-6.1-sol in mid")
NEW = Difference(Part.FINDING, "", "", None, "Tier mid depends on openai alone.")
FOUR = CatalogChange((FIELD, ADDED, KEY, NEW))


def test_differences_stand_under_their_headings_in_words() -> None:
    groups = {
        group.title: [(line.subject, line.before, line.after) for line in group.lines] for group in change_groups(FOUR)
    }
    assert groups == {
        "Deployments": [
            ("luna, window", "unknown", "8,192 tokens"),
            ("sol added: openai/gpt-6.1-sol in mid", None, None),
        ],
        "Keys": [("OPENAI_API_KEY", "not set", "set")],
        "Findings": [("New: Tier mid depends on openai alone.", None, None)],
    }


def test_what_goes_is_told_as_gone() -> None:
    gone = CatalogChange(
        (Difference(Part.DEPLOYMENT, "sol", "", "m in mid", None), Difference(Part.FINDING, "", "", "Old.", None))
    )
    assert [line.subject for group in change_groups(gone) for line in group.lines] == [
        "sol removed: m in mid",
        "Gone: Old.",
    ]


def test_what_changed_on_disk_is_named_and_counted() -> None:
    assert changed_sentence(FOUR, "signalbox.yaml") == "signalbox.yaml changed on disk: 4 differences."
    assert changed_sentence(CatalogChange((KEY,)), "signalbox.yaml") == ".env changed on disk: 1 difference."
    assert changed_sentence(CatalogChange(), "signalbox.yaml") is None


def test_nothing_has_no_groups() -> None:
    assert (change_groups(CatalogChange()), count(CatalogChange())) == ((), "0 differences")


def test_who_loaded_what_is_in_use_and_when() -> None:
    loaded = Loaded(NOW - timedelta(minutes=5), "ada")
    told = loaded_sentence(loaded, "signalbox.yaml", ZoneInfo("UTC"), NOW)
    assert told == "signalbox.yaml as loaded by ada, 5 min ago (2026-11-23 08:55:00)."
    assert "at the start" in loaded_sentence(Loaded(NOW, None), "signalbox.yaml", ZoneInfo("UTC"), NOW)
