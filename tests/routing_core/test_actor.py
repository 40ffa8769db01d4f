from __future__ import annotations

import pytest

from routing_core.actor import OPERATOR, Actor
from routing_core.errors import NotAllowed


def test_an_operator_may_change_and_a_viewer_is_told_who_may() -> None:
    OPERATOR.require("publish heuristics")
    with pytest.raises(NotAllowed, match=r"may not publish heuristics\. Nothing was changed\..*operator's password"):
        Actor("ada", may_change=False).require("publish heuristics")
