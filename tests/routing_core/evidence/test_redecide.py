"""A logged request decided again is decided as if it came anew; where that cannot be known, it is said."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from routing_core.decide import decide_request
from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import Put, Remove, Words
from routing_core.decide.heuristics import Heuristics, builtin, compile_heuristics
from routing_core.domain import Decision, Tier
from routing_core.errors import InvalidRequest
from routing_core.evidence.redecide import Grounds, LoggedRequest, Redecided, Untested, redecide
from tests.routing_core.evidence.editing import REFERENCE, STANDARD, draft_of, edit_pool, logged, without_text

PIECES = ("analyze ", "trade-offs ", "go on", "thanks", "def f(x):\n", "what is ", "why", "translate ", "debug ", "hi ")
turns = st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join), min_size=1, max_size=5)
asked = st.fixed_dictionaries(
    {
        "task_type": st.sampled_from((None, None, "math", "chat")),
        "previous_tier": st.sampled_from((None, None, Tier.FRONTIER)),
        "system_prompt": st.sampled_from(("", "Be brief.", "x\n" * 40)),
    }
)


def anew(row: LoggedRequest, heuristics: Heuristics) -> Decision | None:
    """The decision about the whole request, as the live path makes it."""
    try:
        return decide_request(row.request, heuristics, row.decided.situation.limits).decision
    except InvalidRequest:
        return None


def again(row: LoggedRequest, heuristics: Heuristics, made_by: HeuristicsDocument | None) -> Redecided:
    return redecide(row, Grounds.between(heuristics, made_by))


@given(st.data(), turns, asked)
@settings(max_examples=60, deadline=None)
def test_with_its_text_a_request_is_decided_as_if_it_came_anew(
    data: st.DataObject, texts: list[str], extra: dict[str, object]
) -> None:
    row = logged(texts[: 1 + (len(texts) - 1) // 2 * 2], **extra)  # type: ignore[arg-type]  # drawn by name
    draft = draft_of(STANDARD, data.draw(st.lists(st.sampled_from(edit_pool(STANDARD)), max_size=3)))
    known = data.draw(st.sampled_from((STANDARD, None)))
    made = again(row, draft, known)
    assert (made.decision, made.untested) == (anew(row, draft), None)


@given(st.data(), turns, asked)
@settings(max_examples=80, deadline=None)
def test_without_its_text_a_request_goes_where_it_would_with_it_or_is_untested(
    data: st.DataObject, texts: list[str], extra: dict[str, object]
) -> None:
    live = builtin("standard")
    row = logged(texts[: 1 + (len(texts) - 1) // 2 * 2], live, **extra)  # type: ignore[arg-type]  # drawn by name
    draft = draft_of(STANDARD, data.draw(st.lists(st.sampled_from(edit_pool(STANDARD)), max_size=2)))
    made = again(without_text(row), draft, STANDARD)
    expected = anew(row, draft)
    assert made.untested is not None or made.tier is (expected.tier if expected else None)


def test_thresholds_and_weights_need_no_text() -> None:
    row = without_text(logged("Please analyze the trade-offs."))
    draft = draft_of(STANDARD, [Put(("classifier", "keywords", "reasoning", "weight"), 0.01)])
    made = again(row, draft, STANDARD)
    assert made.untested is None
    assert made.tier is not row.decided.decision.tier


def test_a_word_taken_away_needs_no_text_and_a_new_one_does() -> None:
    row = without_text(logged("Please analyze it."))
    fewer = draft_of(STANDARD, [Words(("keywords", "reasoning", "entries"), remove=("analyze",))])
    more = draft_of(STANDARD, [Words(("keywords", "reasoning", "entries"), add=("stocktaking",))])
    assert again(row, fewer, STANDARD).untested is None
    assert again(row, more, STANDARD).untested is Untested.NO_TEXT


def test_without_text_and_without_its_version_nothing_is_known() -> None:
    assert again(without_text(logged("Hello there")), builtin("standard"), None).untested is Untested.VERSION_GONE


def test_earlier_turns_that_are_gone_matter_only_to_a_follow_up() -> None:
    conversation = ["Analyze the trade-offs of two ledgers step by step.", "Certainly."]
    draft = draft_of(STANDARD, [Put(("classifier", "keywords", "reasoning", "weight"), 0.01)])
    follow_up, of_its_own = (without_text(logged([*conversation, last])) for last in ("go on", "What is rain?"))
    assert again(follow_up, draft, STANDARD).untested is Untested.EARLIER_TURNS
    assert again(of_its_own, draft, STANDARD).untested is None


def test_a_request_whose_task_type_is_taken_away_would_be_refused() -> None:
    draft = draft_of(STANDARD, [Remove(("tasks", "research"))])
    made = again(logged("Hello", task_type="research"), draft, STANDARD)
    assert (made.decision, made.untested) == (None, None)


def test_a_request_of_another_profile_is_decided_by_the_new_one() -> None:
    row = logged("Debug this class foo", compile_heuristics(REFERENCE, "reference"))
    assert again(row, builtin("standard"), REFERENCE).decision == anew(row, builtin("standard"))
