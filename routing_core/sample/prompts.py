"""The prompts of the sample traffic, as `prompts.yaml` has them: apps, what they ask, and what comes with it."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

PROMPTS_FILE = Path(__file__).with_name("prompts.yaml")
_ATTACHED = re.compile(r"\[\[(\w+) (\d+)\]\]")


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SamplePrompt(_Document):
    """A conversation; `refused_task` is a task type that no heuristics know, `task` one that the standard ones do."""

    turns: tuple[str, ...] = Field(min_length=1)
    system: str | None = None
    tools: str | None = None
    image: str | None = None
    task: str | None = None
    refused_task: str | None = None
    heavy: bool = False
    weight: float = Field(default=1.0, gt=0)

    @model_validator(mode="before")
    @classmethod
    def _short_forms(cls, written: object) -> object:
        """A text is the only turn; so is `ask`."""
        if isinstance(written, str):
            return {"turns": [written]}
        if isinstance(written, Mapping) and "ask" in written:
            return {"turns": [written["ask"]], **{name: part for name, part in written.items() if name != "ask"}}
        return written


class SampleApp(_Document):
    """Who asks: its share of all conversations, of streamed answers, of forced tiers; `weekend` against a weekday."""

    name: str | None
    share: float = Field(gt=0, le=1)
    users: int = Field(ge=1)
    system: str | None = None
    streamed: float = Field(ge=0, le=1)
    weekend: float = Field(ge=0, le=1)
    forced: float = Field(default=0.0, ge=0, le=1)
    sessions: bool = False
    night: bool = False
    prompts: tuple[SamplePrompt, ...] = Field(min_length=1)


class SamplePrompts(_Document):
    """`prompts.yaml` as a whole."""

    systems: Mapping[str, str]
    tools: Mapping[str, tuple[Mapping[str, JsonValue], ...]]
    images: Mapping[str, str]
    attachments: Mapping[str, tuple[str, ...]]
    apps: tuple[SampleApp, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_what_is_there(self) -> Self:
        for app in self.apps:
            for prompt in app.prompts:
                attached = {found.group(1) for turn in prompt.turns for found in _ATTACHED.finditer(turn)}
                named = (
                    ({app.system, prompt.system}, self.systems),
                    ({prompt.tools}, self.tools),
                    ({prompt.image}, self.images),
                    (attached, self.attachments),
                )
                unknown = {name for names, known in named for name in names if name and name not in known}
                if unknown:
                    raise ValueError(f"{prompt.turns[0][:40]!r} names {', '.join(sorted(unknown))}, which is not there")
        return self

    def written_out(self, text: str, source: random.Random) -> str:
        """`text` with the lines of its attachments in their places, as `source` draws them."""

        def lines(found: re.Match[str]) -> str:
            kinds, first = self.attachments[found.group(1)], source.randrange(10_000, 90_000)
            return "\n".join(
                source.choice(kinds).format(n=first + number, m=source.randrange(2, 90))
                for number in range(int(found.group(2)))
            )

        return _ATTACHED.sub(lines, text)


@cache
def sample_prompts() -> SamplePrompts:
    """The document, read once."""
    return SamplePrompts.model_validate(yaml.safe_load(PROMPTS_FILE.read_text(encoding="utf-8")))
