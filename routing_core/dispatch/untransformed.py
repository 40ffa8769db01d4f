"""Spares long conversations what OpenAI's client does for each part of them: 0.15 ms and more, on the loop.

It looks for what JSON cannot hold, as dates and open files, by reading type annotations anew at every part. With
thousands of parts nobody else would be served for seconds, and what came as JSON holds nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from types import ModuleType, NoneType
from typing import Final, TypeAlias

_LISTS: Final = ("messages", "tools", "functions")
_SCALARS: Final = frozenset({str, int, float, bool, NoneType})
_MARK: Final = "signalbox_untransformed"

Transform: TypeAlias = Callable[[object, object], Awaitable[object]]


def spare_parts(completions: ModuleType) -> None:
    """Have OpenAI's `completions` pass on lists of plain JSON as they are, whoever calls; once is enough."""
    if not hasattr(completions, _MARK):
        setattr(completions, _MARK, True)
        completions.async_maybe_transform = _sparing(completions.async_maybe_transform)  # type: ignore[attr-defined]  # it has no other switch


def _sparing(transformed: Transform) -> Transform:
    @wraps(transformed)
    async def transform(data: object, expected_type: object) -> object:
        if not isinstance(data, dict):
            return await transformed(data, expected_type)
        plain = {name: data[name] for name in _LISTS if name in data and is_plain(data[name])}
        rest = {name: value for name, value in data.items() if name not in plain}
        others = await transformed(rest, expected_type)
        return {**others, **plain} if isinstance(others, dict) else others

    return transform


def is_plain(value: object) -> bool:
    """Whether a value is JSON as it was read, with nothing in it that would have to be made JSON first."""
    kind = type(value)
    if kind in _SCALARS:
        return True
    if isinstance(value, dict):
        return kind is dict and all(type(name) is str for name in value) and all(map(is_plain, value.values()))
    return isinstance(value, list) and kind is list and all(map(is_plain, value))
