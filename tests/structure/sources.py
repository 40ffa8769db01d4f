"""The Python files of a checkout and what each imports, read without running any of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
_NOT_OURS = {".venv", ".venv-litellm-proxy", "node_modules", "var", ".git"}
_IMPORTERS = {"import_module", "__import__"}


@dataclass(frozen=True, slots=True)
class Source:
    """One file: its path from the root, its dotted name, its text and syntax tree."""

    path: Path
    module: str
    text: str
    tree: ast.Module


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module, dotted, and the name taken from it; `lazy` in a function or under TYPE_CHECKING."""

    module: str
    name: str | None
    line: int
    lazy: bool


@cache
def sources(root: Path = CHECKOUT) -> tuple[Source, ...]:
    """Every Python file below `root` that is ours, in order of path; read once a root."""
    rooms = [room for room in sorted(root.iterdir()) if room.name not in _NOT_OURS]
    paths = [path for room in rooms for path in ([room] if room.suffix == ".py" else sorted(room.rglob("*.py")))]
    return tuple(_source(root, path.relative_to(root)) for path in paths)


def imports(source: Source, modules: frozenset[str] = frozenset()) -> list[Import]:
    """What a file imports; `from a import b` names `a.b` where that is one of `modules`, else `a`."""
    return list(_walk(source.tree, modules, lazy=False))


def _source(root: Path, path: Path) -> Source:
    text = (root / path).read_text(encoding="utf-8")
    parts = path.with_suffix("").parts
    return Source(path, ".".join(parts[:-1] if parts[-1] == "__init__" else parts), text, ast.parse(text, str(path)))


def _walk(node: ast.AST, modules: frozenset[str], *, lazy: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom | ast.Call):
            yield from (Import(module, name, child.lineno, lazy) for module, name in _named(child, modules))
        yield from _walk(child, modules, lazy=lazy or _defers(child))


def _named(node: ast.Import | ast.ImportFrom | ast.Call, modules: frozenset[str]) -> list[tuple[str, str | None]]:
    match node:
        case ast.Import(names=names):
            return [(alias.name, None) for alias in names]
        case ast.ImportFrom(module=str(origin), names=names):
            taken = [(f"{origin}.{alias.name}", alias.name) for alias in names]
            return [(full, None) if full in modules else (origin, name) for full, name in taken]
        case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called), args=[ast.Constant(value=str(name)), *_]):
            return [(name, None)] if called in _IMPORTERS else []
    return []


def _defers(node: ast.AST) -> bool:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
            return True
    return False
