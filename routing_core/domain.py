"""The nouns of routing: frozen values that every room shares and none of them changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
Message: TypeAlias = Mapping[str, Json]


class Tier(StrEnum):
    """A price class of models; the order of the ladder is cheap, mid, frontier."""

    CHEAP = "cheap"
    MID = "mid"
    FRONTIER = "frontier"

    @property
    def rank(self) -> int:
        """Position on the ladder, 0 for cheap."""
        return TIERS.index(self)

    @property
    def upwards(self) -> tuple[Tier, ...]:
        """The tiers above this one, nearest first."""
        return TIERS[self.rank + 1 :]


TIERS: tuple[Tier, ...] = (Tier.CHEAP, Tier.MID, Tier.FRONTIER)


class Policy(StrEnum):
    """Why a decision left what the classifier said; the order is the order they are asked in."""

    FORCED = "forced"
    TASK_TYPE = "task_type"
    CONTINUATION = "continuation"
    LOW_CONFIDENCE = "low_confidence"
    COMPLEX_SYSTEM_PROMPT = "complex_system_prompt"
    BUDGET = "budget"
    NOT_ALLOWED = "not_allowed"
    CAPABILITY = "capability"
    CONTEXT_WINDOW = "context_window"


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One chat completion to route: OpenAI messages, and what the caller asks of the router.

    `params` are passed to the provider untouched (temperature, max_tokens, tools, …). `deployment` names one
    deployment within the forced tier. `previous_tier` is the tier that served the conversation so far, where the
    caller knows it; else the earlier turns of the messages tell it. `escalate=False` never shows another tier's answer.
    `may_use` are the tiers it may be answered from: nothing makes it leave them.
    `comparison_id` ties the sends of one side-by-side comparison together, `sample_run` those of one run of sample
    traffic, so that they can be removed again. `api_key_id` names the key that the gateway was shown, which is no
    secret; its spending is counted by it.
    """

    messages: tuple[Message, ...]
    system_prompt: str = ""
    force_tier: Tier | None = None
    task_type: str | None = None
    deployment: str | None = None
    previous_tier: Tier | None = None
    escalate: bool = True
    may_use: tuple[Tier, ...] = TIERS
    params: Mapping[str, Json] = field(default_factory=dict)
    app: str | None = None
    user: str | None = None
    session: str | None = None
    comparison_id: str | None = None
    sample_run: str | None = None
    api_key_id: str | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is counted in one request without any heuristics: the newest user turn, then the whole array.

    Stored with the row, so that a decision can be recomputed without the prompt. `*_share` are 0 to 1.
    """

    chars: int
    words: int
    lines: int
    questions: int
    digits_share: float
    list_items: int
    options: int
    math_marks: int
    cjk_share: float
    user_turns: int
    images: int
    tools: int
    system_chars: int
    system_words: int
    system_lines: int


@dataclass(frozen=True, slots=True)
class KeywordHit:
    """One entry of a keyword list found in the text; `spans` are (start, end) character offsets into it."""

    list_name: str
    keyword: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class PatternHit:
    """One code pattern found in the text; `span` is its first match as character offsets."""

    pattern: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Hits:
    """What one version of the heuristics finds in the text: keywords, code patterns, task rules (by name)."""

    keywords: tuple[KeywordHit, ...] = ()
    patterns: tuple[PatternHit, ...] = ()
    tasks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TierLimits:
    """What every callable deployment of one tier can take; `window_tokens` None is unknown."""

    window_tokens: int | None = None
    images: bool = True
    tools: bool = True
    callable: bool = True


@dataclass(frozen=True, slots=True)
class Situation:
    """What a decision depends on besides the text, small enough to be stored with the row.

    Triples are ordered cheap, mid, frontier. `query_tokens` are the newest user turn's, `prompt_tokens` the whole
    messages array's with tools and with the system prompt each tier would be sent. `over_budget` are the tiers
    that may not be spent on, `may_use` those that the caller may be answered from.
    """

    query_tokens: int
    conversation_tokens: int
    prompt_tokens: tuple[int, int, int]
    system_tokens: int = 0
    answer_tokens: int | None = None
    forced_tier: Tier | None = None
    task_type: str | None = None
    previous_tier: Tier | None = None
    may_climb: bool = True
    over_budget: tuple[Tier, ...] = ()
    limits: tuple[TierLimits, TierLimits, TierLimits] = (TierLimits(), TierLimits(), TierLimits())
    may_use: tuple[Tier, ...] = TIERS


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason for a score: `contribution` is value x weight, positive towards the frontier."""

    name: str
    value: float
    weight: float
    contribution: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """One policy that moved a decision from a tier to another."""

    cause: Policy
    from_tier: Tier
    to_tier: Tier


@dataclass(frozen=True, slots=True)
class Decision:
    """The tier one request is sent to, and everything that led there.

    `score` grows towards the frontier and is taken before the policies; `margin` is its distance to the nearest
    boundary between tiers, None where the classifier has no boundaries. `cause` names the rule, the decisive
    signal, or the last policy that moved the tier. `boundaries` are the scores where mid and frontier begin.
    """

    tier: Tier
    score: float
    margin: float | None
    confidence: float
    cause: str
    no_evidence: bool
    signals: tuple[Signal, ...]
    overrides: tuple[Override, ...]
    version: str
    classified_tier: Tier
    boundaries: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with what it was computed from; `text` is the newest user turn and stays in memory."""

    text: str
    numbers: Numbers
    hits: Hits
    situation: Situation
    decision: Decision
