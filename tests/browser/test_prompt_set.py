"""A set of prompts in a real browser, on a simulator: handed over, run across the tiers, left, stopped, exported."""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from routing_core.dispatch.document import read_document
from settings import CHECKOUT
from tests.browser.conftest import OpenTab, tabs
from tests.browser.console import start
from tests.browser.playground import Rehearsal
from tests.browser.visit import Scheme, Visit
from tests.simulator_process import Entry, SimulatorProcess

PROMPTS = [f"What is {n} plus {n}?" for n in range(25)]
_RUN_MS = 120_000  # the first run also waits for LiteLLM to load


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    models = {e.litellm_params.model: e.tier for e in read_document(CHECKOUT / "signalbox.yaml").model_list if e.tier}
    entries: list[Entry] = [{"id": model.rpartition("/")[2], "tier": tier.value} for model, tier in models.items()]
    with SimulatorProcess(models=entries) as simulator:
        console = start(tmp_path_factory.mktemp("set"), settings={"SIGNALBOX_SIMULATOR_URL": simulator.base_url})
        yield Rehearsal(console, simulator)
        console.end()


@pytest.fixture
def tab(request: pytest.FixtureRequest, shared_context: BrowserContext, stage: Rehearsal) -> Iterator[OpenTab]:
    stage.simulator.clear_faults()
    yield from tabs(request, shared_context, stage.console)


def opened(tab: OpenTab) -> Visit:
    """The playground in its mode for sets of prompts."""
    visit = tab("/")
    visit.page.get_by_role("radio", name="prompt set", exact=True).click()
    expect(visit.page.get_by_role("textbox", name="Prompts to run")).to_be_visible()
    return visit


def press(page: Page, name: str | re.Pattern[str]) -> None:
    page.get_by_role("button", name=name, exact=isinstance(name, str)).click()


def paste(visit: Visit, prompts: list[str]) -> None:
    box = visit.page.get_by_role("textbox", name="Prompts to run")
    box.fill("\n".join(prompts))
    box.press("Control+Enter")
    expect(panel(visit, "Before running")).to_contain_text(f"{len(prompts)} prompt")


def panel(visit: Visit, name: str) -> Locator:
    return visit.page.get_by_role("region", name=name, exact=True)


def run(visit: Visit, sends: int) -> None:
    press(visit.page, f"Run {sends} sends")
    expect(panel(visit, "Totals per column")).to_be_visible()


def await_end(visit: Visit) -> None:
    expect(visit.page.get_by_role("button", name="New set", exact=True)).to_be_visible(timeout=_RUN_MS)


def exported(visit: Visit, name: str) -> str:
    with visit.page.expect_download() as download:
        press(visit.page, name)
    return download.value.path().read_text(encoding="utf-8-sig")


@pytest.mark.timeout(180)
def test_a_set_of_25_runs_across_three_tiers_and_its_csv_reads_back(tab: OpenTab, stage: Rehearsal) -> None:
    visit = opened(tab)
    paste(visit, PROMPTS)
    expect(panel(visit, "Before running")).to_contain_text("$0.")
    run(visit, 75)
    await_end(visit)
    expect(visit.page.get_by_text(re.compile("75 of 75 answers in"))).to_be_visible()
    rows = list(csv.DictReader(io.StringIO(exported(visit, "CSV"), newline="")))
    assert [(row["prompt"], row["column"]) for row in rows] == [
        (prompt, tier) for prompt in PROMPTS for tier in ("cheap", "mid", "frontier")
    ]
    assert {row["state"] for row in rows} == {"served"}
    assert all(row["answer"] and row["served_tier"] == row["column"] for row in rows)
    assert logged_costs(stage) == {row["request_id"]: int(row["cost_nano"]) for row in rows}
    document = json.loads(exported(visit, "JSON"))
    assert [prompt["prompt"] for prompt in document["prompts"]] == PROMPTS


def logged_costs(stage: Rehearsal) -> dict[str, int]:
    with sqlite3.connect(f"file:{stage.console.home / 'signalbox.db'}?mode=ro", uri=True) as database:
        return dict(database.execute("SELECT request_id, cost_nano FROM requests").fetchall())


def test_every_answer_links_to_its_request(tab: OpenTab) -> None:
    visit = opened(tab)
    paste(visit, PROMPTS[:1])
    run(visit, 3)
    await_end(visit)
    with visit.context.expect_page() as another:
        visit.page.get_by_role("link", name="request", exact=True).first.click()
    facts = another.value.get_by_role("region", name="Facts", exact=True)
    expect(facts).to_contain_text("forced tier")


def test_a_run_goes_on_when_its_page_is_left_and_is_found_again(tab: OpenTab, stage: Rehearsal) -> None:
    visit = opened(tab)
    stage.simulator.set_fault("*", "slow_first_token", delay_ms=1_500)
    paste(visit, PROMPTS[:6])
    run(visit, 18)
    visit.page.get_by_role("link", name="Requests", exact=True).click()
    expect(visit.page.get_by_role("heading", name="Requests")).to_be_visible()
    visit.page.get_by_role("link", name="Playground", exact=True).click()
    press(visit.page, "Show it")
    expect(visit.page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    await_end(visit)
    expect(visit.page.get_by_text("18 of 18 answers in")).to_be_visible()


def test_a_run_is_found_by_its_link(tab: OpenTab) -> None:
    visit = opened(tab)
    paste(visit, PROMPTS[:1])
    run(visit, 3)
    await_end(visit)
    again = tab(visit.page.url.removeprefix(visit.base_url))
    expect(again.page.get_by_text("3 of 3 answers in")).to_be_visible()


def test_stop_ends_what_runs_and_sends_nothing_more(tab: OpenTab, stage: Rehearsal) -> None:
    visit = opened(tab)
    stage.simulator.set_fault("*", "slow_first_token", delay_ms=30_000)
    before = sum(stage.simulator.requests().values())
    paste(visit, PROMPTS)
    run(visit, 75)
    expect(visit.page.get_by_text("Being answered").first).to_be_visible()
    press(visit.page, "Stop")
    await_end(visit)
    expect(visit.page.get_by_text(re.compile("answers in .* stopped"))).to_be_visible()
    assert stage.simulator.streams().live == 0
    assert sum(stage.simulator.requests().values()) - before <= 6


def test_an_error_stands_in_its_own_row_and_the_others_go_on(tab: OpenTab, stage: Rehearsal) -> None:
    visit = opened(tab)
    for model in stage.simulator.ready.models:
        if model.startswith(("gpt-6-astra", "claude-opus")):
            stage.simulator.set_fault(model, "bad_request")  # which never cools a deployment
    paste(visit, PROMPTS[:2])
    run(visit, 6)
    await_end(visit)
    failed = panel(visit, "Totals per column").get_by_role("row", name="frontier")
    expect(failed).to_contain_text("0 of 2")
    expect(panel(visit, "Totals per column").get_by_role("row", name="cheap")).to_contain_text("2 of 2")


def test_a_csv_file_is_read_and_its_bad_rows_are_named(tab: OpenTab) -> None:
    visit = opened(tab)
    visit.page.get_by_role("radio", name="Upload CSV").click()
    visit.page.locator("input[type=file]").set_input_files(
        {"name": "p.csv", "mimeType": "text/csv", "buffer": b"id,prompt\na,Hello there\nb,\nc,Bye\n"}
    )
    expect(visit.page.get_by_text("2 prompts kept, 1 row left out")).to_be_visible()
    expect(visit.page.get_by_text("Line 3: no prompt.")).to_be_visible()
    expect(visit.page.get_by_role("button", name="Run 6 sends")).to_be_enabled()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_nothing_is_cut(tab: OpenTab, width: int, scheme: Scheme) -> None:
    visit = tab("/", width=width, height=844 if width == 390 else 900, scheme=scheme)
    visit.page.get_by_role("radio", name="prompt set", exact=True).click()
    paste(visit, PROMPTS[:3])
    run(visit, 9)
    await_end(visit)
    expect(panel(visit, "Totals per column").get_by_role("row", name="frontier")).to_contain_text("3 of 3")
    visit.settle()
    visit.screenshot(f"prompt-set-{width}-{scheme}")
    assert visit.overflow_px() == 0


def test_a_double_click_on_run_sends_every_prompt_once(tab: OpenTab, stage: Rehearsal) -> None:
    visit = opened(tab)
    paste(visit, ["What is three times seventeen?", "Which sea is the saltiest?"])
    before = sum(stage.simulator.requests().values())
    visit.page.get_by_role("button", name="Run 6 sends", exact=True).dblclick()
    await_end(visit)
    assert sum(stage.simulator.requests().values()) - before == 6
