"""The request log: the list, newest first, or one request in full; everything shown is in the link."""

from __future__ import annotations

import streamlit as st

from routing_core.errors import StorageError
from ui import shell
from ui.requests import detail, listing, log_trouble

services = shell.open_page("Requests")
log_trouble.draw(services)
try:
    request_id = st.query_params.get("request")
    if request_id:
        detail.draw(services, request_id)
    else:
        listing.draw(services)
except StorageError as error:
    log_trouble.draw_unanswered(services, error)
