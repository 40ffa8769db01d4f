from __future__ import annotations

import pytest

from ui.dashboard.scope import Scope


@pytest.mark.parametrize(
    ("link", "told"),
    [
        ({}, ""),
        ({"tier": "mid"}, "mid traffic"),
        ({"app": "web", "model": "m-1"}, "traffic of app web, answered by m-1"),
        ({"tier": "cheap", "without": "app,version"}, "cheap traffic without an app, decided by no version"),
        ({"simulated": "yes", "without": "model"}, "traffic that no model answered"),
    ],
)
def test_a_part_is_told_by_what_its_link_names(link: dict[str, str], told: str) -> None:
    assert Scope.of(link).told == told


@pytest.mark.parametrize(
    ("scope", "unsaid"),
    [
        (Scope(), (False, False, False)),
        (Scope(app="web"), (False, False, False)),
        (Scope(version="v1"), (False, False, True)),
        (Scope(tier="mid"), (True, False, True)),
        (Scope(model=""), (True, True, True)),
    ],
)
def test_what_a_part_cannot_tell_is_said(scope: Scope, unsaid: tuple[bool, bool, bool]) -> None:
    assert tuple(map(bool, (scope.no_share, scope.no_errors, scope.not_among))) == unsaid
