"""The heuristics: a draft beside what is live, and what it would do to real requests before it is published."""

from __future__ import annotations

from routing_core.errors import StorageError
from ui import panel, shell
from ui.heuristics import screen

services = shell.guard()
try:
    screen.draw(services)
except StorageError as error:
    panel.draw("notice", key="heuristics_failed", tone="bad", title="The database does not answer.", lines=[str(error)])
