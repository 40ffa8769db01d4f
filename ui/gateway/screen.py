"""The page in its order: what is the case, how to send and what arrives, then keys and keeping."""

from __future__ import annotations

from typing import Final

import streamlit as st

from services import Services
from storage.keys.key import NewKey
from ui.gateway import arrivals, keeping, keys, making, sending
from ui.requests import log_trouble

_LIVE_S: Final = 2.0
_KEYS_S: Final = 5.0


def draw(services: Services) -> None:
    """Draw the page; its parts are drawn anew each by itself, so that a key that was just made stays in sight.

    That key is handed to the parts that show it and is in nobody's session; the next time that the whole page is drawn
    it is gone. The first key is made above everything else, a later one beside the others.
    """
    made = making.taken()
    st.fragment(arrivals.headline, run_every=_LIVE_S)(services)
    st.fragment(log_trouble.draw, run_every=_KEYS_S)(services)
    is_first = keys.none_but(services, made)
    if is_first:
        st.fragment(making.draw)(services, made)
    _how_and_what(services, made)
    if made is not None or not is_first:
        st.subheader("Keys", anchor=False)
    if not is_first:
        st.fragment(making.draw)(services, made)
    st.fragment(keys.draw, run_every=_KEYS_S)(services, made)
    st.subheader("What is kept", anchor=False)
    st.fragment(keeping.draw)(services)


def _how_and_what(services: Services, made: NewKey | None) -> None:
    how, what = st.columns((6, 5), gap="medium")
    with how:
        st.subheader("Send a request", anchor=False)
        st.fragment(sending.draw)(services, made)
    with what:
        st.subheader("Arriving now", anchor=False)
        st.fragment(arrivals.draw, run_every=_LIVE_S)(services)
