"""The README keeps its word: every command and every example in it runs, every figure is the measured one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
import yaml

from docs.figures import README, recorded, with_figures
from routing_core.dispatch.catalog import build_catalog
from routing_core.dispatch.document import parse_document
from routing_core.outcome import CostSource
from settings import CHECKOUT
from storage.engine import open_database
from storage.request_log import RequestLog
from tests.browser.console import free_port
from tests.simulator_process import SimulatorProcess

TEXT = README.read_text(encoding="utf-8")
pytestmark = pytest.mark.timeout(170)  # each starts processes that load LiteLLM, beside another worker
SOME_DAY = date(2026, 11, 1)
READY = {
    "make run": "Signalbox  http://127.0.0.1:",
    "make gateway": "Gateway ready: base URL http://127.0.0.1:",
    "make simulator": '"ready": true',
}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]
SERVERS = [command for command in COMMANDS if command in READY]
ONCE = [command for command in COMMANDS if command not in READY and command != "make test"]


@pytest.fixture
def environment(simulator: SimulatorProcess, tmp_path: Path) -> Mapping[str, str]:
    open_database(f"sqlite:///{tmp_path / 'signalbox.db'}").close()
    return os.environ | {
        "SIGNALBOX_HOME": str(tmp_path),
        "SIGNALBOX_SIMULATOR": "always",
        "SIGNALBOX_SIMULATOR_URL": simulator.base_url,
    }


def test_the_readme_names_the_two_commands() -> None:
    assert {"make run", "make test", "make simulator"} <= set(COMMANDS)
    assert len(ONCE) >= 3


@pytest.mark.parametrize("command", ONCE)
def test_a_command_that_ends_ends_well(command: str, environment: Mapping[str, str]) -> None:
    command = command.replace(".venv/bin/python", sys.executable)
    done = subprocess.run(
        ["bash", "-c", command], env=environment, cwd=CHECKOUT, capture_output=True, text=True, check=False, timeout=150
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("command", SERVERS)
def test_a_command_that_serves_comes_up(command: str, environment: Mapping[str, str]) -> None:
    with subprocess.Popen(
        [*command.split(), f"PORT={free_port()}"],
        env=environment,
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stdout is not None
        try:
            assert any(READY[command] in line for line in server.stdout)
        finally:
            os.killpg(server.pid, signal.SIGTERM)


def test_make_test_is_what_runs_this() -> None:
    done = subprocess.run(["make", "--dry-run", "test"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert "pytest" in done.stdout


def test_the_python_example_prints_what_it_cost_and_is_logged_when_it_ends(environment: Mapping[str, str]) -> None:
    (example,) = (block for block in blocks("python") if "routed_completion" in block)
    done = subprocess.run(
        [sys.executable, "-c", example],
        env=environment,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr
    assert CostSource.PRICE_MAP in done.stdout
    with closing(open_database(f"sqlite:///{environment['SIGNALBOX_HOME']}/signalbox.db")) as database:
        assert len(RequestLog(database).newest(2)) == 1


@pytest.mark.parametrize("entry", blocks("yaml"))
def test_a_local_server_is_an_entry_of_four_lines_that_can_be_called_for_free(entry: str) -> None:
    assert len(entry.splitlines()) == 4
    document = parse_document("model_list:\n" + entry, name="signalbox.yaml")
    (deployment,) = build_catalog(document, {}, SOME_DAY).deployments
    assert deployment.callable
    assert deployment.window_tokens is not None
    assert yaml.safe_load(entry)[0]["model_name"] == deployment.tier


def test_the_figures_are_the_measured_ones() -> None:
    assert with_figures(TEXT, recorded()) == TEXT, "run `make docs` after `make bench`, and commit both"


def test_every_picture_and_page_it_links_to_is_there() -> None:
    linked = [target for target in re.findall(r"\]\(([^)]+)\)", TEXT) if "://" not in target]
    assert linked
    assert [target for target in linked if not (CHECKOUT / target).exists()] == []
