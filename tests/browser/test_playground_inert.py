"""Hostile prompts and answers on the playground: shown as text, never run, never fetched."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Request, expect

from storage.engine import open_database
from storage.recorder import RequestRecorder
from tests.browser.conftest import OpenTab, tabs
from tests.browser.console import RunningConsole
from tests.browser.playground import PATIENCE_MS, Playground
from tests.ui import outcomes

HOSTILE = """<script>document.title = 'run'</script>
<img src="http://127.0.0.1:1/a.png" onerror="document.title = 'run'">
<svg onload="document.title = 'run'"></svg> <b onmouseover="document.title = 'run'">bold</b>

[link](javascript:document.title='run') ![picture](http://127.0.0.1:1/b.png) <http://127.0.0.1:1/c>

![picture][r]

[r]: http://127.0.0.1:1/d.png

```"><img src=http://127.0.0.1:1/e.png onerror=document.title='run'>
</code></pre><script>document.title = 'run'</script>
```

| a |
|---|
| <img src=http://127.0.0.1:1/f.png> |
"""
REQUEST_ID = "01K0000000000000000000HARM"


@pytest.fixture
def tab(request: pytest.FixtureRequest, shared_context: BrowserContext, console: RunningConsole) -> Iterator[OpenTab]:
    yield from tabs(request, shared_context, console)


@pytest.fixture(scope="module")
def logged(console: RunningConsole) -> None:
    """One request in the console's log whose prompt, answer and error are hostile."""
    expect.set_options(timeout=PATIENCE_MS)
    database = open_database(f"sqlite:///{console.home / 'signalbox.db'}")
    recorder = RequestRecorder(database)
    outcome = outcomes.outcome(REQUEST_ID, answer=HOSTILE, text=HOSTILE)
    harm = replace(outcome.attempts[0], model="<img src=http://127.0.0.1:1/g.png>", error=HOSTILE)
    recorder.record_acknowledged(replace(outcome, attempts=(harm,))).result(10)
    recorder.close()
    database.close()


def foreign(request: Request, console: RunningConsole) -> bool:
    return not request.url.startswith((console.url, console.url.replace("http", "ws"), "blob:", "data:"))


@pytest.mark.parametrize("raw", [False, True], ids=["rendered", "raw"])
def test_a_hostile_answer_is_text(tab: OpenTab, console: RunningConsole, logged: None, raw: bool) -> None:
    visit = tab("/")
    fetched: list[str] = []
    visit.page.on("request", lambda request: fetched.append(request.url) if foreign(request, console) else None)
    playground = Playground(visit.goto(f"/?request={REQUEST_ID}"))
    expect(playground.columns).to_have_count(1)
    if raw:
        visit.page.get_by_text("Raw text").click()
        expect(playground.columns.locator("pre.raw")).to_be_visible()
    shown = playground.columns.first
    expect(shown).to_contain_text("<script>document.title = 'run'</script>")
    assert shown.locator("script, img, svg, a, iframe, b").count() == 0
    assert visit.page.title() != "run"
    assert fetched == []


def test_a_hostile_prompt_is_text_in_the_editor_and_in_the_conversation(
    tab: OpenTab, console: RunningConsole, logged: None
) -> None:
    visit = tab("/")
    fetched: list[str] = []
    visit.page.on("request", lambda request: fetched.append(request.url) if foreign(request, console) else None)
    playground = Playground(visit.goto(f"/?request={REQUEST_ID}"))
    expect(playground.editor).to_have_value(HOSTILE)
    assert visit.page.locator(".editor").locator("script, img, svg, a").count() == 0
    playground.press("Go on")
    conversation = visit.page.get_by_role("log", name="Conversation so far")
    expect(conversation).to_contain_text("<img src=")
    assert conversation.locator("script, img, svg, a, iframe").count() == 0
    assert visit.page.title() != "run"
    assert fetched == []
