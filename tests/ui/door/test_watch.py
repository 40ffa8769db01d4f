from __future__ import annotations

import pytest

from ui.door.watch import head


@pytest.mark.parametrize("path", ["/", "/requests", "/no-such-page"])
def test_every_page_watches_its_server(path: str) -> None:
    assert head(path).startswith("<script>")
    assert "</head" not in head(path)


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_the_sign_in_runs_no_script(path: str) -> None:
    assert head(path) == ""
