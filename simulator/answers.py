"""What a model says: composed from templates, the same for the same model, text and seed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from string import Template

from simulator.answer_templates import AnswersDocument, Aspect, Family
from simulator.catalog import Model, Tier
from simulator.topic import Topic, TopicReader

_REMEMBERED_ANSWERS = 512


class Author:
    """Writes the answers of all models; `seed` chooses among templates."""

    def __init__(self, document: AnswersDocument, seed: int) -> None:
        self._document = document
        self._seed = seed
        self._reader = TopicReader(document)
        self.answer = lru_cache(maxsize=_REMEMBERED_ANSWERS)(self._answer)

    def _answer(self, model: Model, text: str, tool_result: str | None = None, variant: int = 0) -> str:
        """The answer of `model` to the newest user text, or to what a tool returned for it.

        `variant` tells the choices of one request apart (OpenAI's `n`).
        """
        topic = self._reader.read(text)
        family, said = self._family(text, tool_result)
        draw = self._draw(model, text, variant)
        slots = self._slots(model, topic, text, said, tool_result or "")
        voices = family.voices(model.tier)
        body = Template(voices[draw % len(voices)]).substitute(slots)
        wanted_words = self._wanted_words(text)
        if wanted_words > len(body.split()):
            body = self._longer(body, model.tier, topic, wanted_words, draw)
        return f"{body}\n\n{Template(self._document.closing).substitute(slots)}"

    def words(self, text: str) -> tuple[str, ...]:
        """The words that carry `text`, for values that should sound like it."""
        return self._reader.read(text).words

    def _family(self, text: str, tool_result: str | None) -> tuple[Family, str]:
        if tool_result is not None:
            return self._document.family("tool_result"), ""
        for family in self._document.families:
            if family.when is not None and (found := family.when.search(text)):
                return family, found.groupdict().get("said") or ""
        return self._document.families[-1], ""

    def _draw(self, model: Model, text: str, variant: int) -> int:
        key = f"{self._seed}\0{model.id}\0{text}".encode()
        return int.from_bytes(hashlib.blake2b(key, digest_size=4).digest()) + variant

    def _slots(self, model: Model, topic: Topic, text: str, said: str, result: str) -> dict[str, str]:
        a, b, c = topic.terms[:3]
        names = self._names(topic)
        slots = {"topic": topic.phrase, "Topic": _capital(topic.phrase), "said": said, "result": result}
        slots |= {"a": a, "b": b, "c": c, "A": _capital(a), "B": _capital(b), "C": _capital(c), "model": model.id}
        slots |= {"slug": "_".join(names), "camel": names[0] + "".join(map(_capital, names[1:]))}
        language = next(lang for lang in self._document.languages if lang.when.search(text))
        snippet = Template(self._document.snippets[language.name]).substitute(slots)
        return slots | {"code": f"```{language.fence}\n{snippet}\n```"}

    def _names(self, topic: Topic) -> list[str]:
        """Words for the name of a function; a verb of the third person loses its ending: "reverses a list"."""
        said = (word.lower() for word in topic.words if re.fullmatch(r"[A-Za-z]\w*", word))
        first, *others = [word for word in said if word not in self._document.code_words.split()][:3] or ["answer"]
        return [first.removesuffix("s") if not first.endswith("ss") else first, *others]

    def _wanted_words(self, text: str) -> int:
        length = self._document.length
        found = length.pattern.search(text)
        if found is None:
            return 0
        wanted = int(found["count"].replace(",", ""))
        words = wanted * length.words_per_token if found["unit"].startswith("token") else wanted
        return min(int(words), length.most_words)

    def _longer(self, body: str, tier: Tier, topic: Topic, wanted_words: int, draw: int) -> str:
        sections, missing = [body], wanted_words - len(body.split())
        for number, aspect in enumerate(self._aspects(draw)):
            if missing <= 0:
                break
            section = _section(aspect, tier, _turned(topic, number), missing)
            sections.append(section)
            missing -= len(section.split())
        return "\n\n".join(sections)

    def _aspects(self, draw: int) -> Iterator[Aspect]:
        aspects = self._document.aspects
        while True:
            for number in range(len(aspects)):
                yield aspects[(draw + number) % len(aspects)]


def _section(aspect: Aspect, tier: Tier, topic: Topic, most_words: int) -> str:
    """One aspect in the voice of the tier; it ends with the sentence that reaches `most_words`."""
    a, b, c = topic.terms[:3]
    slots = {"topic": topic.phrase, "a": a, "b": b, "c": c}
    sentences: list[str] = []
    for sentence in aspect.sentences:
        if sum(len(said.split()) for said in sentences) >= most_words:
            break
        sentences.append(_capital(Template(sentence).substitute(slots)))
    paragraph = " ".join(sentences)
    heading = {"cheap": "", "mid": f"**{aspect.heading}**\n\n", "frontier": f"### {aspect.heading}\n\n"}[tier]
    return heading + paragraph


def _turned(topic: Topic, number: int) -> Topic:
    """The same topic with other words in front, so that sections differ."""
    turn = number % len(topic.terms)
    return replace(topic, terms=topic.terms[turn:] + topic.terms[:turn])


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
