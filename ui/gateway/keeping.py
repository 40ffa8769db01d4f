"""What is kept of each app's requests and for how long: the rules in force, and the fields that change one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final

import streamlit as st

from routing_core.errors import RoutingError, StorageError
from services import Services
from storage.keeping.rules import Level
from ui import panel, quiet
from ui.gateway.kept_form import AS_EVERYWHERE, KeptField, read, typed_of
from ui.gateway.kept_rows import apps_of, named, retention_told, rows_of, rule_of

_APP: Final = "gateway_kept_app"
_ERRORS: Final = "gateway_kept_errors"
_REFUSED: Final = "gateway_kept_refused"
_LEVEL_PX: Final = 11  # brings the button level with the fields, which have labels above
_WARNING: Final = (
    "A new level is for what comes from now on. What is older than its days goes with the next deletion, within the "
    "hour, and does not come back; the dashboard's figures stay."
)


def draw(services: Services) -> None:
    """Draw the rules, and to who may change them the fields."""
    now = datetime.now(UTC)
    rows = rows_of(services.keeping.default, services.keeping.rules(), now)
    panel.draw("gateway_kept", key="gateway_kept", rows=rows, deletion=_deletion(services, now))
    if services.actor.may_change:
        refused = st.session_state.pop(_REFUSED, None)
        if refused:
            panel.draw("notice", key="gateway_kept_notice", tone="bad", title="Nothing was changed.", lines=[refused])
        _form(services, st.session_state.pop(_ERRORS, {}))


def _deletion(services: Services, now: datetime) -> str:
    try:
        return retention_told(services.retention.status(), now)
    except StorageError:
        return "The database does not tell when it last deleted what is too old."


def _form(services: Services, errors: Mapping[KeptField, str]) -> None:
    apps, levels, prompts, requests, button = st.columns((5, 4, 4, 4, 3), gap="small")
    with apps:
        app = str(st.selectbox("Of app", _apps(services), format_func=named, key=_APP) or "")
    for each, text in typed_of(rule_of(app, services.keeping.rules())).items():
        st.session_state.setdefault(_key(each, app), text)
    with levels:
        choices = [AS_EVERYWHERE, *(level.value for level in Level)]
        st.selectbox("Keep of texts", choices, key=_key(KeptField.LEVEL, app))
    for column, label, each in (
        (prompts, "Texts for days", KeptField.PROMPTS),
        (requests, "Requests for days", KeptField.METADATA),
    ):
        with column:
            st.text_input(label, key=_key(each, app), placeholder=AS_EVERYWHERE)
            if each in errors:
                panel.draw("gateway_error", key=f"gateway_kept_error_{each}", told=errors[each])
    with button:
        st.space(_LEVEL_PX)
        st.button("Keep it so", key="gateway_kept_set", on_click=partial(_set, services, app))
    quiet.draw(_WARNING)


def _apps(services: Services) -> tuple[str, ...]:
    """Whom a rule can be set for: who has a key, a rule, or traffic."""
    ruled = [rule.app for rule in services.keeping.rules()]
    try:
        keyed = [key.app for key in services.keys.every()]
        return apps_of(ruled, keyed, services.metrics.names(simulated=services.catalog.simulated).apps)
    except StorageError:
        return apps_of(ruled)


def _set(services: Services, app: str) -> None:
    """Set the rule that was typed; what is wrong leaves everything in its field."""
    found = read(app, {each: str(st.session_state.get(_key(each, app)) or "") for each in KeptField})
    if found.rule is None:
        st.session_state[_ERRORS] = found.errors
        return
    rule = found.rule
    try:
        services.keeping.set(
            app,
            level=rule.level,
            prompt_days=rule.prompt_days,
            metadata_days=rule.metadata_days,
            by=services.actor,
        )
    except RoutingError as error:
        st.session_state[_REFUSED] = str(error)


def _key(field: KeptField, app: str) -> str:
    return f"gateway_kept_{field}_{app}"
