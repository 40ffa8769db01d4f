"""The door: the server with its routes and lifespan, and the console script that Streamlit runs for every visitor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
import structlog
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from streamlit import runtime
from streamlit.runtime.pages_manager import PagesManager

import bootstrap
import process
from routing_core.errors import RoutingError
from ui.charts import script as charts
from ui.traffic import Traffic, without_left_pages

log = structlog.get_logger(__name__)

_SIDEBAR_PX = 208
_LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]"]


_traffic = Traffic()


@asynccontextmanager
async def _serving(_app: st.App) -> AsyncIterator[None]:
    """Build the services on the loop that serves HTTP, and drain and close them when the server ends.

    What keeps them from being built is shown on every page, which tries again.
    """
    PagesManager.uses_pages_directory = False  # else a deep link on a fresh server runs its page without this script
    process.serve_on(asyncio.get_running_loop(), _session_alive)
    try:
        bootstrap.configure_logging(bootstrap.read_settings())
        services = await asyncio.to_thread(process.services)
        services.warm(_traffic.recent)
    except RoutingError as error:
        log.warning("not_ready", error=str(error))
    try:
        yield
    finally:
        await process.aclose()


def _session_alive(session_id: str) -> bool:
    return runtime.exists() and runtime.get_instance().is_active_session(session_id)


async def _healthz(_request: Request) -> JSONResponse:
    """Say that the process serves; which part is ready is a later floor's `/readyz`."""
    return JSONResponse({"status": "ok"})


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
                st.Page("pages/requests.py", title="Requests", icon=":material/list:"),
            ],
            "Tune": [
                st.Page("pages/heuristics.py", title="Heuristics", icon=":material/tune:"),
            ],
        }
    )
    page.run()


if __name__ == "__main__":
    console()
else:
    app = st.App(
        Path(__file__),
        lifespan=_serving,
        routes=[Route("/healthz", _healthz), charts.ROUTE],
        middleware=[
            Middleware(_traffic.noting),
            Middleware(TrustedHostMiddleware, allowed_hosts=_LOOPBACK_HOSTS),
            Middleware(without_left_pages),
        ],
    )
