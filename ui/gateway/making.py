"""A new key: the fields it is made with, what is wrong beside each, and the key itself, shown once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from routing_core.domain import TIERS
from routing_core.errors import RoutingError
from services import Services
from storage.keys.key import NewKey
from ui import panel, shell
from ui.gateway.form import Field, Typed, read

_MADE: Final = "gateway_made"  # from the click until the page is drawn, a moment later
_ERRORS: Final = "gateway_errors"
_REFUSED: Final = "gateway_refused"
_TIERS: Final = [tier.value for tier in TIERS]
_LEVEL_PX: Final = 11  # brings the button level with the fields, which have labels above


def taken() -> NewKey | None:
    """The key that was just made, which from now on nobody's session holds; None where none was."""
    made = st.session_state.pop(_MADE, None)
    return made if isinstance(made, NewKey) else None


def draw(services: Services, made: NewKey | None) -> None:
    """Draw the form, or in its place the key that was just made, until it is put away."""
    if _MADE in st.session_state:
        st.rerun()  # the whole page: the snippets show the key, too
    if made is not None:
        _shown_once(made)
        return
    if not services.actor.may_change:
        shell.viewer_note(services, "making and revoking keys and changing what is kept")
        return
    refused = st.session_state.pop(_REFUSED, None)
    if refused:
        panel.draw("notice", key="gateway_refused_notice", tone="bad", title="No key was made.", lines=[refused])
    _form(services, st.session_state.pop(_ERRORS, {}))


def _shown_once(made: NewKey) -> None:
    panel.draw("gateway_made", key="gateway_made_panel", key_made=made.key, secret=made.secret)
    if st.button("I have it: hide the key", key="gateway_hide"):
        st.rerun()


def _form(services: Services, errors: Mapping[Field, str]) -> None:
    with st.form("gateway_form", border=False, enter_to_submit=True):
        app, tiers, daily, rate, button = st.columns((5, 5, 4, 4, 3), gap="small")
        with app:
            st.text_input("App", key=_key(Field.APP), placeholder="checkout")
            _wrong(errors, Field.APP)
        with tiers:
            st.session_state.setdefault(_key(Field.TIERS), _TIERS)
            st.pills("Tiers it may use", _TIERS, selection_mode="multi", key=_key(Field.TIERS))
            _wrong(errors, Field.TIERS)
        with daily:
            st.text_input("Dollars a day", key=_key(Field.DAILY), placeholder="no limit")
            _wrong(errors, Field.DAILY)
        with rate:
            st.text_input("Requests a minute", key=_key(Field.RATE), placeholder="no limit")
            _wrong(errors, Field.RATE)
        with button:
            st.space(_LEVEL_PX)
            st.form_submit_button("Make a key", key="gateway_make", on_click=_maker(services))


def _wrong(errors: Mapping[Field, str], field: Field) -> None:
    if field in errors:
        panel.draw("gateway_error", key=f"gateway_error_{field}", told=errors[field])


def _maker(services: Services) -> Callable[[], None]:
    return lambda: _make(services)


def _make(services: Services) -> None:
    """Make the key that was typed; what is wrong leaves everything in its field."""
    found = read(_typed())
    if found.terms is None:
        st.session_state[_ERRORS] = found.errors
        return
    terms = found.terms
    try:
        made = services.keys.create(
            terms.app, tiers=terms.tiers, daily_usd=terms.daily_usd, rpm=terms.rpm, by=services.actor
        )
    except RoutingError as error:
        st.session_state[_REFUSED] = str(error)
        return
    st.session_state[_MADE] = made
    for each in Field:
        st.session_state.pop(_key(each), None)


def _typed() -> Typed:
    state = st.session_state
    return Typed(
        app=str(state.get(_key(Field.APP)) or ""),
        tiers=tuple(state.get(_key(Field.TIERS)) or ()),
        daily=str(state.get(_key(Field.DAILY)) or ""),
        rate=str(state.get(_key(Field.RATE)) or ""),
    )


def _key(field: Field) -> str:
    return f"gateway_new_{field}"
