"""The models: what can be called, at what price, how it fares; the reload, and the simulator's fault switches."""

from __future__ import annotations

from ui import shell
from ui.models import fault_switches, listing

services = shell.open_page("Models")
listing.draw(services)
fault_switches.draw(services)
