"""Reloading on LiteLLM and real simulators: what changes, what stays when it cannot, and who is not disturbed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from threading import Barrier, Thread

import psutil
import pytest

from routing_core.actor import OPERATOR, Actor
from routing_core.dispatch.catalog_change import Part
from routing_core.dispatch.ladder import Ladder
from routing_core.dispatch.litellm_client import LiteLLMClient
from routing_core.dispatch.offer import CatalogSources
from routing_core.dispatch.reloading import CatalogChange, CatalogReload, ChangedSinceReview, CurrentOffer
from routing_core.domain import ChatRequest, Tier
from routing_core.engine import RoutingEngine
from routing_core.errors import InvalidCatalog, NotAllowed
from routing_core.outcome import Delta, Finished, State
from tests.routing_core.dispatch.catalogs import entry, of
from tests.routing_core.engines import GREETING, KeptOutcomes, OneVersion, comes_true

ASTRA = entry("frontier", "openai/gpt-6-astra", id="astra")
SOL = entry("mid", "openai/gpt-6.1-sol", id="sol")
LUNA = entry("cheap", "openai/gpt-6-luna", id="luna")
THREE = of(LUNA, SOL, ASTRA)
FOUR = of(LUNA, SOL, ASTRA, entry("mid", "anthropic/claude-sonnet-5-5", id="sonnet"))
RETRIES = THREE + "router_settings: {num_retries: 5}\n"
LONG = ChatRequest(messages=({"role": "user", "content": "In about 400 words, tell of the sea."},), force_tier=Tier.MID)


class Place:
    """A catalog's file, the variables beside it, and what is loaded from both."""

    def __init__(self, path: Path, *, simulated: bool | None = None) -> None:
        self.path, self.environment = path, dict[str, str]()
        self.write(THREE)
        sources = CatalogSources(path, lambda: dict(self.environment), (path,), simulated)
        offer = sources.offer(sources.read())
        self.client = LiteLLMClient(offer.reading.environment)
        self.ladder = Ladder(self.client, offer.catalog())
        self.current = CurrentOffer(offer, self.ladder, self.client)
        self.reload = CatalogReload(sources, self.current)
        self.engine = RoutingEngine(self.ladder, KeptOutcomes(), OneVersion())

    def write(self, text: str) -> None:
        self.path.write_text(text, encoding="utf-8")

    async def close(self) -> None:
        await self.client.close()
        self.current.stop()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """Three models at a simulator of our own, since no key is set."""
    made = Place(tmp_path / "signalbox.yaml")
    yield made
    await made.close()


@pytest.fixture
async def unserved(tmp_path: Path) -> AsyncIterator[Place]:
    """Three models that nobody serves: nothing is started."""
    made = Place(tmp_path / "signalbox.yaml", simulated=False)
    yield made
    await made.close()


def ids(place: Place) -> set[str]:
    return {deployment.id for deployment in place.ladder.catalog.deployments}


async def test_what_stands_on_disk_is_called_from_now_on(place: Place) -> None:
    place.write(FOUR)
    change = place.reload.apply(OPERATOR)
    assert [(each.subject, each.after) for each in change.differences if each.part is Part.DEPLOYMENT] == [
        ("sonnet", "anthropic/claude-sonnet-5-5 in mid")
    ]
    asked = ChatRequest(GREETING.messages, deployment="sonnet")
    assert (await place.engine.complete(asked)).outcome.served_by == "sonnet"
    assert place.current.loaded.by == "operator"


async def test_a_preview_changes_nothing(unserved: Place) -> None:
    unserved.write(FOUR)
    assert unserved.reload.preview().differences
    assert (ids(unserved), unserved.current.loaded.by) == ({"luna", "sol", "astra"}, None)


@pytest.mark.parametrize("broken", ["model_list:\n  - [", "model_list:\n  - {model_name: cheap}\n", "{}"])
async def test_a_file_that_cannot_be_used_leaves_what_was_loaded(unserved: Place, broken: str) -> None:
    before = unserved.ladder.catalog
    unserved.write(broken)
    for read in (unserved.reload.preview, unserved.reload.pending, lambda: unserved.reload.apply(OPERATOR)):
        with pytest.raises(InvalidCatalog, match=r"line \d|model_list"):
            read()
    assert unserved.ladder.catalog is before


async def test_what_litellm_refuses_leaves_what_was_loaded_and_goes_on_answering(place: Place) -> None:
    await place.client.prepare()
    place.environment["OPENAI_API_KEY"] = "sk-invented"
    place.write(
        of(LUNA, entry("mid", "nobody-knows/this", id="odd")).replace("model: nobody", "api_key: k, model: nobody")
    )
    before = place.ladder.catalog
    with pytest.raises(InvalidCatalog, match="LiteLLM refuses"):
        place.reload.apply(OPERATOR)
    assert place.ladder.catalog is before
    assert (await place.engine.complete(GREETING)).outcome.state is State.SERVED


async def test_an_answer_in_progress_ends_as_it_began_though_its_simulator_is_replaced(place: Place) -> None:
    text, first = [], None
    old = place.current.simulator
    assert old is not None
    async for event in place.engine.stream(LONG):
        if isinstance(event, Delta) and first is None and event.text:
            first = event.text
            place.write(FOUR)
            place.reload.apply(OPERATOR)
        text += [event.text] if isinstance(event, Delta) else []
        if isinstance(event, Finished):
            assert event.outcome.state is State.SERVED
    assert place.current.simulator is not old
    assert len("".join(text).split()) > 200
    assert await comes_true(lambda: not old.standing.alive)


async def test_the_simulator_stays_where_the_models_do(place: Place) -> None:
    before = place.current.simulator
    place.write(RETRIES)
    place.reload.apply(OPERATOR)
    assert place.current.simulator is before
    assert place.ladder.catalog.router_settings.num_retries == 5


async def test_a_key_ends_the_simulator_and_its_loss_brings_one_back(place: Place) -> None:
    place.environment["OPENAI_API_KEY"] = "sk-invented"
    change = place.reload.apply(OPERATOR)
    assert (change.differences[0].before, change.differences[0].after) == ("the simulator", "the providers")
    assert (place.current.simulator, place.ladder.catalog.simulated) == (None, False)
    assert "sk-invented" not in repr(change)
    del place.environment["OPENAI_API_KEY"]
    place.reload.apply(OPERATOR)
    assert place.current.simulator is not None
    assert (await place.engine.complete(GREETING)).outcome.simulated


async def test_a_file_that_differs_is_noticed_until_it_is_loaded(unserved: Place) -> None:
    assert unserved.reload.pending() == CatalogChange()
    unserved.write(RETRIES)
    assert [each.what for each in unserved.reload.pending().differences] == ["num_retries"]
    unserved.reload.apply(OPERATOR)
    assert unserved.reload.pending() == CatalogChange()


async def test_what_was_reviewed_is_loaded_and_nothing_else(unserved: Place) -> None:
    unserved.write(RETRIES)
    reviewed = unserved.reload.preview()
    unserved.write(FOUR)
    with pytest.raises(ChangedSinceReview, match="Review the differences"):
        unserved.reload.apply(OPERATOR, reviewed)
    assert ids(unserved) == {"luna", "sol", "astra"}


def with_parameter(text: str) -> str:
    return of(LUNA, SOL, ASTRA.replace("model:", f"{text}, model:", 1))


async def test_a_value_that_is_never_shown_is_loaded_as_it_was_reviewed(unserved: Place) -> None:
    for first, then in (("api_key: sk-1", "api_key: sk-2"), ("organization: one", "organization: other")):
        unserved.write(with_parameter(first))
        reviewed = unserved.reload.preview()
        unserved.write(with_parameter(then))
        with pytest.raises(ChangedSinceReview):
            unserved.reload.apply(OPERATOR, reviewed)
        assert unserved.reload.apply(OPERATOR, unserved.reload.preview()).differences


async def test_a_key_that_is_replaced_once_more_after_its_review_is_not_loaded(unserved: Place) -> None:
    unserved.environment["OPENAI_API_KEY"] = "sk-reviewed"
    reviewed = unserved.reload.preview()
    unserved.environment["OPENAI_API_KEY"] = "sk-another"
    with pytest.raises(ChangedSinceReview):
        unserved.reload.apply(OPERATOR, reviewed)
    unserved.environment |= {"OPENAI_API_KEY": "sk-reviewed", "UNRELATED": "changes nothing"}
    assert unserved.reload.apply(OPERATOR, reviewed).differences == reviewed.differences


async def test_of_two_who_load_at_once_the_second_finds_it_loaded(unserved: Place) -> None:
    unserved.write(RETRIES)
    reviewed, together, seen = unserved.reload.preview(), Barrier(2), []

    def load(name: str) -> None:
        together.wait()
        seen.append(unserved.reload.apply(Actor(name), reviewed))

    threads = [Thread(target=load, args=(name,)) for name in ("ada", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(change.differences) for change in seen) == [0, 1]


async def test_a_viewer_looks_and_loads_nothing(unserved: Place) -> None:
    unserved.write(RETRIES)
    assert unserved.reload.preview().differences
    with pytest.raises(NotAllowed, match="reload the catalog"):
        unserved.reload.apply(Actor("viewer", may_change=False))
    assert unserved.ladder.catalog.router_settings.num_retries == 2


async def test_twenty_reloads_leave_nothing_behind(place: Place) -> None:
    import litellm

    await place.engine.complete(GREETING)

    async def reloaded(times: int) -> tuple[int, int, int]:
        for _ in range(times):
            for text in (RETRIES, THREE):
                place.write(text)
                assert place.reload.apply(OPERATOR).differences
                assert (await place.engine.complete(GREETING)).outcome.state is State.SERVED
        hooks = (litellm.callbacks, litellm.success_callback, litellm._async_success_callback,  # noqa: SLF001
                 litellm.failure_callback, litellm._async_failure_callback, litellm.input_callback)  # noqa: SLF001  # fmt: skip
        process = psutil.Process()
        return sum(map(len, hooks)), process.num_fds(), process.memory_info().rss

    (hooks, files, rss), (hooks_then, files_then, rss_then) = await reloaded(3), await reloaded(10)
    assert hooks_then == hooks
    assert files_then <= files + 10
    assert rss_then - rss < 20 * 2**20
