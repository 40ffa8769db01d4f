from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml
from pydantic import BaseModel

from routing_core.decide.heuristics import (
    BUILTIN_NAMES,
    HeuristicsDocument,
    builtin,
    compile_heuristics,
    dump_document,
    load_document,
)
from routing_core.domain import Policy

TEXT = (Path(__file__).parents[2] / "docs" / "heuristics.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def keys_of(annotation: object) -> Iterator[str]:
    """Every key that a part of the document may have, its parts' too."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield name
            yield from keys_of(field.annotation)
    else:
        for inner in get_args(annotation):
            yield from keys_of(inner)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: "".join(example.split()[:3]))
def test_every_example_can_be_used_merged_over_the_default(example: str) -> None:
    values = yaml.safe_load(dump_document(builtin("standard").document))
    for part, given in yaml.safe_load(example).items():
        merges = part in {"keywords", "code_patterns", "tasks"}
        values[part] = {**values[part], **given} if merges else given
    document = load_document(yaml.safe_dump(values, allow_unicode=True))
    assert compile_heuristics(document, "example").version == "example"


def test_every_part_has_an_example() -> None:
    shown = {part for example in EXAMPLES for part in yaml.safe_load(example)}
    assert shown == set(HeuristicsDocument.model_fields) - {"name", "description"}


def test_every_key_is_explained() -> None:
    explained = set(re.findall(r"`([a-z_]+)`", TEXT)) | set(re.findall(r"(\w+):", "".join(EXAMPLES)))
    assert set(keys_of(HeuristicsDocument)) - explained == set()


def test_every_policy_is_named_in_the_order_it_is_asked() -> None:
    order = re.findall(r"`(\w+)`", TEXT[TEXT.index("The **policies**") : TEXT.index("A forced tier ends")])
    assert order == [policy.value for policy in Policy]


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_the_built_in_profiles_are_named(name: str) -> None:
    assert f"`{name}`" in TEXT
