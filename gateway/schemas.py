"""The bodies that the gateway reads and writes, as Pydantic models; its description is made of them."""

from __future__ import annotations

from typing import Annotated, Literal, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, RootModel, model_validator

from routing_core.domain import Tier


def _six_places(figure: float) -> float:
    """Without the noise of sums of binary fractions."""
    return round(figure, 6)


class ErrorDetail(BaseModel):
    """What was wrong and what to do; `param` names the field at fault."""

    message: str
    type: str
    param: str | None
    code: str | None
    request_id: str


class ErrorBody(BaseModel):
    """OpenAI's error body."""

    error: ErrorDetail


class Metadata(BaseModel):
    """What the router reads of `metadata`; everything else in it stays here."""

    model_config = ConfigDict(extra="allow")

    task_type: str | None = Field(default=None, description="A task type of the live heuristics.")
    user: str | None = Field(default=None, description="Who asks, of the app's own users.")
    session: str | None = Field(default=None, description="The conversation that this belongs to.")


class ChatBody(BaseModel):
    """OpenAI's chat completion. Fields that are not listed go to the provider untouched."""

    model_config = ConfigDict(extra="allow")

    model: Literal["auto", "cheap", "mid", "frontier"] = Field(description="auto chooses; a tier forces it.")
    messages: list[dict[str, JsonValue]] = Field(min_length=1, description="OpenAI's chat messages.")
    stream: bool | None = Field(default=None, description="Whether the answer comes as server-sent events.")
    metadata: Metadata | None = None
    user: str | None = None


class Completion(BaseModel):
    """OpenAI's chat completion, as the provider gave it."""

    model_config = ConfigDict(extra="allow")

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str = Field(description="The model that answered.")
    choices: list[dict[str, JsonValue]]
    usage: dict[str, JsonValue] | None = None


class ModelObject(BaseModel):
    """What can stand in a request's `model`."""

    id: str
    object: Literal["model"] = "model"
    created: int = Field(default=1767225600, description="Unix time in seconds.")  # 2026-01-01 for all of ours
    owned_by: str = "signalbox"


class ModelList(BaseModel):
    """All of them that a key may name."""

    object: Literal["list"] = "list"
    data: list[ModelObject]


Figure: TypeAlias = Annotated[float, AfterValidator(_six_places)]


class SignalFields(BaseModel):
    """One reason for a score: `contribution` is value x weight, positive towards the frontier."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    value: Figure
    weight: Figure
    contribution: Figure
    evidence: list[str]


class OverrideFields(BaseModel):
    """One policy that moved the decision."""

    model_config = ConfigDict(from_attributes=True)

    cause: str
    from_tier: Tier
    to_tier: Tier


class DecisionFields(BaseModel):
    """A decision: where the request would go, and why. Nothing was sent."""

    model_config = ConfigDict(from_attributes=True)

    object: Literal["route.decision"] = "route.decision"
    tier: Tier
    reason: str = Field(validation_alias="cause", description="The rule, signal or policy that decided.")
    score: Figure
    margin: Figure | None = Field(description="Distance to the nearest boundary; null where there is none.")
    confidence: Figure
    no_evidence: bool
    classified_tier: Tier = Field(description="The tier before the policies.")
    signals: list[SignalFields]
    overrides: list[OverrideFields]
    version: str = Field(description="The heuristics that decided.")


class FeedbackBody(BaseModel):
    """What somebody says of an answer: good or bad, the tier that would have been right, or both."""

    model_config = ConfigDict(extra="forbid")

    request_id: str = Field(pattern=r"^[0-9A-Za-z_-]{1,64}$", description="The answer's x-signalbox-request-id.")
    rating: Literal["good", "bad"] | None = None
    right_tier: Tier | None = None
    comment: str | None = Field(default=None, max_length=4000)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.rating is None and self.right_tier is None:
            raise ValueError("rating is good or bad, or right_tier is cheap, mid or frontier; one of them is needed")
        return self


class FeedbackAnswer(BaseModel):
    """What was kept; it replaces what the same app said before to the same question."""

    object: Literal["feedback"] = "feedback"
    request_id: str
    rating: Literal["good", "bad"] | None
    right_tier: Tier | None
    comment: str | None


class Health(BaseModel):
    """The process serves."""

    status: Literal["ok"] = "ok"


class Exposition(RootModel[str]):
    """Prometheus's text, version 0.0.4; docs/reference.md names what is in it."""


class Description(BaseModel):
    """An OpenAPI document."""

    model_config = ConfigDict(extra="allow")

    openapi: Literal["3.1.0"]


class Part(BaseModel):
    """One part: whether it works, and what is wrong where it does not."""

    ready: bool
    problem: str | None = None


class Readiness(BaseModel):
    """Whether completions are served, and each part: `degraded` serves them while a part that only keeps is down."""

    status: Literal["ready", "degraded", "not_ready"]
    parts: dict[str, Part]
