from __future__ import annotations

import pytest
import yaml

from routing_core.yaml_places import Loc, Place, misspelt, nearest, place_of, repeated_key

TEXT = """list:
  - name: a
    inside:
      deep: 1
  - name: b
"""
KNOWN = ("model_list", "router_settings", "api_base", "id", "model")


def root(text: str) -> yaml.Node:
    found = yaml.compose(text, Loader=yaml.SafeLoader)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("loc", "place"),
    [
        (("list", 0, "inside", "deep"), Place(4, 7, ("list", 0, "inside", "deep"))),
        (("list", 1, "missing"), Place(5, 5, ("list", 1, "missing"))),
        (("list", "a-tag-of-pydantic", 1, "name"), Place(5, 5, ("list", 1, "name"))),
        ((), Place(1, 1, ())),
    ],
)
def test_a_value_is_found_or_the_place_nearest_to_it(loc: Loc, place: Place) -> None:
    assert place_of(loc, root(TEXT)) == place


def test_a_key_that_its_mapping_has_already_is_found_wherever_it_stands() -> None:
    assert repeated_key(root("a: 1\nb:\n  - {c: 1}\n  - {c: 1,\n     c: 2}\n")) == Place(5, 6, ("c",))
    assert repeated_key(root(TEXT)) is None


def test_an_alias_to_what_it_stands_in_is_walked_once() -> None:
    assert repeated_key(root("a: &a {b: *a}\n")) is None


@pytest.mark.parametrize(("key", "known"), [("model_lst", "model_list"), ("base", "api_base"), ("zzz", None)])
def test_the_nearest_key_is_the_one_that_resembles_most(key: str, known: str | None) -> None:
    assert nearest(key, KNOWN) == known


@pytest.mark.parametrize(
    ("key", "meant"),
    [("modle", "model"), ("api_bas", "api_base"), ("router_setings", "router_settings"), ("mdel_lits", "model_list")],
)
def test_a_slip_of_the_keys_is_told(key: str, meant: str) -> None:
    assert misspelt(key, KNOWN) == meant


@pytest.mark.parametrize("key", ["base", "api_version", "is", "model", "router_groups"])
def test_what_may_be_anothers_key_is_none(key: str) -> None:
    assert misspelt(key, KNOWN) is None
