"""How to send a request: the base URL, and a snippet for each client, with a new key in it while that is shown."""

from __future__ import annotations

from typing import Final

import streamlit as st

from services import Services
from storage.keys.key import NewKey
from ui import panel
from ui.gateway.address import base_url
from ui.gateway.snippets import VARIABLE, Client, snippet_of

_CLIENT: Final = "gateway_client"


def draw(services: Services, made: NewKey | None) -> None:
    """Draw both; which client's snippet is shown is the reader's choice."""
    url = base_url(st.context.url, services.settings.address, services.settings.port)
    panel.draw("gateway_address", key="gateway_address", base_url=url)
    chosen = st.segmented_control(
        "Client",
        [client.value for client in Client],
        default=Client.CURL.value,
        required=True,
        key=_CLIENT,
        label_visibility="collapsed",
    )
    client = Client(chosen) if chosen else Client.CURL
    snippet = snippet_of(client, url, made.secret if made else None)
    key = f"Holds the key of {made.key.app}." if made else f"Reads the key from the environment: export {VARIABLE}=…"
    told = f"{snippet.needs}. {key}" if snippet.needs else key
    panel.draw("gateway_snippet", key="gateway_snippet", snippet=snippet, client=client.value, told=told)
