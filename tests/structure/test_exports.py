"""Every table leaves the console through the one function that defuses formulas."""

import re

from tests.structure.sources import sources

THE_ONE = "ui.export.csv_text"
OTHER_WAYS = re.compile(r"\bcsv\.(?:writer|DictWriter)\b|\.to_csv\(|\bst\.(?:dataframe|data_editor)\(")


def other_ways(texts: dict[str, str]) -> list[str]:
    """The modules that write a table by themselves, or draw one that the browser offers as a file."""
    return [name for name, text in texts.items() if name != THE_ONE and OTHER_WAYS.search(text)]


def test_there_is_no_other_way_to_a_csv() -> None:
    texts = {source.module: source.text for source in sources() if not source.module.startswith("tests.")}
    assert THE_ONE in texts
    assert other_ways(texts) == []


def test_another_way_is_named() -> None:
    texts = {"a": "csv.writer(file)", "b": "frame.to_csv()", "c": "st.dataframe(rows)", "d": "csv.reader(file)"}
    assert other_ways(texts) == ["a", "b", "c"]
