"""The README's example of a client runs as it stands, but for the key and the port."""

from __future__ import annotations

import re
import subprocess
import sys

from docs.figures import README
from tests.gateway_process import GatewayProcess


def test_the_example_of_the_readme_prints_where_it_went_and_what_it_cost(gateway: GatewayProcess) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (example,) = (block for block in blocks if "OpenAI(" in block)
    mine = example.replace("http://127.0.0.1:4000/v1", gateway.base_url).replace("sbx-…", gateway.key)
    done = subprocess.run([sys.executable, "-c", mine], capture_output=True, text=True, check=False, timeout=50)
    assert done.returncode == 0, done.stderr
    tier, reason, cost = done.stdout.split()
    assert tier in {"cheap", "mid", "frontier"}
    assert reason
    assert float(cost) > 0
