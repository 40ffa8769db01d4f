import json
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from simulator.__main__ import main
from simulator.app import names_loopback
from simulator.catalog import load_models


@pytest.mark.parametrize(
    "entries",
    [
        "[]",
        '[{"id": "a"}]',
        '[{"id": "", "tier": "mid"}]',
        '[{"id": "a", "tier": "royal"}]',
        '[{"id": "a", "tier": "mid", "windows": 3}]',
        '[{"id": "a", "tier": "mid", "max_input_tokens": 0}]',
        '[{"id": "a", "tier": "mid", "tokens_per_s": {"median": 0, "sigma": 1}}]',
        '[{"id": "a", "tier": "mid"}, {"id": "a", "tier": "cheap"}]',
        "3",
    ],
)
def test_a_wrong_list_of_models_is_refused(entries: str) -> None:
    with pytest.raises(ValidationError):
        load_models(entries)


def test_a_list_that_is_no_json_is_refused() -> None:
    with pytest.raises(yaml.YAMLError):
        load_models("{")


def test_an_entry_has_the_defaults_of_its_tier_and_what_it_says_itself() -> None:
    served = load_models(json.dumps([{"id": "a", "tier": "cheap", "images": True}])).served()
    assert (list(served), served["a"].images, served["a"].max_input_tokens) == (["a"], True, 16384)


def test_the_default_models_are_eight_and_the_cheap_window_is_16_k_without_images() -> None:
    served = load_models().served().values()
    assert [model.tier for model in served] == ["cheap"] * 3 + ["mid"] * 3 + ["frontier"] * 2
    assert {(model.max_input_tokens, model.images) for model in served if model.tier == "cheap"} == {(16384, False)}


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--models", str(tmp_path / "absent.json")])
    assert "absent.json" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "[::]", "example.com", "localhost.example.com", ""])
def test_an_address_beyond_loopback_is_known_as_such(host: str) -> None:
    assert not names_loopback(f"//{host}")
