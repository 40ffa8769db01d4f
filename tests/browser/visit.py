"""One browser tab on a console: opened, waited for, photographed, and listened to for errors."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
SETTLE_MS = 30_000
_HARMLESS = ("/_stcore/",)  # on a deep link the client tries the page's folder for these, is told 404, and goes on
_LOOPBACK = {"127.0.0.1", "localhost"}

Scheme = Literal["light", "dark"]


@dataclass(slots=True)
class Visit:
    """A tab; `errors` holds what the page logged, threw, or tried to fetch from elsewhere."""

    page: Page
    context: BrowserContext
    base_url: str
    errors: list[str] = field(default_factory=list)

    def goto(self, path: str = "/") -> "Visit":
        """Load a path of the console and wait until it is drawn."""
        self.page.goto(self.base_url + path, wait_until="commit")
        return self.settle()

    def settle(self) -> "Visit":
        """Wait for content, a connection and a script that has ended: the last alone may be an empty page."""
        for selector in (
            '[data-testid="stAppViewContainer"]',
            '[data-testid="stElementContainer"]',
            '[data-test-connection-state="CONNECTED"]',
            '[data-test-script-state="notRunning"]',
        ):
            self.page.locator(selector).first.wait_for(state="attached", timeout=SETTLE_MS)
        return self

    def screenshot(self, name: str) -> Path:
        """Write the whole first screen to var/screenshots/NAME.png and return the path."""
        path = SCREENSHOTS / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, animations="disabled")
        return path

    def overflow_px(self) -> int:
        """Pixels by which the page is wider than its window; 0 when nothing is cut."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width


def open_visit(browser: Browser, base_url: str, *, width: int, height: int, scheme: Scheme) -> Visit:
    """One tab of a fresh context (no cookies, no storage, nothing cached)."""
    return open_tab(browser.new_context(), base_url, width=width, height=height, scheme=scheme)


def open_tab(context: BrowserContext, base_url: str, *, width: int, height: int, scheme: Scheme) -> Visit:
    """One more tab of a context, listened to from the first request on."""
    visit = Visit(context.new_page(), context, base_url)
    visit.page.set_viewport_size({"width": width, "height": height})
    visit.page.emulate_media(color_scheme=scheme)
    _listen(visit, visit.page)
    return visit


def _listen(visit: Visit, page: Page) -> None:
    """Note what a page, or one that it opens, asks for, logs and throws."""
    page.on("request", lambda request: _watch(visit, request.url))
    page.on("websocket", lambda socket: _watch(visit, socket.url))
    page.on("popup", lambda opened: _listen(visit, opened))
    page.on("console", lambda message: _note(visit, message))
    page.on("pageerror", lambda error: visit.errors.append(f"thrown: {error}"))


def _watch(visit: Visit, url: str) -> None:
    """Chromium resolves no name but loopback's; that one was asked for is an error all the same."""
    if urlsplit(url).scheme in {"http", "https", "ws", "wss"} and urlsplit(url).hostname not in _LOOPBACK:
        visit.errors.append(f"fetched from the network: {url}")


def _note(visit: Visit, message: ConsoleMessage) -> None:
    source = message.location["url"]
    if message.type == "error" and not any(part in source for part in _HARMLESS):
        visit.errors.append(f"{message.text} ({source})")
