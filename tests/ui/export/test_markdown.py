from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from routing_core.domain import Tier
from routing_core.outcome import UNPRICED
from tests.ui.export.test_document import SAID
from tests.ui.outcomes import decided, outcome, request
from ui.export.document import Comparison
from ui.export.markdown import comparison_markdown, fenced

THREE = Comparison(request(), decided(), [outcome(f"id-{tier}", tier=tier, forced=tier) for tier in Tier])
_TEXT = st.text(st.one_of(st.sampled_from("`~\n #"), st.characters(blacklist_categories=["Cs", "Cc"])))


@given(_TEXT)
def test_no_text_breaks_out_of_its_fence(text: str) -> None:
    tokens = MarkdownIt().parse(fenced(text) + "\n\nafter")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]


def test_an_answer_with_fences_of_its_own_is_whole() -> None:
    answer = "See:\n```python\nprint('a')\n```\n````\ndeeper\n````"
    text = comparison_markdown(replace(THREE, outcomes=[outcome(answer=answer)]))
    fences = [token.content for token in MarkdownIt().parse(text) if token.info == "markdown"]
    assert fences == [answer + "\n"]


def test_each_answer_has_a_heading_in_order() -> None:
    headings = [line for line in comparison_markdown(THREE).splitlines() if line.startswith("## ")]
    assert headings == [
        "## Prompt",
        "## The router's own decision",
        "## cheap: cheap-one",
        "## mid: mid-one",
        "## frontier: frontier-one",
    ]


def test_figures_stand_with_their_units_and_the_source_of_the_cost() -> None:
    text = comparison_markdown(THREE)
    assert "| cost | $0.000004200 (4200 nano) |" in text
    assert "| cost source | reported\\_usage\\_price\\_map |" in text
    assert "| first token | 310 ms |" in text


def test_an_unknown_cost_is_a_dash() -> None:
    assert "| cost | – |" in comparison_markdown(replace(THREE, outcomes=[outcome(cost=UNPRICED)]))


def test_what_is_simulated_says_so() -> None:
    assert "Simulated: answers and costs are not real." in comparison_markdown(THREE)


def test_an_error_cannot_break_the_table_of_attempts() -> None:
    text = comparison_markdown(replace(THREE, outcomes=[outcome(error="a | b\n<img src=x>", answer="")]))
    tables = [token for token in MarkdownIt().enable("table").parse(text) if token.type == "table_open"]
    assert (len(tables), "<img" in text.replace("\\<img", "")) == (3, False)


def test_a_refused_request_says_that_nothing_was_decided() -> None:
    assert "Refused before a decision was made." in comparison_markdown(
        replace(THREE, decided=None, undecided="Refused before a decision was made.", outcomes=[])
    )


def test_a_conversation_is_written_out_turn_by_turn() -> None:
    turns = (
        {"role": "user", "content": "One"},
        {"role": "assistant", "content": "Two"},
        {"role": "user", "content": "3"},
    )
    text = comparison_markdown(replace(THREE, request=replace(request(), messages=turns)))
    assert "assistant:\n\n```\nTwo\n```" in text


def test_a_prompt_that_was_not_kept_is_said_to_be_so() -> None:
    text = comparison_markdown(replace(THREE, prompt_kept=False))
    assert "Not kept" in text
    assert "Compare two ways" not in text


def test_a_label_stands_with_its_answer_and_cannot_break_the_table() -> None:
    text = comparison_markdown(replace(THREE, labels={"id-mid": (SAID,)}))
    rows = [line for line in text.splitlines() if line.startswith("| labels")]
    assert rows == ["| labels | none |", "| labels | bad (“wrong \\| sum”) |", "| labels | none |"]


def test_labels_that_could_not_be_read_are_said_to_be_unknown() -> None:
    assert comparison_markdown(replace(THREE, labels=None)).count("| labels | unknown: the log did not answer |") == 3
