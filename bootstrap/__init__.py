"""Builds the services of this process; the one room that knows the routing core and the storage together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bootstrap.building import OwnerAlive, build
from bootstrap.keeping import erase_user, find_user, retention_status, rules_in_force, set_rule, user_lines
from bootstrap.opening import active_heuristics, heuristics_from_file, read_settings
from bootstrap.samples import remove_samples, send_samples
from logs import configure_logging
from routing_core.decide import decide_request, tier_named
from routing_core.decide.heuristics import BUILTIN_NAMES, builtin
from routing_core.dispatch.litellm_client import model_response
from routing_core.sample.traffic import progress_line
from settings import is_loopback

if TYPE_CHECKING:
    from routing_core.dispatch.litellm_client import ModelResponse  # noqa: TC004 - handed on for type checkers alone

__all__ = [
    "BUILTIN_NAMES", "ModelResponse", "OwnerAlive", "active_heuristics", "build", "builtin", "configure_logging",
    "decide_request", "erase_user", "find_user", "heuristics_from_file", "is_loopback", "model_response",
    "progress_line", "read_settings", "remove_samples", "retention_status", "rules_in_force", "send_samples",
    "set_rule", "tier_named", "user_lines",
]  # fmt: skip
