from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from routing_core.domain import Json, Tier
from routing_core.outcome import UNPRICED
from storage.labels import Label, LabelKind
from tests.ui.outcomes import decided, outcome, request
from ui.export.document import SCHEMA, Comparison, comparison_json, exact_dollars, text_of

THREE = Comparison(request(), decided(), [outcome(f"id-{tier}", tier=tier, forced=tier) for tier in Tier])


SAID = Label(1, "id-mid", LabelKind.BAD, None, "wrong | sum", "", None, datetime(2026, 11, 23, 9, tzinfo=UTC), None)


def _read(comparison: Comparison) -> Any:  # noqa: ANN401 - whatever JSON holds
    return json.loads(comparison_json(comparison))


def test_the_json_says_which_schema_it_follows() -> None:
    assert _read(THREE)["schema"] == SCHEMA == "signalbox.comparison/1"


def test_every_column_is_there_in_order_with_its_own_request() -> None:
    assert [answer["request_id"] for answer in _read(THREE)["answers"]] == ["id-cheap", "id-mid", "id-frontier"]


def test_a_cost_stands_in_nano_dollars_and_in_dollars_with_its_source() -> None:
    cost = _read(THREE)["answers"][0]["cost"]
    assert (cost["nano"], cost["usd"], cost["source"]) == (4_200, "0.000004200", "reported_usage_price_map")


def test_an_unpriced_answer_is_null_and_not_zero() -> None:
    answer = _read(replace(THREE, outcomes=[outcome(cost=UNPRICED)]))["answers"][0]
    assert (answer["cost"]["nano"], answer["cost"]["usd"], answer["saving"]["saved_nano"]) == (None, None, None)


def test_the_decision_keeps_its_signals_overrides_and_version() -> None:
    decision = _read(THREE)["decision"]
    assert decision["signals"][0]["evidence"] == ["compare"]
    assert decision["overrides"] == [{"cause": "low_confidence", "from": "cheap", "to": "mid"}]
    assert decision["version"] == "standard"


def test_what_is_simulated_says_so() -> None:
    assert _read(THREE)["simulated"] is True


def test_a_prompt_that_was_not_kept_is_null_and_said_to_be_so() -> None:
    document = _read(replace(THREE, prompt_kept=False))
    assert (document["prompt"], document["messages"], document["prompt_kept"]) == (None, None, False)


def test_options_hold_what_was_asked_and_nothing_else() -> None:
    asked = replace(request(), params={"temperature": 0.2}, task_type="code")
    assert _read(replace(THREE, request=asked))["options"] == {"task_type": "code", "temperature": 0.2}


def test_half_a_surrogate_pair_in_an_answer_can_be_written_to_a_file() -> None:
    text = comparison_json(replace(THREE, outcomes=[outcome(answer="cut \ud83d")]))
    assert "cut ?" in text.encode("utf-8").decode()


@pytest.mark.parametrize(
    ("nano", "dollars"),
    [(None, None), (0, "0.000000000"), (1, "0.000000001"), (117_230_000_000, "117.230000000"), (-5, "-0.000000005")],
)
def test_exact_dollars_lose_no_nano(nano: int | None, dollars: str | None) -> None:
    assert exact_dollars(nano) == dollars


def test_parts_of_a_message_that_are_no_text_stand_as_their_type() -> None:
    parts: Json = [{"type": "text", "text": "What is this?"}, {"type": "image_url", "image_url": {"url": "data:"}}]
    assert text_of({"role": "user", "content": parts}) == "What is this?\n[image_url]"


def test_each_answer_carries_what_was_said_of_it_and_an_answer_without_labels_none() -> None:
    answers = _read(replace(THREE, labels={"id-mid": (SAID,)}))["answers"]
    assert [[(said["kind"], said["comment"]) for said in answer["labels"]] for answer in answers] == [
        [],
        [("bad", "wrong | sum")],
        [],
    ]


def test_labels_that_could_not_be_read_are_null_and_not_none() -> None:
    assert [answer["labels"] for answer in _read(replace(THREE, labels=None))["answers"]] == [None, None, None]


def test_where_the_router_has_no_decision_of_its_own_the_reason_stands_there() -> None:
    document = _read(replace(THREE, decided=None, undecided="The heuristics are gone."))
    assert (document["decision"], document["undecided"]) == (None, "The heuristics are gone.")
