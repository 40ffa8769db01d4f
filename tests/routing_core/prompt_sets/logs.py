"""A request log in memory, for runs that are read back from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from routing_core.domain import Decided
from routing_core.outcome import Outcome


@dataclass(slots=True)
class KeptLog:
    """Outcomes by comparison; `asked` is how many ids each query named."""

    outcomes: list[Outcome] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def comparisons(self, comparison_ids: Sequence[str]) -> Mapping[str, tuple[Outcome, ...]]:
        self.asked.append(len(comparison_ids))
        found: defaultdict[str, list[Outcome]] = defaultdict(list)
        for outcome in self.outcomes:
            name = outcome.request.comparison_id
            if name is not None and name in comparison_ids:
                found[name].append(outcome)
        return {name: tuple(outcomes) for name, outcomes in found.items()}


def nothing(_decided: Decided) -> Decided | None:
    """No decision is known any more."""
    return None
