"""The playground: write a prompt, see where it would go and why, send it, compare the answers."""

from __future__ import annotations

from ui import shell
from ui.playground import answers, compose, header, stored
from ui.playground.composed import Mode

services = shell.guard()
stored.open_link(services)
mode, blind = header.draw()
shell.catalog_notice(services)
header.conversation()
if mode is Mode.PROMPT_SET:
    from ui.prompt_set import screen  # its table loads pandas, which the other modes do without

    screen.draw(services)
else:
    compose.draw(services, mode, blind=blind)
    answers.draw(services)
