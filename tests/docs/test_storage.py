from __future__ import annotations

from settings import CHECKOUT
from storage.tables import metadata


def test_every_table_is_told_of() -> None:
    rows = [line for line in (CHECKOUT / "docs" / "storage.md").read_text().splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in row.split("|")[1].replace("`", "").replace(",", " ").split()}
    assert set(metadata.tables) <= told
