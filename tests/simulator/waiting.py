"""Waiting for what another process is about to do."""

import time
from collections.abc import Callable


def eventually(condition: Callable[[], bool], within_s: float = 5) -> bool:
    """Whether the condition comes true within the deadline."""
    deadline_s = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline_s:
            return False
        time.sleep(0.005)
    return True
