"""From what stands on the playground to the requests that are sent: one, or one a tier side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from routing_core.domain import TIERS, ChatRequest, Json, Message, Tier
from routing_core.errors import InvalidRequest

APP: Final = "playground"


class Mode(StrEnum):
    """Where a prompt is sent; the values are the labels on the screen."""

    AUTO = "auto"
    CHEAP = "cheap"
    MID = "mid"
    FRONTIER = "frontier"
    SIDE_BY_SIDE = "side by side"
    PROMPT_SET = "prompt set"

    @property
    def forced_tier(self) -> Tier | None:
        """The one tier that this mode sends to; None where the router chooses or all are asked."""
        return Tier(self.value) if self.value in TIERS else None


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked besides the prompt; None and empty are not sent.

    `image` is a data URL, `tools` JSON text, `others` parameters of an opened request that have no field of their own,
    `problem` what is wrong with what was typed.
    """

    system_prompt: str = ""
    task_type: str | None = None
    image: str | None = None
    tools: str | None = None
    temperature: float | None = None
    max_tokens: int | None = None
    deployment: str | None = None
    others: Mapping[str, Json] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns so far, and the tier that served the last of them."""

    messages: tuple[Message, ...] = ()
    tier: Tier | None = None

    def going_on(self, request: ChatRequest, answer: str, tier: Tier | None) -> Conversation:
        """This conversation after `request` was answered; its system prompt stays with the options."""
        asked = tuple(message for message in request.messages if message.get("role") != "system")
        return replace(self, messages=(*asked, {"role": "assistant", "content": answer}), tier=tier)


@dataclass(frozen=True, slots=True)
class Composed:
    """A prompt with all that surrounds it, before it is decided where to send it."""

    text: str
    options: Options = field(default_factory=Options)
    conversation: Conversation = field(default_factory=Conversation)

    def request(self, session: str | None = None) -> ChatRequest:
        """The request as the router would be given it, no tier forced; raises InvalidRequest for bad options."""
        options = self.options
        if options.problem:
            raise InvalidRequest(options.problem)
        return ChatRequest(
            messages=(*self.conversation.messages, {"role": "user", "content": self._content()}),
            system_prompt=options.system_prompt.strip(),
            task_type=options.task_type,
            previous_tier=self.conversation.tier,
            params=_params(options),
            app=APP,
            session=session,
        )

    def _content(self) -> Json:
        if self.options.image is None:
            return self.text
        return [{"type": "text", "text": self.text}, {"type": "image_url", "image_url": {"url": self.options.image}}]


def newest_user_turn(messages: Sequence[Message]) -> int | None:
    """Where the turn stands that is being answered; None where nobody asked."""
    return max((at for at, message in enumerate(messages) if message.get("role") == "user"), default=None)


def requests_of(
    request: ChatRequest, mode: Mode, deployment: str | None, comparison_id: str
) -> tuple[ChatRequest, ...]:
    """What `mode` sends: auto may climb, a forced tier may not, side by side is one forced request a tier."""
    if mode is Mode.SIDE_BY_SIDE:
        return tuple(replace(request, force_tier=tier, escalate=False, comparison_id=comparison_id) for tier in TIERS)
    tier = mode.forced_tier
    if tier is None:
        return (request,)
    return (replace(request, force_tier=tier, deployment=deployment, escalate=False),)


def previewed(request: ChatRequest, mode: Mode) -> ChatRequest:
    """What is decided while typing: the forced tier where one is chosen, else what the router itself would do."""
    tier = mode.forced_tier
    return request if tier is None else replace(request, force_tier=tier, escalate=False)


def parse_tools(text: str) -> Sequence[Json]:
    """The tools that stand in the options as JSON. Raises InvalidRequest, which says where it cannot be read."""
    try:
        tools: Json = json.loads(text)
    except ValueError as error:
        raise InvalidRequest(f"The tools are not valid JSON ({error}). Mend them, or switch tools off.") from None
    if not isinstance(tools, list) or not all(isinstance(tool, dict) for tool in tools):
        raise InvalidRequest("The tools must be a list of objects, as OpenAI has them. Mend them, or switch tools off.")
    return tools


def _params(options: Options) -> dict[str, Json]:
    params = dict(options.others)
    if options.temperature is not None:
        params["temperature"] = options.temperature
    if options.max_tokens is not None:
        params["max_tokens"] = options.max_tokens
    if options.tools is not None:
        params["tools"] = parse_tools(options.tools)
    return params
