"""What a decision depends on besides the text: counted tokens, what each tier can take, and how it went so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from routing_core.decide.classifier import classify
from routing_core.decide.extract import SYSTEM_ROLES, Extracted, extract
from routing_core.decide.heuristics import Heuristics
from routing_core.decide.match import match
from routing_core.decide.policy import Course, apply_soft_policies, is_follow_up, says_nothing
from routing_core.domain import TIERS, ChatRequest, Json, Message, Situation, Tier, TierLimits
from routing_core.tokens import PLAIN_KEYS, TokenCounter

Limits = tuple[TierLimits, TierLimits, TierLimits]


def situate(
    request: ChatRequest,
    extracted: Extracted,
    heuristics: Heuristics,
    limits: Limits,
    over_budget: Sequence[Tier] = (),
    count: TokenCounter | None = None,
) -> Situation:
    """The situation of one request; tokens are counted by `count`, the document's own counter if not given."""
    counter = count or heuristics.counter
    messages = with_system_prompt(request.messages, request.system_prompt)
    if len(messages) > 1:
        counter = counter.remembering()
    query = counter.count_text(extracted.text)
    turns, system = (query, 0) if _is_plain(messages, extracted) else _count(messages, counter)
    base = Situation(
        query,
        turns - _image_tokens(extracted, counter),
        _prompt_tokens(request, messages, turns + system, heuristics, counter),
        system,
        _answer_tokens(request.params) if request.params else None,
        request.force_tier,
        request.task_type,
        request.previous_tier,
        request.escalate,
        tuple(over_budget),
        limits,
        request.may_use,
    )
    if base.previous_tier is None and extracted.numbers.user_turns > 1:
        return replace(base, previous_tier=_tier_so_far(messages, base, heuristics, counter))
    return base


def with_system_prompt(messages: Sequence[Message], system_prompt: str) -> tuple[Message, ...]:
    """The messages with `system_prompt` put first, where they have no system message of their own."""
    if not system_prompt:
        return tuple(messages)
    if any(message.get("role") in SYSTEM_ROLES for message in messages):
        return tuple(messages)
    return ({"role": "system", "content": system_prompt}, *messages)


def system_messages(
    messages: Sequence[Message], system_prompt: str, tier: Tier, heuristics: Heuristics
) -> tuple[Message, ...]:
    """The messages array as `tier` is sent it: with the tier's own system prompt before or instead of the caller's."""
    called = with_system_prompt(messages, system_prompt)
    own = heuristics.document.system_prompts.get(tier)
    if own is None:
        return called
    if own.mode == "replace":
        rest = (message for message in called if message.get("role") not in SYSTEM_ROLES)
        return ({"role": "system", "content": own.text}, *rest)
    first = next((i for i, message in enumerate(called) if message.get("role") in SYSTEM_ROLES), None)
    if first is None:
        return ({"role": "system", "content": own.text}, *called)
    prefixed = {**called[first], "content": _prefixed(own.text, called[first].get("content"))}
    return (*called[:first], prefixed, *called[first + 1 :])


def tools_of(request: ChatRequest) -> Sequence[Json]:
    """The definitions of the tools that the request brings."""
    tools = request.params.get("tools")
    return tools if tools and isinstance(tools, Sequence) and not isinstance(tools, str) else ()


def _prefixed(own: str, content: Json) -> Json:
    if isinstance(content, str) or not isinstance(content, Sequence):
        return f"{own}\n\n{content}" if content else own
    return [{"type": "text", "text": own}, *content]


def _is_plain(messages: tuple[Message, ...], extracted: Extracted) -> bool:
    """Whether the newest user turn's text is all there is to count: the commonest request, counted once."""
    return len(messages) == 1 and messages[0].get("content") is extracted.text and len(messages[0]) == PLAIN_KEYS


def _count(messages: Sequence[Message], counter: TokenCounter) -> tuple[int, int]:
    """Tokens of the turns and of the system prompt, without what a chat adds around each message."""
    turns = system = 0
    for message in messages:
        tokens = counter.count_message(message) - counter.overhead.per_message
        if message.get("role") in SYSTEM_ROLES:
            system += tokens
        else:
            turns += tokens
    return turns, system


def _image_tokens(extracted: Extracted, counter: TokenCounter) -> int:
    """Tokens of the images: they fill a window and cost, but say nothing of how long a conversation is."""
    return extracted.numbers.images * counter.overhead.per_image


def _prompt_tokens(
    request: ChatRequest, messages: tuple[Message, ...], counted: int, heuristics: Heuristics, counter: TokenCounter
) -> tuple[int, int, int]:
    tools = counter.count_tools(tools_of(request)) if request.params else 0
    if not heuristics.document.system_prompts:
        around = counter.overhead
        same = counted + around.per_message * len(messages) + around.per_reply + tools
        return same, same, same
    cheap, mid, frontier = (
        counter.count_messages(system_messages(messages, "", tier, heuristics)) + tools for tier in TIERS
    )
    return cheap, mid, frontier


def _answer_tokens(params: Mapping[str, Json]) -> int | None:
    for name in ("max_completion_tokens", "max_tokens"):
        given = params.get(name)
        if isinstance(given, int) and not isinstance(given, bool) and given > 0:
            return given
    return None


def _tier_so_far(
    messages: tuple[Message, ...], base: Situation, heuristics: Heuristics, counter: TokenCounter
) -> Tier | None:
    """The tier of the newest earlier user turn that is no short follow-up itself; None where none says anything."""
    rule = heuristics.document.policies.continuation
    if rule is None:
        return None
    turns = [i for i, message in enumerate(messages) if message.get("role") == "user"][:-1]
    tier = None
    for turn in reversed(turns[-rule.look_back_turns :]):
        then, follows = _tier_then(messages[: turn + 1], base, heuristics, counter)
        tier = then or tier
        if not follows:
            break
    return tier


def _tier_then(
    messages: tuple[Message, ...], base: Situation, heuristics: Heuristics, counter: TokenCounter
) -> tuple[Tier | None, bool]:
    """The tier that the last of `messages` had by classifier and soft policies, and whether to look further back."""
    policies = heuristics.document.policies
    extracted = extract(messages)
    hits = match(extracted.text, heuristics)
    if says_nothing(policies, hits):
        return None, True
    then = replace(
        base,
        query_tokens=counter.count_text(extracted.text),
        conversation_tokens=_count(messages, counter)[0] - _image_tokens(extracted, counter),
        task_type=None,
        over_budget=(),
        may_use=TIERS,
    )
    verdict = classify(extracted.numbers, hits, then, heuristics)
    course = Course(verdict.tier, verdict.confidence, verdict.cause, [])
    apply_soft_policies(course, verdict, extracted.numbers, hits, then, heuristics)
    return course.tier, is_follow_up(policies, hits, then.query_tokens, bare=verdict.no_evidence)
