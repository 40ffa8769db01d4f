"""Who may import whom, as tables: a room knows itself and what its row names, and nothing else of ours."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.structure.sources import Import, Source, imports, sources

# The core's nouns: dataclasses, documents and errors that the outer rooms may name.
NOUNS = (
    "routing_core.domain",
    "routing_core.errors",
    "routing_core.outcome",
    "routing_core.sends",
    "routing_core.decide.document",
    "routing_core.decide.classifier_document",
)
_CORE = (
    "routing_core",
    "routing_core.decide",
    "routing_core.dispatch",
    "routing_core.engine",
    "routing_core.evidence",
)

# A room is a module or a folder; a module's room is the longest name that fits it. A row names rooms or single modules.
MAY_IMPORT: Mapping[str, tuple[str, ...]] = {
    "app": ("pages", "ui", "gateway", "bootstrap", "settings", "logs", *NOUNS),
    "signalbox": ("bootstrap", "settings", "logs", *NOUNS),
    "settings": (),
    "logs": ("settings",),
    "bootstrap": ("storage", "settings", "logs", *_CORE),
    "pages": ("ui", *NOUNS),
    "ui": ("bootstrap", *NOUNS),
    "gateway": ("bootstrap", *NOUNS),
    "storage": _CORE,
    "routing_core": (),
    "routing_core.decide": ("routing_core",),
    "routing_core.evidence": ("routing_core", "routing_core.decide"),
    "routing_core.dispatch": ("routing_core",),
    "routing_core.engine": _CORE,
    "simulator": (),
    "tools": ("settings",),
    "benchmarks": ("*",),
    "docs": ("*",),
    "tests": ("*",),
}

_CLOCK_AND_WORLD = (
    *("time", "datetime", "random", "secrets", "uuid"),
    *("asyncio", "threading", "subprocess", "socket", "httpx", "os"),
)
MAY_NOT_IMPORT: Mapping[str, tuple[str, ...]] = {
    "pages": ("sqlalchemy",),
    "ui": ("sqlalchemy",),
    "gateway": ("streamlit", "sqlalchemy"),
    "storage": ("streamlit", "starlette"),
    "routing_core": ("streamlit", "sqlalchemy", "starlette"),
    "routing_core.decide": _CLOCK_AND_WORLD,
    "routing_core.evidence": _CLOCK_AND_WORLD,
}

_LITELLM_ANYWHERE = ("benchmarks.", "tests.", "gateway.litellm_hook")
_LITELLM_LAZILY = "routing_core.dispatch.litellm_client"


def violations(root: Path) -> list[str]:
    """Every import below `root` that goes against the tables, as `path:line importer -> imported: why`."""
    found = sources(root)
    modules = frozenset(source.module for source in found)
    return [
        f"{source.path}:{each.line} {source.module} -> {each.module}: {reason}"
        for source in found
        for each in imports(source, modules)
        if (reason := _reason(source, each, modules))
    ]


def _reason(source: Source, each: Import, modules: frozenset[str]) -> str | None:
    if _within(each.module, "litellm"):
        return _litellm(source.module, each)
    if each.module in modules or _room(each.module):
        return _ours(source.module, each.module)
    return _theirs(source.module, each.module)


def _ours(importer: str, imported: str) -> str | None:
    room = _room(importer)
    if room is None:
        return "a room that tests/structure/directions.py does not know"
    allowed = {room, *MAY_IMPORT[room]}
    return None if allowed & {imported, _room(imported), "*"} else f"{room} may not know it"


def _theirs(importer: str, imported: str) -> str | None:
    for room, banned in MAY_NOT_IMPORT.items():
        if _within(importer, room) and any(_within(imported, name) for name in banned):
            return f"{room} does without it"
    return None


def _litellm(importer: str, each: Import) -> str | None:
    if importer.startswith(_LITELLM_ANYWHERE):
        return None
    if not importer.startswith(_LITELLM_LAZILY):
        return "only litellm_client, the proxy hook and the benchmarks know litellm"
    return None if each.lazy else "it takes seconds to import: inside a function"


def _room(module: str) -> str | None:
    return max((room for room in MAY_IMPORT if _within(module, room)), key=len, default=None)


def _within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")
