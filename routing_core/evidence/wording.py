"""What each part of a document is called, for screens and for a diff in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from routing_core.decide.fields import Path
from routing_core.domain import Json

_LONGEST: Final = 60
_ANY: Final = "*"

# A star stands for one step, which the words take up as {}.
_NAMES: Final[Mapping[tuple[str, ...], str]] = {
    ("name",): "name of the profile",
    ("description",): "description",
    ("tokens", "counter"): "token counter",
    ("tokens", "counter", "kind"): "token counter, kind",
    ("tokens", "counter", "tokens_per_word"): "tokens per word",
    ("tokens", "counter", "encoding"): "token vocabulary",
    ("tokens", "per_message"): "tokens around each message",
    ("tokens", "per_reply"): "tokens around the reply",
    ("tokens", "per_image"): "tokens per image",
    ("tokens", "per_tool"): "tokens around each tool",
    ("keywords", _ANY): "keyword list {}",
    ("keywords", _ANY, "entries"): "{} keywords",
    ("keywords", _ANY, "matching"): "{} keywords, matching",
    ("code_patterns", _ANY): "code pattern {}",
    ("tasks", _ANY): "task {}",
    ("tasks", _ANY, "tier"): "task {}",
    ("tasks", _ANY, "phrases"): "task {}, phrases",
    ("tasks", _ANY, "patterns", _ANY): "task {}, pattern {}",
    ("classifier",): "classifier",
    ("classifier", "kind"): "classifier, kind",
    ("classifier", "base"): "every score begins at",
    ("classifier", "boundaries", "mid"): "mid begins at score",
    ("classifier", "boundaries", "frontier"): "frontier begins at score",
    ("classifier", "confidence", "at_boundary"): "confidence at a boundary",
    ("classifier", "confidence", "per_margin"): "confidence gained per point of distance",
    ("classifier", "confidence", "most"): "highest confidence",
    ("classifier", "confidence", "no_evidence"): "confidence where no signal fired",
    ("classifier", "measures", _ANY): "measure {}",
    ("classifier", "measures", _ANY, "of"): "measure {}, of",
    ("classifier", "measures", _ANY, "scale"): "measure {}, scale",
    ("classifier", "measures", _ANY, "low"): "measure {}, counts from",
    ("classifier", "measures", _ANY, "high"): "measure {}, in full from",
    ("classifier", "measures", _ANY, "weight"): "measure {}, weight",
    ("classifier", "keywords", _ANY): "weighing of {} keywords",
    ("classifier", "keywords", _ANY, "weight"): "{} keywords, weight",
    ("classifier", "keywords", _ANY, "saturation"): "{} keywords, in full from hits",
    ("classifier", "keywords", _ANY, "most_tokens"): "{} keywords, only in turns up to tokens",
    ("classifier", "code", "weight"): "code, weight",
    ("classifier", "code", "saturation"): "code, in full from patterns",
    ("classifier", "code", "most_tokens"): "code, only in turns up to tokens",
    ("classifier", "tasks", _ANY): "task {}, weight",
    ("classifier", "rules", _ANY): "rule {}",
    ("classifier", "rules", _ANY, "name"): "rule {}, name",
    ("classifier", "rules", _ANY, "tier"): "rule {} goes to",
    ("classifier", "rules", _ANY, "any_of", _ANY): "rule {}, condition {}",
    ("classifier", "rules", _ANY, "any_of", _ANY, "tokens_over"): "rule {}, condition {}: tokens over",
    ("classifier", "rules", _ANY, "any_of", _ANY, "tokens_under"): "rule {}, condition {}: tokens under",
    ("classifier", "rules", _ANY, "any_of", _ANY, "code"): "rule {}, condition {}: code",
    ("classifier", "rules", _ANY, "any_of", _ANY, "task"): "rule {}, condition {}: task",
    ("classifier", "rules", _ANY, "any_of", _ANY, "hits", _ANY): "rule {}, condition {}: {} keywords needed",
    ("classifier", "rules", _ANY, "confidence", "base"): "rule {}, confidence",
    ("classifier", "rules", _ANY, "confidence", "per_hit"): "rule {}, confidence per hit",
    ("classifier", "rules", _ANY, "confidence", "of"): "rule {}, confidence by hits of list",
    ("classifier", "rules", _ANY, "confidence", "most"): "rule {}, highest confidence",
    ("classifier", "otherwise", "name"): "where no rule holds, name",
    ("classifier", "otherwise", "tier"): "where no rule holds",
    ("classifier", "otherwise", "confidence"): "where no rule holds, confidence",
    ("policies", "certain_confidence"): "confidence where the caller decides",
    ("policies", "fit", "window_share"): "share of a context window that may be used",
    ("policies", "fit", "answer_tokens"): "tokens kept free for the answer",
    ("policies", "low_confidence"): "policy low confidence",
    ("policies", "low_confidence", "floor"): "low confidence: mid instead of cheap below",
    ("policies", "complex_system_prompt"): "policy complex system prompt",
    ("policies", "complex_system_prompt", "tokens_from"): "complex system prompt: not cheap from tokens",
    ("policies", "complex_system_prompt", "lines_from"): "complex system prompt: not cheap from lines",
    ("policies", "continuation"): "policy continuation",
    ("policies", "continuation", "most_tokens", _ANY): "continuation: {} keywords in turns up to tokens",
    ("policies", "continuation", "bare_tokens"): "continuation: turns without a signal up to tokens",
    ("policies", "continuation", "skip_tasks"): "continuation: tasks passed over",
    ("policies", "continuation", "look_back_turns"): "continuation: turns looked back",
    ("system_prompts", _ANY): "system prompt of {}",
    ("system_prompts", _ANY, "mode"): "system prompt of {}, how",
    ("system_prompts", _ANY, "text"): "system prompt of {}, text",
}


def name_of(path: Path, rules: Sequence[str] = ()) -> str:
    """What the part at `path` is called; `rules` are the names of the rules by their place, for a path through them."""
    for pattern, words in _NAMES.items():
        if len(pattern) == len(path) and all(p in {_ANY, s} for p, s in zip(pattern, path, strict=True)):
            taken = [(i, step) for i, step in enumerate(path) if pattern[i] == _ANY]
            return words.format(*(_step(path, at, step, rules) for at, step in taken))
    return " › ".join(str(step) for step in path)


def exact(value: float) -> str:
    """A number with thousands apart and all of its digits, so that two that differ are never shown alike."""
    return f"{int(value) if value == int(value) else value:,}"


def shown(value: Json) -> str:
    """A value in short: numbers with thousands apart, long texts cut, a part by its pieces, None as `none`."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return exact(value)
    if isinstance(value, str):
        flat = " ".join(value.split())
        return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {shown(inner)}".replace("_", " ") for key, inner in value.items()) or "empty"
    return ", ".join(map(shown, value)) or "empty"


def _step(path: Path, at: int, step: str | int, rules: Sequence[str]) -> str:
    if not isinstance(step, int):
        return step.replace("_", " ")
    if path[at - 1] == "rules" and step < len(rules):
        return rules[step].replace("_", " ")
    return str(step + 1)
