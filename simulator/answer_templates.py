"""The document the answers come from, checked as a whole when it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Annotated

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from simulator.catalog import Tier

ANSWERS_FILE = Path(__file__).with_name("answers.yaml")

SLOTS = frozenset(("topic", "Topic", "a", "b", "c", "A", "B", "C", "slug", "camel", "code", "said", "result", "model"))


def _compiled(text: object) -> object:
    return re.compile(text, re.IGNORECASE | re.DOTALL) if isinstance(text, str) else text


Pattern = Annotated[re.Pattern[str], BeforeValidator(_compiled)]
"""A regular expression that ignores case and whose dot may stand for a line break."""


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rewrite(_Document):
    """A pattern in a question and what stands in its place in the topic."""

    pattern: Pattern = Field(alias="from")
    replacement: str = Field(alias="to")


class Family(_Document):
    """Answers to one kind of question; `when` is None for a kind that no text asks for."""

    name: str
    when: Pattern | None
    cheap: Sequence[str] = Field(min_length=1)
    mid: Sequence[str] = Field(min_length=1)
    frontier: Sequence[str] = Field(min_length=1)

    def voices(self, tier: Tier) -> Sequence[str]:
        """The templates of one tier."""
        return {"cheap": self.cheap, "mid": self.mid, "frontier": self.frontier}[tier]


class Language(_Document):
    """A programming language, by its name, its Markdown fence and the pattern that asks for it."""

    name: str
    fence: str
    when: Pattern


class Length(_Document):
    """How a text asks for a longer answer."""

    pattern: Pattern
    words_per_token: float = Field(gt=0)
    most_words: int = Field(ge=1)


class Aspect(_Document):
    """One section of a longer answer."""

    heading: str
    sentences: Sequence[str] = Field(min_length=1)


class AnswersDocument(_Document):
    """`answers.yaml` as a whole; the last family and the last language answer whatever is left."""

    closing: str
    lead_ins: Sequence[str]
    rewrites: Sequence[Rewrite]
    topic_words: int = Field(ge=1)
    fallback_topic: str
    fallback_terms: Sequence[str] = Field(min_length=3)
    stop_words: str
    code_words: str
    families: Sequence[Family]
    languages: Sequence[Language]
    snippets: Mapping[str, str]
    length: Length
    aspects: Sequence[Aspect] = Field(min_length=1)

    @model_validator(mode="after")
    def _templates_name_known_slots_only(self) -> AnswersDocument:
        templates = [self.closing, *self.snippets.values()]
        templates += [text for aspect in self.aspects for text in aspect.sentences]
        templates += [text for family in self.families for text in (*family.cheap, *family.mid, *family.frontier)]
        for text in templates:
            unknown = set(Template(text).get_identifiers()) - SLOTS
            if unknown or not Template(text).is_valid():
                raise ValueError(
                    f"unknown slot {', '.join(sorted(unknown)) or '$'} in {text!r}; known: {sorted(SLOTS)}"
                )
        return self

    def family(self, name: str) -> Family:
        """The family of that name; raises StopIteration where there is none."""
        return next(family for family in self.families if family.name == name)


def load_answers() -> AnswersDocument:
    """Read `answers.yaml`; raises pydantic.ValidationError on a wrong pattern or an unknown slot."""
    document = yaml.safe_load(ANSWERS_FILE.read_text(encoding="utf-8"))
    return AnswersDocument.model_validate(document)
