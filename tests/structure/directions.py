"""Who may import whom, as tables: a room knows itself and what its row names, and nothing else of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.structure.nouns import nouns
from tests.structure.sources import Import, imports, sources

_CORE = (
    "routing_core",
    "routing_core.decide",
    "routing_core.dispatch",
    "routing_core.drafting",
    "routing_core.engine",
    "routing_core.evidence",
    "routing_core.sample",
)

# A room is a module or a folder; a module's room is the longest name that fits it.
MAY_IMPORT: Mapping[str, tuple[str, ...]] = {
    "app": ("pages", "ui", "gateway", "process", "services", "bootstrap", "settings", "logs"),
    "signalbox": ("commands", "process", "bootstrap", "settings", "logs"),
    "settings": (),
    "logs": ("settings",),
    "services": ("storage", "settings", *_CORE),
    "bootstrap": ("services", "storage", "settings", "logs", *_CORE),
    "process": ("services", "bootstrap"),
    "commands": ("process", "services", "bootstrap", "settings"),
    "pages": ("ui",),
    "ui": ("process", "services", "bootstrap"),
    "gateway": ("process", "services", "bootstrap"),
    "storage": _CORE,
    "routing_core": (),
    "routing_core.decide": ("routing_core",),
    "routing_core.evidence": ("routing_core", "routing_core.decide"),
    "routing_core.dispatch": ("routing_core",),
    "routing_core.engine": ("routing_core", "routing_core.decide", "routing_core.dispatch", "routing_core.evidence"),
    "routing_core.sample": ("routing_core", "routing_core.decide", "routing_core.dispatch", "routing_core.engine"),
    "routing_core.drafting": _CORE,
    "simulator": (),
    "tools": ("settings",),
    "benchmarks": ("*",),
    "docs": ("*",),
    "tests": ("*",),
}

# These name what the services hand them: from the rooms behind they take nouns, never a function or a service.
MAY_NAME: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    ("app", "process", "signalbox", "commands", "pages", "ui", "gateway"), (*_CORE, "storage")
)

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


@dataclass(frozen=True, slots=True)
class _House:
    """The modules of one checkout and the nouns that each offers."""

    modules: frozenset[str]
    nouns: Mapping[str, frozenset[str]]


def violations(root: Path) -> list[str]:
    """Every import below `root` that goes against the tables, as `path:line importer -> imported: why`."""
    found = sources(root)
    house = _House(frozenset(source.module for source in found), nouns(found))
    return [
        f"{source.path}:{each.line} {source.module} -> {each.module}{f'.{each.name}' if each.name else ''}: {reason}"
        for source in found
        for each in imports(source, house.modules)
        if (reason := _reason(source.module, each, house))
    ]


def _reason(importer: str, each: Import, house: _House) -> str | None:
    if _within(each.module, "litellm"):
        return _litellm(importer, each)
    if each.module in house.modules or _room(each.module):
        return _ours(importer, each, house)
    return _theirs(importer, each.module)


def _ours(importer: str, each: Import, house: _House) -> str | None:
    room, imported = _room(importer), _room(each.module)
    if room is None:
        return "a room that tests/structure/directions.py does not know"
    if {imported, "*"} & {room, *MAY_IMPORT[room]}:
        return None
    if imported not in MAY_NAME.get(room, ()):
        return f"{room} may not know it"
    named = each.name in house.nouns.get(each.module, frozenset())
    return None if named else f"{room} may take nouns from there, and this is none"


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
