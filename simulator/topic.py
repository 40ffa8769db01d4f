"""What a question is about: its topic as a phrase, and the terms that carry it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import ascii_letters

from simulator.answer_templates import AnswersDocument

_FENCED = re.compile(r"```.*?(?:```|$)", re.DOTALL)
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.](?=\S)[^.!?;\n]+)*[.!?]?")
_WORD = re.compile(r"[^\W_][\w'’+#-]*(?:\.\w+)*")
_MARKUP = re.compile(r"[^\w\s'’,.+#/&()%:-]")  # left out: in an answer it could turn into Markdown or HTML
_LONGEST_TEXT = 4000  # characters of a prompt that are read for its topic
_SHORTEST_TOPIC = 4  # words that are left when a long phrase is cut back to where a part of it ends
_LONGEST_TERM = 3  # words


@dataclass(frozen=True, slots=True)
class Topic:
    """A phrase such as "the capital of France", its terms ("capital", "France", at least three), and their words."""

    phrase: str
    terms: tuple[str, ...]
    words: tuple[str, ...]


class TopicReader:
    """Finds the topic of a text by the lead-ins and stop words of the answers document."""

    def __init__(self, document: AnswersDocument) -> None:
        self._document = document
        self._lead_in = re.compile("|".join(f"(?:{text})" for text in document.lead_ins), re.IGNORECASE)
        self._stop_words = frozenset(document.stop_words.split())

    def read(self, text: str) -> Topic:
        """The topic of the last question in `text`, or else of its first sentence, with the terms of the rest."""
        prose = _FENCED.sub(" ", text[:_LONGEST_TEXT])
        sentences = [found.group().strip() for found in _SENTENCE.finditer(prose)]
        questions = [sentence for sentence in reversed(sentences) if sentence.endswith("?")]
        phrases = (self._phrase(sentence) for sentence in (*questions, *sentences))
        phrase = next((phrase for phrase in phrases if phrase), self._document.fallback_topic)
        words: dict[str, str] = {}
        terms = [term for term in (*self._terms(phrase), *self._terms(prose)) if _is_new(term, words)]
        return Topic(phrase, (*terms, *self._document.fallback_terms)[: max(3, len(terms))], tuple(words.values()))

    def _phrase(self, sentence: str) -> str:
        sentence = self._rewritten(sentence.strip(" \t:;,.!?-"))
        while found := self._lead_in.match(sentence):
            sentence = self._rewritten(sentence[found.end() :])
        words = _MARKUP.sub(" ", sentence).split()
        kept = words[: self._document.topic_words]
        if len(kept) < len(words):
            kept = self._cut_back(kept)
        return self._lowered(" ".join(kept).strip(" :;,.-"))

    def _rewritten(self, sentence: str) -> str:
        for rewrite in self._document.rewrites:
            sentence = rewrite.pattern.sub(rewrite.replacement, sentence)
        return sentence

    def _cut_back(self, words: list[str]) -> list[str]:
        """Without the part that was cut in two: up to the last word that could begin it."""
        for end in range(len(words) - 1, _SHORTEST_TOPIC - 1, -1):
            if words[end].casefold() in self._stop_words and words[end - 1].casefold() not in self._stop_words:
                return words[:end]
        return words

    def _lowered(self, phrase: str) -> str:
        """The phrase with a small first letter where it begins with a small word, not with a name: "Rust", "SQL"."""
        first = phrase.split(" ", 1)[0].casefold()
        return phrase[:1].lower() + phrase[1:] if first in self._stop_words and first != "i" else phrase

    def _terms(self, text: str) -> list[str]:
        """Runs of words between stop words and punctuation, each once."""
        terms: list[list[str]] = [[]]
        end = 0
        for found in _WORD.finditer(text):
            word = found.group().rstrip("'’-")
            if text[end : found.start()].strip() or len(terms[-1]) == _LONGEST_TERM:
                terms.append([])
            if word.casefold() in self._stop_words:
                terms.append([])
            elif word not in ascii_letters:
                terms[-1].append(word)
            end = found.end()
        return [" ".join(term) for term in terms if term]


def _is_new(term: str, known: dict[str, str]) -> bool:
    """Whether a word of `term` is not among the known ones, by their small letters; it is from now on."""
    before = len(known)
    for word in term.split():
        known.setdefault(word.casefold(), word)
    return len(known) > before
