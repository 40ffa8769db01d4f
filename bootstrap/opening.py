"""What is read before anything is put together: the settings, the database, the heuristics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pydantic import ValidationError

from bootstrap.key_file import ACCESS, DOOR, kept_key
from routing_core.decide.heuristics import (
    Heuristics,
    compile_heuristics,
    load_document,
)
from routing_core.errors import InvalidHeuristics, InvalidSettings
from settings import Settings, problems_in
from storage.engine import Database, open_database
from storage.heuristics_versions import HeuristicsVersions
from storage.keeping.rules import Kept, Level
from storage.keys.api_keys import ApiKeys


def read_settings() -> Settings:
    """The settings of this process; raises InvalidSettings."""
    try:
        return Settings()
    except ValidationError as error:
        raise InvalidSettings(f"{problems_in(error)} Mend it in the environment or .env.") from None


def opened(settings: Settings) -> tuple[Database, HeuristicsVersions]:
    """The database and the versions in it, closed again where those cannot be read; raises StorageError."""
    database = open_database(settings.resolved_database_url)
    try:
        return database, HeuristicsVersions(database)
    except BaseException:
        database.close()
        raise


def door_key(settings: Settings) -> bytes:
    """What sign-ins are signed with, so that a restart signs nobody out; raises InvalidSettings."""
    return kept_key(settings.home, DOOR)


def access_keys(settings: Settings, database: Database) -> ApiKeys:
    """The access keys of an open database; raises InvalidSettings."""
    return ApiKeys(database, kept_key(settings.home, ACCESS))


@contextmanager
def opened_keys(settings: Settings) -> Iterator[ApiKeys]:
    """The access keys without anything else of a process; raises StorageError, InvalidSettings."""
    with (
        closing(open_database(settings.resolved_database_url)) as database,
        closing(access_keys(settings, database)) as keys,
    ):
        yield keys


def kept_by(settings: Settings) -> Kept:
    """What is kept of apps without a rule of their own."""
    return Kept(
        level=Level(settings.keep.value),
        prompt_days=settings.keep_prompt_days,
        metadata_days=settings.keep_metadata_days,
        phone_region=settings.phone_region,
    )


def heuristics_from_file(path: Path) -> Heuristics:
    """The document in a YAML file, signed with the file's name; raises InvalidHeuristics."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidHeuristics(f"{path} cannot be read. Name reference, standard, active or a YAML file.") from error
    return compile_heuristics(load_document(text), path.name)


def active_heuristics(settings: Settings) -> Heuristics:
    """The version that is live in the database; raises StorageError."""
    with (
        closing(open_database(settings.resolved_database_url)) as database,
        closing(HeuristicsVersions(database)) as live,
    ):
        return live.active()
