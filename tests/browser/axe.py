"""What axe-core finds on a page; Streamlit's own violations are listed here, by rule and selector, and left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# What axe finds in Streamlit's own markup, which no page of ours can change: rule, and where the element stands.
STREAMLITS_OWN: Final[Mapping[str, Sequence[str]]] = {
    "list": ['[data-testid="stSidebarNavItems"]'],  # its sections are <div>s between <ul> and <li>
    "listitem": ['[data-testid="stSidebarNavItems"]'],
}

_RUN: Final = """
async (known) => {
  const options = {
    resultTypes: ["violations"], elementRef: true,
    runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
  };
  const { violations } = await axe.run(document, options);
  const ours = (rule, element) => !(known[rule] ?? []).some((selector) => element.closest(selector));
  return violations.flatMap(({ id, help, nodes }) => nodes.filter(({ element }) => ours(id, element)).map((node) => {
    const why = [...node.any, ...node.all, ...node.none].map(({ message }) => message).join("; ");
    return `${id} (${help}) at ${node.target.flat(9).join(" ")}: ${node.html.slice(0, 160)} [${why}]`;
  }));
}
"""


def violations(page: Page) -> list[str]:
    """Everything that is ours, one line each: rule, where, what, why."""
    page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_RUN, STREAMLITS_OWN)
    return found
