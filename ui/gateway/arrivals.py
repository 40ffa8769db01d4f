"""What arrives, as it does: the sentence over the page, and the newest requests that came with a key."""

from __future__ import annotations

from datetime import UTC, datetime

from routing_core.errors import StorageError
from services import Services
from ui import panel, shell
from ui.gateway.reading import read
from ui.gateway.sentence import Told, sentence, waiting
from ui.requests.rows import rows_of

_UNKNOWN = Told("The database does not answer, so what arrives is not known here; apps go on being answered.")


def headline(services: Services) -> None:
    """Draw the sentence."""
    now = datetime.now(UTC)
    try:
        known = read(services)
        told = sentence(known.keys, known.rows[0] if known.rows else None, known.lately, now)
    except StorageError:
        told = _UNKNOWN
    panel.draw("gateway_sentence", key="gateway_sentence", told=told)


def draw(services: Services) -> None:
    """Draw the newest requests, each a link to all that is known of it, or what is waited for."""
    try:
        known = read(services)
    except StorageError as error:
        panel.draw("notice", key="gateway_log_gone", tone="bad", title="The log does not answer.", lines=[str(error)])
        return
    zone = shell.zone()
    rows = rows_of(known.rows, {}, {}, zone, datetime.now(UTC))
    panel.draw("gateway_arrivals", key="gateway_arrivals", rows=rows, zone=zone, waiting=waiting(known.keys))
