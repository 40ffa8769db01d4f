from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from routing_core.actor import Actor
from routing_core.domain import TIERS, Tier
from routing_core.errors import NotAllowed, StorageError
from storage.engine import Database
from storage.keys.api_keys import ApiKeys
from storage.keys.key import UnknownKey
from storage.tables import api_keys
from tests.storage.keys.asking_keys import ADA, NOW_S, PEPPER, find_until, refusing
from tests.storage.processes import CONTEXT
from tests.storage.recording import wait_until

WITHIN_S = 2.0


def test_a_key_is_found_by_its_secret_and_carries_what_it_was_made_with(keys: ApiKeys) -> None:
    made = keys.create(" shop ", tiers=[Tier.MID, Tier.CHEAP], daily_usd=Decimal("0.5"), rpm=60, by=ADA)
    assert keys.find(made.secret) == made.key
    assert (made.key.app, made.key.tiers) == ("shop", (Tier.CHEAP, Tier.MID))
    assert (made.key.daily_usd_nano, made.key.rpm) == (500_000_000, 60)


def test_a_key_without_terms_is_restricted_in_nothing(keys: ApiKeys) -> None:
    key = keys.create("shop", by=ADA).key
    assert (key.tiers, key.daily_usd_nano, key.rpm) == (TIERS, None, None)


def test_a_secret_is_sbx_and_256_random_bits_of_which_four_characters_are_shown(keys: ApiKeys) -> None:
    made = [keys.create("shop", by=ADA) for _ in range(3)]
    assert len({each.secret for each in made}) == len({each.key.id for each in made}) == 3
    assert all(each.secret.startswith("sbx-") and len(each.secret) == 47 for each in made)
    assert [each.key.prefix for each in made] == [each.secret[:8] for each in made]


def test_nothing_but_the_whole_secret_finds_a_key(keys: ApiKeys) -> None:
    made = keys.create("shop", by=ADA)
    last = "A" if made.secret[-1] != "A" else "B"
    wrong = ["", "sbx-", made.key.prefix, made.secret[:-1] + last, made.secret + " ", made.secret.upper(), made.key.id]
    odd = ["sbx-\ud800", "sbx-\0", "sbx-é", "sbx-" + "x" * 10_000_000]
    assert [keys.find(secret) for secret in [*wrong, *odd]] == [None] * 11


def test_the_secret_is_written_nowhere(sqlite_path: Path, sqlite_database: Database) -> None:
    with capture_logs() as logged:
        keys = ApiKeys(sqlite_database, PEPPER)
        made = keys.create("shop", by=ADA)
        keys.revoke(made.key.id, by=ADA)
        keys.close()
    files = [path.read_bytes() for path in sqlite_path.parent.iterdir() if path.is_file()]
    assert any(made.key.id.encode() in content for content in files)
    assert not any(made.secret[8:].encode() in content for content in files)
    assert made.secret not in f"{made!r} {logged!r} {keys.every()!r}"


def test_the_hash_depends_on_what_the_database_does_not_have(database: Database, keys: ApiKeys) -> None:
    secret = keys.create("shop", by=ADA).secret
    with capture_logs() as logged:
        elsewhere = ApiKeys(database, bytes(32))
    assert elsewhere.find(secret) is None
    assert {"event": "keys_of_another_home", "log_level": "warning", "keys": 1} in logged
    elsewhere.close()


def test_a_revoked_key_is_found_no_more_and_stays_on_the_list(keys: ApiKeys) -> None:
    first, second = keys.create("shop", by=ADA), keys.create("shop", by=ADA)
    revoked = keys.revoke(first.key.id, by=ADA)
    assert (keys.find(first.secret), keys.find(second.secret)) == (None, second.key)
    assert keys.every() == (revoked, second.key)
    assert revoked.revoked_at is not None


def test_a_key_that_is_revoked_twice_was_revoked_the_first_time(keys: ApiKeys) -> None:
    made = keys.create("shop", by=ADA)
    assert keys.revoke(made.key.id, by=ADA) == keys.revoke(made.key.id, by=Actor("bob"))


@pytest.mark.parametrize("key_id", ["key-000000000000", "", "\0", "key-\ud800"])
def test_a_key_that_is_not_there_cannot_be_revoked(keys: ApiKeys, key_id: str) -> None:
    with pytest.raises(UnknownKey, match="Nothing was revoked"):
        keys.revoke(key_id, by=ADA)


def test_a_viewer_neither_makes_nor_revokes(keys: ApiKeys) -> None:
    viewer, made = Actor("vic", may_change=False), keys.create("shop", by=ADA)
    with pytest.raises(NotAllowed, match="may not make keys"):
        keys.create("shop", by=viewer)
    with pytest.raises(NotAllowed, match="may not revoke keys"):
        keys.revoke(made.key.id, by=viewer)
    assert keys.every() == (made.key,)


def test_who_made_and_who_revoked_a_key_is_written_down(keys: ApiKeys, database: Database) -> None:
    keys.revoke(keys.create("shop", by=ADA).key.id, by=Actor("bob"))
    with database.read() as connection:
        assert connection.execute(select(api_keys.c.created_by, api_keys.c.revoked_by)).one() == ("ada", "bob")


def test_another_process_of_the_system_sees_a_key_and_its_end_within_two_seconds(
    keys: ApiKeys, database_url: str
) -> None:
    secret = (made := keys.create("shop", by=ADA)).secret
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=find_until, args=(database_url, secret, theirs), daemon=True)
    process.start()
    theirs.close()
    assert ours.recv()[0] is True
    revoked_s = monotonic()
    keys.revoke(made.key.id, by=ADA)
    good, seen_s = ours.recv()
    assert (good, seen_s - revoked_s < WITHIN_S) == (False, True)
    ours.send("end")
    process.join()
    assert process.exitcode == 0


def test_a_key_that_was_made_elsewhere_is_found(open_keys: Callable[[], ApiKeys]) -> None:
    here, elsewhere = open_keys(), open_keys()
    made = elsewhere.create("shop", by=ADA)
    wait_until(lambda: here.find(made.secret) is not None, WITHIN_S)
    assert here.find(made.secret) == made.key


def test_the_keys_that_are_known_stay_good_while_the_database_refuses(keys: ApiKeys, database: Database) -> None:
    made = keys.create("shop", by=ADA)
    with refusing(database, "api_keys"):
        with capture_logs() as logged:
            keys.refresh()
            keys.refresh()
        assert keys.find(made.secret) == made.key
        with pytest.raises(StorageError):
            keys.create("shop", by=ADA)
    assert [line["event"] for line in logged].count("keys_not_refreshed") <= 1


def test_a_row_that_holds_no_key_costs_no_other_key_anything(
    open_keys: Callable[[], ApiKeys], database: Database
) -> None:
    keys = open_keys()
    spoilt, good, revoked = (keys.create("shop", by=ADA) for _ in range(3))
    with database.write() as connection:
        connection.execute(update(api_keys).where(api_keys.c.key_id == spoilt.key.id).values(tiers='["best"]'))
    keys.revoke(revoked.key.id, by=ADA)
    assert [keys.find(made.secret) for made in (spoilt, good, revoked)] == [None, good.key, None]
    assert [key.id for key in keys.every()] == [good.key.id, revoked.key.id]


def test_the_last_use_is_written_down(open_keys: Callable[[], ApiKeys]) -> None:
    keys = open_keys()
    used, unused = keys.create("shop", by=ADA), keys.create("shop", by=ADA)
    keys.find(used.secret)
    keys.close()
    last_used = {key.id: key.last_used_at for key in open_keys().every()}
    assert last_used == {used.key.id: datetime.fromtimestamp(NOW_S, UTC), unused.key.id: None}


async def test_a_key_that_was_made_elsewhere_a_moment_ago_is_found_by_whoever_looks(database: Database) -> None:
    with closing(ApiKeys(database, PEPPER, poll_s=60)) as here, closing(ApiKeys(database, PEPPER)) as elsewhere:
        secret = elsewhere.create("web", by=ADA).secret
        assert here.find(secret) is None
        found = await asyncio.gather(*(here.find_new(secret) for _ in range(50)))
        assert {key.app for key in found if key is not None} == {"web"}
        assert None not in found
        assert await here.find_new("sbx-nobody") is None
