"""How long a draft takes from an edit to its preview on the newest 500 logged requests."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.record import Record, seconds
from routing_core.decide import decide_request
from routing_core.decide.document import HeuristicsDocument
from routing_core.decide.editing import Edit, Put, Words
from routing_core.decide.heuristics import Heuristics
from routing_core.dispatch.catalog import Catalog, build_catalog
from routing_core.dispatch.document import read_document
from routing_core.domain import ChatRequest, Message
from routing_core.drafting import PREVIEWED, Drafting
from routing_core.evidence.preview import Preview
from routing_core.outcome import Cost, CostSource, Outcome, State, Usage
from settings import CHECKOUT
from storage.engine import open_database
from storage.heuristics_versions import HeuristicsVersions
from storage.recorder import RequestRecorder
from storage.replay import Replay

ROUNDS: Final = 21
LIMIT_MS: Final = 300
_KEYS: Final = dict.fromkeys(("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"), "none")
_START: Final = datetime(2026, 11, 1, tzinfo=UTC)
_ASKED: Final = (
    "What is the capital of Australia?",
    "Please analyze why the export job failed last night and say what to look at first.",
    "Summarize this mail in two sentences: the warehouse closes at noon on Friday for stocktaking.",
    "Fix this:\n```python\ndef total(rows):\n    return sum(row.price for row in row)\n```\nIt fails.",
    "Compare two ways to keep stock across three warehouses, and explain why one costs more than the other.",
    "Thanks, that helps a lot.",
    "Translate good morning to Spanish.",
    "Design a scalable service that takes orders from nine shops, with the trade-offs between consistency and latency.",
)
_EDITS: Final[tuple[Edit, ...]] = (
    Words(("keywords", "reasoning", "entries"), add=("root cause analysis",), remove=("analyze",)),
    Put(("classifier", "boundaries", "frontier"), 0.3),
    Put(("classifier", "keywords", "reasoning", "weight"), 0.2),
)


def measure() -> list[Record]:
    """Milliseconds from an edit to the preview of 500 requests, with the requests at hand."""
    with tempfile.TemporaryDirectory() as folder, drafting(Path(folder)) as (made, live):
        made.preview(live)  # the vocabulary of the counter and the schemas of the columns are loaded once a process
        made.forget()
        cold_ms = seconds(lambda: made.preview(live)) * 1000
        edits = islice(cycle(_EDITS), ROUNDS)
        warm_ms = [seconds(partial(_edited, made, live, edit)) * 1000 for edit in edits]
    return [
        Record(
            name="preview_500_ms",
            value=round(median(warm_ms), 1),
            unit="ms",
            against=f"absolute, limit {LIMIT_MS}",
            n=ROUNDS,
            how=(
                "one edit of the standard profile: validated, compiled, 500 logged requests with their text decided"
                f" again, a third of them with earlier turns; median (slowest {max(warm_ms):.0f} ms);"
                f" {cold_ms:.0f} ms where the 500 are read from SQLite and decided by the live version first"
            ),
        )
    ]


def _edited(made: Drafting, live: HeuristicsDocument, edit: Edit) -> Preview:
    return made.preview(made.edited(live, edit))


@contextmanager
def drafting(folder: Path) -> Iterator[tuple[Drafting, HeuristicsDocument]]:
    """Drafting over a log of 500 requests, and the live document."""
    catalog = build_catalog(read_document(CHECKOUT / "signalbox.yaml"), _KEYS, date(2026, 11, 24))
    with (
        closing(open_database(f"sqlite:///{folder / 'signalbox.db'}")) as database,
        closing(HeuristicsVersions(database)) as versions,
    ):
        recorder = RequestRecorder(database)
        for outcome in outcomes(versions.active(), catalog, PREVIEWED):
            recorder.record(outcome)
        recorder.close()
        yield Drafting(Replay(database), versions, lambda: catalog), versions.active().document


def outcomes(live: Heuristics, catalog: Catalog, count: int) -> Iterator[Outcome]:
    """Requests as `live` decides and logs them, short and long, a third of them with earlier turns."""
    for number in range(count):
        request = ChatRequest(messages=_messages(number), app="benchmark")
        decided = decide_request(request, live, catalog.limits)
        yield Outcome(
            request_id=f"01PREVIEW{number:017d}",
            started_at=_START + timedelta(seconds=number),
            request=request,
            decided=decided,
            attempts=(),
            state=State.SERVED,
            served_tier=decided.decision.tier,
            served_by=None,
            answer="",
            finish_reason="stop",
            latency_ms=100.0,
            first_token_ms=20.0,
            overhead_us=300,
            usage=Usage(decided.situation.prompt_tokens[0], 200),
            cost=Cost(1_000, CostSource.PRICE_MAP),
            saving=None,
            simulated=True,
        )


def _messages(number: int) -> tuple[Message, ...]:
    asked = _ASKED[number % len(_ASKED)]
    text = " ".join([asked] * (1 + number % 5 * 4)) if number % 5 else asked
    newest: Message = {"role": "user", "content": f"{text} ({number})"}
    if number % 3:
        return (newest,)
    earlier = _ASKED[(number + 3) % len(_ASKED)]
    return ({"role": "user", "content": earlier}, {"role": "assistant", "content": "Certainly. " * 40}, newest)
