"""The upper half of the playground: editor, options and the decision while typing, free of charge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import streamlit as st
import yaml
from ulid import ULID

from routing_core.domain import TIERS, Decided, Tier
from routing_core.errors import RoutingError
from routing_core.outcome import Cost
from services import Services
from ui import panel, quiet, shell
from ui.decision_view import decision_view, flip_sentence
from ui.marks import Mark, marks_of
from ui.panel import asset
from ui.playground import editor, options, state
from ui.playground.composed import Composed, Conversation, Mode, Options, previewed, requests_of
from ui.playground.state import EDITOR, Shown
from ui.playground.stored import views_of
from ui.playground.turns import NextTurn, next_turn

_EMPTY: Final = "Write a prompt to see where it would go, why, and what it would cost. Nothing is sent until you send."

_NEXT_TURN: Final = "The decision on your next turn, with the whole conversation, shows here while you type."
_ANEW: Final = "Leave the conversation and its answers; what stands in the editor stays."


@dataclass(frozen=True, slots=True)
class Preview:
    """What the router would do with what stands in the editor; `refusal` says why it would not send it.

    `bad` is a refusal of what was typed, which no tier could be sent.
    """

    decided: Decided | None = None
    refusal: str | None = None
    bad: bool = False


@st.fragment
def draw(services: Services, mode: Mode, *, blind: bool) -> None:
    """Draw the upper half; it runs anew on every pause in typing, without touching answers that stream below."""
    headline = st.container()
    left, right = st.columns([11, 9], gap="small")
    with left:
        place = st.container()
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            following = _following(services)
            composed = Composed(state.draft().text, _options(services, mode), following.conversation)
            preview = preview_of(services, composed, mode)
            asked = _send_button(services, composed, preview, mode)
        _told(composed, following)
        shell.viewer_note(services, "sending prompts")
    with headline:
        _headline(services, preview)
    with place:
        _editor(_marks(services, preview))
    with right:
        _decision(services, composed, preview)
    if (asked or state.take_send()) and start(services, composed, mode, blind=blind):
        st.rerun()


def preview_of(services: Services, composed: Composed, mode: Mode) -> Preview:
    """The decision on what stands in the editor, or why there is none."""
    if not composed.text.strip():
        return Preview()
    try:
        request = composed.request()
    except RoutingError as error:
        return Preview(refusal=str(error), bad=True)
    try:
        return Preview(decided=services.engine.decide(previewed(request, mode)))
    except RoutingError as error:
        return Preview(refusal=str(error))


def start(services: Services, composed: Composed, mode: Mode, *, blind: bool) -> bool:
    """Send what was composed as this session's own; False where there is nothing to send, or none may or can be."""
    if not services.actor.may_change or not composed.text.strip() or is_running(services, state.shown()):
        return False
    try:
        request = composed.request(state.session_id())
    except RoutingError:
        return False  # the preview says what is wrong
    comparison_id = str(ULID())
    requests = requests_of(request, mode, composed.options.deployment, comparison_id)
    owner, by = state.session_id(), services.actor
    ids = tuple(services.sends.start(asked, str(ULID()), owner, by=by) for asked in requests)
    several = mode is Mode.SIDE_BY_SIDE
    shown = Shown(comparison_id if several else ids[0], request, ids, is_comparison=several, blind=several and blind)
    state.keep_turns(composed.conversation)
    state.show(shown)
    st.query_params.from_dict(shown.query)  # the page's own link opens it again
    return True


def is_running(services: Services, shown: Shown | None) -> bool:
    """Whether any of the answers on the screen is still being written."""
    views = [services.sends.view(request_id) for request_id in shown.request_ids] if shown else []
    return any(view is not None and not view.done for view in views)


def _editor(marks: Sequence[Mark]) -> None:
    """Draw the editor; in a session that is new it may hold what was typed before the server was started again."""
    session = state.session_id()
    editor.draw(state.draft(), marks, key=EDITOR, session=session, on_text=_typed, on_send=_send_pressed)
    if state.is_first_look():
        typed = editor.typed(EDITOR)
        if typed and typed != state.draft().text:
            state.note(typed)
            st.rerun()


def _typed() -> None:
    text = editor.typed(EDITOR)
    if text is not None:
        state.note(text)


def _send_pressed() -> None:
    _typed()
    state.ask_send()


def _options(services: Services, mode: Mode) -> Options:
    tier = mode.forced_tier
    deployments = {d.id: d.model for d in services.catalog.deployments if d.tier is tier}
    return options.draw(list(services.heuristics.active().document.tasks), deployments, tier)


def _send_button(services: Services, composed: Composed, preview: Preview, mode: Mode) -> bool:
    running = is_running(services, state.shown())
    refused = preview.bad or (preview.refusal is not None and mode is not Mode.SIDE_BY_SIDE)
    st.space("stretch")
    return st.button(
        "Answering" if running else "Send  Ctrl+Enter",
        type="primary",
        key="playground_send",
        disabled=running or refused or not composed.text.strip() or not services.actor.may_change,
        wrap=False,
    )


def _following(services: Services) -> NextTurn:
    shown = state.shown()
    sends = views_of(services, shown) if shown is not None else ()
    return next_turn(state.conversation(), shown, sends, state.draft().text)


def _told(composed: Composed, following: NextTurn) -> None:
    told = options.told(composed.options)
    if told:
        quiet.draw(f"Set: {told}.")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if following.sentence:
            panel.draw("quiet", key="playground_following", sentence=following.sentence)
        if following.can_start_anew and st.button("Start anew", key="playground_anew", help=_ANEW):
            state.keep_turns(Conversation())
            state.show(None)
            st.query_params.clear()
            st.rerun()


def _headline(services: Services, preview: Preview) -> None:
    decision = preview.decided.decision if preview.decided else None
    sentence = _EMPTY
    if preview.refusal is not None:
        sentence = "This would be refused; nothing would be sent."
    elif preview.decided is not None:
        explained = services.engine.explain(preview.decided)
        sentence = f"{explained.sentence} {flip_sentence(explained.flip)}"
    panel.draw("headline", key="playground_headline", tier=decision.tier if decision else None, sentence=sentence)


def _marks(services: Services, preview: Preview) -> tuple[Mark, ...]:
    if preview.decided is None:
        return ()
    found = marks_of(preview.decided.hits, services.heuristics.active().document)
    return tuple(mark for mark in found if mark.kind != "neutral")  # words that move nothing would only distract


def _decision(services: Services, composed: Composed, preview: Preview) -> None:
    if preview.refusal is not None:
        panel.draw("refusal", key="playground_decision", reason=preview.refusal)
    elif preview.decided is not None:
        assumed = services.heuristics.active().document.policies.fit.answer_tokens
        answer_tokens = composed.options.max_tokens or assumed
        windows = services.engine.explain(preview.decided).windows
        panel.draw(
            "decision",
            key="playground_decision",
            view=decision_view(preview.decided, _estimates(services, preview.decided, answer_tokens), windows),
            version=preview.decided.decision.version,
            answer_tokens=answer_tokens,
            bounded=composed.options.max_tokens is not None,
        )
    elif composed.conversation.messages:
        panel.draw("sentence", key="playground_next_turn", sentence=_NEXT_TURN)
    else:
        _samples()


def _estimates(services: Services, decided: Decided, answer_tokens: int) -> Mapping[Tier, Cost]:
    needed = decided.situation.prompt_tokens
    return {tier: services.catalog.estimate(needed[tier.rank], answer_tokens, tier) for tier in TIERS}


def _samples() -> None:
    with st.container(border=True):
        st.markdown("**Try one of these**")
        for at, sample in enumerate(_sample_prompts()):
            st.button(
                sample["title"],
                key=f"playground_sample_{at}",
                width="stretch",
                on_click=state.fill,
                args=(sample["text"],),
            )


@cache
def _sample_prompts() -> tuple[Mapping[str, str], ...]:
    return tuple(
        {"title": str(s["title"]), "text": str(s["text"])} for s in yaml.safe_load(asset("sample_prompts.yaml"))
    )
