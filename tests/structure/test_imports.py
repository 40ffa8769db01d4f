"""The house's directions, held against the checkout, and the reader proved on small trees that break each of them."""

from pathlib import Path

import pytest

from tests.structure.directions import MAY_IMPORT, violations
from tests.structure.sources import CHECKOUT, sources


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_every_import_points_inwards() -> None:
    assert violations(CHECKOUT) == []


def test_the_reader_sees_the_whole_checkout() -> None:
    rooms = {source.module.split(".")[0] for source in sources()}
    assert {"app", "bootstrap", "pages", "routing_core", "settings", "signalbox", "storage", "ui"} <= rooms


@pytest.mark.parametrize(
    ("importer", "statement"),
    [
        ("routing_core/decide/match.py", "from routing_core.dispatch import pricing"),
        ("routing_core/decide/match.py", "import routing_core.engine"),
        ("routing_core/decide/match.py", "import time"),
        ("routing_core/decide/match.py", "from datetime import datetime"),
        ("routing_core/dispatch/ladder.py", "from routing_core.decide import decide"),
        ("routing_core/domain.py", "from routing_core.engine import RoutingEngine"),
        ("routing_core/engine.py", "from storage import recorder"),
        ("routing_core/engine.py", "import sqlalchemy"),
        ("routing_core/evidence/backtest.py", "from routing_core.dispatch import pricing"),
        ("storage/recorder.py", "import bootstrap"),
        ("storage/recorder.py", "import streamlit as st"),
        ("storage/recorder.py", "from starlette.requests import Request"),
        ("ui/shell.py", "from storage import metrics"),
        ("ui/shell.py", "from routing_core.engine import RoutingEngine"),
        ("pages/playground.py", "import bootstrap"),
        ("pages/playground.py", "from sqlalchemy import select"),
        ("gateway/chat.py", "from ui import words"),
        ("gateway/chat.py", "import streamlit"),
        ("simulator/app.py", "from routing_core import domain"),
        ("settings.py", "from routing_core.domain import Tier"),
        ("signalbox.py", "from storage import engine"),
        ("attic.py", "import settings"),
    ],
)
def test_an_import_against_the_directions_is_named(tmp_path: Path, importer: str, statement: str) -> None:
    tree(tmp_path, {importer: f"{statement}\n"})
    (only,) = violations(tmp_path)
    assert only.startswith(f"{importer}:1 ")


@pytest.mark.parametrize(
    ("importer", "statement"),
    [
        ("app.py", "from ui import shell"),
        ("bootstrap/opening.py", "from storage.engine import open_engine"),
        ("routing_core/engine.py", "from routing_core.dispatch.ladder import climb"),
        ("routing_core/evidence/backtest.py", "from routing_core.decide import decide"),
        ("simulator/app.py", "from simulator.chat import chat"),
        ("storage/recorder.py", "from routing_core.outcome import Outcome"),
    ],
)
def test_an_import_along_the_directions_is_not_named(tmp_path: Path, importer: str, statement: str) -> None:
    assert violations(tree(tmp_path, {importer: f"{statement}\n"})) == []


@pytest.mark.parametrize(
    "text",
    [
        "import litellm\n",
        "from litellm.router import Router\n",
        "def go():\n    import litellm\n",
        "import importlib\n\n\ndef go():\n    return importlib.import_module('litellm')\n",
    ],
)
def test_litellm_is_known_by_its_client_alone(tmp_path: Path, text: str) -> None:
    assert len(violations(tree(tmp_path, {"routing_core/dispatch/ladder.py": text}))) == 1


def test_the_client_imports_litellm_only_where_it_is_used(tmp_path: Path) -> None:
    text = "import litellm\n\n\ndef go():\n    import litellm\n"
    (only,) = violations(tree(tmp_path, {"routing_core/dispatch/litellm_client.py": text}))
    assert ":1 " in only


@pytest.mark.parametrize("room", ["pages/requests.py", "ui/request_list.py", "gateway/chat.py", "signalbox.py"])
@pytest.mark.parametrize(
    ("definition", "violated"),
    [
        ("@dataclass(frozen=True)\nclass Row: ...\n", 0),
        ("@dataclasses.dataclass\nclass Row: ...\n", 0),
        ("class Row(StrEnum): ...\n", 0),
        ("class Row(BaseModel): ...\n", 0),
        ("class Base(Exception): ...\nclass Row(Base): ...\n", 0),
        ("Row: TypeAlias = str\n", 0),
        ("Row = 3\n", 0),
        ("class Row: ...\n", 1),
        ("def Row(): ...\n", 1),
        ("async def Row(): ...\n", 1),
    ],
)
def test_the_outer_rooms_take_nouns_from_within_and_nothing_that_acts(
    tmp_path: Path, room: str, definition: str, violated: int
) -> None:
    tree(tmp_path, {room: "from storage.request_log import Row\n", "storage/request_log.py": definition})
    assert len(violations(tmp_path)) == violated


def test_a_noun_offered_on_by_another_module_is_a_noun(tmp_path: Path) -> None:
    files = {
        "ui/marks.py": "from routing_core.decide import Document\nfrom routing_core.decide import load\n",
        "routing_core/decide/__init__.py": "from routing_core.decide.document import Document, load\n",
        "routing_core/decide/document.py": "class Document(BaseModel): ...\ndef load(): ...\n",
    }
    (only,) = violations(tree(tmp_path, files))
    assert only.startswith("ui/marks.py:2 ")


@pytest.mark.parametrize("module", ["benchmarks/speed.py", "gateway/litellm_hook.py", "tests/test_contract.py"])
def test_the_hook_and_the_benchmarks_may_import_litellm(tmp_path: Path, module: str) -> None:
    assert violations(tree(tmp_path, {module: "import litellm\n"})) == []


def test_a_name_taken_from_a_package_counts_as_the_module_it_is(tmp_path: Path) -> None:
    tree(tmp_path, {"ui/shell.py": "from routing_core import engine\n", "routing_core/engine.py": ""})
    assert [line.split(" -> ")[1] for line in violations(tmp_path)] == [
        "routing_core.engine: ui may take nouns from there, and this is none"
    ]


def test_only_what_shows_or_proves_the_house_may_know_all_of_it() -> None:
    assert {room for room, known in MAY_IMPORT.items() if "*" in known} == {"benchmarks", "docs", "tests"}
