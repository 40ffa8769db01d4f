"""What is installed is pinned exactly, and every direct dependency says why it is here."""

import re
from pathlib import Path

import pytest

from tests.structure.sources import CHECKOUT

PIN = re.compile(r"^[A-Za-z0-9._-]+(?:\[[a-z,-]+\])?==[0-9][\w.+!]*(?: ; .+)?$")
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def requirements(text: str) -> list[str]:
    """Lines that name a distribution: no comments, no options."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def names(text: str) -> set[str]:
    return {match.group().lower() for line in requirements(text) if (match := NAME.match(line))}


def unpinned(text: str) -> list[str]:
    return [line for line in requirements(text) if not PIN.match(line)]


def read(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_list_holds_exact_pins_only(name: str) -> None:
    assert (len(requirements(read(name))) > 0, unpinned(read(name))) == (True, [])


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_direct_dependency_is_pinned(name: str) -> None:
    assert names(read(f"{name}.in")) - names(read(f"{name}.txt")) == set()


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_direct_dependency_has_its_line_in_the_decisions(name: str) -> None:
    told = set(re.findall(r"^\| `([^`]+)` \|", read("docs/decisions.md").lower(), re.MULTILINE))
    assert names(read(name)) - told == set()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_a_distribution_in_both_lists_has_one_version(name: str) -> None:
    other = {"requirements.txt": "requirements-dev.txt", "requirements-dev.txt": "requirements.txt"}[name]
    shared = names(read(name)) & names(read(other))
    mine = {line for line in requirements(read(name)) if names(line) <= shared}
    assert mine <= set(requirements(read(other)))


@pytest.mark.parametrize(
    "line", ["httpx", "httpx>=0.28", "httpx~=0.28.1", "httpx==0.28.*", "git+https://example.com/x"]
)
def test_a_loose_pin_is_named(line: str) -> None:
    assert unpinned(f"{line}\n") == [line]


@pytest.mark.parametrize("name", ["CHANGELOG.md", "LICENSE", "README.md", ".env.example"])
def test_what_a_stranger_looks_for_is_there(name: str) -> None:
    assert Path(CHECKOUT / name).stat().st_size > 0
