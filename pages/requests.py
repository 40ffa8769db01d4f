"""The request log: the list, newest first, or one request in full; everything shown is in the link."""

from __future__ import annotations

import streamlit as st

from routing_core.errors import StorageError
from ui import panel, request_detail, request_list, request_status, shell

services = shell.open_page("Requests")
request_status.draw(services)
try:
    request_id = st.query_params.get("request")
    if request_id:
        request_detail.draw(services, request_id)
    else:
        request_list.draw(services)
except StorageError as error:
    panel.draw("notice", key="requests_failed", tone="bad", title="The log does not answer.", lines=[str(error)])
