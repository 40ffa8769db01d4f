"""The lower half of the playground: answers as they stream, what can be done with them, and what they cost together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final

import streamlit as st

from routing_core.domain import Tier
from routing_core.sends import SendView
from services import Services
from ui import panel
from ui.export import buttons
from ui.playground import judgements, state
from ui.playground.answer_view import AnswerView, answer_view, blind_view, cheapest, letter, tier_of
from ui.playground.blind_order import shuffled
from ui.playground.diff import word_diff
from ui.playground.pace import Pace
from ui.playground.state import Shown
from ui.playground.stored import picked_tier, views_of
from ui.playground.totals import totals

_TICK_S: Final = 0.2
_PACE: Final = "playground_pace"
_RUNNING: Final = "playground_running"
_RAW: Final = "playground_raw"
_GONE: Final = "This process does not know them any more and the log has no text of them. Send the prompt again."
_BLIND: Final = "Which answer is whose, and what each cost, shows after the vote."


def draw(services: Services) -> None:
    """Draw the answers on the screen; while one is being written they are drawn anew five times a second."""
    shown = state.shown()
    if shown is None:
        return
    running = any(not view.done for view in views_of(services, shown))
    st.session_state[_RUNNING] = running
    st.fragment(_answers, run_every=_TICK_S if running else None)(services)


def _answers(services: Services) -> None:
    shown = state.shown()
    if shown is None:
        return
    sends = _in_order(shown, views_of(services, shown))
    if not sends:
        panel.draw("notice", key="playground_lost", tone="warn", title="These answers are gone.", lines=[_GONE])
        return
    picked = picked_tier(services, sends) if shown.is_comparison else None
    for at, column in enumerate(st.columns(len(sends), gap="small")):
        with column:
            _column(services, shown, sends, at, picked)
    _below(services, shown, sends, picked)
    if st.session_state.get(_RUNNING) and all(send.done for send in sends):
        st.rerun()  # nothing streams any more: this fragment's clock is switched off by drawing it anew


def _in_order(shown: Shown, sends: Sequence[SendView]) -> Sequence[SendView]:
    return shuffled(sends, shown.id) if shown.blind else sends


def _column(services: Services, shown: Shown, sends: Sequence[SendView], at: int, picked: Tier | None) -> None:
    send = sends[at]
    text = _pace().text(send.request_id, send.text, done=send.done)
    if shown.blind:
        view = blind_view(send, text, at, [deployment.model_name for deployment in services.catalog.deployments])
    else:
        is_pick = picked is not None and tier_of(send) is picked
        loading = not services.client.ready
        view = answer_view(send, text, picked=is_pick, cheapest_nano=cheapest(sends), loading=loading)
    raw = bool(st.session_state.get(_RAW))
    panel.draw("answer", key=f"playground_answer_{at}", view=view, raw=raw, alone=len(sends) == 1)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if not send.done and services.actor.may_change:
            _stop(services, [send], f"Stop {view.name}", f"playground_stop_{at}")
        elif shown.blind and services.actor.may_change:
            _vote(services, shown, sends, at)
        elif services.actor.may_change:
            _after(services, shown, view, send, at)


def _stop(services: Services, sends: Sequence[SendView], label: str, key: str) -> None:
    stopping = all(send.stopping for send in sends)
    if st.button("Stopping" if stopping else label, key=key, disabled=stopping):
        for send in sends:
            services.sends.stop(send.request_id, by=services.actor)


def _vote(services: Services, shown: Shown, sends: Sequence[SendView], at: int) -> None:
    ready = all(send.done for send in sends)
    if st.button(f"{letter(at)} is best", key=f"playground_vote_{at}", disabled=not ready):
        judgements.vote(services, shown, sends[at])
        _reveal(shown)


def _reveal(shown: Shown) -> None:
    state.show(shown.revealed())
    st.query_params.pop("blind", None)
    st.rerun()


def _after(services: Services, shown: Shown, view: AnswerView, send: SendView, at: int) -> None:
    if send.outcome is None or not send.outcome.has_answer:
        return  # nothing to judge, nothing to go on from
    judgements.draw(services, send, beside=shown.is_comparison)
    if view.text and st.button("Go on", key=f"playground_on_{at}", help="Continue the conversation from this answer."):
        turns = state.conversation().going_on(shown.request, view.text, view.tier)
        state.go_on(turns)
        state.show(None)
        st.query_params.clear()
        st.rerun()


def _below(services: Services, shown: Shown, sends: Sequence[SendView], picked: Tier | None) -> None:
    if shown.blind:
        panel.draw("totals", key="playground_totals", sentence=_BLIND, link=None)
    else:
        panel.draw("totals", key="playground_totals", sentence=totals(sends, picked), link=shown.link)
    running = [send for send in sends if not send.done]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if shown.blind and not services.actor.may_change and st.button("Show the names", key="playground_reveal"):
            _reveal(shown)
        if len(running) > 1 and services.actor.may_change:
            _stop(services, running, "Stop all", "playground_stop_all")
        st.toggle("Raw text", key=_RAW, persist_state="session")
        if not running and not shown.blind:
            _uses(services, shown, sends)
    if not running and not shown.blind and len(sends) > 1 and st.session_state.get("playground_diff"):
        _diff(sends)


def _uses(services: Services, shown: Shown, sends: Sequence[SendView]) -> None:
    for send in sends:
        st.page_link(
            "pages/requests.py",
            label=f"{tier_of(send) or 'Request'} in the log" if len(sends) > 1 else f"Request {send.request_id}",
            query_params={"request": send.request_id},
        )
    outcomes = [send.outcome for send in sends if send.outcome is not None]
    if outcomes:
        with st.popover("Export", key="playground_export"):
            buttons.draw(services, shown.request, outcomes, text_kept=shown.text_kept, name=shown.id, key="playground")
    if len(outcomes) > 1:
        st.toggle("Word diff", key="playground_diff")


def _diff(sends: Sequence[SendView]) -> None:
    pairs = {f"{tier_of(a) or 'first'} → {tier_of(b) or 'second'}": (a, b) for a, b in combinations(sends, 2)}
    chosen = st.segmented_control(
        "Between", list(pairs), key="playground_diff_pair", required=True, default=next(iter(pairs))
    )
    first, second = pairs[chosen]
    panel.draw("word_diff", key="playground_word_diff", parts=word_diff(first.text, second.text), title=chosen)


def _pace() -> Pace:
    found = st.session_state.get(_PACE)
    if not isinstance(found, Pace):
        found = st.session_state[_PACE] = Pace()
    return found
