"""What part of the traffic a board looks at, in words, and what cannot be said of such a part. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_WITHOUT: Final = {"app": "without an app", "model": "that no model answered", "version": "decided by no version"}
_WITH: Final = {"app": "of app {}", "model": "answered by {}", "version": "decided by {}"}


@dataclass(frozen=True, slots=True)
class Scope:
    """The tier, app, model and version that are looked at; None is all of them, '' what has none."""

    tier: str | None = None
    app: str | None = None
    model: str | None = None
    version: str | None = None

    @classmethod
    def of(cls, link: Mapping[str, str]) -> Scope:
        """The scope that a link's filters name."""
        without = link.get("without", "").split(",")
        app, model, version = ("" if name in without else link.get(name) for name in _WITH)
        return cls(link.get("tier"), app, model, version)

    @property
    def told(self) -> str:
        """The part in words, `frontier traffic of app web`; '' where it is all traffic."""
        named = {"app": self.app, "model": self.model, "version": self.version}
        parts = [
            _WITH[name].format(value) if value else _WITHOUT[name] for name, value in named.items() if value is not None
        ]
        return " ".join(filter(None, [self.tier, "traffic", ", ".join(parts)])) if self.tier or parts else ""

    @property
    def no_share(self) -> str:
        """Why tiers have no share of this part; '' where they have."""
        if self.tier is not None:
            return "One tier is looked at; its share needs them all."
        return "One model is looked at; a tier's share needs them all." if self.model is not None else ""

    @property
    def no_errors(self) -> str:
        """Why this part has no error rate; '' where it has."""
        return "One model is looked at; what failed or was refused has none." if self.model is not None else ""

    @property
    def not_among(self) -> str:
        """What could go wrong and is not counted here; '' where all is."""
        if self.model is not None:
            return "failed and refused requests have no model"
        decided = self.tier is not None or self.version is not None
        return "without those refused before a decision" if decided else ""


EVERYTHING: Final = Scope()
"""All traffic."""
