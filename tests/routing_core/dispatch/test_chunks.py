from __future__ import annotations

import pytest

from routing_core.dispatch.chunks import in_openais_form
from routing_core.domain import Json


def answer(part: str, **fields: Json) -> dict[str, Json]:
    return {"choices": [{"index": 0, part: fields, "provider_specific_fields": {}}]}


@pytest.mark.parametrize("part", ["message", "delta"])
def test_a_refusal_stands_where_openai_has_it(part: str) -> None:
    put_aside = answer(part, role="assistant", provider_specific_fields={"refusal": "I will not."})
    assert in_openais_form(put_aside) == {
        "choices": [{"index": 0, part: {"role": "assistant", "refusal": "I will not."}}]
    }


def test_what_is_the_provider_s_own_stays_aside() -> None:
    own = answer("message", content="Yes.", provider_specific_fields={"refusal": None, "citations": ["a"]})
    told: Json = {"content": "Yes.", "refusal": None, "provider_specific_fields": {"citations": ["a"]}}
    assert in_openais_form(own) == {"choices": [{"index": 0, "message": told}]}


@pytest.mark.parametrize("body", [{}, {"choices": None}, {"choices": ["odd"]}, {"choices": [{"message": None}]}])
def test_what_is_no_answer_stays_as_it_is(body: dict[str, Json]) -> None:
    assert in_openais_form(dict(body)) == body
