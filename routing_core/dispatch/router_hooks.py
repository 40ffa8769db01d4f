"""Takes a Router's hooks off LiteLLM: its own `discard` leaves those of its routing strategy behind."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from routing_core.dispatch.tries import Router

_LISTS: Final = (
    *("callbacks", "service_callback", "input_callback", "success_callback", "failure_callback"),
    *("_async_input_callback", "_async_success_callback", "_async_failure_callback"),
)


def unhook(litellm: ModuleType, router: Router) -> None:
    """Discard the Router, and take out of LiteLLM's lists what it made: else each reload would add to them."""
    router.discard()
    made = {id(value) for value in vars(router).values()}
    for name in _LISTS:
        hooks: list[object] = getattr(litellm, name)
        hooks[:] = [hook for hook in hooks if id(hook) not in made]
