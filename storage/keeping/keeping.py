"""The apps' rules: set in one process, in force in every other within two seconds."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import UTC, datetime

import structlog
from sqlalchemy import RowMapping, delete, insert, select

from routing_core.actor import Actor
from routing_core.errors import InvalidRequest
from storage.codec import from_us, portable, to_us
from storage.engine import Database
from storage.keeping.rules import MOST_DAYS, Kept, Level, Rule
from storage.tables import keeping_rules

log = structlog.get_logger(__name__)

_POLL_S = 1.0
_LONGEST_NAME = 200


class Keeping:
    """What is kept of each app's requests; a thread looks once a second, so that `of` never waits for a database."""

    def __init__(self, database: Database, default: Kept, *, poll_s: float = _POLL_S) -> None:
        """Read the rules; `default` is what is kept of apps without one. Raises StorageError."""
        self.default = default
        self._database = database
        self._poll_s = poll_s
        self._reading = threading.Lock()
        self._rules: Mapping[str, Rule] = self._read()
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="signalbox-keeping", daemon=True)
        self._watcher.start()

    def of(self, app: str | None) -> Kept:
        """What is kept of this app's requests; the last rules read, while the database does not answer."""
        rule = self._rules.get(portable(app or ""))
        return rule.over(self.default) if rule else self.default

    def rules(self) -> tuple[Rule, ...]:
        """The apps' own rules, by name."""
        return tuple(self._rules[app] for app in sorted(self._rules))

    def set(
        self, app: str, *, level: Level | None, prompt_days: int | None, metadata_days: int | None, by: Actor
    ) -> Rule:
        """Set an app's rule in place of the one before; all None leaves it without one.

        Holds here at once; what is in the log already is brought to it by the next retention, but for the level.
        Raises NotAllowed, InvalidRequest, StorageError.
        """
        by.require("change what is kept")
        _check(app, prompt_days, metadata_days)
        rule = Rule(portable(app), level, prompt_days, metadata_days, portable(by.name), datetime.now(UTC))
        with self._database.write() as connection:
            connection.execute(delete(keeping_rules).where(keeping_rules.c.app == rule.app))
            if (level, prompt_days, metadata_days) != (None, None, None):
                connection.execute(insert(keeping_rules).values(_row_of(rule)))
        log.info("keeping_changed", app=rule.app, level=level, prompt_days=prompt_days, metadata_days=metadata_days)
        self.refresh()
        return rule

    def refresh(self) -> None:
        """Look at the rules now; never raises: the last ones stay in force."""
        with self._reading:  # an older look that ends later would bring back the rules of before
            try:
                self._rules = self._read()
            except Exception as error:  # noqa: BLE001 - whatever it is, the next look must find a stricter rule
                log.debug("keeping_not_refreshed", error=type(error).__name__)

    def close(self) -> None:
        """End the thread that looks."""
        self._closing.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._closing.wait(self._poll_s):
            self.refresh()

    def _read(self) -> Mapping[str, Rule]:
        with self._database.read() as connection:
            return {row["app"]: _rule_of(row) for row in connection.execute(select(keeping_rules)).mappings()}


def _check(app: str, prompt_days: int | None, metadata_days: int | None) -> None:
    if len(app) > _LONGEST_NAME:
        raise InvalidRequest(f"An app's name has {_LONGEST_NAME} characters or fewer. Nothing was changed.")
    if not all(0 <= each <= MOST_DAYS for each in (prompt_days, metadata_days) if each is not None):
        raise InvalidRequest(f"Days are 0 (for ever) to {MOST_DAYS:,}. Nothing was changed; give another number.")
    if prompt_days and metadata_days and prompt_days > metadata_days:
        raise InvalidRequest(
            f"Texts cannot stay for {prompt_days:,} days when their requests go after {metadata_days:,}."
            " Nothing was changed; give as many days or fewer for the texts."
        )


def _row_of(rule: Rule) -> dict[str, str | int | None]:
    assert rule.changed_at is not None
    return {
        "app": rule.app,
        "level": rule.level.value if rule.level else None,
        "prompt_days": rule.prompt_days,
        "metadata_days": rule.metadata_days,
        "author": rule.author,
        "changed_us": to_us(rule.changed_at),
    }


def _rule_of(row: RowMapping) -> Rule:
    return Rule(
        app=row["app"],
        level=Level(row["level"]) if row["level"] else None,
        prompt_days=row["prompt_days"],
        metadata_days=row["metadata_days"],
        author=row["author"],
        changed_at=from_us(row["changed_us"]),
    )
