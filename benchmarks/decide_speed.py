"""How long a decision takes, as a share of the time LiteLLM's own complexity router takes for the same prompts."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.record import Record, ratio_of_rounds
from routing_core.decide import decide_request
from routing_core.decide.heuristics import builtin
from routing_core.domain import ChatRequest

ROUNDS: Final = 21
SENTENCES: Final = (
    "Our northern warehouse ships orders for nine shops and every Monday the report is late by an hour.",
    "Please look at the figures for spring and say what we should change before the season starts.",
    "The drivers leave at six, the first delivery is at seven, and two of the roads are closed until June.",
    "Customers write that parcels come damaged when it rains, mostly from the second depot near the river.",
    "Compare the two carriers by price and delay, and explain why the cheaper one is not always cheaper.",
)
SHORT: Final = (
    "What is the capital of France?",
    "Thanks, that helps a lot.",
    "Translate good morning to Spanish.",
    "Explain why the sky is blue.",
    "Fix the error in this function please.",
)


def _prompt(words: int, first: int) -> str:
    text: list[str] = []
    while len(text) < words:
        text += SENTENCES[(first + len(text)) % len(SENTENCES)].split()
    return " ".join(text[:words])


def _classifier() -> Callable[[str], object]:
    """LiteLLM's complexity router with its own defaults, as its documentation builds it."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    os.environ["LITELLM_MODE"] = "PRODUCTION"
    from litellm import Router
    from litellm.router_strategy.complexity_router.complexity_router import ComplexityRouter

    model = {"model_name": "cheap", "litellm_params": {"model": "openai/gpt-6-luna", "api_key": "none"}}
    classify: Callable[[str], object] = ComplexityRouter("auto", Router(model_list=[model])).classify
    return classify


def measure() -> list[Record]:
    """Median ratio of 21 alternating rounds for short prompts, 200 words and 2,000 words."""
    standard = builtin("standard")
    classify = _classifier()

    def ours(prompts: Sequence[str]) -> None:
        for prompt in prompts:
            decide_request(ChatRequest(messages=({"role": "user", "content": prompt},)), standard)

    def theirs(prompts: Sequence[str]) -> None:
        for prompt in prompts:
            classify(prompt)

    def compared(name: str, prompts: Sequence[str]) -> Record:
        ratio = ratio_of_rounds(lambda: ours(prompts), lambda: theirs(prompts), ROUNDS)
        return Record(
            name=name,
            value=round(ratio, 4),
            unit="share",
            against="LiteLLM complexity router, classify()",
            n=ROUNDS * len(prompts),
            how="extract + match + situate (tiktoken) + decide, profile standard; median of alternating rounds",
        )

    return [
        compared("decide_short", SHORT * 20),
        compared("decide_200_words", [_prompt(200, first) for first in range(5)] * 2),
        compared("decide_2000_words", [_prompt(2000, first) for first in range(5)]),
    ]
