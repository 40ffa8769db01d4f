from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from routing_core.actor import OPERATOR
from routing_core.domain import Tier
from routing_core.outcome import Outcome, State
from storage.engine import Database, open_database
from storage.labels import LabelKind, Labels
from storage.request_filter import Nameable, RequestFilter
from storage.request_log import RequestLog, RequestRow
from storage.tables import requests
from tests.storage.recording import store
from tests.storage.samples import outcome, outcomes, with_prompt

SIXTY = outcomes(60)
TENTH = SIXTY[10].started_at
Keeps = Callable[[Outcome], bool]


@pytest.fixture(scope="module")
def sixty_postgres(make_postgres: Callable[[], str]) -> str:
    return make_postgres()


@pytest.fixture(scope="module")
def sixty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('sixty') / 'signalbox.db'}"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def sixty(request: pytest.FixtureRequest) -> Iterator[RequestLog]:
    """A log of sixty requests; the third is labelled good, the fifth bad."""
    database = open_database(request.getfixturevalue(f"sixty_{request.param}"))
    store(database, SIXTY)
    Labels(database).add(SIXTY[3].request_id, LabelKind.GOOD, by=OPERATOR)
    Labels(database).add(SIXTY[5].request_id, LabelKind.GOOD, by=OPERATOR)
    Labels(database).add(SIXTY[5].request_id, LabelKind.BAD, by=OPERATOR)
    yield RequestLog(database)
    database.close()


def asked(made: Outcome) -> str:
    return str(made.request.messages[-1]["content"])


def version_of(made: Outcome) -> str | None:
    return made.decided.decision.version if made.decided else None


def cause_of(made: Outcome) -> str | None:
    return made.decided.decision.cause if made.decided else None


def counted_tier(made: Outcome) -> Tier | None:
    return made.served_tier or (made.decided.decision.tier if made.decided else None)


def all_pages(log: RequestLog, filters: RequestFilter, limit: int) -> Iterator[RequestRow]:
    before = None
    while True:
        page = log.page(filters, before, limit)
        yield from page.rows
        before = page.next_before
        if before is None:
            return


FILTERS: dict[str, tuple[RequestFilter, Keeps]] = {
    "tier": (RequestFilter(tier=Tier.MID), lambda made: counted_tier(made) is Tier.MID),
    "no tier": (RequestFilter(without=frozenset({Nameable.TIER})), lambda made: counted_tier(made) is None),
    "no app": (RequestFilter(without=frozenset({Nameable.APP})), lambda made: made.request.app is None),
    "no model or version": (
        RequestFilter(without=frozenset({Nameable.MODEL, Nameable.VERSION})),
        lambda made: made.served_by is None and made.decided is None,
    ),
    "model": (RequestFilter(model="provider/mid-1"), lambda made: made.served_tier is Tier.MID),
    "answered": (
        RequestFilter(answered=True),
        lambda made: made.state in {State.SERVED, State.FALLBACK, State.ESCALATED_ON_FAILURE},
    ),
    "troubled": (RequestFilter(state=State.FAILED), lambda made: made.state is State.FAILED),
    "state": (RequestFilter(state=State.SERVED), lambda made: made.state is State.SERVED),
    "cause": (RequestFilter(cause="code"), lambda made: cause_of(made) == "code"),
    "app": (RequestFilter(app="web"), lambda made: made.request.app == "web"),
    "user": (RequestFilter(user="user-2"), lambda made: made.request.user == "user-2"),
    "session": (RequestFilter(session="session-4"), lambda made: made.request.session == "session-4"),
    "version": (RequestFilter(version="v2"), lambda made: version_of(made) == "v2"),
    "deployment": (RequestFilter(deployment="mid-a"), lambda made: made.served_by == "mid-a"),
    "comparison": (
        RequestFilter(comparison_id="comparison-3"),
        lambda made: made.request.comparison_id == "comparison-3",
    ),
    "simulated": (RequestFilter(simulated=False), lambda made: not made.simulated),
    "since": (RequestFilter(since=TENTH), lambda made: made.started_at >= TENTH),
    "until": (RequestFilter(until=TENTH), lambda made: made.started_at < TENTH),
    "cost": (RequestFilter(min_cost_nano=3_030), lambda made: (made.cost.nano or 0) >= 3_030),
    "two": (RequestFilter(app="web", simulated=True), lambda made: made.request.app == "web" and made.simulated),
    "text": (RequestFilter(text="NUMBER 4"), lambda made: "number 4" in asked(made)),
    "by key": (RequestFilter(by_key=True), lambda made: made.request.api_key_id is not None),
    "without a key": (RequestFilter(by_key=False), lambda made: made.request.api_key_id is None),
    "labelled": (RequestFilter(label=True), lambda made: made in (SIXTY[3], SIXTY[5])),
    "unlabelled": (RequestFilter(label=False), lambda made: made not in (SIXTY[3], SIXTY[5])),
    "good": (RequestFilter(label=LabelKind.GOOD), lambda made: made is SIXTY[3]),
}


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_lists_what_it_says_and_nothing_else(sixty: RequestLog, name: str) -> None:
    filters, keeps = FILTERS[name]
    listed = [row.request_id for row in all_pages(sixty, filters, limit=7)]
    assert listed == [made.request_id for made in reversed(SIXTY) if keeps(made)] != []


@pytest.mark.parametrize("name", ["text", "cost", "good", "two", "tier", "model"])
def test_pages_lose_nothing_where_a_page_tries_only_a_few_requests(database: Database, name: str) -> None:
    filters, _ = FILTERS[name]
    store(database, SIXTY)
    Labels(database).add(SIXTY[3].request_id, LabelKind.GOOD, by=OPERATOR)
    small, large = RequestLog(database, most_tried=4), RequestLog(database)
    assert list(all_pages(small, filters, limit=3)) == list(all_pages(large, filters, limit=100)) != []


def test_a_search_says_how_many_it_looked_at(sixty: RequestLog) -> None:
    assert sixty.page(RequestFilter(text="number 59")).looked_at == 60
    assert sixty.page(RequestFilter(app="web")).looked_at is None


@pytest.mark.parametrize("odd", ["100%", "a_b", "back\\slash", "/slash", "'quote\"", "\u00dcBER", "\u65e5\u672c"])
def test_a_search_finds_characters_as_themselves(sqlite_database: Database, odd: str) -> None:
    store(sqlite_database, [with_prompt(f"before {odd} after"), with_prompt("100x aXb backslash uber", number=2)])
    found = RequestLog(sqlite_database).page(RequestFilter(text=odd.lower()))
    assert [row.request_id for row in found.rows] == [outcome(1).request_id]


RARE = ["troubled", "cause", "app", "user", "session", "version", "deployment", "comparison"]


@pytest.mark.parametrize("name", RARE)
def test_a_rare_filter_is_answered_by_an_index(sqlite_database: Database, name: str) -> None:
    filters, _ = FILTERS[name]
    newest = select(requests).where(*filters.indexed()).order_by(requests.c.key.desc()).limit(50)
    with sqlite_database.read() as connection:
        written_out = newest.compile(connection, compile_kwargs={"literal_binds": True})
        plan = str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {written_out}").all())
    assert "USING INDEX requests_" in plan
    assert "TEMP B-TREE" not in plan
