"""What a module offers as nouns: dataclasses, enumerations, documents, errors, protocols, aliases and constants."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from tests.structure.sources import Source, imports

Definition: TypeAlias = ast.ClassDef | ast.Assign | ast.AnnAssign

_BASES = {
    *("Enum", "StrEnum", "IntEnum", "BaseModel", "NamedTuple", "TypedDict", "Protocol"),
    *("Exception", "ValueError", "LookupError", "RuntimeError"),
}


@dataclass(frozen=True, slots=True)
class _Offer:
    """What one module defines at its top, and which names it takes from which modules."""

    defined: Mapping[str, Definition]
    taken: tuple[tuple[str, str], ...]


def nouns(found: Iterable[Source]) -> Mapping[str, frozenset[str]]:
    """Per module the nouns that it defines, or takes from another of `found` and offers on."""
    offers = {source.module: _offer(source) for source in found}
    return {
        module: frozenset(
            name for name in {*offer.defined, *(name for _, name in offer.taken)} if _is_noun(offers, module, name)
        )
        for module, offer in offers.items()
    }


def _offer(source: Source) -> _Offer:
    return _Offer(_definitions(source), tuple((each.module, each.name) for each in imports(source) if each.name))


def _is_noun(offers: Mapping[str, _Offer], module: str, name: str) -> bool:
    if module not in offers:
        return False
    defined = offers[module].defined.get(name)
    if defined is None:
        return any(_is_noun(offers, origin, name) for origin, taken in offers[module].taken if taken == name)
    if not isinstance(defined, ast.ClassDef):
        return True
    bases = [_last(base) for base in defined.bases]
    return _is_dataclass(defined) or any(base in _BASES or _is_noun(offers, module, base) for base in bases)


def _definitions(source: Source) -> dict[str, Definition]:
    """Module-level classes and assignments by name; functions are verbs and left out."""
    defined: dict[str, Definition] = {}
    for node in source.tree.body:
        match node:
            case (
                ast.ClassDef(name=name)
                | ast.AnnAssign(target=ast.Name(id=name))
                | ast.Assign(targets=[ast.Name(id=name)])
            ):
                defined[name] = node
    return defined


def _is_dataclass(node: ast.ClassDef) -> bool:
    return any(_last(each.func if isinstance(each, ast.Call) else each) == "dataclass" for each in node.decorator_list)


def _last(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(value=value):
            return _last(value)
    return ""
