from __future__ import annotations

import pytest

from storage.redaction import redacted


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("4111_1111_1111_1111", "[card]"),
        ("4111 11111111 1111", "[card]"),
        ("4111111111111111exp12/27", "[card]exp12/27"),
        ("visa4111111111111111 12/27", "visa[card] 12/27"),
        ("card_378282246310005_exp", "card_[card]_exp"),
    ],
)
def test_a_card_is_found_however_its_groups_run_into_each_other_and_into_words(text: str, kept: str) -> None:
    assert redacted(text).text == kept


def test_times_in_the_names_of_files_are_none() -> None:
    names = [f"IMG_20260329_{10_00_00 + second}{tail}.jpg" for second in range(60) for tail in ("", "123")]
    assert redacted(" ".join(names)).text == " ".join(names)
