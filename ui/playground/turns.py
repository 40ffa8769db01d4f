"""Which turns the prompt in the editor follows, and the sentence that says so. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from routing_core.sends import SendView
from ui.export.document import text_of
from ui.playground.answer_view import tier_of
from ui.playground.composed import Conversation, newest_user_turn
from ui.playground.state import Shown

_NEXT: Final = "Continues the conversation: this prompt is the turn after the answer below."
_AGAIN: Final = "Sent unchanged, this prompt is asked again. Write another to continue from the answer below."
_EMPTY: Final = "Write the next prompt to continue from the answer below."
_ABOVE: Final = "This prompt is the next turn of the conversation above."
_COLUMNS: Final = "The next prompt does not follow these answers. To continue from one of them, press Go on under it."


@dataclass(frozen=True, slots=True)
class NextTurn:
    """The turns that a send would follow; `sentence` is empty where there is nothing to say."""

    conversation: Conversation
    sentence: str = ""
    can_start_anew: bool = False


def next_turn(so_far: Conversation, shown: Shown | None, sends: Sequence[SendView], text: str) -> NextTurn:
    """What a send of `text` follows: the one answer on the screen, unless `text` is what it answers.

    An answer that is still being written or never came is not followed, nor is one of several columns.
    """
    anew = bool(so_far.messages)
    if shown is None or not sends or not all(send.done for send in sends):
        return NextTurn(so_far, _ABOVE if anew and shown is None else "", anew)
    if shown.is_comparison:
        return NextTurn(so_far, "" if shown.blind else _COLUMNS, anew)
    (send,) = sends
    if send.outcome is None or not send.outcome.has_answer or not send.text:
        return NextTurn(so_far, _ABOVE if anew else "", anew)
    if text.strip() in _asked(send):
        return NextTurn(so_far, _AGAIN, can_start_anew=True)
    if not text.strip():
        return NextTurn(so_far, _EMPTY, can_start_anew=True)
    return NextTurn(so_far.going_on(shown.request, send.text, tier_of(send)), _NEXT, can_start_anew=True)


def _asked(send: SendView) -> set[str]:
    messages = send.request.messages
    at = newest_user_turn(messages)
    asked = set() if at is None else {text_of(messages[at]).strip()}
    return asked if send.decided is None else {*asked, send.decided.text.strip()}
