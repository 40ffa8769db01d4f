"""The gateway: where an app sends its requests, the keys that let it in, and what arrives, as it does."""

from __future__ import annotations

from ui import shell
from ui.gateway import screen

services = shell.open_page("Gateway")
screen.draw(services)
