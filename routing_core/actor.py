"""Who asks for a change: checked where the change is made, not only where its button is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from routing_core.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody at the console or behind a command; a viewer reads everything and changes nothing."""

    name: str
    may_change: bool = True

    def require(self, change: str) -> None:
        """Raise NotAllowed unless this actor may make a `change`, which is named by its verb (`publish heuristics`)."""
        if not self.may_change:
            raise NotAllowed(
                f"You are signed in as a viewer, who may not {change}. Nothing was changed. Sign in with the"
                " operator's password to do it."
            )


OPERATOR = Actor("operator")
"""Whoever is alone at the console of their own machine, and whoever runs a command there."""
