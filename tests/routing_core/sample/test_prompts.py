from __future__ import annotations

import random

import pytest
from pydantic import ValidationError

from routing_core.sample.prompts import SamplePrompts, sample_prompts

PROMPTS = sample_prompts()


def test_there_are_more_than_120_prompts_and_no_two_alike() -> None:
    turns = [prompt.turns for app in PROMPTS.apps for prompt in app.prompts]
    assert len(set(turns)) == len(turns) > 120


def test_shares_of_the_apps_make_a_whole() -> None:
    assert sum(app.share for app in PROMPTS.apps) == pytest.approx(1)


def test_an_attachment_is_written_out_line_by_line_the_same_for_the_same_source() -> None:
    text = PROMPTS.written_out("These:\n[[tickets 12]]", random.Random(7))
    assert text.startswith("These:\nT-")
    assert text.count("\nT-") == 12
    assert text == PROMPTS.written_out("These:\n[[tickets 12]]", random.Random(7))


@pytest.mark.parametrize(
    "prompt",
    [{"ask": "x", "system": "nobody"}, {"ask": "x", "tools": "hammer"}, "[[sand 3]]", {"ask": "x", "imag": "p"}],
)
def test_a_prompt_that_names_what_is_not_there_is_refused(prompt: object) -> None:
    app = {"name": "a", "share": 1, "users": 1, "streamed": 0, "weekend": 0, "prompts": [prompt]}
    written = {"systems": {}, "tools": {}, "images": {}, "attachments": {}, "apps": [app]}
    with pytest.raises(ValidationError):
        SamplePrompts.model_validate(written)
