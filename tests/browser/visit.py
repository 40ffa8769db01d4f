"""One browser tab on a console: opened, waited for, photographed, and listened to for errors."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route

SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
SETTLE_MS = 30_000
_HARMLESS = ("/_stcore/",)  # on a deep link the client tries the page's folder for these, is told 404, and goes on
_LOOPBACK = {"127.0.0.1", "localhost"}

Scheme = Literal["light", "dark"]


@dataclass(slots=True)
class Visit:
    """A tab of its own context; `errors` holds what the page logged, threw, or tried to fetch from elsewhere."""

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
    """A fresh context (no cookies, no storage) with one tab, listened to from the first request on."""
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    visit = Visit(context.new_page(), context, base_url)
    context.route(lambda url: urlsplit(url).hostname not in _LOOPBACK, lambda route: _refuse(visit, route))
    visit.page.on("console", lambda message: _note(visit, message))
    visit.page.on("pageerror", lambda error: visit.errors.append(f"thrown: {error}"))
    return visit


def _refuse(visit: Visit, route: Route) -> None:
    visit.errors.append(f"fetched from the network: {route.request.url}")
    route.abort()


def _note(visit: Visit, message: ConsoleMessage) -> None:
    source = message.location["url"]
    if message.type == "error" and not any(part in source for part in _HARMLESS):
        visit.errors.append(f"{message.text} ({source})")
