"""OpenAI's chat completion on the wire, whole and as server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from simulator.reply import Choice

_DONE = b"data: [DONE]\n\n"
_PIECE = "\0"  # stands for a piece while its event is laid out


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer with what is said about it; `created_s` is Unix time, tokens are o200k_base."""

    id: str
    created_s: int
    model_id: str
    choices: tuple[Choice, ...]
    prompt_tokens: int
    cached_tokens: int

    @property
    def completion_tokens(self) -> int:
        """Tokens of all choices together."""
        return sum(len(choice.pieces) for choice in self.choices)

    def usage(self) -> dict[str, JsonValue]:
        """OpenAI's usage object."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
            "prompt_tokens_details": {"cached_tokens": self.cached_tokens, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
        }

    def whole(self) -> bytes:
        """The body of a plain answer."""
        choices: list[JsonValue] = [self._choice(index, choice) for index, choice in enumerate(self.choices)]
        return json.dumps({**self._frame("chat.completion"), "choices": choices, "usage": self.usage()}).encode()

    def head(self) -> bytes:
        """The events that open a stream: who speaks and, where a tool is called, which."""
        return b"".join(self._delta(index, self._opening(choice)) for index, choice in enumerate(self.choices))

    def pieces(self, tokens: int = 1) -> Iterator[bytes]:
        """One event for so many tokens, choice after choice."""
        for index, choice in enumerate(self.choices):
            # Only the piece differs from event to event, so the rest is written once.
            event = self._delta(index, {"content": _PIECE} if choice.tool is None else _more_arguments(_PIECE))
            before, after = event.split(json.dumps(_PIECE).encode())
            for start in range(0, len(choice.pieces), tokens):
                piece = "".join(choice.pieces[start : start + tokens])
                yield before + json.dumps(piece).encode() + after

    def tail(self, *, include_usage: bool) -> bytes:
        """The events that end a stream."""
        ends = [self._delta(index, {}, choice.finish) for index, choice in enumerate(self.choices)]
        if include_usage:
            frame = {**self._frame("chat.completion.chunk"), "choices": [], "usage": self.usage()}
            ends.append(_event(frame))
        return b"".join(ends) + _DONE

    def _frame(self, kind: str) -> dict[str, JsonValue]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created_s,
            "model": self.model_id,
            "service_tier": "default",
            "system_fingerprint": "fp_simulated",
        }

    def _choice(self, index: int, choice: Choice) -> JsonValue:
        message: dict[str, JsonValue] = {"role": "assistant", "content": choice.text, "refusal": None}
        if choice.tool is not None:
            function: JsonValue = {"name": choice.tool, "arguments": choice.text}
            call: JsonValue = {"id": self._call_id(index), "type": "function", "function": function}
            message |= {"content": None, "tool_calls": [call]}
        return {"index": index, "message": message, "logprobs": None, "finish_reason": choice.finish}

    def _opening(self, choice: Choice) -> dict[str, JsonValue]:
        if choice.tool is None:
            return {"role": "assistant", "content": "", "refusal": None}
        function: JsonValue = {"name": choice.tool, "arguments": ""}
        call: JsonValue = {"index": 0, "id": self._call_id(0), "type": "function", "function": function}
        return {"role": "assistant", "content": None, "tool_calls": [call]}

    def _call_id(self, index: int) -> str:
        return f"call_{self.id.removeprefix('chatcmpl-')}{index}"

    def _delta(self, index: int, delta: dict[str, JsonValue], finish: str | None = None) -> bytes:
        choice: JsonValue = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _event({**self._frame("chat.completion.chunk"), "choices": [choice]})


def _more_arguments(piece: str) -> dict[str, JsonValue]:
    return {"tool_calls": [{"index": 0, "function": {"arguments": piece}}]}


def _event(body: dict[str, JsonValue]) -> bytes:
    return b"data: " + json.dumps(body).encode() + b"\n\n"
