"""Builds the services of this process; the one room that knows the routing core and the storage together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bootstrap.building import OwnerAlive, build, shared_simulator
from bootstrap.keeping import erase_user, find_user, retention_status, rules_in_force, set_rule, user_lines, waiting_of
from bootstrap.opening import active_heuristics, door_key, heuristics_from_file, opened_keys, read_settings
from bootstrap.samples import remove_samples, send_samples
from bootstrap.upkeep import back_up, check_database, restore_backup
from logs import configure_logging
from routing_core.decide import decide_request, tier_named
from routing_core.decide.heuristics import BUILTIN_NAMES, builtin
from routing_core.dispatch.litellm_client import model_response
from routing_core.sample.traffic import progress_line
from settings import is_loopback
from storage.keys.terms import dollars

if TYPE_CHECKING:
    from routing_core.dispatch.litellm_client import ModelResponse  # noqa: TC004 - handed on for type checkers alone

__all__ = [
    "BUILTIN_NAMES", "ModelResponse", "OwnerAlive", "active_heuristics", "back_up", "build", "builtin",
    "check_database", "configure_logging", "decide_request", "dollars", "door_key", "erase_user", "find_user",
    "heuristics_from_file", "is_loopback", "model_response", "opened_keys", "progress_line", "read_settings",
    "remove_samples", "restore_backup", "retention_status", "rules_in_force", "send_samples", "set_rule",
    "shared_simulator", "tier_named", "user_lines",
    "waiting_of",
]  # fmt: skip
