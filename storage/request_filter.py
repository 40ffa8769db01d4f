"""Which requests to list, as SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from sqlalchemy import ColumnElement, func, literal_column, select

from routing_core.domain import Tier
from routing_core.outcome import State
from storage.codec import to_us
from storage.labels import LabelKind
from storage.tables import labels, requests, texts

Labelled: TypeAlias = LabelKind | bool
TROUBLED = (State.FAILED, State.BROKEN, State.REFUSED)
_ANSWERED = (State.SERVED, State.FALLBACK, State.ESCALATED_ON_FAILURE)
_TROUBLED = requests.c.state.in_([literal_column(f"'{state.value}'") for state in TROUBLED])
_counted_tier: ColumnElement[str | None] = func.coalesce(requests.c.served_tier, requests.c.decided_tier)


class Nameable(StrEnum):
    """What a request may be without: no app was named, no model answered, nothing was decided."""

    APP = "app"
    MODEL = "model"
    VERSION = "version"
    TIER = "tier"
    CAUSE = "cause"


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """What a listed request must be; None asks for nothing.

    `tier` is the tier that served, or was decided where nobody served: what the rollups count by. `answered` asks for
    answers that came whole. `without` names what must be unknown. `since` is included, `until` is not. `label` is a
    kind of current label, or True for any and False for none. `by_key` asks for what came with an access key, or for
    what did not. `text` is part of the newest user turn, in upper or lower case. `min_cost_nano` is in USD 1e-9 and
    leaves out what is unpriced.
    """

    tier: Tier | None = None
    state: State | None = None
    cause: str | None = None
    app: str | None = None
    user: str | None = None
    session: str | None = None
    version: str | None = None
    deployment: str | None = None
    comparison_id: str | None = None
    simulated: bool | None = None
    sample: bool | None = None
    label: Labelled | None = None
    since: datetime | None = None
    until: datetime | None = None
    min_cost_nano: int | None = None
    text: str | None = None
    model: str | None = None
    answered: bool = False
    by_key: bool | None = None
    without: frozenset[Nameable] = frozenset()

    def indexed(self) -> Iterator[ColumnElement[bool]]:
        """The conditions for which `requests` has an index, so that rare matches are found at any depth."""
        yield from (column == value for column, value in self._equalities() if value is not None)
        if self.state in TROUBLED:
            yield _TROUBLED  # spelt as the index spells it, else SQLite does not see that the index has them all
            yield requests.c.state == self.state.value
        if self.since is not None:
            yield requests.c.started_us >= to_us(self.since)
        if self.until is not None:
            yield requests.c.started_us < to_us(self.until)

    def searched(self) -> Iterator[ColumnElement[bool]]:
        """The conditions that can only be tried row by row; the text's needs `texts` joined."""
        yield from self._counted()
        if self.state is not None and self.state not in TROUBLED:
            yield requests.c.state == self.state.value
        if self.simulated is not None:
            yield requests.c.simulated == self.simulated
        if self.sample is not None:
            yield requests.c.sample_run.is_not(None) if self.sample else requests.c.sample_run.is_(None)
        if self.by_key is not None:
            yield requests.c.api_key_id.is_not(None) if self.by_key else requests.c.api_key_id.is_(None)
        if self.min_cost_nano is not None:
            yield requests.c.cost_nano >= self.min_cost_nano
        if self.label is not None:
            yield _is_labelled(self.label)
        if self.text:
            yield func.lower(texts.c.prompt).contains(self.text.lower(), autoescape=True)

    def _counted(self) -> Iterator[ColumnElement[bool]]:
        """What a rollup's requests share and no index holds; beside it there is a period as a rule."""
        if self.tier is not None:
            yield _counted_tier == self.tier.value
        if self.model is not None:
            yield requests.c.model == self.model
        if self.answered:
            yield requests.c.state.in_(_ANSWERED)
        for name in sorted(self.without):
            known = _counted_tier if name is Nameable.TIER else requests.c[name.value]
            yield func.coalesce(known, "").in_([""])

    def _equalities(self) -> Iterator[tuple[ColumnElement[str], str | None]]:
        yield requests.c.cause, self.cause
        yield requests.c.app, self.app
        yield requests.c.end_user, self.user
        yield requests.c.session, self.session
        yield requests.c.version, self.version
        yield requests.c.deployment, self.deployment
        yield requests.c.comparison_id, self.comparison_id


def _is_labelled(label: Labelled) -> ColumnElement[bool]:
    said = select(labels.c.label).where(labels.c.request_id == requests.c.request_id, labels.c.replaced_us.is_(None))
    if isinstance(label, LabelKind):
        return said.where(labels.c.kind == label.value).exists()
    return said.exists() if label else ~said.exists()
