"""One edit that the browser told, made in the document that is worked on."""

from __future__ import annotations

from dataclasses import replace

from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import Words
from services import Services
from ui.heuristics.edits import Told, edit_of
from ui.heuristics.refusing import words_refused
from ui.heuristics.working import Refusal, Working


def edited(services: Services, working: Working, told: Told) -> tuple[HeuristicsDocument, Refusal | None]:
    """The document after an edit, with the words of it that a list did not take; raises InvalidHeuristics."""
    fields = {each.path: each for each in services.drafting.fields(working.document)}
    present, standard = fields.get(told.path), services.drafting.standard()
    edit = edit_of(told, working.document, working.live, standard, present.kind if present else None)
    refusal = None
    if isinstance(edit, Words):
        entries = present.value if present and isinstance(present.value, tuple) else ()
        found = services.drafting.sorted_words([each for each in entries if each not in edit.remove], edit.add)
        edit, refusal = replace(edit, add=found.taken), words_refused(found)
    return services.drafting.edited(working.document, edit), refusal
