from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from routing_core.actor import OPERATOR, Actor
from routing_core.errors import NotAllowed
from routing_core.outcome import Outcome
from storage.engine import Database
from storage.keeping.users import Erased, Users
from storage.labels import LabelKind, Labels
from storage.rollups import recount, stored_rollups
from storage.tables import labels, requests, texts
from tests.storage.recording import store
from tests.storage.samples import outcome

ANN = "ann@example.com"
SECRET = "zebra crossing at midnight"


def of_user(user: str, number: int, prompt: str = SECRET) -> Outcome:
    made = outcome(number)
    request = replace(
        made.request, user=user, session=f"of {user}", app="web", messages=({"role": "user", "content": prompt},)
    )
    decided = replace(made.decided, text=prompt) if made.decided else None
    return replace(made, request=request, decided=decided, answer=prompt)


def test_a_user_is_found_by_the_whole_name(database: Database) -> None:
    store(database, [of_user(ANN, 1), of_user(ANN, 2), of_user("ann@example.com.br", 3)])
    found = Users(database).find(ANN)
    assert (found.requests, found.with_texts, found.apps) == (2, 2, ("web",))
    assert (found.first_at, found.last_at) == (outcome(1).started_at, outcome(2).started_at)
    assert Users(database).find("nobody").first_at is None


def test_all_that_is_kept_of_a_user_is_exported(database: Database) -> None:
    made = [of_user(ANN, number) for number in range(1, 6) if outcome(number).decided]
    store(database, [*made, of_user("bob", 20)])
    Labels(database).add(made[0].request_id, LabelKind.GOOD, comment="as she said", by=OPERATOR)
    exported = list(Users(database).export(ANN))
    assert [detail.outcome for detail in exported] == made
    assert exported[0].labels[0].comment == "as she said"


def test_an_erased_user_leaves_figures_that_are_nobodys(database: Database) -> None:
    store(database, [of_user(ANN, number) for number in range(1, 260)] + [of_user("bob", 300)])
    Labels(database).add(of_user(ANN, 1).request_id, LabelKind.BAD, comment=f"{ANN} said so", by=OPERATOR)
    before = stored_rollups(database)
    assert Users(database).erase(ANN, OPERATOR) == Erased(requests=259, texts=259, swept=True)
    assert stored_rollups(database) == before == recount(database)
    with database.read() as connection:
        told = repr([connection.execute(select(table)).all() for table in (requests, texts, labels)])
    assert ANN not in told
    assert told.count("of bob") == 1
    assert Users(database).find(ANN).requests == 0
    assert Users(database).find("bob").with_texts == 1


def test_nothing_of_an_erased_user_is_left_in_the_files(sqlite_database: Database) -> None:
    long = SECRET * 400  # spills over into pages of its own
    store(sqlite_database, [of_user(ANN, number, (SECRET, long)[number % 2]) for number in range(1, 400)])
    store(sqlite_database, [of_user("bob", number, "plain words") for number in range(400, 800)])
    assert sqlite_database.path
    Users(sqlite_database).erase(ANN, OPERATOR)
    files = list(sqlite_database.path.parent.glob(f"{sqlite_database.path.name}*"))
    held = {path.name for path in files for needle in (SECRET, ANN) if needle.encode() in path.read_bytes()}
    assert held == set()


def test_viewers_erase_nobody(database: Database) -> None:
    store(database, [of_user(ANN, 1)])
    with pytest.raises(NotAllowed):
        Users(database).erase(ANN, Actor("eve", may_change=False))
    assert Users(database).find(ANN).requests == 1
