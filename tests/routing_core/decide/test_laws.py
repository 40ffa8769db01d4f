"""Properties that hold for any text and any situation."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing_core.decide import decide, decide_request
from routing_core.decide.document import entry_fault
from routing_core.decide.extract import extract
from routing_core.decide.heuristics import BUILTIN_NAMES, BuiltinName, Heuristics, builtin
from routing_core.decide.loading import dump_document, load_document
from routing_core.decide.match import match
from routing_core.domain import TIERS, ChatRequest, Decided, Message, Numbers, Policy, Situation, Tier, TierLimits
from routing_core.errors import NothingFits
from tests.routing_core.decide.asking import decided, user

HARD_POLICIES = (Policy.CAPABILITY, Policy.CONTEXT_WINDOW)
PIECES = (
    "list", "undefined", "analyze ", "trade-offs", " go on", "thanks",
    "def f(x):\n", "```", "what is ", "İ", "\ud800", "分析",
    "\n- ", "$x^2$", "why?", "  ", "class A:", "é", "\U0001f600", "\u202e", "if ", "translate",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=12).map("".join)
profiles = st.sampled_from(BUILTIN_NAMES).map(builtin)
tiers = st.sampled_from(TIERS)
limits = st.tuples(
    *[
        st.builds(TierLimits, st.none() | st.integers(1, 5000), st.booleans(), st.booleans(), st.booleans())
        for _ in TIERS
    ]
)
situations = st.builds(
    Situation,
    query_tokens=st.integers(0, 3000), conversation_tokens=st.integers(0, 3000),
    prompt_tokens=st.tuples(*[st.integers(0, 3000)] * 3), system_tokens=st.integers(0, 900),
    answer_tokens=st.none() | st.integers(0, 3000), forced_tier=st.none() | tiers,
    task_type=st.sampled_from((None, "math", "translation", "gone")), previous_tier=st.none() | tiers,
    may_climb=st.booleans(), over_budget=st.lists(tiers, unique=True).map(tuple), limits=limits,
    may_use=st.just(TIERS) | st.lists(tiers, unique=True, min_size=1).map(tuple),
)  # fmt: skip


@given(texts, situations, profiles)
@settings(max_examples=120, deadline=None)
def test_overrides_chain_from_the_classifiers_tier_to_the_decisions(
    text: str, situation: Situation, heuristics: Heuristics
) -> None:
    try:
        made = decide(extract((user(text),)).numbers, match(text, heuristics), situation, heuristics)
    except NothingFits:
        return
    steps = [made.classified_tier, *(override.to_tier for override in made.overrides)]
    assert steps[-1] is made.tier
    assert [override.from_tier for override in made.overrides] == steps[:-1]
    assert all(before is not after for before, after in pairwise(steps))
    order = [list(Policy).index(override.cause) for override in made.overrides]
    assert order == sorted(set(order))
    assert all(o.to_tier.rank > o.from_tier.rank for o in made.overrides if o.cause in HARD_POLICIES)


def fits_alone(tier: Tier, numbers: Numbers, situation: Situation, heuristics: Heuristics) -> bool:
    """Whether the tier can take the request, worked out without the policies."""
    limits, fit = situation.limits[tier.rank], heuristics.document.policies.fit
    if tier not in situation.may_use:
        return False
    if not limits.callable:
        takes = not situation.may_climb
    else:
        takes = limits.images >= bool(numbers.images) and limits.tools >= bool(numbers.tools)
    answer = fit.answer_tokens if situation.answer_tokens is None else situation.answer_tokens
    usable = int(limits.window_tokens * fit.window_share) if limits.window_tokens is not None else None
    return takes and (usable is None or situation.prompt_tokens[tier.rank] + answer <= usable)


@given(texts, situations, profiles)
@settings(max_examples=60, deadline=None)
def test_nothing_fits_is_said_only_where_no_allowed_tier_would_do(
    text: str, situation: Situation, heuristics: Heuristics
) -> None:
    roomy = replace(
        situation,
        limits=(TierLimits(), TierLimits(), TierLimits()),
        may_use=situation.may_use if situation.forced_tier is None else TIERS,
    )
    numbers, hits = extract((user(text),)).numbers, match(text, heuristics)
    wanted = decide(numbers, hits, roomy, heuristics).tier
    try:
        tier = decide(numbers, hits, situation, heuristics).tier
    except NothingFits:
        tier = None
    able = [each for each in TIERS if fits_alone(each, numbers, situation, heuristics)]
    allowed = [each for each in able if each is wanted or (situation.may_climb and each.rank > wanted.rank)]
    assert tier is (allowed[0] if allowed else None)


@given(texts, situations, profiles)
@settings(max_examples=60, deadline=None)
def test_a_decision_never_leaves_the_tiers_that_may_be_used(
    text: str, situation: Situation, heuristics: Heuristics
) -> None:
    with suppress(NothingFits):
        made = decide(extract((user(text),)).numbers, match(text, heuristics), situation, heuristics)
        assert made.tier in situation.may_use


@given(texts, profiles)
@settings(max_examples=60, deadline=None)
def test_a_decision_depends_on_its_arguments_alone(text: str, heuristics: Heuristics) -> None:
    first, again = decided(text, heuristics), decided(text, heuristics)
    assert first == again
    assert decide(first.numbers, first.hits, first.situation, heuristics) == first.decision


@given(texts)
@settings(max_examples=80, deadline=None)
def test_the_score_is_the_base_and_the_sum_of_the_contributions_to_the_last_bit(text: str) -> None:
    standard = builtin("standard")
    made = decided(text, standard).decision
    total = 0.0
    for signal in made.signals:
        assert signal.contribution == signal.value * signal.weight
        assert 0 < signal.value <= 1
        total += signal.contribution
    assert made.score == standard.document.classifier.base + total  # type: ignore[union-attr]  # of kind weights
    assert made.no_evidence == (not made.signals)


@given(texts)
@settings(max_examples=80, deadline=None)
def test_the_tier_the_margin_and_the_boundaries_agree(text: str) -> None:
    made = decided(text).decision
    assert made.boundaries is not None
    low, high = made.boundaries
    assert made.margin == min(abs(made.score - low), abs(made.score - high))
    by_score = TIERS[(made.score >= low) + (made.score >= high)]
    assert made.classified_tier is (Tier.MID if made.no_evidence else by_score)


@given(
    st.lists(st.sampled_from(["Analyze", "THE", "trade-offs", "é", "İ", "分析", "list", "\ud800", ",", "What  is"])),
    profiles,
)
@settings(max_examples=80, deadline=None)
def test_a_span_points_at_its_keyword(words: list[str], heuristics: Heuristics) -> None:
    text = " ".join(words)
    for hit in match(text, heuristics).keywords:
        assert hit.spans
        assert all(text[start:end].lower().split() == hit.keyword.lower().split() for start, end in hit.spans)


bodies = st.dictionaries(
    st.sampled_from(("role", "content", "name", "tool_calls")),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=8)
        | st.sampled_from(("user", "system", "image_url")),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(("type", "text")), inner, max_size=2)
        ),
        max_leaves=6,
    ),
)


@given(st.lists(bodies, max_size=5), profiles)
@settings(max_examples=120, deadline=None)
def test_any_messages_array_is_decided(messages: list[Message], heuristics: Heuristics) -> None:
    assert isinstance(decide_request(ChatRequest(messages=tuple(messages)), heuristics), Decided)


@pytest.mark.parametrize("name", BUILTIN_NAMES)
@given(
    share=st.floats(0.01, 1),
    answer=st.integers(0, 10**6),
    words=st.lists(st.text(min_size=1, max_size=200).filter(lambda word: entry_fault(word) is None), max_size=5),
)
@settings(max_examples=30, deadline=None)
def test_any_valid_document_comes_back_equal_from_its_yaml(
    name: BuiltinName, share: float, answer: int, words: list[str]
) -> None:
    document = builtin(name).document
    fit = document.policies.fit.model_copy(update={"window_share": share, "answer_tokens": answer})
    policies = document.policies.model_copy(update={"fit": fit})
    some = next(iter(document.keywords))
    entries = tuple(word[:200] for word in words if word[:200].strip())
    lists = {**document.keywords, some: document.keywords[some].model_copy(update={"entries": entries})}
    drawn = document.model_copy(update={"policies": policies, "keywords": lists})
    assert load_document(dump_document(drawn)) == drawn
