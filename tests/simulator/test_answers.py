import itertools
import re

import pytest
from pydantic import ValidationError

from simulator.answer_templates import AnswersDocument, load_answers
from simulator.answers import Author
from simulator.catalog import Model, load_models
from simulator.topic import TopicReader

DOCUMENT = load_answers()
MODELS = load_models().served()
CHEAP, MID, FRONTIER = MODELS["gpt-6-luna"], MODELS["gpt-6.1-sol"], MODELS["gpt-6-astra"]
PROMPTS = [
    "",
    "?!",
    "hi",
    "thanks a lot!",
    "2+2?",
    "What is the capital of France?",
    "How do I set up CI for a monorepo?",
    "Write a Python function that reverses a linked list",
    "Compare PostgreSQL and MySQL for analytics workloads",
    "Summarize the following: The quick brown fox jumps over the lazy dog.",
    "Draft an email to my team about the new vacation policy",
    "Tell me a joke about $100 bills and ${braces}",
    "你好,请解释量子纠缠",
    "Explain <script>alert(1)</script> and [a link](https://example.com)",
    "```js\nconst x = 1\n```\nfix this bug",
    "a " * 5000,
]


@pytest.fixture
def author() -> Author:
    return Author(DOCUMENT, seed=0)


@pytest.mark.parametrize("model", [CHEAP, MID, FRONTIER], ids=lambda model: model.tier)
@pytest.mark.parametrize("text", PROMPTS)
def test_every_prompt_gets_an_answer_without_an_open_slot(author: Author, model: Model, text: str) -> None:
    answer = author.answer(model, text)
    assert answer.endswith(f"\n\nSimulated answer from {model.id}.")
    assert not re.search(r"\$[a-zA-Z]|“”|\*\*\*\*|## $", answer.replace("$100", "").replace("${braces}", ""))


def test_the_same_seed_says_the_same_and_seeds_differ() -> None:
    said = [[Author(DOCUMENT, seed).answer(CHEAP, "hi") for seed in range(8)] for _ in range(2)]
    assert said[0] == said[1]
    assert len(set(said[0])) > 1


def test_a_greeting_is_greeted(author: Author) -> None:
    for text, model in itertools.product(("hi", "Hello there!", "good morning"), MODELS.values()):
        assert re.match("H(ello|i)", author.answer(model, text)), (text, model.id)


def test_an_answer_uses_words_of_the_prompt(author: Author) -> None:
    for model in (CHEAP, MID, FRONTIER):
        assert "B-trees" in author.answer(model, "Explain how B-trees keep lookups fast"), model.id


def test_cheap_speaks_plainly_mid_in_lists_and_frontier_under_headings(author: Author) -> None:
    cheap, mid, frontier = (author.answer(model, "How do I plan a data migration?") for model in (CHEAP, MID, FRONTIER))
    assert not re.search(r"[*#|]", cheap)
    assert cheap.count("\n\n") == 1
    assert re.search(r"^(-|1\.) ", mid, re.MULTILINE)
    assert "**" in mid
    assert frontier.startswith("## ")
    assert "| --- |" in frontier


def test_code_is_answered_with_code_in_its_language(author: Author) -> None:
    assert "```sql\n" in author.answer(FRONTIER, "Write a SQL query that lists top customers")
    assert "def reverse_linked_list(" in author.answer(MID, "Write a Python function that reverses a linked list")


def test_prose_about_a_class_is_not_answered_with_code(author: Author) -> None:
    assert "```" not in author.answer(MID, "What function does a teacher serve in a class of thirty?")


def test_what_is_to_be_repeated_is_repeated_to_the_letter(author: Author) -> None:
    said = "# A title\n\n<img src=x> **bold** $topic ![remote](https://example.com/a.png)"
    assert author.answer(CHEAP, f"Repeat exactly: {said}") == f"{said}\n\nSimulated answer from gpt-6-luna."


def test_markup_of_a_prompt_does_not_get_into_an_answer_by_itself(author: Author) -> None:
    answer = author.answer(FRONTIER, "Explain <img src=x onerror=y> and [this](https://example.com)")
    assert "<" not in answer
    assert "](" not in answer


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Can you please explain how to bake bread?", "how to bake bread"),
        ("What is the capital of France?", "the capital of France"),
        ("Hello, could you compare Rust and Go?", "Rust and Go"),
        ("Thanks. Here is my code. Why is the sky blue?", "why the sky is blue"),
        ("Write about Node.js in about 300 words.", "Node.js"),
        ("SQL is fun", "SQL is fun"),
        ("", "your question"),
    ],
)
def test_the_topic_is_what_is_left_of_a_question(text: str, phrase: str) -> None:
    assert TopicReader(DOCUMENT).read(text).phrase == phrase


def test_a_long_question_is_cut_where_a_part_of_it_ends() -> None:
    text = "Explain the long and winding road that leads from the old stone house by the river to the station"
    assert TopicReader(DOCUMENT).read(text).phrase == "the long and winding road that leads from the old stone house"


def test_a_template_with_an_unknown_slot_is_refused() -> None:
    wrong = DOCUMENT.model_dump(by_alias=True) | {"closing": "Said $nobody."}
    with pytest.raises(ValidationError, match="unknown slot nobody"):
        AnswersDocument.model_validate(wrong)
