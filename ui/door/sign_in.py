"""The sign-in and the way out: plain pages of our own, which need no script and hold nothing of the console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from time import time
from typing import Final
from urllib.parse import parse_qs, quote, urlsplit

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from ui.door.door import Door
from ui.door.gate import ICON, SIGN_IN, SIGN_OUT, STYLE
from ui.door.sessions import LIFETIME_S, Session, Sessions

log = structlog.get_logger(__name__)

_UI: Final = Path(__file__).resolve().parents[1]
_KEEP: Final = {"cache-control": "max-age=3600"}
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_LONGEST_FORM: Final = 16_384
_MOST_FIELDS: Final = 8
_HOURS: Final = int(LIFETIME_S // 3600)
_TOLD: Final = f"You stay signed in on this browser for {_HOURS} hours, or until you sign out."
_WRONG: Final = "That password is not right. Nothing was opened; check it and try again."
_UNREADABLE: Final = "The form could not be read. Nothing was opened; fill it in again."
_TOO_LONG: Final = "That is longer than any password here. Nothing was opened; check what you pasted and try again."
_FORM_TYPE: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class _Form:
    """What was filled in; `next` is where it leads afterwards, `unusable` what is wrong with the form itself."""

    password: str = ""
    name: str = ""
    next: str = "/"
    unusable: str | None = None


class SignIn:
    """The pages of a door, which is asked for at each request, so that nothing happens before the server runs."""

    def __init__(self, door: Callable[[], Door]) -> None:
        self._door = door

    @property
    def routes(self) -> list[Route]:
        """Where the pages stand."""
        return [
            Route(SIGN_IN, self.show, methods=["GET"]),
            Route(SIGN_IN, self.enter, methods=["POST"]),
            Route(SIGN_OUT, self.show, methods=["GET"]),
            Route(SIGN_OUT, self.leave, methods=["POST"]),
            Route(ICON, _icon, methods=["GET"]),
            Route(STYLE, _style, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form, for whoever has not signed in; the others are sent on."""
        door, leads_to = self._door(), same_site(request.query_params.get("next"))
        if door.sessions is None or door.session(request.cookies) is not None:
            return _sent_on(leads_to)
        return _page(_Form(next=leads_to))

    async def enter(self, request: Request) -> Response:
        """Look at a password: a session and the page that was asked for, or what was wrong."""
        door = self._door()
        if door.sessions is None:
            return _sent_on("/")
        form = await _form(request)
        if form.unusable is not None:
            return _page(form, form.unusable, status=400)
        return _entered(door, door.sessions, form, request)

    async def leave(self, request: Request) -> Response:
        """End the session, in every tab of it, and forget the cookie."""
        door = self._door()
        session = door.session(request.cookies)
        response = _sent_on(SIGN_IN)
        if session is not None:
            door.live.sign_out(session, time())
            log.info("signed_out", role=session.role.value)
        if door.sessions is not None:
            response.delete_cookie(door.sessions.cookie, path="/", httponly=True, samesite="lax")
        return response


def same_site(target: str | None) -> str:
    """`target` where it is a path of this console, else its first page: nobody is sent on to another site."""
    if not target or not target.startswith("/") or "\\" in target or not target.isprintable():
        return "/"
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    if target.startswith("//") or parts.scheme or parts.netloc or parts.path in {SIGN_IN, SIGN_OUT}:
        return "/"
    return target


def _entered(door: Door, sessions: Sessions, form: _Form, request: Request) -> Response:
    """What a password gets; nothing else runs between the look at the throttle and its count."""
    now, address = time(), request.client.host if request.client else ""
    wait_s = door.throttle.wait_s(address, now)
    if wait_s > 0:
        return _to_wait(wait_s, form)
    role = sessions.role_of(form.password)
    if role is None:
        door.throttle.failed(address, now)
        log.warning("sign_in_failed", address=address)
        return _page(form, _WRONG, status=403)
    door.throttle.succeeded(address, now)
    return _let_in(sessions, sessions.begun(role, form.name, now), form, request)


def _let_in(sessions: Sessions, session: Session, form: _Form, request: Request) -> Response:
    log.info("signed_in", role=session.role.value)
    response = _sent_on(form.next)
    response.set_cookie(
        sessions.cookie,
        sessions.written(session),
        max_age=int(LIFETIME_S),
        path="/",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return response


async def _form(request: Request) -> _Form:
    """What was filled in. Where it leads stands in the address: it is kept whatever comes in the form."""
    body, leads_to = b"", same_site(request.query_params.get("next"))
    unreadable = _Form(next=leads_to, unusable=_UNREADABLE)
    if not request.headers.get("content-type", _FORM_TYPE).startswith(_FORM_TYPE):
        return unreadable
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > _LONGEST_FORM:
                return _Form(next=leads_to, unusable=_TOO_LONG)
        fields = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except (ClientDisconnect, ValueError):
        return unreadable
    filled = {name: values[0] for name, values in fields.items()}
    return _Form(filled.get("password", ""), filled.get("name", ""), leads_to)


def _to_wait(wait_s: float, form: _Form) -> Response:
    seconds = ceil(wait_s)
    minutes = f"{ceil(seconds / 60)} minutes" if seconds > 90 else f"{seconds} seconds"  # noqa: PLR2004 - seconds read well up to there
    told = f"Too many wrong passwords. Wait {minutes}, then try again; until then no password is looked at."
    response = _page(form, told, status=429)
    response.headers["retry-after"] = str(seconds)
    return response


def _sent_on(target: str) -> Response:
    return RedirectResponse(target, status_code=303, headers={"cache-control": "no-store"})


def _page(form: _Form, error: str | None = None, status: int = 200) -> Response:
    """The page with its form; the password is never in it."""
    action = SIGN_IN if form.next == "/" else f"{SIGN_IN}?next={quote(form.next, safe='/')}"
    html = _template().render(icon=ICON, style=STYLE, error=error, action=action, name=form.name, told=_TOLD)
    return HTMLResponse(html, status, {"cache-control": "no-store", "content-security-policy": _POLICY})


async def _icon(_request: Request) -> Response:
    return Response(_text(_UI.parent / "assets" / "icon.svg"), media_type="image/svg+xml", headers=_KEEP)


async def _style(_request: Request) -> Response:
    return Response(_text(_UI / "assets" / "sign_in.css"), media_type="text/css", headers=_KEEP)


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def _template() -> Template:
    loader = FileSystemLoader(_UI / "templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    return environment.get_template("sign_in.html")
