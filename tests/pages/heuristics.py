"""The Heuristics page as the tests of its script open it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

import process
from routing_core.decide.editing import Put, edited
from routing_core.decide.heuristics import builtin, dump_document
from settings import CHECKOUT
from storage.heuristics_drafts import Draft

STANDARD = builtin("standard").document
MID = ("classifier", "boundaries", "mid")
_RUN_S = 30


def page(**link: str) -> AppTest:
    """The page after its first run with that link."""
    app = AppTest.from_file(str(CHECKOUT / "app.py"), default_timeout=_RUN_S).run()
    for name, value in link.items():
        app.query_params[name] = value
    return app.switch_page("pages/heuristics.py").run()


def draft(mid: float = -0.3) -> Draft:
    services = process.services()
    text = dump_document(edited(STANDARD, Put(MID, mid)))
    return services.drafts.start(services.heuristics.active().version, text, by=services.actor)


def labels_of(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def live() -> str:
    services = process.services()
    services.heuristics.refresh()
    return services.heuristics.active().version


def viewers_page() -> None:
    """The page as a viewer has it; its source is run as a script."""
    from dataclasses import replace

    import process
    from routing_core.actor import Actor
    from ui.heuristics import screen

    screen.draw(replace(process.services(), actor=Actor("eve", may_change=False)))


def viewers(**link: str) -> AppTest:
    """That page after its first run with that link."""
    app = AppTest.from_function(viewers_page, default_timeout=_RUN_S)
    for name, value in link.items():
        app.query_params[name] = value
    return app.run()
