from __future__ import annotations

from dataclasses import replace

from routing_core.domain import Hits, KeywordHit, PatternHit, Signal
from routing_core.outcome import Outcome
from storage.redaction import Kind
from storage.redaction.outcome import redacted_outcome
from tests.storage.samples import with_prompt

PROMPT = "Tell ann@example.com to explain sk-abc1234567890defg"


def asked() -> Outcome:
    made = with_prompt(PROMPT)
    assert made.decided is not None
    at = PROMPT.index("explain")
    hits = Hits((KeywordHit("explaining", "explain", ((at, at + 7),)),), (PatternHit("mail", (5, 20)),))
    evidence = ("explain", "ann@example", "keyword of the heuristics")
    decision = replace(made.decided.decision, signals=(Signal("words", 0.5, 2.0, 1.0, evidence),))
    return replace(made, decided=replace(made.decided, hits=hits, decision=decision))


def test_offsets_lead_to_the_same_words_and_marks() -> None:
    made, counts = redacted_outcome(asked())
    assert made.decided is not None
    text, hits = made.decided.text, made.decided.hits
    assert text == "Tell [email] to explain [key]"
    assert [text[slice(*span)] for span in hits.keywords[0].spans] == ["explain"]
    assert text[slice(*hits.patterns[0].span)] == "[email]"
    assert counts == {"email": 1, "key": 1}


def test_evidence_that_quotes_what_was_replaced_goes() -> None:
    made, _ = redacted_outcome(asked())
    assert made.decided is not None
    assert made.decided.decision.signals[0].evidence == ("explain", "keyword of the heuristics")


def test_answers_errors_tools_and_the_system_prompt_are_gone_over_too() -> None:
    whole = asked()
    request = replace(whole.request, system_prompt="Ask bob@example.org", params={"tools": [{"x": "cy@example.org"}]})
    tries = (replace(whole.attempts[0], error="No such user dan@example.org"),)
    made, counts = redacted_outcome(
        replace(whole, request=request, answer="Ask eve@example.org", error="fay@example.org", attempts=tries)
    )
    assert "example.org" not in repr(made)
    assert counts[Kind.EMAIL] == 4  # an error is no text that was asked or answered


def test_who_asked_stays_so_that_it_can_be_found() -> None:
    whole = asked()
    made, _ = redacted_outcome(replace(whole, request=replace(whole.request, user="ann@example.com")))
    assert made.request.user == "ann@example.com"


def test_a_place_counts_once_however_often_it_is_kept() -> None:
    whole = replace(with_prompt("Write to ann@example.com"), answer="Written to ann@example.com")
    request = replace(whole.request, system_prompt="Be brief", params={"user": "ann@example.com"})
    made, counts = redacted_outcome(replace(whole, request=request))
    assert counts == {"email": 2}  # the message and the answer; not its copy that was decided on, nor who asked
    assert "user" not in made.request.params
