import httpx

from tests.simulator_process import SimulatorProcess


def test_a_whole_answer_says_that_it_is_simulated(simulator: SimulatorProcess) -> None:
    body = {"model": "gpt-6-luna", "messages": [{"role": "user", "content": "hello"}]}
    answer = httpx.post(f"{simulator.base_url}/chat/completions", json=body).json()
    assert answer["choices"][0]["message"]["content"].endswith("Simulated answer from gpt-6-luna.")
