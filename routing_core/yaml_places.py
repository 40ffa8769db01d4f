"""Where in a YAML text a value stands, and which known key a misspelt one is nearest to: for refusals. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

import yaml

Loc: TypeAlias = tuple[int | str, ...]
"""The way to a value, keys and places in lists, as pydantic tells it."""

_FEW_CHARACTERS: Final = 8
_SHORTEST: Final = 4


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a value stands in a text, line and column counted from 1, and the keys that lead there."""

    line: int
    column: int
    keys: Loc


def place_of(loc: Loc, root: yaml.Node) -> Place:
    """The place nearest to `loc`, with the keys as they are written (pydantic puts a union's tag among them)."""
    node, mark, keys = root, root.start_mark, list[int | str]()
    for step in loc:
        found = _child(node, step)
        if found is not None:
            key, node = found
            mark = key.start_mark
            keys.append(step)
    if loc and (not keys or keys[-1] != loc[-1]):
        keys.append(loc[-1])  # a key that is missing has no node
    return Place(mark.line + 1, mark.column + 1, tuple(keys))


def repeated_key(root: yaml.Node) -> Place | None:
    """The first key that its mapping has already; YAML would silently take the later value."""
    for node in _mappings(root):
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                return Place(key.start_mark.line + 1, key.start_mark.column + 1, (str(key.value),))
            seen.add(str(key.value))
    return None


def nearest(key: str, known: Iterable[str]) -> str | None:
    """The known key that an unknown one resembles most; None where it resembles none."""
    return next(iter(difflib.get_close_matches(key, sorted(known), n=1, cutoff=0.5)), None)


def misspelt(key: str, known: Iterable[str]) -> str | None:
    """The known key that `key` differs from by a slip of the keys: a letter or two left out, added, or exchanged.

    None where it may well be another's key: for mappings in which not every key is ours.
    """
    meant = nearest(key, known)
    if meant is None or meant == key or min(len(key), len(meant)) < _SHORTEST:
        return None
    same = sum(block.size for block in difflib.SequenceMatcher(None, key, meant, autojunk=False).get_matching_blocks())
    most = 2 if len(meant) < _FEW_CHARACTERS else 3
    return meant if len(key) + len(meant) - 2 * same <= most else None


def _mappings(root: yaml.Node) -> Iterator[yaml.MappingNode]:
    """Every mapping once, in the order of the lines, however often an alias names it."""
    waiting, known = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in known or not isinstance(node, yaml.CollectionNode):
            continue
        known.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield node
            waiting += [value for _, value in reversed(node.value)]
        else:
            waiting += reversed(node.value)


def _child(node: yaml.Node, step: int | str) -> tuple[yaml.Node, yaml.Node] | None:
    """The node that says where the value at `step` begins, and the value's own."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if str(key.value) == str(step):
                return key, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None
