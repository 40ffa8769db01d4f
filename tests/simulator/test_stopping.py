"""That an answer ends upstream as soon as its caller is gone."""

import contextlib
from collections.abc import Iterator

import httpx
import pytest

from tests.simulator.waiting import eventually
from tests.simulator_process import Entry, SimulatorProcess

SLOW: Entry = {
    "id": "slow",
    "tier": "frontier",
    "first_token_ms": {"median": 1, "sigma": 0},
    "tokens_per_s": {"median": 20, "sigma": 0},
}


@pytest.fixture(scope="module")
def slow_process() -> Iterator[SimulatorProcess]:
    with SimulatorProcess(latency=True, models=[SLOW]) as process:
        yield process


@pytest.fixture
def slow(slow_process: SimulatorProcess) -> SimulatorProcess:
    slow_process.reset()
    return slow_process


@contextlib.contextmanager
def asking(simulator: SimulatorProcess, *, stream: bool) -> Iterator[None]:
    """Ask, wait until the answer is in progress, and hang up at the end of the block."""
    body = {"model": "slow", "stream": stream, "messages": [{"role": "user", "content": "Explain tides"}]}
    begins = stream and simulator.admin("faults") == {"faults": {}}
    with httpx.Client(timeout=httpx.Timeout(10, read=10 if begins else 0.2)) as client:
        if begins:
            with client.stream("POST", f"{simulator.base_url}/chat/completions", json=body) as response:
                lines = response.iter_lines()  # kept: a dropped iterator hangs up
                next(lines)
                yield
            return
        with pytest.raises(httpx.ReadTimeout):
            client.post(f"{simulator.base_url}/chat/completions", json=body)
        yield


def is_over(simulator: SimulatorProcess) -> bool:
    streams = simulator.streams()
    return (streams.live, streams.live_by_model, streams.aborted) == (0, {}, 1)


def test_a_stream_is_live_while_it_is_read(slow: SimulatorProcess) -> None:
    with asking(slow, stream=True):
        streams = slow.streams()
    assert (streams.live, streams.live_by_model, streams.requests) == (1, {"slow": 1}, {"slow": 1})


def test_a_stream_ends_when_its_reader_leaves_between_two_tokens(slow: SimulatorProcess) -> None:
    with asking(slow, stream=True):
        pass
    assert eventually(lambda: is_over(slow), within_s=1)


def test_a_whole_answer_ends_when_its_reader_leaves(slow: SimulatorProcess) -> None:
    with asking(slow, stream=False):
        pass
    assert eventually(lambda: is_over(slow), within_s=1)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", ["timeout", "slow_first_token"])
def test_an_answer_that_has_not_begun_ends_when_its_reader_leaves(
    slow: SimulatorProcess, kind: str, stream: bool
) -> None:
    slow.set_fault("slow", kind)
    with asking(slow, stream=stream):
        pass
    assert eventually(lambda: is_over(slow), within_s=1)


def test_an_answer_read_to_its_end_is_not_aborted(simulator: SimulatorProcess) -> None:
    body = {"model": "gpt-6-luna", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
    httpx.post(f"{simulator.base_url}/chat/completions", json=body)
    streams = simulator.streams()
    assert (streams.live, streams.aborted, streams.requests) == (0, 0, {"gpt-6-luna": 1})
