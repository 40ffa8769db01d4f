from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from routing_core.actor import Actor
from routing_core.decide.heuristics import builtin, dump_document
from routing_core.errors import InvalidHeuristics, NotAllowed
from storage.engine import Database, open_database
from storage.heuristics_versions import LONGEST_REASON, HeuristicsVersions, Unsigned, VersionConflict
from tests.storage.processes import CONTEXT, follow, publish_when_told
from tests.storage.recording import wait_until

REFERENCE = dump_document(builtin("reference").document)
POLL_S = 0.02
LIVE_WITHIN_S = 2.0


@pytest.fixture
def versions(database: Database) -> Iterator[HeuristicsVersions]:
    made = HeuristicsVersions(database, poll_s=POLL_S)
    yield made
    made.close()


@pytest.fixture
def elsewhere(versions: HeuristicsVersions, database_url: str) -> Iterator[HeuristicsVersions]:
    """The same database, seen by another process."""
    database = open_database(database_url)
    made = HeuristicsVersions(database, poll_s=POLL_S)
    yield made
    made.close()
    database.close()


def publish(versions: HeuristicsVersions, document: str = REFERENCE) -> str:
    live = versions.active().version
    return versions.publish(document, by=Actor("ada"), reason="Try it", expected_version=live).version


def test_an_empty_database_begins_with_the_standard_profile(versions: HeuristicsVersions) -> None:
    assert (versions.active().version, versions.active().name) == ("v1", "standard")
    assert versions.active().document == builtin("standard").document


def test_exactly_one_of_many_that_start_publishes_the_first(database_url: str) -> None:
    def start(_: int) -> str:
        database = open_database(database_url)
        versions = HeuristicsVersions(database)
        history = versions.history()
        versions.close()
        database.close()
        return " ".join(version.version for version in history)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(start, range(4))) == ["v1"] * 4


def test_a_published_version_is_live_at_once_here(versions: HeuristicsVersions) -> None:
    assert publish(versions) == "v2"
    assert (versions.active().version, versions.active().name) == ("v2", "reference")


def test_a_published_version_comes_to_other_processes_by_itself(
    versions: HeuristicsVersions, elsewhere: HeuristicsVersions
) -> None:
    publish(elsewhere)
    wait_until(lambda: versions.active().version == "v2", deadline_s=2.0)
    assert versions.status().error is None


def test_a_published_version_decides_in_another_process_of_the_system_within_two_seconds(database_url: str) -> None:
    ours, theirs = zip(CONTEXT.Pipe(), CONTEXT.Pipe(), strict=True)
    follower = CONTEXT.Process(target=follow, args=(database_url, theirs[0]), daemon=True)
    publisher = CONTEXT.Process(target=publish_when_told, args=(database_url, REFERENCE, theirs[1]), daemon=True)
    for process, end in zip((follower, publisher), theirs, strict=True):
        process.start()
        end.close()
    before, _ = ours[0].recv()
    assert ours[1].recv() == before == "v1"
    ours[1].send("publish")
    version, published_s = ours[1].recv()
    seen, seen_s = ours[0].recv()
    assert (seen, version) == ("v2", "v2")
    assert seen_s - published_s < LIVE_WITHIN_S
    for process, end in zip((follower, publisher), ours, strict=True):
        end.send("end")
        process.join()
    assert [follower.exitcode, publisher.exitcode] == [0, 0]
    assert follower.pid != publisher.pid


def test_a_version_compiles_once(versions: HeuristicsVersions) -> None:
    before = versions.active()
    versions.refresh()
    assert versions.active() is before


def test_an_earlier_version_is_compiled_once_and_decides_as_it_did(versions: HeuristicsVersions) -> None:
    first = versions.active()
    publish(versions)
    again = versions.compiled("v1")
    assert again is versions.compiled("v1")
    assert again is not None
    assert (again.version, again.document) == ("v1", first.document)


def test_a_version_that_is_missing_is_found_once_it_is_published(
    versions: HeuristicsVersions, elsewhere: HeuristicsVersions
) -> None:
    assert elsewhere.compiled("v2") is None
    publish(versions)
    publish(versions)
    wait_until(lambda: elsewhere.active().version == "v3")
    assert elsewhere.compiled("v2") is not None


def test_whoever_publishes_second_is_told_of_the_other(
    versions: HeuristicsVersions, elsewhere: HeuristicsVersions
) -> None:
    publish(elsewhere)
    with pytest.raises(VersionConflict, match="ada published 'v2' while 'v1' was being edited") as refused:
        versions.publish(REFERENCE, by=Actor("ben"), reason="Mine", expected_version="v1")
    assert refused.value.live.author == "ada"
    assert [version.version for version in versions.history()] == ["v2", "v1"]


def test_a_document_that_cannot_be_used_is_not_published(versions: HeuristicsVersions) -> None:
    with pytest.raises(InvalidHeuristics):
        publish(versions, "name: broken")
    assert [version.version for version in versions.history()] == ["v1"]


@pytest.mark.parametrize(
    ("reason", "name", "said"),
    [
        ("  ", "ada", "Give a reason"),
        ("x" * 501, "ada", "A reason may have 500 characters, this one has 501"),
        ("Try it", "a" * 101, "A name may have 100 characters, this one has 101"),
    ],
)
def test_a_version_without_a_reason_or_with_one_too_long_is_not_published(
    versions: HeuristicsVersions, reason: str, name: str, said: str
) -> None:
    with pytest.raises(Unsigned, match=said):
        versions.publish(REFERENCE, by=Actor(name), reason=reason, expected_version="v1")
    assert [version.version for version in versions.history()] == ["v1"]


def test_the_longest_reason_is_kept_whole(versions: HeuristicsVersions) -> None:
    versions.publish(REFERENCE, by=Actor("ada"), reason="x" * LONGEST_REASON, expected_version="v1")
    assert versions.history(limit=1)[0].reason == "x" * LONGEST_REASON


def test_the_history_says_who_and_why(versions: HeuristicsVersions) -> None:
    publish(versions)
    newest = versions.history(limit=1)[0]
    assert (newest.number, newest.name, newest.author, newest.reason) == (2, "reference", "ada", "Try it")


def test_a_version_gives_back_the_document_it_was_published_with(versions: HeuristicsVersions) -> None:
    assert versions.document(publish(versions)) == REFERENCE
    assert versions.document("v99") is None


def test_the_last_good_version_decides_while_the_newest_cannot_be_used(
    database: Database, versions: HeuristicsVersions
) -> None:
    with database.write() as connection:
        connection.execute(
            text("INSERT INTO heuristics_versions VALUES (2, 'v2', 'newer', 'name: from a newer code', '', '', 0)")
        )
    wait_until(lambda: versions.status().error is not None)
    versions.refresh()
    assert versions.active().version == "v1"
    assert "'v2' cannot be used here" in (versions.status().error or "")


def test_the_last_good_version_decides_while_the_database_fails(
    database: Database, versions: HeuristicsVersions
) -> None:
    with without_its_table(database):
        wait_until(lambda: versions.status().error is not None)
        assert versions.active().version == "v1"
    wait_until(lambda: versions.status().error is None)


@contextmanager
def without_its_table(database: Database) -> Iterator[None]:
    with database.write() as connection:
        connection.execute(text("ALTER TABLE heuristics_versions RENAME TO away"))
    try:
        yield
    finally:
        with database.write() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO heuristics_versions"))


def test_a_viewer_publishes_nothing(versions: HeuristicsVersions) -> None:
    with pytest.raises(NotAllowed, match="publish heuristics"):
        versions.publish(REFERENCE, by=Actor("ada", may_change=False), reason="Mine", expected_version="v1")
    assert [version.version for version in versions.history()] == ["v1"]
