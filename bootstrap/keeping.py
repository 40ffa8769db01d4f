"""What is kept, and one user's rows, for commands that need nothing else of a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from bootstrap.opening import kept_by
from settings import Settings
from storage.codec import to_json
from storage.engine import open_database
from storage.keeping.keeping import Keeping
from storage.keeping.users import Users
from storage.request_log import RequestDetail


@contextmanager
def open_keeping(settings: Settings) -> Iterator[Keeping]:
    """The rules of the database, closed at the end. Raises StorageError."""
    with (
        closing(open_database(settings.resolved_database_url)) as database,
        closing(Keeping(database, kept_by(settings))) as keeping,
    ):
        yield keeping


@contextmanager
def open_users(settings: Settings) -> Iterator[Users]:
    """The users' rows of the database, closed at the end. Raises StorageError."""
    with closing(open_database(settings.resolved_database_url)) as database:
        yield Users(database)


def user_line(detail: RequestDetail) -> str:
    """One request with all that is kept of it as a line of JSON."""
    return to_json({"outcome": detail.outcome, "labels": detail.labels, "redacted": detail.redacted})
