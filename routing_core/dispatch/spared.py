"""Spares our calls what LiteLLM works out for its own proxy and nobody here reads: a third of a call's time.

Prices are ours (`pricing`), the log is ours, and no deployment of ours has limits that LiteLLM would count towards.
Calls of others in the same process keep all of it, and any callback that is not the Router's own goes on hearing of
ours, without LiteLLM's price.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from types import ModuleType
from typing import Final, Protocol

_COUNTED: Final = frozenset({"tpm", "rpm", "itpm", "otpm"})
_MARK: Final = "signalbox_spared"


class Logging(Protocol):
    """What LiteLLM keeps of one call, as far as it matters here."""

    stream: bool | None
    litellm_params: Mapping[str, object]
    model_call_details: Mapping[str, object]

    def should_run_logging(self, event_type: str) -> bool:
        """Whether this event was not told of yet."""
        ...

    def has_run_logging(self, event_type: str) -> None:
        """Note that it was."""
        ...


def spare(litellm: ModuleType, call_mark: str) -> None:
    """Leave out cost and log record of whole answers to calls whose metadata hold `call_mark`; once is enough."""
    logging = litellm.litellm_core_utils.litellm_logging.Logging
    if not hasattr(logging, _MARK):
        setattr(logging, _MARK, True)
        logging.response_cost_calculator = _uncosted(logging.response_cost_calculator, call_mark)
        logging.async_success_handler = _uncounted(logging.async_success_handler, litellm, call_mark)


def spare_usage(router: object, deployments: list[Mapping[str, object]]) -> None:
    """Leave out a Router's counts of tokens and requests where no deployment's parameters limit either."""
    if not any(_COUNTED & deployment.keys() for deployment in deployments):
        router._increment_deployment_usage = _nothing  # type: ignore[attr-defined]  # noqa: SLF001 - no public switch


async def _nothing(**_: object) -> None:
    pass


def is_ours(call: Logging, call_mark: str) -> bool:
    """Whether a call is one of ours: its metadata hold `call_mark`."""
    metadata = call.litellm_params.get("metadata")
    return isinstance(metadata, Mapping) and call_mark in metadata


def _uncosted(costed: Callable[..., float | None], call_mark: str) -> Callable[..., float | None]:
    @wraps(costed)
    def cost(call: Logging, *arguments: object, **named: object) -> float | None:
        return None if is_ours(call, call_mark) else costed(call, *arguments, **named)

    return cost


def _uncounted(
    counted: Callable[..., Awaitable[None]], litellm: ModuleType, call_mark: str
) -> Callable[..., Awaitable[None]]:
    busy = litellm.router_strategy.least_busy.LeastBusyLoggingHandler
    successes = litellm.Router.deployment_callback_on_success  # reads nothing but limits, and what cooldowns do without

    @wraps(counted)
    async def succeeded(call: Logging, result: object = None, *times: object, **named: object) -> None:
        hooks = litellm._async_success_callback  # noqa: SLF001 - no public way
        others = [
            hook for hook in hooks if not isinstance(hook, busy) and getattr(hook, "__func__", None) is not successes
        ]
        if others or call.stream or not is_ours(call, call_mark):
            await counted(call, result, *times, **named)
        elif call.should_run_logging("async_success"):
            call.has_run_logging("async_success")
            for hook in hooks:
                if isinstance(hook, busy):
                    await hook.async_log_success_event(call.model_call_details, result, None, None)

    return succeeded
