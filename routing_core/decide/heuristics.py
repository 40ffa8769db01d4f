"""One version of the heuristics, compiled once and used for every request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal, TypeAlias, get_args

from routing_core.decide.classifier_document import RulesClassifier
from routing_core.decide.document import HeuristicsDocument, Tokens, WordsCounter
from routing_core.decide.loading import dump_document, load_document
from routing_core.decide.patterns import NamedPattern, PatternSet, compile_pattern, compile_patterns, compile_set
from routing_core.decide.weights import Weights, compile_weights
from routing_core.decide.words import WordIndex, compile_index, compile_word
from routing_core.domain import Numbers, Situation
from routing_core.tokens import ChatOverhead, TokenCounter, vocabulary_text_counter, words_text_counter

__all__ = [
    "BUILTIN_NAMES", "BuiltinName", "Heuristics", "HeuristicsDocument", "PatternIndex",
    "builtin", "compile_heuristics", "dump_document", "load_document",
]  # fmt: skip

BuiltinName: TypeAlias = Literal["reference", "standard"]
BUILTIN_NAMES: tuple[BuiltinName, ...] = get_args(BuiltinName)


@dataclass(frozen=True, slots=True)
class PatternIndex:
    """Code patterns first, then those that recognise a task; `any_of` finds in one pass which of them occur."""

    code: tuple[NamedPattern, ...]
    tasks: tuple[str, ...]
    any_of: PatternSet


@dataclass(frozen=True, slots=True, eq=False)
class Heuristics:
    """A document with everything precompiled; `version` is what a decision is signed with."""

    version: str
    name: str
    document: HeuristicsDocument
    counter: TokenCounter
    keywords: WordIndex
    task_phrases: frozenset[str]
    patterns: PatternIndex
    tokens_per_word: float | None
    classifier: RulesClassifier | Weights

    def query_tokens(self, numbers: Numbers, situation: Situation) -> float:
        """Tokens of the newest user turn: unrounded where they are guessed from its words."""
        return situation.query_tokens if self.tokens_per_word is None else self.tokens_per_word * numbers.words


def compile_heuristics(document: HeuristicsDocument, version: str) -> Heuristics:
    """`document` made ready to decide, signed as `version`.

    Raises:
        InvalidHeuristics: a pattern that RE2 refuses, with its message.
    """
    words = [
        compile_word(name, entry, whole=keywords.matching == "word")
        for name, keywords in document.keywords.items()
        for entry in keywords.entries
    ]
    phrases = [
        compile_word(_task_owner(name), phrase, whole=True)
        for name, task in document.tasks.items()
        for phrase in task.phrases
    ]
    counter, classifier = document.tokens.counter, document.classifier
    return Heuristics(
        version=version,
        name=document.name,
        document=document,
        counter=_counter(document.tokens),
        keywords=compile_index(words + phrases),
        task_phrases=frozenset(map(_task_owner, document.tasks)),
        patterns=_compile_patterns(document),
        tokens_per_word=counter.tokens_per_word if isinstance(counter, WordsCounter) else None,
        classifier=classifier if isinstance(classifier, RulesClassifier) else compile_weights(classifier),
    )


@lru_cache(maxsize=len(BUILTIN_NAMES))
def builtin(name: BuiltinName) -> Heuristics:
    """The built-in profile `name`, whose version is its name."""
    text = resources.files("routing_core.decide").joinpath("profiles", f"{name}.yaml").read_text("utf-8")
    return compile_heuristics(load_document(text), name)


def _task_owner(task: str) -> str:
    """The name that a task's phrases go by; no keyword list can have it."""
    return f"task:{task}"


def _compile_patterns(document: HeuristicsDocument) -> PatternIndex:
    code = compile_patterns("code_patterns", document.code_patterns)
    tasks, texts = [], list(document.code_patterns.values())
    for name, task in document.tasks.items():
        for key, pattern in task.patterns.items():
            compile_pattern(f"tasks.{name}.patterns", key, pattern)
            tasks.append(name)
            texts.append(pattern)
    return PatternIndex(code, tuple(tasks), compile_set(texts))


def _counter(tokens: Tokens) -> TokenCounter:
    counter = tokens.counter
    if isinstance(counter, WordsCounter):
        count = words_text_counter(counter.tokens_per_word)
    else:
        count = vocabulary_text_counter(counter.encoding)
    return TokenCounter(count, ChatOverhead(tokens.per_message, tokens.per_reply, tokens.per_image, tokens.per_tool))
