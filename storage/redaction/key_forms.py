"""What keys look like: the forms that detect-secrets knows, by its own patterns in RE2, and those that it does not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

_SHORTEST: Final = 16  # bytes of a key whose form says nothing of its length
_SHORTEST_SECRET: Final = 6  # of one that something names
_AHEAD: Final = re.compile(r"\(\?!(?:\\w|\[[^\]]*\])\)")
_LEFT_OUT: Final = frozenset({"BasicAuthDetector", "IPPublicDetector", "PrivateKeyDetector"})
"""An address is no key; of private keys the detector finds the first line alone; what a URL signs in with is below."""

_NAMES: Final = (
    rb"(?:\w*(?:password|passwd|passwort|kennwort|passphrase|pwd|secret|(?:api|auth|access|account|private)[_-]?key)\w*"
    rb"|\w*token(?:[a-rt-z0-9_]\w*)?|\w+_pass)"  # max_tokens is none
)
_IS: Final = rb"""\\{0,3}["']?\s{0,3}(?:=>|:=|:|=)\s{0,3}\\{0,3}"""  # JSON within JSON has its quotes escaped
_OF_PROVIDERS: Final = rb"sk|pk|rk|sbx"


class Form(NamedTuple):
    """A pattern whose first group that is long enough, or else all of it, is a key of at least so many bytes.

    `sure`: nothing else looks so; else it is none without a digit. `whole`: it ends where the pattern does; else it
    goes on as long as no blank comes.
    """

    pattern: bytes
    least: int = _SHORTEST_SECRET
    sure: bool = False
    whole: bool = False


_OURS: Final = (
    Form(rb"""://([^\s/?#\[\]@"'`<>\\]*:[^\s/?#\[\]"'`<>\\]+)@""", least=2, sure=True, whole=True),
    Form(rb"\b(?:" + _OF_PROVIDERS + rb")[-_][A-Za-z0-9_-]*[0-9][A-Za-z0-9_-]*", least=_SHORTEST),
    Form(rb"\b(?:" + _OF_PROVIDERS + rb")[-_](?:[a-z]{2,8}[-_])?[A-Za-z0-9]{32,}", sure=True),
    Form(rb"\b[spr]k_(?:live|test)_[A-Za-z0-9]{10,}", sure=True),
    Form(rb"\b(?:hf_|gsk_|xai-|npm_|whsec_|github_pat_)[A-Za-z0-9]{20,}", sure=True),
    Form(rb"\b(?:github_pat_|hf_|gsk_|xai-|AIza|ya29\.)[A-Za-z0-9_-]{16,}"),
    Form(rb"(?i)\bbearer\s+([A-Za-z0-9._~+/=-]{15,}[A-Za-z0-9_~+/=-])"),
    Form(
        rb"""(?i)\bauthorization\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["']?basic\s{1,3}([A-Za-z0-9+/_-]{4,}={0,2})""",
        least=4,
        sure=True,
        whole=True,
    ),
    Form(rb"(?i)\baws\w{0,20}(?:key|secret|token)" + _IS + rb"""["']?([a-z0-9/+]{40,})""", sure=True, whole=True),
    Form(rb"(?i)\b" + _NAMES + _IS + rb'"([^"\n]{5,255}[^"\\\n])', sure=True, whole=True),
    Form(rb"(?i)\b" + _NAMES + _IS + rb"'([^'\n]{5,255}[^'\\\n])", sure=True, whole=True),
    Form(rb"(?i)\b" + _NAMES + _IS + rb"""([^\s"',;\[\]]{6,256})""", whole=True),
    Form(
        rb"(?i)\b(?:password|passwd|passwort|kennwort|passphrase|pwd)[ \t]{1,3}(?:(?:is|was|ist|war|lautet)[ \t]{1,3})?"
        rb"""([^\s"',;\[\](){}<>=]{5,255}[^\s"',;:\[\](){}<>=.?])""",
        whole=True,
    ),
)


def forms() -> Iterator[Form]:
    """All of them; loads detect-secrets."""
    yield from _OURS
    for pattern in _of_detect_secrets():
        yield Form(pattern, least=_SHORTEST)


def _of_detect_secrets() -> Iterator[bytes]:
    """The patterns of its detectors of one provider's keys each; not those of entropy, which most of base64 has."""
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
    from detect_secrets.plugins.base import RegexBasedDetector

    detectors: Mapping[str, type] = get_mapping_from_secret_type_to_class()
    for detector in detectors.values():
        if issubclass(detector, RegexBasedDetector) and detector.__name__ not in _LEFT_OUT:
            patterns: Iterable[re.Pattern[str]] = detector().denylist
            yield from map(_in_re2, patterns)


def _in_re2(pattern: re.Pattern[str]) -> bytes:
    """The pattern without what RE2 does not have: looks to both sides, and large counts."""
    text = pattern.pattern.replace(r"(?:(?<=\W)|(?<=^))", r"(?:^|\b)").replace("{50,1024}", "{50,}")
    caseless = "(?i)" if pattern.flags & re.IGNORECASE else ""
    return (caseless + _AHEAD.sub("", text)).encode()
