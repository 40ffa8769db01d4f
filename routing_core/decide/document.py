"""The heuristics document: every word, threshold, weight and table that decides, as one validated value.

Unknown keys are refused, a number outside its bounds is refused, and a name that points nowhere is refused;
`routing_core.decide.loading` turns the refusals into one message with lines. docs/heuristics.md explains each key.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from routing_core.decide.classifier_document import RulesClassifier, Slug, WeightsClassifier
from routing_core.domain import Tier


class Strict(BaseModel):
    """A part of the document: frozen, no coercion, no unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


MOST_ENTRY_CHARS: Final = 200


def entry_fault(entry: str) -> str | None:
    """Why `entry` cannot be looked for in a prompt, None where it can."""
    if len(entry) > MOST_ENTRY_CHARS:
        return f"has {len(entry):,} characters, at most {MOST_ENTRY_CHARS} are looked for"
    for sign in entry:
        if unicodedata.category(sign) == "Cc" and not sign.isspace():
            return f"has the control character U+{ord(sign):04X} in it, which no one types; take it out"
    if all(sign.isspace() or unicodedata.category(sign) in _UNSEEN for sign in entry):
        return "has nothing in it that can be seen"
    return None


def _entry(entry: str) -> str:
    if fault := entry_fault(entry):
        raise ValueError(fault)
    return entry


def _text(text: str) -> str:
    for sign in text:
        if unicodedata.category(sign) == "Cc" and not sign.isspace():
            raise ValueError(f"has the control character U+{ord(sign):04X} in it; take it out")
    return text


_UNSEEN: Final = frozenset({"Cc", "Cf"})
Entry: TypeAlias = Annotated[str, StringConstraints(min_length=1), AfterValidator(_entry)]
Entries: TypeAlias = Annotated[tuple[Entry, ...], Field(strict=False, max_length=5000)]
PatternText: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=5000), AfterValidator(_text)]
Patterns: TypeAlias = Annotated[dict[Slug, PatternText], Field(max_length=100)]
LadderTier: TypeAlias = Annotated[Tier, Field(strict=False)]


class WordsCounter(Strict):
    """Tokens guessed from whitespace-separated words."""

    kind: Literal["words"]
    tokens_per_word: Annotated[float, Field(gt=0, le=10)]


class TiktokenCounter(Strict):
    """Tokens counted with one of the vocabularies that work without a network."""

    kind: Literal["tiktoken"]
    encoding: Literal["o200k_base", "cl100k_base"]


class Tokens(Strict):
    """How text is counted, and what a chat adds around it."""

    counter: Annotated[WordsCounter | TiktokenCounter, Field(discriminator="kind")]
    per_message: Annotated[int, Field(ge=0, le=100)]
    per_reply: Annotated[int, Field(ge=0, le=100)]
    per_image: Annotated[int, Field(ge=0, le=100_000)]
    per_tool: Annotated[int, Field(ge=0, le=10_000)]


class KeywordList(Strict):
    """Words or phrases that are looked for in the newest user turn, in any letter case."""

    matching: Literal["substring", "word"]
    entries: Entries


class Task(Strict):
    """One row of the task table: where the task goes when the caller names it, and how it is recognised if not."""

    tier: LadderTier
    phrases: Entries = ()
    patterns: Patterns = {}


class LowConfidence(Strict):
    """A cheap decision that is less confident than `floor` goes to mid."""

    floor: Annotated[float, Field(ge=0, le=1)]


class ComplexSystemPrompt(Strict):
    """A system prompt of this many tokens or lines does not go to cheap."""

    tokens_from: Annotated[int, Field(ge=1, le=1_000_000)]
    lines_from: Annotated[int, Field(ge=1, le=100_000)]


class Continuation(Strict):
    """What a short follow-up is: it keeps the tier of the conversation that it continues.

    A turn with a hit in one of the lists in `most_tokens`, of at most as many tokens as stands there; or one of at
    most `bare_tokens` without any signal. The conversation's tier is that of the newest turn that is none itself and
    no task in `skip_tasks` (a greeting says nothing about what follows); `look_back_turns` user turns are read.
    """

    most_tokens: Annotated[dict[Slug, Annotated[int, Field(ge=1, le=1000)]], Field(min_length=1)]
    bare_tokens: Annotated[int, Field(ge=0, le=1000)]
    skip_tasks: Annotated[tuple[Slug, ...], Field(strict=False)] = ()
    look_back_turns: Annotated[int, Field(ge=1, le=100)]


class Fit(Strict):
    """What of a context window may be used, and what is kept free for the answer where the caller does not say."""

    window_share: Annotated[float, Field(gt=0, le=1)]
    answer_tokens: Annotated[int, Field(ge=0, le=1_000_000)]


class Policies(Strict):
    """What may move a decision after the classifier; a soft policy left out is off."""

    certain_confidence: Annotated[float, Field(ge=0, le=1)]
    fit: Fit
    low_confidence: LowConfidence | None = None
    complex_system_prompt: ComplexSystemPrompt | None = None
    continuation: Continuation | None = None


class SystemPrompt(Strict):
    """What one tier is told: before the caller's own system prompt, or in its place."""

    mode: Literal["prefix", "replace"]
    text: Annotated[str, StringConstraints(min_length=1, max_length=100_000), AfterValidator(_text)]


class HeuristicsDocument(Strict):
    """Everything that one version of the heuristics decides by."""

    name: Slug
    description: Annotated[str, StringConstraints(max_length=2000), AfterValidator(_text)] = ""
    tokens: Tokens
    keywords: Annotated[dict[Slug, KeywordList], Field(max_length=200)]
    code_patterns: Patterns
    tasks: Annotated[dict[Slug, Task], Field(max_length=200)]
    classifier: Annotated[RulesClassifier | WeightsClassifier, Field(discriminator="kind")]
    policies: Policies
    system_prompts: dict[LadderTier, SystemPrompt] = {}

    @model_validator(mode="after")
    def _names_point_somewhere(self) -> HeuristicsDocument:
        for where, kind, name in self._references():
            known = self.tasks if kind == "task" else self.keywords
            if name not in known:
                raise ValueError(
                    f"{where} names the {kind} {name!r}, which is not there; known: {', '.join(known) or 'none'}"
                )
        return self

    def _references(self) -> Iterator[tuple[str, str, str]]:
        for name in self.classifier.list_names():
            yield "classifier", "keyword list", name
        for name in self.classifier.task_names():
            yield "classifier", "task", name
        if self.policies.continuation:
            for name in self.policies.continuation.most_tokens:
                yield "policies.continuation.most_tokens", "keyword list", name
            for name in self.policies.continuation.skip_tasks:
                yield "policies.continuation.skip_tasks", "task", name
