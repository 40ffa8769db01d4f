"""What is kept, and one user's rows, for commands that need nothing else of a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from bootstrap.opening import kept_by
from bootstrap.upkeep import existing_database
from routing_core.actor import OPERATOR
from settings import Settings
from storage.codec import to_json
from storage.engine import open_database
from storage.keeping.keeping import Keeping
from storage.keeping.retention import EVERY
from storage.keeping.rules import Kept, Rule
from storage.keeping.turn import RetentionStatus, Turn
from storage.keeping.users import Erased, UserRows, Users
from storage.spill.held import held_of
from storage.spill.spill import spill_folder


def rules_in_force(settings: Settings) -> tuple[Kept, tuple[Rule, ...]]:
    """What is kept of apps without a rule, and the rules of the others. Raises StorageError."""
    with closing(open_database(settings.resolved_database_url)) as database:
        keeping = Keeping(database, kept_by(settings))
        keeping.close()
        return keeping.default, keeping.rules()


def retention_status(settings: Settings) -> RetentionStatus:
    """When texts and requests were last deleted, and when next. Raises StorageError."""
    with closing(open_database(settings.resolved_database_url)) as database:
        return Turn(database).status(EVERY)


def set_rule(settings: Settings, rule: Rule) -> None:
    """Put an app's rule in place of the one before. Raises InvalidRequest, StorageError."""
    with closing(open_database(settings.resolved_database_url)) as database:
        keeping = Keeping(database, kept_by(settings))
        keeping.close()
        days = {"prompt_days": rule.prompt_days, "metadata_days": rule.metadata_days}
        keeping.set(rule.app, level=rule.level, **days, by=OPERATOR)


def find_user(settings: Settings, user: str) -> UserRows:
    """What is logged of a user. Raises StorageError."""
    with closing(existing_database(settings)) as database:
        return Users(database).find(user)


def user_lines(settings: Settings, user: str) -> Iterator[str]:
    """All that is kept of a user, a line of JSON a request, oldest first. Raises StorageError."""
    with closing(existing_database(settings)) as database:
        for detail in Users(database).export(user):
            yield to_json({"outcome": detail.outcome, "labels": detail.labels, "redacted": detail.redacted})


def erase_user(settings: Settings, user: str) -> Erased:
    """Erase a user's rows. Raises StorageError."""
    with closing(existing_database(settings)) as database:
        return Users(database).erase(user, OPERATOR)


def waiting_of(settings: Settings, user: str) -> int:
    """How many of a user's requests wait in spill files."""
    return held_of(spill_folder(settings.resolved_spill, settings.resolved_database_url), user)
