"""The table of keys: what each may do and has spent, and its revocation, which takes two presses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from routing_core.errors import RoutingError, StorageError
from services import Services
from storage.keys.key import NewKey
from storage.keys.spent import Spent
from ui import panel, shell
from ui.gateway.key_rows import Moment, Pick, picked_of, revoked_of, rows_of

_ASKED: Final = "gateway_asked"  # id of the key whose revocation waits for its second press
_REFUSED: Final = "gateway_revoke_refused"


def none_but(services: Services, made: NewKey | None) -> bool:
    """Whether there is no good key but the one just made; False where nobody can tell."""
    try:
        good = {key.id for key in services.keys.every() if key.revoked_at is None}
    except StorageError:
        return False
    return good <= {made.key.id if made else None}


def draw(services: Services, made: NewKey | None) -> None:
    """Draw the keys, or why they are not known now; `made` is the one that is shown beside them."""
    refused = st.session_state.pop(_REFUSED, None)
    if refused:
        panel.draw("notice", key="gateway_revoke_notice", tone="bad", title="Nothing was revoked.", lines=[refused])
    try:
        keys = services.keys.every()
    except StorageError as error:
        lines = ["Those that were known go on being good; none can be made or revoked until it answers.", str(error)]
        panel.draw(
            "notice", key="gateway_keys_gone", tone="bad", title="The database does not tell the keys now.", lines=lines
        )
        return
    if made is not None and any(key.id == made.key.id and key.revoked_at for key in keys):
        st.rerun()  # the whole page, which shows it no more
    moment = Moment(datetime.now(UTC), shell.zone())
    panel.draw_pickable(
        "gateway_keys",
        "gateway_key_table",
        lambda text: _pressed(services, text),
        rows=rows_of(keys, _spent(services, moment.now), st.session_state.get(_ASKED), moment),
        revoked=revoked_of(keys, moment),
        may_change=services.actor.may_change,
        Pick=Pick,
    )


def _spent(services: Services, now: datetime) -> Mapping[str, Spent] | None:
    try:
        return services.metrics.spent_today(now)
    except StorageError:
        return None


def _pressed(services: Services, text: str) -> None:
    """Do what a button of the table asks for."""
    picked = picked_of(text)
    asked = st.session_state.pop(_ASKED, None)
    if picked is None:
        return
    if picked.pick is Pick.ASK:
        st.session_state[_ASKED] = picked.key_id
    elif picked.pick is Pick.REVOKE and picked.key_id == asked:
        try:
            services.keys.revoke(picked.key_id, by=services.actor)
        except RoutingError as error:
            st.session_state[_REFUSED] = str(error)
