"""A refused line is quoted with its number, and the mark stands below the character that is refused."""

from __future__ import annotations

from routing_core.errors import Refused
from ui.heuristics.refused_text import MOST, quoted


def test_the_mark_stands_below_the_column() -> None:
    (each,) = quoted("a: 1\nb: @x\n", [Refused("no", (), 2, 4)])
    assert (each.said, each.number, each.line, each.below) == ("Line 2: no", 2, "b: @x", "   ^")


def test_what_cannot_be_seen_is_shown_one_place_wide() -> None:
    (each,) = quoted("\ta\0b", [Refused("no", (), 1, 3)])
    assert (each.line, each.below) == ("→a␀b", "  ^")


def test_of_a_long_line_the_part_around_the_column_is_shown() -> None:
    line = "x" * 300 + "@" + "y" * 300
    (each,) = quoted(line, [Refused("no", (), 1, 301)])
    assert len(each.line) < 110
    assert each.line[each.below.index("^")] == "@"


def test_refusals_are_in_the_order_of_their_lines_and_at_most_ten() -> None:
    many = [Refused("no", (), line, 1) for line in range(MOST + 5, 0, -1)]
    assert [each.number for each in quoted("\n" * 20, many)] == list(range(1, MOST + 1))


def test_one_without_a_line_is_told_without_one() -> None:
    (each,) = quoted("", [Refused("too long", ("keywords", "x"))])
    assert (each.said, each.number, each.line) == ("Keywords.x: too long", None, "")
