"""Drafts of the heuristics, from one edit to a preview on what was logged; what the Heuristics page asks for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from routing_core.decide import decide_request
from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import Edit, SortedWords, edited, sorted_words
from routing_core.decide.explain import Flip, decisive, sentence
from routing_core.decide.fields import Field, Path, fields_of
from routing_core.decide.heuristics import Heuristics, builtin, compile_heuristics
from routing_core.decide.loading import dump_document, load_document, located
from routing_core.dispatch.catalog import Catalog
from routing_core.domain import ChatRequest, Decided, Tier
from routing_core.errors import InvalidHeuristics, RoutingError
from routing_core.evidence.diff import Change, changes
from routing_core.evidence.preview import Baseline, Preview, baseline, preview
from routing_core.evidence.rebase import Rebased, rebased
from routing_core.evidence.redecide import LoggedRequest
from routing_core.evidence.wording import name_of
from routing_core.outcome import UNPRICED, Cost, Usage

PREVIEWED: Final = 500
HELD_S: Final = 120.0
"""How long requests are held after they were last asked for, so that what is removed from the log leaves."""
_DRAFT: Final = "draft"


class Versions(Protocol):
    """What is asked of the published versions."""

    def active(self) -> Heuristics:
        """The live heuristics."""
        ...

    def compiled(self, version: str) -> Heuristics | None:
        """One version ready to decide, None where it is not there or can no longer be used."""
        ...


class Log(Protocol):
    """What is asked of the request log."""

    def mark(self, limit: int) -> tuple[int, ...]:
        """What changes whenever `newest` would answer anything else."""
        ...

    def newest(self, limit: int) -> Sequence[LoggedRequest]:
        """The newest requests that were decided, newest first; all real or all simulated."""
        ...


@dataclass(frozen=True, slots=True)
class Tried:
    """A prompt as one side decides it: with one sentence, and the smallest change that leads elsewhere; or refused."""

    decided: Decided | None
    sentence: str
    flip: Flip | None


@dataclass(frozen=True, slots=True)
class _Fetched:
    """One copy of the newest requests as live decides them, and what it was made of."""

    mark: tuple[int, ...]
    live: Heuristics
    catalog: Catalog
    baseline: Baseline


class Drafting:
    """Edits documents, tells them apart, and shows on logged requests what one would do. Safe from any thread."""

    def __init__(self, log: Log, versions: Versions, catalog: Callable[[], Catalog], held_s: float = HELD_S) -> None:
        self._log = log
        self._versions = versions
        self._catalog = catalog
        self._working = threading.Lock()
        self._held_s = held_s
        self._fetched: _Fetched | None = None
        self._leaving: threading.Timer | None = None
        self._compiled: Heuristics | None = None

    def read(self, text: str) -> HeuristicsDocument:
        """The document of a YAML text, every pattern compiled; raises InvalidHeuristics with each line refused."""
        document = load_document(text)
        try:
            return self._checked(document)
        except InvalidHeuristics as error:
            raise located(error, text) from error

    def write(self, document: HeuristicsDocument) -> str:
        """The document as YAML."""
        return dump_document(document)

    def edited(self, document: HeuristicsDocument, edit: Edit) -> HeuristicsDocument:
        """The document after one edit, every pattern compiled; raises InvalidHeuristics."""
        return self._checked(edited(document, edit))

    def sorted_words(self, entries: Sequence[str], words: Sequence[str]) -> SortedWords:
        """Which of the words a list of these entries takes, and why not the others."""
        return sorted_words(entries, words)

    def fields(self, document: HeuristicsDocument) -> tuple[Field, ...]:
        """Its fields with their bounds."""
        return fields_of(document)

    def name(self, path: Path, rules: Sequence[str] = ()) -> str:
        """What a field is called."""
        return name_of(path, rules)

    def standard(self) -> HeuristicsDocument:
        """The built-in default, from which new parts take their first values."""
        return builtin("standard").document

    def changes(self, before: HeuristicsDocument, after: HeuristicsDocument) -> tuple[Change, ...]:
        """Every difference in words."""
        return changes(before, after)

    def rebased(self, base: HeuristicsDocument, mine: HeuristicsDocument, theirs: HeuristicsDocument) -> Rebased:
        """My edits on their version; raises InvalidHeuristics where both together make no usable document."""
        made = rebased(base, mine, theirs)
        self._checked(made.document)
        return made

    def preview(self, draft: HeuristicsDocument) -> Preview:
        """What the draft would do to the newest 500 requests; raises StorageError, InvalidHeuristics."""
        with self._working:
            return preview(self._base(), self._compile(draft))

    def found(self) -> Mapping[tuple[str, str], int] | None:
        """In how many of the newest 500 requests each word of each keyword list is found, None where there are none.

        Raises StorageError.
        """
        with self._working:
            base = self._base()
        return base.found if base.rows else None

    def forget(self) -> None:
        """Let go of the requests at hand; they are read again when they are next asked for."""
        with self._working:
            self._fetched = None

    def tried(self, prompt: str, draft: HeuristicsDocument) -> tuple[Tried, Tried]:
        """A prompt as live decides it, and as the draft would; raises InvalidHeuristics."""
        with self._working:
            compiled = self._compile(draft)
        return self._tried(prompt, self._versions.active()), self._tried(prompt, compiled)

    def _tried(self, prompt: str, heuristics: Heuristics) -> Tried:
        request = ChatRequest(messages=({"role": "user", "content": prompt},))
        try:
            decided = decide_request(request, heuristics, self._catalog().limits)
        except RoutingError as refused:
            return Tried(None, str(refused), None)
        return Tried(decided, sentence(decided.decision), decisive(decided, heuristics))

    def _checked(self, document: HeuristicsDocument) -> HeuristicsDocument:
        with self._working:
            self._compile(document)
        return document

    def _compile(self, document: HeuristicsDocument) -> Heuristics:
        """The document compiled; the last one is kept, as one edit asks for it several times."""
        if self._compiled is None or self._compiled.document != document:
            self._compiled = compile_heuristics(document, _DRAFT)
        return self._compiled

    def _base(self) -> Baseline:
        """The newest requests as live decides them; read again where the log, the live version or a price changed."""
        mark, live, catalog = self._log.mark(PREVIEWED), self._versions.active(), self._catalog()
        kept = self._fetched
        if kept is None or kept.mark != mark or kept.live is not live or kept.catalog is not catalog:
            self._fetched = None  # never two copies
            logged = self._log.newest(PREVIEWED)
            made = {row.decided.decision.version for row in logged}
            compiled = {version: self._versions.compiled(version) for version in made}
            documents = {version: each.document for version, each in compiled.items() if each is not None}
            kept = self._fetched = _Fetched(mark, live, catalog, baseline(logged, live, documents, _prices(catalog)))
        self._hold_on()
        return kept.baseline

    def _hold_on(self) -> None:
        """Let the requests at hand go later than was said before."""
        if self._leaving is not None:
            self._leaving.cancel()
        self._leaving = threading.Timer(self._held_s, self.forget)
        self._leaving.daemon = True
        self._leaving.start()


def _prices(catalog: Catalog) -> Callable[[Usage, Tier], Cost]:
    """The estimate for a tier, at its dearest callable deployment."""

    def price(usage: Usage, tier: Tier) -> Cost:
        if usage.input_tokens is None or usage.output_tokens is None:
            return UNPRICED
        return catalog.estimate(usage.input_tokens, usage.output_tokens, tier)

    return price
