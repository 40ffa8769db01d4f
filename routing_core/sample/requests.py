"""One planned request as the engine takes it: messages with the answers so far, tools, an image. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from routing_core.domain import ChatRequest, Json, Message
from routing_core.sample.plan import Planned
from routing_core.sample.prompts import SamplePrompts


def chat_request(
    prompts: SamplePrompts, planned: Planned, answers: Sequence[str], run: str, tasks: Collection[str]
) -> ChatRequest:
    """The request; `answers` are those of the turns before, empty where there was none.

    A task type that is not among `tasks`, those of the live heuristics, is left out unless it is to be refused.
    """
    asked, app = planned.prompt, planned.app
    known = asked.task if asked.task in tasks else None
    system = asked.system or app.system
    return ChatRequest(
        messages=tuple(_messages(prompts, planned, answers)),
        system_prompt=prompts.systems[system] if system else "",
        force_tier=planned.forced_tier,
        task_type=asked.refused_task or known,
        params={"tools": prompts.tools[asked.tools]} if asked.tools else {},
        app=app.name,
        user=planned.user,
        session=planned.session,
        sample_run=run,
    )


def _messages(prompts: SamplePrompts, planned: Planned, answers: Sequence[str]) -> list[Message]:
    *earlier, newest = planned.texts
    messages: list[Message] = []
    for text, answer in zip(earlier, answers, strict=True):
        messages.append({"role": "user", "content": text})
        if answer:
            messages.append({"role": "assistant", "content": answer})
    image = planned.prompt.image
    return [*messages, {"role": "user", "content": _content(newest, prompts.images[image] if image else None)}]


def _content(text: str, image: str | None) -> Json:
    if image is None:
        return text
    return [{"type": "text", "text": text}, {"type": "image_url", "image_url": {"url": image}}]
