"""`.env.example` names every setting and every key, and nothing else."""

import re

from settings import Settings
from tests.structure.sources import CHECKOUT

NAMED = set(re.findall(r"^#([A-Z_]+)=", (CHECKOUT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))


def test_every_setting_is_in_it() -> None:
    assert {name for name in NAMED if name.startswith("SIGNALBOX_")} == {
        f"SIGNALBOX_{field.upper()}" for field in Settings.model_fields
    }


def test_every_key_of_the_catalog_is_in_it() -> None:
    catalog = (CHECKOUT / "signalbox.yaml").read_text(encoding="utf-8")
    assert {name for name in NAMED if name.endswith("_API_KEY")} == set(
        re.findall(r"os\.environ/(\w+_API_KEY)", catalog)
    )
