"""How the request log fares, said on the page where it matters: nothing while all is well."""

from __future__ import annotations

from bootstrap import Services
from storage.recorder_status import RecorderStatus
from ui import format as figures
from ui import panel


def draw(services: Services) -> None:
    """Draw what is wrong with the log; answers are served all the same."""
    status = services.recorder.status()
    lines = trouble(status)
    if lines:
        title = "The request log cannot be written." if not status.ok else "Some requests were not kept."
        panel.draw("notice", key="requests_log", tone="bad" if not status.ok else "warn", title=title, lines=lines)


def trouble(status: RecorderStatus) -> tuple[str, ...]:
    """What is wrong, what is kept and what is lost; nothing where all is well."""
    if status.ok and not status.dropped:
        return ()
    lines = [status.last_error or "The database refuses."]
    if status.queued:
        lines.append(f"{figures.plural(status.queued, 'request')} wait in memory and are written once it works again.")
    if status.dropped:
        lines.append(f"{figures.plural(status.dropped, 'request')} lost from the log; their answers were served.")
    return tuple(lines)
