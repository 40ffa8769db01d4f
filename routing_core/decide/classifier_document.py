"""The part of the document that makes a tier out of what was found: an ordered list of rules, or a sum of weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from routing_core.domain import Tier

Slug: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Weight: TypeAlias = Annotated[float, Field(ge=-10, le=10)]
Count: TypeAlias = Annotated[int, Field(ge=1, le=1000)]
TokenCount: TypeAlias = Annotated[float, Field(ge=0, le=10_000_000)]
LadderTier: TypeAlias = Annotated[Tier, Field(strict=False)]
Measured: TypeAlias = Literal[
    "query_tokens", "conversation_tokens", "system_tokens",
    "words", "lines", "questions", "digits_share", "list_items", "options", "math_marks", "cjk_share",
    "user_turns", "images", "tools",
]  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Condition(_Strict):
    """One way for a rule to hold: everything that is given here at once."""

    tokens_over: TokenCount | None = None
    tokens_under: TokenCount | None = None
    code: bool | None = None
    task: Slug | None = None
    hits: dict[Slug, Count] = {}

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(
                "an empty condition always holds; give at least one of tokens_over, tokens_under, code, task, hits"
            )
        return self


class RuleConfidence(_Strict):
    """`base`, plus `per_hit` for each hit in the list `of`, at most `most`."""

    base: Share
    per_hit: Share = 0.0
    of: Slug | None = None
    most: Share = 1.0

    @model_validator(mode="after")
    def _counts_in_a_list(self) -> Self:
        if (self.per_hit > 0) != (self.of is not None):
            raise ValueError("`per_hit` and `of` belong together: how much, and for the hits of which list")
        return self


class Rule(_Strict):
    """The tier of a request for which one of the conditions in `any_of` holds."""

    name: Slug
    tier: LadderTier
    any_of: Annotated[tuple[Condition, ...], Field(strict=False, min_length=1, max_length=50)]
    confidence: RuleConfidence


class Otherwise(_Strict):
    """What holds where no rule does."""

    name: Slug
    tier: LadderTier
    confidence: Share


class RulesClassifier(_Strict):
    """The first rule that holds decides; the score is its confidence, signed away from mid."""

    kind: Literal["rules"]
    rules: Annotated[tuple[Rule, ...], Field(strict=False, min_length=1, max_length=200)]
    otherwise: Otherwise

    def list_names(self) -> Iterator[str]:
        """The keyword lists that the rules read."""
        for rule in self.rules:
            yield from (name for condition in rule.any_of for name in condition.hits)
            if rule.confidence.of:
                yield rule.confidence.of

    def task_names(self) -> Iterator[str]:
        """The tasks that the rules read."""
        return (condition.task for rule in self.rules for condition in rule.any_of if condition.task)


class Measure(_Strict):
    """A number as a signal: 0 up to `low`, 1 from `high` on, linear or logarithmic between."""

    of: Measured
    scale: Literal["linear", "log"]
    low: Annotated[float, Field(ge=0, le=10_000_000)]
    high: Annotated[float, Field(gt=0, le=10_000_000)]
    weight: Weight

    @model_validator(mode="after")
    def _low_is_below_high(self) -> Self:
        if self.low >= self.high:
            raise ValueError(f"`low` must be below `high`, got {self.low:g} and {self.high:g}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"`low` must be above 0 on a logarithmic scale, got {self.low:g}")
        return self


class Counted(_Strict):
    """Hits as a signal: their number over `saturation`, at most 1; only in turns of at most `most_tokens`, if given."""

    weight: Weight
    saturation: Count
    most_tokens: Annotated[int, Field(ge=1, le=10_000_000)] | None = None


class Boundaries(_Strict):
    """The scores from which a request goes to mid and to the frontier."""

    mid: Annotated[float, Field(ge=-100, le=100)]
    frontier: Annotated[float, Field(ge=-100, le=100)]

    @model_validator(mode="after")
    def _mid_is_below_frontier(self) -> Self:
        if self.mid >= self.frontier:
            raise ValueError(f"`mid` must be below `frontier`, got {self.mid:g} and {self.frontier:g}")
        return self


class MarginConfidence(_Strict):
    """`at_boundary`, plus `per_margin` for each point of distance from the nearest boundary, at most `most`."""

    at_boundary: Share
    per_margin: Annotated[float, Field(ge=0, le=100)]
    most: Share
    no_evidence: Share


class WeightsClassifier(_Strict):
    """The score is `base` plus value x weight of every signal that fired; nothing fired is mid, and says so."""

    kind: Literal["weights"]
    base: Annotated[float, Field(ge=-100, le=100)]
    boundaries: Boundaries
    confidence: MarginConfidence
    measures: dict[Slug, Measure]
    keywords: dict[Slug, Counted]
    code: Counted
    tasks: dict[Slug, Weight]

    @model_validator(mode="after")
    def _a_signal_has_one_meaning(self) -> Self:
        twice = sorted(({"code"} | set(self.measures)) & ({"code"} | set(self.keywords)) - {"code"})
        if twice or "code" in self.measures or "code" in self.keywords:
            raise ValueError(f"a signal's name is used twice: {', '.join(twice) or 'code'}")
        return self

    def list_names(self) -> Iterator[str]:
        """The keyword lists that have a weight."""
        return iter(self.keywords)

    def task_names(self) -> Iterator[str]:
        """The tasks that have a weight."""
        return iter(self.tasks)
