"""Several turns on the playground in a real browser: what the next prompt follows, and how to begin anew."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import OpenTab, tabs
from tests.browser.playground import FAST, SMALL, Playground, Rehearsal, rehearsal

pytestmark = pytest.mark.timeout(180)  # LiteLLM loads in the first test that sends


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    with rehearsal(tmp_path_factory.mktemp("turns"), FAST) as running:
        yield running


@pytest.fixture
def tab(request: pytest.FixtureRequest, shared_context: BrowserContext, stage: Rehearsal) -> Iterator[OpenTab]:
    yield from tabs(request, shared_context, stage.console)


def test_a_conversation_goes_on_from_an_answer_and_starts_anew(tab: OpenTab) -> None:
    playground = Playground(tab())
    playground.write(SMALL)
    playground.send()
    playground.await_end()
    playground.press("Go on")
    conversation = playground.visit.page.get_by_role("log", name="Conversation so far")
    expect(conversation).to_contain_text(SMALL)
    expect(playground.editor).to_have_value("")
    expect(playground.visit.page.get_by_text("This prompt is the next turn of the conversation above.")).to_have_count(
        1
    )
    expect(playground.visit.page.get_by_text("The decision on your next turn")).to_be_visible()
    playground.press("Start anew")
    expect(conversation).to_have_count(0)


def test_the_next_prompt_follows_the_answer_unless_it_is_started_anew(tab: OpenTab) -> None:
    playground = Playground(tab())
    page = playground.visit.page
    playground.write(SMALL)
    playground.send()
    playground.await_end()
    expect(page.get_by_text("Sent unchanged, this prompt is asked again.")).to_be_visible()
    answer = playground.columns.first.get_by_role("region").inner_text()
    playground.write("And of Austria?")
    expect(page.get_by_text("Continues the conversation")).to_be_visible()
    playground.send()
    conversation = page.get_by_role("log", name="Conversation so far")
    expect(conversation).to_contain_text(SMALL)
    expect(conversation).to_contain_text(answer.split("\n")[0])
    playground.await_end()
    playground.write("And of Norway?")
    playground.press("Start anew")
    expect(conversation).to_have_count(0)
    expect(playground.columns).to_have_count(0)
    expect(playground.editor).to_have_value("And of Norway?")
