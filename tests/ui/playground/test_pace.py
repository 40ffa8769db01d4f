from __future__ import annotations

from dataclasses import dataclass

from ui.playground.pace import Pace


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def drawn(length: int, seconds: float, tick_s: float = 0.2) -> list[str]:
    """What is drawn of an answer of `length` characters that comes evenly over `seconds`."""
    clock = Clock()
    pace = Pace(clock)
    texts = []
    for tick in range(int(seconds / tick_s)):
        clock.now = tick * tick_s
        texts.append(pace.text("R", "x" * int(length * clock.now / seconds), done=False))
    return texts


def test_a_short_answer_is_drawn_at_every_tick() -> None:
    texts = drawn(1_000, 10)
    assert len(set(texts)) == len(texts)


def test_a_long_answer_costs_about_a_megabyte_instead_of_its_square() -> None:
    texts = drawn(24_000, 60)
    assert sum(map(len, dict.fromkeys(texts))) < 1_200_000
    assert sum(map(len, texts)) > 3_500_000


def test_a_finished_answer_is_drawn_whole_at_once() -> None:
    pace = Pace(Clock())
    pace.text("R", "So", done=False)
    assert pace.text("R", "So it is.", done=True) == "So it is."


def test_answers_have_a_pace_of_their_own() -> None:
    pace = Pace(Clock())
    assert [pace.text(name, name, done=False) for name in ("A", "B")] == ["A", "B"]
