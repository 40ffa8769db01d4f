"""The gateway's page as a script: a key is made, shown once and taken back; what is wrong is told beside its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from streamlit.testing.v1 import AppTest

import process
from settings import CHECKOUT
from storage.engine import open_database
from storage.keeping.rules import Level
from storage.keys.key import ApiKey
from tests.pages.panels import panels
from tests.storage.recording import store
from tests.storage.samples import outcome

_RUN_S = 30


def page() -> AppTest:
    app = AppTest.from_file(str(CHECKOUT / "app.py"), default_timeout=_RUN_S).run()
    return app.switch_page("pages/gateway.py").run()


def make(app: AppTest, name: str = "checkout", **typed: str) -> AppTest:
    app.text_input(key="gateway_new_app").set_value(name)
    for field, text in typed.items():
        app.text_input(key=f"gateway_new_{field}").set_value(text)
    return app.button(key="gateway_make").click().run()


def keys() -> tuple[ApiKey, ...]:
    return process.services().keys.every()


def record(home: Path, app: str, key_id: str) -> None:
    """Log a request that came with a key."""
    database = open_database(f"sqlite:///{home / 'signalbox.db'}")
    made = outcome(1)
    request = replace(made.request, app=app, api_key_id=key_id)
    store(database, [replace(made, started_at=datetime.now(UTC), request=request)])
    database.close()


def test_without_a_key_the_page_says_what_to_do(home: Path) -> None:
    app = page()
    assert not app.exception
    assert "No key yet: make one" in panels(app)["gateway_sentence"]
    assert "$SIGNALBOX_KEY" in panels(app)["gateway_snippet"]


def test_a_key_is_made_as_typed_shown_once_and_kept_in_no_session(home: Path) -> None:
    app = make(page(), daily="$2.50", rate="60")
    (key,) = keys()
    assert (key.app, key.daily_usd_nano, key.rpm) == ("checkout", 2_500_000_000, 60)
    shown = panels(app)
    assert key.prefix in shown["gateway_made_panel"]
    secret = shown["gateway_made_panel"].split('data-copy="')[1].split('"')[0]
    assert process.services().keys.find(secret) == key
    assert secret in shown["gateway_snippet"]
    held = app.session_state._state.filtered_state  # noqa: SLF001 - all of it, under whatever name
    assert secret not in repr(held)
    assert secret not in "".join(panels(app.run()).values())
    assert app.text_input(key="gateway_new_app").value == ""


def test_what_is_wrong_is_told_beside_its_field_and_stays_typed(home: Path) -> None:
    app = make(page(), "checkout", daily="five", rate="0")
    shown = panels(app)
    assert {"gateway_error_daily", "gateway_error_rate"} == {key for key in shown if "gateway_error" in key}
    typed = [app.text_input(key=f"gateway_new_{each}").value for each in ("app", "daily", "rate")]
    assert typed == ["checkout", "five", "0"]
    assert keys() == ()


def test_a_key_without_a_tier_is_not_made(home: Path) -> None:
    app = page()
    app.button_group(key="gateway_new_tiers").set_value([])
    assert "gateway_error_tiers" in panels(make(app))
    assert keys() == ()


def test_what_came_with_a_key_is_listed_with_the_way_to_it(home: Path) -> None:
    app = make(page())
    assert "Waiting for the first request" in panels(app)["gateway_arrivals"]
    record(home, "checkout", keys()[0].id)
    shown = panels(app.run())
    assert f"requests?request={outcome(1).request_id}" in shown["gateway_arrivals"]
    assert "1 key, 1 request in the last hour, the newest" in shown["gateway_sentence"]


def test_a_log_without_tables_leaves_the_page_with_what_is_known(home: Path) -> None:
    app = page()
    with process.services().database.write() as connection:
        connection.exec_driver_sql("DROP TABLE api_keys")
    shown = panels(app.run())
    assert not app.exception
    assert "The database does not answer" in shown["gateway_sentence"]
    assert "The database does not tell the keys now." in shown["gateway_keys_gone"]


def viewed() -> None:
    """The page's parts as a viewer is given them."""
    from dataclasses import replace

    import process
    from routing_core.actor import Actor
    from ui.gateway import screen

    screen.draw(replace(process.services(), actor=Actor("viewer", may_change=False)))


def test_a_viewer_sees_every_key_and_is_offered_no_change(home: Path) -> None:
    make(page())
    app = AppTest.from_function(viewed, default_timeout=_RUN_S).run()
    assert not app.exception
    assert (len(app.button), len(app.text_input)) == (0, 0)
    shown = panels(app)["gateway_key_table"]
    assert keys()[0].prefix in shown
    assert "data-pick" not in shown


def test_what_is_kept_of_an_app_is_changed_and_what_is_wrong_is_not(home: Path) -> None:
    app = make(page()).run()
    app.selectbox(key="gateway_kept_app").set_value("checkout").run()
    app.selectbox(key="gateway_kept_level_checkout").set_value("redacted")
    app.text_input(key="gateway_kept_prompt_days_checkout").set_value("a week")
    assert "gateway_kept_error_prompt_days" in panels(app.button(key="gateway_kept_set").click().run())
    assert process.services().keeping.rules() == ()
    app.text_input(key="gateway_kept_prompt_days_checkout").set_value("7")
    shown = panels(app.button(key="gateway_kept_set").click().run())
    (rule,) = process.services().keeping.rules()
    assert (rule.app, rule.level, rule.prompt_days, rule.metadata_days) == ("checkout", Level.REDACTED, 7, None)
    assert "7 days" in shown["gateway_kept"]
