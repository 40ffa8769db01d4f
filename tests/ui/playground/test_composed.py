from __future__ import annotations

import pytest

from routing_core.domain import TIERS, Tier
from routing_core.errors import InvalidRequest
from ui.panel import asset
from ui.playground.composed import Composed, Conversation, Mode, Options, parse_tools, previewed, requests_of

PLAIN = Composed("Hello")


def test_auto_sends_one_request_that_may_climb() -> None:
    (sent,) = requests_of(PLAIN.request(), Mode.AUTO, None, "C")
    assert (sent.force_tier, sent.escalate, sent.comparison_id) == (None, True, None)


@pytest.mark.parametrize("mode", [Mode.CHEAP, Mode.MID, Mode.FRONTIER])
def test_a_forced_send_never_climbs(mode: Mode) -> None:
    (sent,) = requests_of(PLAIN.request(), mode, "one", "C")
    assert (sent.force_tier, sent.escalate, sent.deployment) == (mode.value, False, "one")


def test_side_by_side_forces_each_tier_once_under_one_comparison() -> None:
    sent = requests_of(PLAIN.request(), Mode.SIDE_BY_SIDE, None, "C")
    assert [(r.force_tier, r.escalate, r.comparison_id) for r in sent] == [(tier, False, "C") for tier in TIERS]


@pytest.mark.parametrize(("mode", "forced"), [(Mode.AUTO, None), (Mode.SIDE_BY_SIDE, None), (Mode.MID, Tier.MID)])
def test_the_preview_forces_only_what_the_operator_forces(mode: Mode, forced: Tier | None) -> None:
    assert previewed(PLAIN.request(), mode).force_tier is forced


def test_what_is_not_set_is_not_sent() -> None:
    assert PLAIN.request().params == {}


def test_every_option_reaches_the_request() -> None:
    options = Options(
        system_prompt=" Be brief. ",
        task_type="summary",
        tools=asset("sample_tools.json"),
        temperature=0.0,
        max_tokens=9,
    )
    request = Composed("Hello", options).request("S")
    assert (request.system_prompt, request.task_type, request.session) == ("Be brief.", "summary", "S")
    assert {name: request.params[name] for name in ("temperature", "max_tokens")} == {
        "temperature": 0.0,
        "max_tokens": 9,
    }
    assert request.params["tools"] == parse_tools(asset("sample_tools.json"))


def test_a_picture_stands_beside_the_text_of_the_newest_turn() -> None:
    message = Composed("Look", Options(image="data:image/png;base64,AA==")).request().messages[-1]
    assert message["content"] == [
        {"type": "text", "text": "Look"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
    ]


@pytest.mark.parametrize("text", ["[", "{}", '["a"]'])
def test_tools_that_cannot_be_read_are_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidRequest, match="switch tools off"):
        parse_tools(text)


def test_going_on_keeps_every_turn_and_the_tier_that_answered() -> None:
    first = Conversation().going_on(PLAIN.request(), "Hi.", Tier.CHEAP)
    request = Composed("And then?", conversation=first).request()
    assert [m["role"] for m in request.messages] == ["user", "assistant", "user"]
    assert request.previous_tier is Tier.CHEAP
    second = first.going_on(request, "Then this.", Tier.MID)
    assert [m["content"] for m in second.messages] == ["Hello", "Hi.", "And then?", "Then this."]
