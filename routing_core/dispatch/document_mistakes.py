"""What is wrong with the text of a catalog, each mistake with its line and key, and never with a value. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from routing_core.domain import Json
from routing_core.yaml_places import Loc, misspelt, nearest, place_of, repeated_key


@dataclass(frozen=True, slots=True)
class Part:
    """One mapping of the file: the way to it, its keys as written, and the model that reads it."""

    loc: Loc
    keys: tuple[str, ...]
    model: type[BaseModel]

    @property
    def known(self) -> frozenset[str]:
        """The keys that are read."""
        return frozenset(name for name, told in self.model.model_fields.items() if not told.exclude)

    @property
    def is_open(self) -> bool:
        """Whether it may hold others as well, which are LiteLLM's."""
        return self.model.model_config.get("extra") != "forbid"


def part(loc: Loc, value: Json, model: type[BaseModel]) -> Iterator[Part]:
    """The part that a value is; none where it is no mapping, which the model then says."""
    if isinstance(value, Mapping):
        yield Part(loc, tuple(map(str, value)), model)


def mistakes_in(root: yaml.Node, parts: Sequence[Part], invalid: ValidationError | None) -> list[str]:
    """Every mistake in words, in the order of the lines.

    A misspelt key is told once, where it stands, and not as the missing of the key that it was meant to be.
    """
    meant = {(*each.loc, key): near for each in parts for key, near in _unknown(each)}
    told_by_now = {(*loc[:-1], near) for loc, near in meant.items()} | meant.keys()
    found = [_told(loc, root, f"unknown key{_nearest(near)}") for loc, near in meant.items()]
    twice = repeated_key(root)
    if twice is not None:
        found.append((twice.line, f"line {twice.line}: the key {twice.keys[-1]!r} is there twice; keep one"))
    errors = invalid.errors(include_input=False, include_url=False) if invalid is not None else ()
    found += [_told(error["loc"], root, error["msg"]) for error in errors if not _is_among(error, told_by_now)]
    return [told for _, told in sorted(found)]


def _unknown(of: Part) -> Iterator[tuple[str, str]]:
    """The keys that should not be there, and the known one that each is nearest to, empty where none is."""
    free = of.known - set(of.keys)
    for key in of.keys:
        if key in of.known:
            continue
        meant = misspelt(key, free) if of.is_open else nearest(key, of.known) or ""
        if meant is not None:
            yield key, meant


def _is_among(error: ErrorDetails, told: set[Loc]) -> bool:
    return error["type"] in {"missing", "extra_forbidden"} and error["loc"] in told


def _nearest(known: str) -> str:
    return f"; the nearest known key is {known!r}" if known else ""


def _told(loc: Loc, root: yaml.Node, reason: str) -> tuple[int, str]:
    place = place_of(loc, root)
    keys = tuple(map(str, place.keys))
    match loc:
        case ("model_list", int(entry), *_):
            where = [f"entry {entry + 1}", ".".join(keys[2:])]
        case _:
            where = [".".join(keys)]
    return place.line, f"line {place.line}, {', '.join(filter(None, where)) or 'the file'}: {reason}"
