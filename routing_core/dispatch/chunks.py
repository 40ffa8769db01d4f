"""Reading OpenAI's response bodies and chunks as plain mappings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeGuard

from routing_core.dispatch.calls import Piece
from routing_core.domain import Json
from routing_core.outcome import Usage

_ASIDE: Final = "provider_specific_fields"
_OPENAIS: Final = ("refusal",)


def usage_of(body: Mapping[str, Json]) -> Usage | None:
    """The usage a body reports; None where it reports none, or only zeros, which LiteLLM fills in for nothing."""
    reported = body.get("usage")
    if not isinstance(reported, Mapping):
        return None
    prompt, completion = _count(reported, "prompt_tokens"), _count(reported, "completion_tokens")
    if not prompt and not completion:
        return None
    read, made = reported.get("prompt_tokens_details"), reported.get("completion_tokens_details")
    return Usage(
        input_tokens=prompt,
        output_tokens=completion,
        cached_tokens=_count(read, "cached_tokens"),
        reasoning_tokens=_count(made, "reasoning_tokens"),
        written_tokens=_count(read, "cache_creation_tokens") or _count(reported, "cache_creation_input_tokens"),
    )


def in_openais_form(body: dict[str, Json]) -> dict[str, Json]:
    """A body with what LiteLLM put aside where OpenAI has it: a refusal beside the content; what is empty goes."""
    choices = body.get("choices")
    for choice in filter(_is_object, choices if isinstance(choices, list) else ()):
        for part in (choice, choice.get("message"), choice.get("delta")):
            if isinstance(part, dict) and isinstance(aside := part.get(_ASIDE), dict):
                part |= {name: aside.pop(name) for name in _OPENAIS if name in aside}
                if not aside:
                    del part[_ASIDE]
    return body


def _is_object(value: Json) -> TypeGuard[dict[str, Json]]:
    return isinstance(value, dict)


def piece_of(chunk: Mapping[str, Json], *, usage_wanted: bool) -> Piece:
    """One chunk of a stream; one that only reports usage is for the caller only where `usage_wanted`.

    Of several choices the text of the first counts as the answer, that of the others as generated beside it.
    """
    usage = usage_of(chunk)
    choices = chunk.get("choices")
    first = choices[0] if isinstance(choices, Sequence) and choices else None
    choice: Mapping[str, Json] = first if isinstance(first, Mapping) else {}
    delta = choice.get("delta")
    text, unseen = _generated(delta) if isinstance(delta, Mapping) else ("", "")
    reason = choice.get("finish_reason")
    if choice.get("index", 0) != 0:  # one of several answers that were asked for: the first is the one that is kept
        text, unseen, reason = "", unseen + text, None
    return Piece(
        chunk=chunk,
        text=text,
        unseen=unseen,
        content=bool(text or unseen),
        finish_reason=reason if isinstance(reason, str) else None,
        usage=usage,
        asked_for=usage_wanted or "usage" not in chunk or bool(text or unseen or choice.get("finish_reason")),
    )


def _generated(delta: Mapping[str, Json]) -> tuple[str, str]:
    text = delta.get("content")
    calls = delta.get("tool_calls")
    unseen = "".join(_called(call) for call in calls) if isinstance(calls, Sequence) else ""
    reasoning = delta.get("reasoning_content")
    unseen += reasoning if isinstance(reasoning, str) else ""
    return (text if isinstance(text, str) else ""), unseen


def _called(call: Json) -> str:
    function = call.get("function") if isinstance(call, Mapping) else None
    if not isinstance(function, Mapping):
        return ""
    return f"{function.get('name') or ''}{function.get('arguments') or ''}"


def _count(fields: Json, name: str) -> int | None:
    value = fields.get(name) if isinstance(fields, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None
