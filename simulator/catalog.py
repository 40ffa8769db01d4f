"""The models document: what is served, how it is counted, and how fast it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

MODELS_FILE = Path(__file__).with_name("models.yaml")

Tier = Literal["cheap", "mid", "frontier"]


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Draw(_Document):
    """A lognormal distribution, by its median and the standard deviation of its logarithm."""

    median: float = Field(gt=0)
    sigma: float = Field(ge=0, le=3)


class Abilities(_Document):
    """What a model can take and how fast it is; tokens are o200k_base."""

    max_input_tokens: int = Field(ge=1)
    max_output_tokens: int = Field(ge=1)
    images: bool
    tools: bool
    first_token_ms: Draw
    tokens_per_s: Draw


class Model(Abilities):
    """One model as it is served."""

    id: str
    tier: Tier


class Entry(_Document):
    """One model as it is written down: what is left out comes from its tier."""

    id: str = Field(pattern=r"^[A-Za-z0-9][\w.:/@-]*$")
    tier: Tier
    max_input_tokens: int | None = None
    max_output_tokens: int | None = None
    images: bool | None = None
    tools: bool | None = None
    first_token_ms: Draw | None = None
    tokens_per_s: Draw | None = None

    def completed(self, defaults: Abilities) -> Model:
        """This entry with the gaps filled from its tier; raises ValidationError on a number out of bounds."""
        return Model.model_validate({**defaults.model_dump(), **self.model_dump(exclude_none=True)})


class ToolCounting(_Document):
    """Tokens that function definitions cost beyond their own words."""

    per_function: int
    per_object: int
    per_property: int
    per_enum: int
    per_enum_item: int
    end: int


class Counting(_Document):
    """Tokens that messages cost beyond their own words, and the grain of prefix caching."""

    per_message: int
    per_name: int
    reply: int
    image: int
    tools: ToolCounting
    cache_from: int = Field(ge=1)
    cache_step: int = Field(ge=1)


class ModelsDocument(_Document):
    """`models.yaml` as a whole."""

    tiers: Mapping[Tier, Abilities]
    models: Sequence[Entry] = Field(min_length=1)
    counting: Counting

    @model_validator(mode="after")
    def _every_model_is_complete_and_named_once(self) -> ModelsDocument:
        names = [entry.id for entry in self.models]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"model ids must differ; named more than once: {', '.join(twice)}")
        absent = sorted({entry.tier for entry in self.models} - set(self.tiers))
        if absent:
            raise ValueError(f"no defaults for tier {', '.join(absent)}")
        self.served()  # a number out of bounds is refused here and not at the first request
        return self

    def served(self) -> dict[str, Model]:
        """Every model by its id, in the order of the document."""
        return {entry.id: entry.completed(self.tiers[entry.tier]) for entry in self.models}


def load_models(entries_text: str | None = None) -> ModelsDocument:
    """The default document, or with the entries of `entries_text`, a JSON or YAML list, in place of its models.

    Raises pydantic.ValidationError or yaml.YAMLError where the text is not such a list.
    """
    document = ModelsDocument.model_validate(yaml.safe_load(MODELS_FILE.read_text(encoding="utf-8")))
    if entries_text is None:
        return document
    entries = TypeAdapter(list[Entry]).validate_python(yaml.safe_load(entries_text))
    return ModelsDocument(tiers=document.tiers, models=entries, counting=document.counting)
