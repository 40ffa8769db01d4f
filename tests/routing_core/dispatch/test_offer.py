from __future__ import annotations

from pathlib import Path

from routing_core.dispatch.offer import CatalogSources
from tests.routing_core.dispatch.catalogs import ALL_KEYS, SHIPPED


def sources(simulated: bool | None, environment: dict[str, str], path: Path = SHIPPED) -> CatalogSources:
    return CatalogSources(path, lambda: environment, (path,), simulated)


def test_the_simulator_serves_by_itself_only_where_nothing_else_can() -> None:
    cases = [(None, {}, True), (None, ALL_KEYS, False), (True, ALL_KEYS, True), (False, {}, False)]
    for simulated, environment, wanted in cases:
        asked = sources(simulated, dict(environment))
        assert asked.wants_simulator(asked.read()) is wanted


def test_what_a_simulator_of_ours_would_serve_is_foreseen_without_starting_one() -> None:
    asked = sources(None, {})
    catalog = asked.foresee(asked.read())
    assert (catalog.simulated, all(d.callable for d in catalog.deployments), catalog.findings) == (True, True, ())


def test_a_stamp_changes_with_its_file_and_tells_one_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "signalbox.yaml"
    asked = sources(False, {}, path)
    absent = asked.stamp()
    path.write_text("model_list: []")
    assert (absent, len(asked.stamp())) == ((None,), 1)
    assert asked.stamp() != absent


def test_a_reading_shows_no_key() -> None:
    assert "sk-" not in repr(sources(False, dict(ALL_KEYS)).read())
