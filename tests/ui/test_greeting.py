from __future__ import annotations

import pytest

from tests.routing_core.dispatch.catalogs import entry, of, shipped, written
from ui.greeting import greeting


def lines(told: str) -> dict[str, str]:
    """What is told, by its heading."""
    return {heading: line.strip() for heading, _, line in (row.strip().partition(" ") for row in told.splitlines())}


def told(*, catalog: str | None = None, password: bool = False, viewers: bool = False) -> dict[str, str]:
    found = shipped({}, {}) if catalog is None else catalog
    return lines(greeting("127.0.0.1", 8501, found, simulator="auto", password=password, viewers=viewers))


@pytest.mark.parametrize(
    ("address", "url"), [("127.0.0.1", "http://127.0.0.1:8600"), ("0.0.0.0", "http://127.0.0.1:8600"), ("::1", "http://[::1]:8600"),
     ("[::1]", "http://[::1]:8600"), ("[::]", "http://127.0.0.1:8600")],
)  # fmt: skip
def test_the_address_is_one_that_a_browser_here_can_open(address: str, url: str) -> None:
    said = lines(greeting(address, 8600, shipped({}, {}), simulator="auto", password=False, viewers=False))
    assert said["Signalbox"] == url


def test_names_that_others_use_are_told() -> None:
    said = greeting("::", 8600, "", simulator="auto", password=True, viewers=False, hosts=("console.example",))
    assert "http://127.0.0.1:8600 (others reach it as console.example)" in said


@pytest.mark.parametrize(
    ("setting", "because"), [("auto", "no provider key is set"), ("always", "SIGNALBOX_SIMULATOR is always")]
)
def test_simulated_answers_are_told_as_such_with_why(setting: str, because: str) -> None:
    said = lines(greeting("::1", 1, shipped({}, {}), simulator=setting, password=False, viewers=False))
    assert said["Models"].startswith(f"Simulated ({because}): answers and costs are not real")


def test_real_providers_are_counted_with_what_is_wrong() -> None:
    catalog = written(of(entry("cheap", "openai/gpt-6-luna"), entry("mid", "mistral/mistral-large-latest")))
    said = lines(greeting("127.0.0.1", 8501, catalog, simulator="never", password=False, viewers=False))
    assert said["Models"].startswith("Real providers: 1 of 2 deployments can be called.")
    assert said["Models"].endswith("on the Models page.")


def test_a_console_that_is_not_ready_says_why() -> None:
    assert told(catalog="signalbox.yaml cannot be read.")["Models"] == "Not ready. signalbox.yaml cannot be read."


def test_who_may_come_in_is_told_and_how_to_stop() -> None:
    assert told()["Sign-in"].startswith("None: this machine alone is served.")
    assert told(password=True)["Sign-in"] == "By password, for operators; there are no viewers."
    assert told(password=True, viewers=True)["Sign-in"] == "By password, for operators and for viewers."
    assert told()["Stop"] == "Ctrl+C"
