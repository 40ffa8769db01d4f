"""What the terminal is told once the console serves: where, who answers calls, who may come in, how to stop."""

from __future__ import annotations

from routing_core.dispatch.catalog import Catalog
from routing_core.dispatch.findings import Severity
from ui import format as figures

_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened at
_ALWAYS = "always"


def greeting(
    address: str,
    port: int,
    catalog: Catalog | str,
    *,
    simulator: str,
    password: bool,
    viewers: bool,
    hosts: tuple[str, ...] = (),
) -> str:
    """The lines, each with its heading.

    `catalog` is a sentence where the console serves and is not ready; `simulator` is the setting of that name.
    """
    bare = address.strip("[]")
    here = "127.0.0.1" if bare in _EVERY_ADDRESS else bare
    url = f"http://{f'[{here}]' if ':' in here else here}:{port}"
    also = f" (others reach it as {', '.join(hosts)})" if hosts else ""
    told = [
        ("Signalbox", f"{url}{also}"),
        ("Models", f"Not ready. {catalog}" if isinstance(catalog, str) else _models(catalog, simulator)),
        ("Sign-in", _sign_in(password=password, viewers=viewers)),
        ("Stop", "Ctrl+C"),
    ]
    return "\n" + "".join(f"  {heading:<10} {line}\n" for heading, line in told) + "\n"


def _models(catalog: Catalog, simulator: str) -> str:
    if catalog.simulated:
        because = "SIGNALBOX_SIMULATOR is always" if simulator == _ALWAYS else "no provider key is set"
        return f"Simulated ({because}): answers and costs are not real, and nothing leaves this machine."
    able = sum(d.callable for d in catalog.deployments)
    said = f"Real providers: {able} of {figures.plural(len(catalog.deployments), 'deployment')} can be called."
    wrong = sum(finding.severity is not Severity.NOTE for finding in catalog.findings)
    return f"{said} {figures.plural(wrong, 'finding')} on the Models page." if wrong else said


def _sign_in(*, password: bool, viewers: bool) -> str:
    if not password:
        return "None: this machine alone is served. SIGNALBOX_PASSWORD asks for a password."
    return f"By password, {'for operators and for viewers' if viewers else 'for operators; there are no viewers'}."
