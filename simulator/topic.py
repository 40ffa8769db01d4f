"""What a question is about: its topic as a phrase, and the words that carry it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.answer_templates import AnswersDocument

_FENCED = re.compile(r"```.*?(?:```|$)", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+|[?!]+$")
_WORD = re.compile(r"[^\W_][\w'’+#-]*(?:\.\w+)*")  # noqa: RUF001 - prompts hold typographic apostrophes
_UNQUOTABLE = re.compile(r"[^\w\s'’,.+#/&()%:-]")  # noqa: RUF001 - what could turn into Markdown is left out
_LONGEST_TEXT = 4000  # characters of a prompt that are read for its topic


@dataclass(frozen=True, slots=True)
class Topic:
    """A phrase such as "the capital of France", and at least three words."""

    phrase: str
    words: tuple[str, ...]


class TopicReader:
    """Finds the topic of a text by the lead-ins and stop words of the answers document."""

    def __init__(self, document: AnswersDocument) -> None:
        self._document = document
        self._lead_in = re.compile("|".join(f"(?:{text})" for text in document.lead_ins), re.IGNORECASE)
        self._stop_words = frozenset(document.stop_words.split())

    def read(self, text: str) -> Topic:
        """The topic of the first sentence that has one, and the words of that phrase before those of the rest."""
        prose = _FENCED.sub(" ", text[:_LONGEST_TEXT])
        sentences = [sentence for part in _SENTENCE_END.split(prose) if (sentence := part.strip(" \t:;,.-"))]
        phrases = (self._phrase(sentence) for sentence in sentences)
        phrase = next((phrase for phrase in phrases if phrase), self._document.fallback_topic)
        return Topic(phrase, self._carrying_words(f"{phrase} {prose}"))

    def _phrase(self, sentence: str) -> str:
        for rewrite in self._document.rewrites:
            sentence = rewrite.pattern.sub(rewrite.replacement, sentence)
        while found := self._lead_in.match(sentence):
            sentence = sentence[found.end() :]
        for rewrite in self._document.rewrites:
            sentence = rewrite.pattern.sub(rewrite.replacement, sentence)
        words = _UNQUOTABLE.sub(" ", sentence).split()
        shortened = words[: self._document.topic_words]
        while len(shortened) < len(words) and shortened and shortened[-1].casefold() in self._stop_words:
            shortened.pop()
        return _lowered(" ".join(shortened).strip(" :;,.-"))

    def _carrying_words(self, text: str) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for match in _WORD.finditer(text):
            word = match.group().strip("'’-")  # noqa: RUF001 - as above
            if len(word) > 2 and word.casefold() not in self._stop_words and not word.isdigit():
                found.setdefault(word.casefold(), word)
        return (*found.values(), *self._document.fallback_words)[: max(3, len(found))]


def _lowered(phrase: str) -> str:
    """The phrase with a small first letter, unless its first word has capitals for a reason: "SQL", "I", "GitHub"."""
    first = phrase.split(" ", 1)[0]
    return phrase if first[1:] != first[1:].lower() or len(first) < 2 else phrase[:1].lower() + phrase[1:]
