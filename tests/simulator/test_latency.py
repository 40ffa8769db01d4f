import statistics

import httpx
import pytest

from simulator.catalog import Model, load_models
from simulator.latency import Pace, drawn_pace
from tests.simulator_process import Entry, SimulatorProcess

MODELS = load_models().served()
STEADY: Entry = {
    "id": "steady",
    "tier": "cheap",
    "first_token_ms": {"median": 150, "sigma": 0},
    "tokens_per_s": {"median": 100, "sigma": 0},
}


def test_the_same_seed_model_and_request_are_equally_fast() -> None:
    assert drawn_pace(MODELS["gpt-6-luna"], 7, 3) == drawn_pace(MODELS["gpt-6-luna"], 7, 3)


@pytest.mark.parametrize(("model", "seed", "number"), [("gpt-6-luna", 8, 3), ("gpt-6-luna", 7, 4)])
def test_another_seed_or_request_is_not(model: str, seed: int, number: int) -> None:
    assert drawn_pace(MODELS[model], seed, number) != drawn_pace(MODELS["gpt-6-luna"], 7, 3)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
def test_half_of_the_draws_are_below_the_median(model: Model) -> None:
    paces = [drawn_pace(model, 1, number) for number in range(2000)]
    median_ms = statistics.median(pace.first_token_s for pace in paces) * 1000
    assert median_ms == pytest.approx(model.first_token_ms.median, rel=0.05)


def test_tokens_are_due_one_after_the_other() -> None:
    assert Pace(first_token_s=1.0, per_token_s=0.1).due_s(5) == pytest.approx(1.5)


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_takes_its_first_token_and_its_speed(stream: bool) -> None:
    with SimulatorProcess(latency=True, models=[STEADY]) as simulator:
        body = {"model": "steady", "max_tokens": 21, "stream": stream}
        body["messages"] = [{"role": "user", "content": "Explain tides"}]
        taken_s = httpx.post(f"{simulator.base_url}/chat/completions", json=body).elapsed.total_seconds()
    assert 0.34 <= taken_s < 2


@pytest.mark.parametrize("stream", [False, True])
def test_a_speed_divides_the_latency(stream: bool) -> None:
    with SimulatorProcess("--speed", "10", latency=True, models=[STEADY]) as simulator:
        body = {"model": "steady", "max_tokens": 151, "stream": stream}
        body["messages"] = [{"role": "user", "content": "Explain tides in about 300 words"}]
        answer = httpx.post(f"{simulator.base_url}/chat/completions", json=body)
    assert 0.15 <= answer.elapsed.total_seconds() < 1.0
    assert not stream or 12 < answer.text.count('"content"') < 22


def test_a_speed_divides_the_delay_of_a_slow_first_token() -> None:
    with SimulatorProcess("--speed", "20", latency=True, models=[STEADY]) as simulator:
        simulator.set_fault("steady", "slow_first_token", delay_ms=8_000)
        body = {"model": "steady", "max_tokens": 1, "messages": [{"role": "user", "content": "Explain tides"}]}
        answer = httpx.post(f"{simulator.base_url}/chat/completions", json=body)
    assert 0.4 <= answer.elapsed.total_seconds() < 2.0
