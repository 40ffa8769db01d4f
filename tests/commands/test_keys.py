"""`python -m signalbox keys` as a shell sees it."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bootstrap.key_file import ACCESS, kept_key
from routing_core.domain import Tier
from settings import CHECKOUT
from signalbox import build_parser
from storage.engine import open_database
from storage.keys.api_keys import ApiKeys
from storage.keys.key import ApiKey
from tests.browser.console import environment


def keys(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "signalbox", "keys", *arguments],
        cwd=CHECKOUT,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=55,
    )


def found(home: Path, secret: str) -> ApiKey | None:
    with (
        closing(open_database(f"sqlite:///{home / 'signalbox.db'}")) as database,
        closing(ApiKeys(database, kept_key(home, ACCESS))) as known,
    ):
        return known.find(secret)


def test_a_key_is_made_printed_once_listed_without_its_secret_and_revoked(tmp_path: Path) -> None:
    terms = ("--app", "shop", "--tiers", "mid,cheap", "--daily-usd", "$0.50", "--rpm", "60")
    made = keys(tmp_path, "create", *terms)
    secret = made.stdout.removesuffix("\n")
    assert (made.returncode, re.fullmatch(r"sbx-[\w-]{43}", secret) is not None) == (0, True), made.stderr
    assert secret not in made.stderr
    key = found(tmp_path, secret)
    assert key is not None
    assert (key.app, key.tiers, key.daily_usd_nano, key.rpm) == ("shop", (Tier.CHEAP, Tier.MID), 500_000_000, 60)
    assert f"{key.id}: tiers cheap, mid, 0.5 USD a day, 60 completions a minute" in made.stderr
    listed = keys(tmp_path, "list").stdout
    assert re.search(rf"^{key.id}  shop  {key.prefix}…\s+cheap,mid  0\.5 +60 .* good$", listed, re.MULTILINE)
    assert secret not in listed
    assert f"{key.id} of shop is revoked" in keys(tmp_path, "revoke", key.id).stdout
    assert found(tmp_path, secret) is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--app"),
        (("--app", "shop", "--tiers", "cheap,best"), "no tier 'best'"),
        (("--app", "shop", "--daily-usd", "much"), "Write dollars"),
        (("--app", "shop", "--rpm", "often"), "invalid int value"),
    ],
    ids=["no app", "tier", "dollars", "rate"],
)
def test_bad_usage_is_named(arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        build_parser().parse_args(["keys", "create", *arguments])
    assert said in capsys.readouterr().err


def test_what_is_refused_is_said_without_a_traceback(tmp_path: Path) -> None:
    refused = keys(tmp_path, "create", "--app", "shop", "--rpm", "0"), keys(tmp_path, "revoke", "key-none")
    assert [(done.returncode, done.stdout) for done in refused] == [(2, ""), (1, "")]
    assert [done.stderr.splitlines()[-1].split(" ")[0] for done in refused] == ["signalbox:"] * 2
    assert "1 to 1,000,000" in refused[0].stderr
    assert "Nothing was revoked" in refused[1].stderr
