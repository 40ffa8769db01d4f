"""The dashboard: what traffic costs, how it is routed, how fast and how well; everything shown is in the link."""

from __future__ import annotations

from routing_core.errors import StorageError
from ui import shell
from ui.dashboard import view
from ui.requests import log_trouble

services = shell.open_page("Dashboard")
log_trouble.draw(services)
try:
    drawn = view.draw(services)
except StorageError as error:
    drawn = view.draw_failed(services, error)
view.watch(services, drawn)
