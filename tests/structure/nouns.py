"""What a module offers as nouns: dataclasses, enumerations, documents, errors, protocols, aliases and constants."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from tests.structure.sources import Source, imports

_BASES = {
    *("Enum", "StrEnum", "IntEnum", "BaseModel", "NamedTuple", "TypedDict", "Protocol"),
    *("Exception", "ValueError", "LookupError", "RuntimeError"),
}


def nouns(found: Iterable[Source]) -> Mapping[str, frozenset[str]]:
    """Per module the nouns that it defines, or takes from another of `found` and offers on."""
    found = tuple(found)
    modules = {source.module: source for source in found}
    return {
        module: frozenset(name for name in _offered(source) if _is_noun(modules, module, name))
        for module, source in modules.items()
    }


def _offered(source: Source) -> set[str]:
    taken = {each.name for each in imports(source) if each.name}
    return taken | set(_definitions(source))


def _is_noun(modules: Mapping[str, Source], module: str, name: str) -> bool:
    if module not in modules:
        return False
    defined = _definitions(modules[module]).get(name)
    if defined is None:
        return any(_is_noun(modules, each.module, name) for each in imports(modules[module]) if each.name == name)
    if not isinstance(defined, ast.ClassDef):
        return True
    bases = [_last(base) for base in defined.bases]
    return _is_dataclass(defined) or any(base in _BASES or _is_noun(modules, module, base) for base in bases)


def _definitions(source: Source) -> dict[str, ast.ClassDef | ast.Assign | ast.AnnAssign]:
    """Module-level classes and assignments by name; functions are verbs and left out."""
    defined: dict[str, ast.ClassDef | ast.Assign | ast.AnnAssign] = {}
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
