"""What a messages array must be before it is sent: a mistake here is the caller's, and no deployment's fault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from routing_core.domain import Message
from routing_core.errors import InvalidRequest

_ROLES: Final = ("system", "developer", "user", "assistant", "tool", "function")
_MAY_BE_SILENT: Final = ("assistant", "function")
_NEEDED: Final[Mapping[str, tuple[type, ...]]] = {"image_url": (str, Mapping), "file": (Mapping,)}
_MEND: Final = "Mend it and send again; nothing was sent."


def require_messages(messages: Sequence[Message]) -> None:
    """Raise InvalidRequest, naming the message, where a provider could not read the array as OpenAI's chat messages."""
    if not messages:
        raise InvalidRequest("messages is empty. Give at least one message, as OpenAI has them.", "messages")
    for place, message in enumerate(messages):
        problem = _problem(message)
        if problem:
            raise InvalidRequest(f"messages[{place}]: {problem}. {_MEND}", f"messages[{place}]")


def _problem(message: object) -> str:
    """What is wrong with one message; callers without types hand over anything."""
    if not isinstance(message, Mapping):
        return f"a message is an object with role and content, and this is {_kind(message)}"
    role, content = message.get("role"), message.get("content")
    if role not in _ROLES:
        return f"its role is one of {', '.join(_ROLES)}, and this is {role!r:.60}"
    if content is None and role not in _MAY_BE_SILENT:
        return "its content is missing"
    return _shape_of(content, message.get("tool_calls")) or _broken_text(message)


def _shape_of(content: object, calls: object) -> str:
    """What is wrong with parts that LiteLLM fails at before it asks anyone, in words for a provider that is down."""
    if content is not None and not isinstance(content, (str, list, tuple)):
        return f"its content is text or a list of parts, and this is {_kind(content)}"
    if isinstance(content, (list, tuple)) and not all(map(_is_part, content)):
        return "each part of its content is an object with a type, and with what the type names"
    if calls is not None and not _are_objects(calls):
        return "its tool_calls are a list of objects"
    return ""


def _is_part(part: object) -> bool:
    kind = part.get("type") if isinstance(part, Mapping) else None
    return isinstance(part, Mapping) and isinstance(kind, str) and isinstance(part.get(kind), _NEEDED.get(kind, object))


def _are_objects(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(each, Mapping) for each in value)


def _broken_text(message: Mapping[str, object]) -> str:
    return next((broken for text in _texts(message) if (broken := _broken(text))), "")


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    name = type(value).__name__
    return f"an {name}" if name.startswith("i") else f"a {name}"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _texts(part)


def _broken(text: str) -> str:
    if text.isascii():
        return ""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"its text is not valid Unicode at character {error.start + 1:,} (half of a pair, or a byte of no UTF-8)"
    return ""
