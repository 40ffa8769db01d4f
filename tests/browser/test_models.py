"""The models page in a real browser: a fault is switched on and seen to be climbed over; a changed file is loaded."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect

from settings import CHECKOUT
from tests.browser.conftest import OpenTab, tabs
from tests.browser.console import UNLOADED, RunningConsole, start
from tests.browser.playground import PATIENCE_MS, SMALL, Playground
from tests.browser.visit import Scheme, Visit, open_visit

LUNA = "cheap-openai-gpt-6-luna"
CHEAP = ("gpt-6-luna", "claude-haiku-5-5", "gemini-2.5-flash-lite")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    """A console with a catalog of its own."""
    home = tmp_path_factory.mktemp("models")
    (home / "signalbox.yaml").write_text((CHECKOUT / "signalbox.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    expect.set_options(timeout=PATIENCE_MS)
    running = start(home, settings={"SIGNALBOX_CATALOG": str(home / "signalbox.yaml")})
    yield running
    running.end()


@pytest.fixture
def tab(request: pytest.FixtureRequest, shared_context: BrowserContext, own: RunningConsole) -> Iterator[OpenTab]:
    yield from tabs(request, shared_context, own)


def row(visit: Visit, identity: str) -> Locator:
    return visit.page.get_by_role("row").filter(has_text=identity)


def switch(visit: Visit, model: str, choice: str) -> None:
    """Choose in a switch and wait until the simulator says so."""
    chooser = visit.page.get_by_role("combobox", name=model, exact=True)
    chooser.scroll_into_view_if_needed()
    chooser.fill(choice)
    visit.page.get_by_role("option", name=choice).click()
    expect(chooser).to_have_value(choice)


def edit(console: RunningConsole, old: str, new: str) -> None:
    path: Path = console.home / "signalbox.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_broken_tier_is_climbed_over_and_the_page_tells_of_it_until_it_is_mended(tab: OpenTab) -> None:
    visit = tab("/models", height=1400)
    expect(visit.page.get_by_text("8 deployments in three tiers; all can be called at the simulator.")).to_be_visible()
    for model in CHEAP:
        switch(visit, model, "500, server error")
    play = Playground(tab("/"))
    play.write(SMALL)
    play.send()
    play.await_end()
    expect(play.column("mid")).to_be_visible()
    expect(row(visit, LUNA)).to_contain_text("500 server error")
    expect(row(visit, LUNA)).to_contain_text("fault: 500, server error")
    visit.screenshot("models-failing")
    visit.page.get_by_role("button", name="Clear all faults").click()
    expect(visit.page.get_by_role("combobox", name="gpt-6-luna", exact=True)).to_have_value("works")
    visit.page.get_by_role("button", name=f"Test {LUNA}").click()
    expect(visit.page.get_by_text("Test call answered")).to_be_visible()
    expect(row(visit, LUNA)).not_to_contain_text("fault:")


def test_a_double_click_on_test_sends_one_call(tab: OpenTab, own: RunningConsole) -> None:
    visit = tab("/models", height=1400)
    visit.page.get_by_role("button", name="Test frontier-openai-gpt-6-astra").dblclick()
    expect(visit.page.get_by_text("Test call answered")).to_be_visible()
    visit.page.get_by_role("link", name="Open in the log").click()
    expect(visit.page.get_by_text("Answer with one word: ready.").first).to_be_visible()
    with sqlite3.connect(f"file:{own.home / 'signalbox.db'}?mode=ro", uri=True) as database:
        (calls,) = database.execute("SELECT count(*) FROM attempts WHERE deployment LIKE 'frontier-openai%'").fetchone()
    assert calls == 1


def test_a_file_that_changed_is_offered_reviewed_and_loaded(tab: OpenTab, own: RunningConsole) -> None:
    visit = tab("/models")
    expect(visit.page.get_by_role("button", name="Read again")).to_be_visible()
    edit(own, "num_retries: 2", "num_retries: 1")
    expect(visit.page.get_by_text("signalbox.yaml changed on disk: 1 difference.")).to_be_visible()
    visit.page.get_by_role("button", name="Review the change").click()
    expect(visit.page.get_by_role("region", name="What would change")).to_contain_text("num_retries: 2 → 1")
    visit.page.get_by_role("button", name="Load it").click()
    expect(visit.page.get_by_text("Loaded: 1 difference.")).to_be_visible()
    edit(own, "model_list:", "model_list: [")
    expect(visit.page.get_by_text("What was loaded before goes on.")).to_be_visible()
    edit(own, "model_list: [", "model_list:")
    expect(visit.page.get_by_text("What was loaded before goes on.")).to_be_hidden()


@pytest.fixture
def real(tmp_path: Path, browser: Browser) -> Iterator[Callable[[str, Mapping[str, str]], Visit]]:
    """Opens the models page of a console on providers themselves; nothing is sent to them."""
    with ExitStack() as stack:

        def opened(catalog: str, keys: Mapping[str, str]) -> Visit:
            path = tmp_path / "signalbox.yaml"
            path.write_text(catalog, encoding="utf-8")
            settings = {"SIGNALBOX_CATALOG": str(path), "SIGNALBOX_SIMULATOR": "never", **keys, **UNLOADED}
            running = start(tmp_path, settings=settings)
            stack.callback(running.end)
            visit = open_visit(browser, running.url, width=1440, height=900, scheme="light")
            stack.callback(visit.context.close)
            return visit.goto("/models")

        yield opened


def test_a_model_near_its_end_half_a_credential_and_a_misspelt_key_are_told_on_the_page(
    real: Callable[[str, Mapping[str, str]], Visit], tmp_path: Path
) -> None:
    ends = datetime.now(UTC).date() + timedelta(days=10)
    catalog = f"""model_list:
  - model_name: cheap
    litellm_params: {{model: openai/gpt-6-luna, api_key: os.environ/OPENAI_API_KEY}}
    model_info: {{deprecation_date: {ends}}}
  - model_name: mid
    litellm_params: {{model: bedrock/anthropic.claude-3-haiku-20240307-v1:0}}
"""
    keys = {"OPENAI_API_KEY": "sk-none", "AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "", "AWS_PROFILE": ""}
    visit = real(catalog, keys | {"AWS_BEARER_TOKEN_BEDROCK": ""})
    page = visit.page
    expect(row(visit, LUNA)).to_contain_text(re.compile(f"{ends}in (9|10) days"))
    expect(page.get_by_text(f"openai/gpt-6-luna: will be deprecated on {ends}.")).to_be_visible()
    expect(row(visit, "mid-bedrock")).to_contain_text("AWS_ACCESS_KEY_ID is set, set AWS_SECRET_ACCESS_KEY as well")
    visit.screenshot("models-findings")
    (tmp_path / "signalbox.yaml").write_text(catalog.replace("model_list", "model_lst"), encoding="utf-8")
    told = page.get_by_role("alert").filter(has_text="the nearest known key is 'model_list'")
    expect(told).to_contain_text("What was loaded before goes on.")
    expect(told).to_contain_text("line 1, model_lst")
    expect(row(visit, LUNA)).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_nothing_is_cut(tab: OpenTab, width: int, scheme: Scheme) -> None:
    visit = tab("/models", width=width, height=844 if width == 390 else 900, scheme=scheme)
    expect(row(visit, LUNA)).to_be_visible()
    visit.screenshot(f"models-{width}-{scheme}")
    assert visit.overflow_px() == 0


def test_a_viewer_sees_everything_and_is_offered_no_change(browser: Browser, tmp_path: Path) -> None:
    passwords = {"SIGNALBOX_PASSWORD": "the operator's own", "SIGNALBOX_VIEWER_PASSWORD": "to look around"}
    running = start(tmp_path, settings={**passwords, **UNLOADED})
    visit = open_visit(browser, running.url, width=1440, height=1400, scheme="light")
    visit.page.goto(f"{running.url}/models")
    visit.page.get_by_label("Password").fill("to look around")
    visit.page.get_by_role("button", name="Sign in").click()
    visit.settle()
    expect(row(visit, LUNA)).to_be_visible()
    expect(visit.page.get_by_role("button", name=f"Test {LUNA}")).to_be_hidden()
    expect(visit.page.get_by_role("combobox", name="gpt-6-luna", exact=True)).to_be_disabled()
    expect(visit.page.get_by_role("button", name="Clear all faults")).to_be_disabled()
    visit.context.close()
    running.end()
