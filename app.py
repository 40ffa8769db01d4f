"""The server with its door, routes and lifespan, and the console script that Streamlit runs for every visitor."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

import streamlit as st
import structlog
from starlette.middleware import Middleware
from streamlit import runtime
from streamlit.runtime.pages_manager import PagesManager

import bootstrap
import gateway.app as gateway
import process
from gateway.room import Room
from gateway.serving.connection import allow_descriptors
from routing_core.dispatch.catalog import Catalog
from routing_core.errors import RoutingError
from settings import Settings
from ui.charts import script as charts
from ui.door import watch
from ui.door.door import door
from ui.door.gate import Gate, is_signed_in
from ui.door.sign_in import SignIn
from ui.greeting import greeting
from ui.head import with_heads
from ui.traffic import Traffic, without_left_pages

log = structlog.get_logger(__name__)

_SIDEBAR_PX = 208


_traffic = Traffic()
_room = Room(process.built, process.services, signed_in=is_signed_in)


@asynccontextmanager
async def _serving(_app: st.App) -> AsyncIterator[None]:
    """Build the services on the loop that serves HTTP, and drain and close them when the server ends.

    What keeps them from being built is shown on every page, which tries again; a door that cannot be closed keeps the
    server from starting.
    """
    door()
    PagesManager.uses_pages_directory = False  # else a deep link on a fresh server runs its page without this script
    if threading.current_thread() is threading.main_thread():  # elsewhere, as in tests, no signals arrive
        _room.drain.follow_signals()
        allow_descriptors()
    process.serve_on(asyncio.get_running_loop(), _session_alive, _traffic.recent)
    settings = bootstrap.read_settings()
    bootstrap.configure_logging(settings)
    try:
        offered: Catalog | str = (await asyncio.to_thread(process.services)).catalog
    except RoutingError as error:
        log.warning("not_ready", error=str(error))
        offered = str(error)
    _greet(settings, offered)
    try:
        yield
    finally:
        await process.aclose()


def _greet(settings: Settings, offered: Catalog | str) -> None:
    """Tell whoever started it, in the terminal, what Streamlit would tell in its own words."""
    told = greeting(
        st.get_option("server.address") or settings.address,
        st.get_option("server.port") or settings.port,
        offered,
        simulator=settings.simulator.value,
        password=settings.password is not None,
        viewers=settings.viewer_password is not None,
        hosts=settings.hosts,
    )
    sys.stdout.write(told)
    sys.stdout.flush()


def _stand_guarded() -> None:
    """End the process, with one sentence, before it would serve other machines without a password."""
    try:
        settings = bootstrap.read_settings()
    except RoutingError as error:
        _refuse(str(error))
    if settings.password is None and not bootstrap.is_loopback(st.get_option("server.address") or ""):
        _refuse("Other machines would come in without signing in. Set SIGNALBOX_PASSWORD, or listen at 127.0.0.1.")


def _refuse(reason: str) -> NoReturn:
    sys.stderr.write(f"{reason}\n")
    raise SystemExit(2)


def _session_alive(session_id: str) -> bool:
    return runtime.exists() and runtime.get_instance().is_active_session(session_id)


def console() -> None:
    """Draw the page that the visitor asked for."""
    st.set_page_config(
        page_title="Signalbox",
        page_icon="assets/icon.svg",
        layout="wide",
        initial_sidebar_state=_SIDEBAR_PX,
    )
    st.logo("assets/wordmark.svg", icon_image="assets/icon.svg", size="large")
    page = st.navigation(
        {
            "Operate": [
                st.Page("pages/playground.py", title="Playground", icon=":material/play_circle:", default=True),
                st.Page("pages/dashboard.py", title="Dashboard", icon=":material/monitoring:"),
                st.Page("pages/requests.py", title="Requests", icon=":material/list:"),
            ],
            "Tune": [
                st.Page("pages/heuristics.py", title="Heuristics", icon=":material/tune:"),
            ],
            "Set up": [
                st.Page("pages/models.py", title="Models", icon=":material/dns:"),
                st.Page("pages/gateway.py", title="Gateway", icon=":material/hub:"),
            ],
        }
    )
    page.run()


if __name__ == "__main__":
    console()
else:
    _stand_guarded()
    app = st.App(
        Path(__file__),
        lifespan=_serving,
        routes=[*gateway.routes(_room), charts.ROUTE, *SignIn(door).routes],
        middleware=[
            Middleware(Gate, door=door, keyed=gateway.is_keyed),
            Middleware(_traffic.noting),
            Middleware(without_left_pages),
            Middleware(with_heads, heads=(watch.head, charts.head)),
        ],
    )
