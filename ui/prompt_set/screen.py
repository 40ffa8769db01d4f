"""A set of prompts across tiers, the playground's mode of that name: hand over, look at the cost, run, compare."""

from __future__ import annotations

from typing import Final

import streamlit as st

from routing_core.errors import StorageError
from routing_core.prompt_sets.run import RunView
from services import Services
from ui import panel, quiet, shell
from ui.playground.state import session_id
from ui.prompt_set import form
from ui.prompt_set.results import results_csv, results_json, simulated
from ui.prompt_set.view import pages_of, progress, rows_of, totals_of

_TICK_S: Final = 0.5
_LINK: Final = "set"
_PAGE: Final = "playground_set_page"
_LOGGED: Final = "playground_set_logged"


def draw(services: Services) -> None:
    """Draw the form, or the run that this session or its link has open."""
    run_id = st.query_params.get(_LINK) or ""
    view = services.prompt_sets.view(run_id) or _logged(services, run_id)
    if view is None:
        _offer_latest(services)
        _form(services)
        return
    st.fragment(_run, run_every=_TICK_S if view.running else None)(services, view)


def _logged(services: Services, run_id: str) -> RunView | None:
    """A run that this process does not know, as the log has it; read once where all of it is there."""
    kept = st.session_state.get(_LOGGED)
    if isinstance(kept, RunView) and kept.run_id == run_id:
        return kept
    try:
        view = services.prompt_sets.logged(run_id) if run_id else None
    except StorageError as error:
        panel.draw("notice", key="playground_set_log", tone="bad", title="The log cannot be read.", lines=[str(error)])
        return None
    if view is not None and view.ended == len(view.cells):
        st.session_state[_LOGGED] = view
    return view


def _form(services: Services) -> None:
    if st.query_params.get(_LINK):
        gone = "Neither this process nor the log knows it. It may be of another database, or the log has dropped it."
        panel.draw("notice", key="playground_set_gone", tone="warn", title="There is no such run.", lines=[gone])
    plan = form.draw(services)
    if plan is not None:
        st.session_state[_PAGE] = 0
        st.query_params[_LINK] = services.prompt_sets.start(plan, session_id(), by=services.actor)
        st.rerun()


def _offer_latest(services: Services) -> None:
    """A way back to the newest run of this session, for whoever left its page."""
    latest = services.prompt_sets.latest(session_id())
    if latest is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        panel.draw("sentence", key="playground_set_latest", sentence=f"Last run: {progress(latest)}.")
        if st.button("Show it", key="playground_set_show"):
            st.query_params[_LINK] = latest.run_id
            st.rerun()


def _run(services: Services, drawn: RunView) -> None:
    if services.actor.may_change:
        services.prompt_sets.adopt(drawn.run_id, session_id(), by=services.actor)
    view = services.prompt_sets.view(drawn.run_id) or drawn
    st.progress(view.ended / len(view.cells), text=progress(view))
    _actions(services, view)
    n = len(view.plan.prompts)
    panel.draw("prompt_set_totals", key="playground_set_totals", rows=totals_of(view), n=n, simulated=simulated(view))
    page = _page(pages_of(view))
    rows = rows_of(view, page)
    panel.draw("prompt_set_rows", key="playground_set_rows", rows=rows, page=page, pages=pages_of(view))
    if drawn.running and not view.running:
        st.rerun()  # nothing runs any more: this fragment's clock is switched off by drawing it anew


def _actions(services: Services, view: RunView) -> None:
    with st.container(horizontal=True, gap="small"):
        if view.running and not services.actor.may_change:
            shell.viewer_note(services, "stopping a run")
        elif view.running:
            if st.button("Stopping" if view.stopping else "Stop", key="playground_set_stop", disabled=view.stopping):
                services.prompt_sets.stop(view.run_id, by=services.actor)
        elif st.button("New set", key="playground_set_new"):
            del st.query_params[_LINK]
            st.rerun()
        else:
            _export(view)


def _export(view: RunView) -> None:
    name = f"signalbox-set-{view.run_id}"
    for label, ending, mime, data in (
        ("CSV", "csv", "text/csv", results_csv(view)),
        ("JSON", "json", "application/json", results_json(view)),
    ):
        st.download_button(label, data, f"{name}.{ending}", mime, key=f"playground_set_{ending}", on_click="ignore")


def _page(pages: int) -> int:
    """The page of results that is shown, with the way to the others where there are several."""
    page = min(int(st.session_state.get(_PAGE, 0)), pages - 1)
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button("Previous", key="playground_set_back", disabled=page == 0, on_click=_turn, args=(page - 1,))
            st.button("Next", key="playground_set_on", disabled=page == pages - 1, on_click=_turn, args=(page + 1,))
            quiet.draw(f"Page {page + 1} of {pages}")
    return page


def _turn(page: int) -> None:
    st.session_state[_PAGE] = page
