"""The playground: write a prompt, see where it would go and why, send it, compare the answers."""

from __future__ import annotations

from ui import playground_answers, playground_compose, playground_header, playground_stored, shell
from ui.playground_request import Mode

services = shell.guard()
playground_stored.open_link(services)
mode, blind = playground_header.draw()
shell.catalog_notice(services)
playground_header.conversation()
if mode is Mode.PROMPT_SET:
    from ui import prompt_set  # its table loads pandas, which the other modes do without

    prompt_set.draw(services)
else:
    playground_compose.draw(services, mode, blind=blind)
    playground_answers.draw(services)
