from __future__ import annotations

from routing_core.domain import ChatRequest, Decided, Tier
from routing_core.errors import UnknownTaskType
from routing_core.outcome import UNPRICED, Cost, CostSource
from routing_core.prompt_sets.plan import Plan, SetPrompt
from tests.ui.outcomes import decided
from ui.prompt_set.plan import column_name, estimates, prepare

PROMPTS = (SetPrompt(1, "one"), SetPrompt(2, "two", task_type="invented"), SetPrompt(3, "three", system="Be brief"))
PER_TOKEN = {Tier.CHEAP: 1, Tier.MID: 10, Tier.FRONTIER: 100}


def _decide(request: ChatRequest) -> Decided:
    if request.task_type:
        raise UnknownTaskType(f"No task type {request.task_type!r}.")
    return decided(tier=Tier.MID)


def _price(prompt_tokens: int, answer_tokens: int, tier: Tier) -> Cost:
    return Cost((prompt_tokens + answer_tokens) * PER_TOKEN[tier], CostSource.ESTIMATED)


def test_a_forced_column_never_climbs_and_the_routers_own_may() -> None:
    plan = Plan(PROMPTS, (None, Tier.CHEAP))
    requests = [plan.request(0, column) for column in plan.columns]
    assert [(request.force_tier, request.escalate) for request in requests] == [(None, True), (Tier.CHEAP, False)]


def test_a_prompts_own_system_prompt_and_task_type_go_with_it() -> None:
    plan = Plan(PROMPTS, (None,))
    assert (plan.request(2, None).system_prompt, plan.request(1, None).task_type) == ("Be brief", "invented")


def test_a_prompt_that_cannot_be_decided_says_why_beside_the_others() -> None:
    plan = prepare(_decide, PROMPTS, (None,), {})
    assert [pick.refusal for pick in plan.picks] == [None, "No task type 'invented'.", None]


def test_an_estimate_sums_what_has_a_price_and_counts_what_has_none() -> None:
    plan = prepare(_decide, PROMPTS, (None, Tier.FRONTIER), {})
    auto, frontier = estimates(plan, _price, answer_tokens=92)
    assert (auto.nano, auto.priced, auto.unpriced) == (2 * 1_000, 2, 1)
    assert frontier.nano == 2 * 10_000


def test_an_unpriced_tier_is_counted_and_never_zero_on_the_quiet() -> None:
    plan = prepare(_decide, PROMPTS[:1], (Tier.CHEAP,), {})
    (cheap,) = estimates(plan, lambda *_: UNPRICED, answer_tokens=92)
    assert (cheap.priced, cheap.unpriced) == (0, 1)


def test_the_column_of_the_router_itself_is_named_auto() -> None:
    assert [column_name(column) for column in (None, Tier.MID)] == ["auto", "mid"]
