"""LiteLLM Proxy in an environment of its own, one worker on a simulator: the peer that the gateway is measured by."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.served import NotServing, Served
from tests.browser.console import free_port

ENVIRONMENT: Final = Path(__file__).resolve().parents[1] / ".venv-litellm-proxy"
_MODEL: Final = "cheap"
_KEY: Final = "sk-benchmark-0123456789-0123456789"  # it refuses to start with a weak one
_READY_WITHIN_S: Final = 120
_ENDS_WITHIN_S: Final = 15
_LOG_TAIL: Final = 4_000
# Nothing fetched, no pages, no debugging: as its own guide has it for production.
_SETTINGS: Final = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS": "True",
    "LITELLM_LOCAL_BLOG_POSTS": "True",
    "LITELLM_LOCAL_POLICY_TEMPLATES": "True",
    "LITELLM_LOCAL_AUTOROUTER_PRESETS": "True",
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "ERROR",
    "DISABLE_ADMIN_UI": "True",
    "NO_DOCS": "True",
}


@contextmanager
def litellm_proxy(simulator_url: str, models: Sequence[str]) -> Iterator[Served]:
    """A proxy with one group, `models` of the simulator at `simulator_url`; it ends with the block.

    Its environment is made when it is missing or holds another version than ours. Raises NotServing.
    """
    command = _installed()
    with TemporaryDirectory() as folder:
        settings = Path(folder) / "config.yaml"
        settings.write_text(json.dumps(_configuration(simulator_url, models)))  # JSON is YAML
        port = free_port()
        log = Path(folder) / "log"
        with log.open("wb") as sink:
            process = subprocess.Popen(  # noqa: S603 - the proxy of our own environment, with our own words
                [command, "--config", settings, "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"],
                cwd=folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        try:
            served = Served(f"http://127.0.0.1:{port}/v1", _MODEL, process.pid, _KEY)
            served.wait_until_it_answers(_READY_WITHIN_S)
            yield served
        except NotServing as error:
            raise NotServing(f"{error}\n{log.read_text(errors='replace')[-_LOG_TAIL:]}") from error
        finally:
            _end(process)


def _configuration(simulator_url: str, models: Sequence[str]) -> dict[str, object]:
    called = [{"model": f"openai/{model}", "api_base": simulator_url, "api_key": "none"} for model in models]
    return {
        "model_list": [{"model_name": _MODEL, "litellm_params": each} for each in called],
        "general_settings": {"master_key": _KEY},
    }


def _environment() -> dict[str, str]:
    ours = ("SIGNALBOX_", "LITELLM_", "DATABASE_URL", "VIRTUAL_ENV", "PYTHONPATH")
    theirs = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return theirs | _SETTINGS


def _installed() -> Path:
    wanted = f"litellm[proxy]=={version('litellm')}"
    installed = ENVIRONMENT / "installed"
    if not installed.exists() or installed.read_text() != wanted:
        print(f"  installing {wanted} into {ENVIRONMENT.name}", file=sys.stderr)
        uv = (sys.executable, "-m", "uv")
        _run(*uv, "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, str(ENVIRONMENT))
        python = str(ENVIRONMENT / "bin" / "python")
        _run(*uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, wanted)
        installed.write_text(wanted)
    return ENVIRONMENT / "bin" / "litellm"


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - uv, with our own words
    if done.returncode:
        raise NotServing(f"LiteLLM Proxy could not be installed:\n{done.stderr}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
