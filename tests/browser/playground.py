"""The playground as a test drives it: a console on a simulator of the test's own, and what is done on the page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, expect

from routing_core.dispatch.document import read_document
from settings import CHECKOUT
from tests.browser.console import RunningConsole, start
from tests.browser.visit import Visit
from tests.simulator_process import Entry, SimulatorProcess

COMPARE = "Compare two ways to keep stock across three warehouses and explain what each costs me."
SMALL = "What is the capital of Australia?"
FAST = 100.0
SLOW = 4.0
PATIENCE_MS = 30_000  # a page on a busy machine; nothing waits that long where it is idle
_ANSWER_MS = 45_000
_ENDED = re.compile(
    r"^(Done in|All done in|Failed after|Refused after|Stopped after|Broke off after|\d of \d without an answer)"
)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A console and the simulator that serves it."""

    console: RunningConsole
    simulator: SimulatorProcess


@contextmanager
def rehearsal(home: Path, tokens_per_s: float) -> Iterator[Rehearsal]:
    """Start both; every model writes at the same speed in every run."""
    expect.set_options(timeout=PATIENCE_MS)
    with SimulatorProcess(latency=True, models=_entries(tokens_per_s)) as simulator:
        console = start(home, settings={"SIGNALBOX_SIMULATOR_URL": simulator.base_url})
        try:
            yield Rehearsal(console, simulator)
        finally:
            console.end()


def _entries(tokens_per_s: float) -> list[Entry]:
    models = {e.litellm_params.model: e.tier for e in read_document(CHECKOUT / "signalbox.yaml").model_list if e.tier}
    return [
        {
            "id": model.rpartition("/")[2],
            "tier": tier.value,
            "first_token_ms": {"median": 50.0, "sigma": 0.0},
            "tokens_per_s": {"median": tokens_per_s, "sigma": 0.0},
        }
        for model, tier in models.items()
    ]


@dataclass(frozen=True, slots=True)
class Playground:
    """The page in one tab."""

    visit: Visit

    @property
    def editor(self) -> Locator:
        """The prompt editor's text area."""
        return self.visit.page.get_by_role("textbox", name="Prompt", exact=True)

    @property
    def marks(self) -> Locator:
        """The marked words in the editor."""
        return self.visit.page.locator(".editor mark")

    def write(self, text: str) -> None:
        """Type over what is in the editor and wait for the decision on it."""
        self.editor.fill(text)
        expect(self.visit.page.get_by_role("heading", name="Why ")).to_be_visible()

    def mode(self, name: str) -> None:
        """Choose where the prompt is sent."""
        choice = self.visit.page.get_by_role("radio", name=name, exact=True)
        choice.click()
        expect(choice).to_be_checked()

    def send(self) -> None:
        """Press Ctrl+Enter in the editor and wait until something answers."""
        self.editor.press("Control+Enter")
        expect(self.columns.first).to_be_visible()

    @property
    def columns(self) -> Locator:
        """The answers, left to right."""
        return self.visit.page.get_by_role("article")

    def column(self, name: str) -> Locator:
        """The answer of that tier, or the blind column of that name."""
        return self.visit.page.get_by_role("article", name=name, exact=True)

    def text_of(self, name: str) -> Locator:
        """Where the answer itself stands."""
        return self.visit.page.get_by_role("region", name=f"Answer of {name}", exact=True)

    def press(self, name: str) -> None:
        """Press a button."""
        self.visit.page.get_by_role("button", name=name, exact=True).click()

    def await_end(self) -> None:
        """Wait until no answer is being written any more."""
        expect(self.visit.page.get_by_text(_ENDED)).to_be_visible(timeout=_ANSWER_MS)
