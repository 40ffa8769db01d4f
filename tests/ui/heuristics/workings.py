"""What the page works on, made without a database."""

from __future__ import annotations

from functools import partial

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.fields import fields_of
from routing_core.evidence.diff import changes
from routing_core.evidence.wording import name_of
from ui.heuristics.form import Form
from ui.heuristics.working import Refusals, Working


def working(live: HeuristicsDocument, draft: HeuristicsDocument, refusals: Refusals | None = None) -> Working:
    """A draft beside the live document."""
    return Working("v1", live, draft, "v1", changes=changes(live, draft), refusals=refusals or {})


def form(live: HeuristicsDocument, draft: HeuristicsDocument | None = None, refusals: Refusals | None = None) -> Form:
    """Its form."""
    made = working(live, draft or live, refusals)
    return Form(
        working=made,
        fields={each.path: each for each in fields_of(made.document)},
        live={each.path: each for each in fields_of(live)},
        name=partial(name_of),
    )
