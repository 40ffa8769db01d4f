"""What the gateway counts, and what it tells of the log and the deployments when it is scraped."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry

from routing_core.measures import OF_OUTCOMES, OTHER, Kind, Measure

RESPONSES: Final = Measure(
    "signalbox_gateway_responses_total",
    Kind.COUNTER,
    "Answers over HTTP by route and status; the status is left where the client was gone before.",
    ("route", "status"),
)
STREAMS: Final = Measure("signalbox_streams_open", Kind.GAUGE, "Streams that the gateway is answering with now.")
SENT: Final = Measure(
    "signalbox_log_sent_total",
    Kind.COUNTER,
    "Rows given to the log, and those taken over from processes that are gone: stored, spilled, queued or dropped.",
)
STORED: Final = Measure("signalbox_log_stored_total", Kind.COUNTER, "Rows that are in the database.")
SPILLED: Final = Measure("signalbox_log_spilled", Kind.GAUGE, "Rows that are in spill files now.")
QUEUED: Final = Measure("signalbox_log_queued", Kind.GAUGE, "Rows that are in memory now.")
DROPPED: Final = Measure(
    "signalbox_log_dropped_total",
    Kind.COUNTER,
    "Rows given up; killed: at most these were in the memory of a worker that was killed.",
    ("reason",),
)
LOG_OK: Final = Measure("signalbox_log_ok", Kind.GAUGE, "1 while the database takes rows, 0 while it refuses.")
COOLING: Final = Measure(
    "signalbox_deployment_cooling",
    Kind.GAUGE,
    "Processes that leave a deployment alone now because it failed; absent while LiteLLM is being loaded.",
    ("deployment",),
)
PROCESSES: Final = Measure("signalbox_processes", Kind.GAUGE, "Processes that this scrape tells of.")
BUILD: Final = Measure("signalbox_build_info", Kind.GAUGE, "Always 1; what runs.", ("python", "litellm"))

MEASURES: Final = (
    *OF_OUTCOMES,
    *(RESPONSES, STREAMS, SENT, STORED, SPILLED, QUEUED, DROPPED, LOG_OK, COOLING, PROCESSES, BUILD),
)

_LEFT: Final = "left"


class Responses:
    """Counts the answers of one process in its `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._counted = RESPONSES.counter(self.registry)

    def answered(self, route: str | None, status: int | None) -> None:
        """Count one; `route` is None where there is none, `status` where nobody was left to be told."""
        self._counted.labels(route or OTHER, _LEFT if status is None else str(status)).inc()
