"""What one visit of the page knows besides its link."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from routing_core.decide.fields import Path
from ui.heuristics.working import Notice, Refusal, Typed

VISIT: Final = "heuristics_visit"


@dataclass(frozen=True, slots=True)
class Step:
    """An edit of this visit: the draft's text before it, and the draft's id and revision that it left."""

    before: str
    left: tuple[str, int]


@dataclass(slots=True)
class Visit:
    """What a visit knows besides its link.

    One plain value, since another edit may end the script at any call of Streamlit's: what belongs together is noted
    together, behind the database and without such a call between. `draft_id` is what is worked on, `link` what the
    browser last said of it: it may say that for a while after another draft was begun. `drawn` is the draft's id and
    the revision that the visitor sees, `seen` the number of the last edit made of each component's (one may tell later
    what it numbered earlier), `trial` a viewer's edits, which are kept nowhere else, `typed` a YAML
    text that is not in the draft, `steps` what can be taken back, the last edit last.
    """

    seen: dict[str, int] = field(default_factory=dict)
    drawn: tuple[str, int] | None = None
    draft_id: str | None = None
    link: str | None = None
    trial: str | None = None
    refused: dict[Path, Refusal] = field(default_factory=dict)
    notice: Notice | None = None
    typed: Typed | None = None
    steps: list[Step] = field(default_factory=list)


def visit_of_session() -> Visit:
    """The visit of this browser tab."""
    found: Visit = st.session_state.setdefault(VISIT, Visit())
    return found
