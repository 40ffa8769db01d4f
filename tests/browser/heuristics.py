"""The Heuristics page as a test drives it."""

from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.browser.visit import Visit


@dataclass(frozen=True, slots=True)
class HeuristicsPage:
    """The page in one tab."""

    visit: Visit

    def open(self, link: str = "") -> "HeuristicsPage":
        """Load the page and wait until its preview is drawn."""
        self.visit.goto(f"/heuristics{link}")
        expect(self.visit.page.get_by_role("heading", name="Where requests go now").or_(self.preview)).to_be_visible()
        return self

    @property
    def preview(self) -> Locator:
        """The heading of a draft's preview."""
        return self.visit.page.get_by_role("heading", name="What this draft would do")

    @property
    def sentence(self) -> Locator:
        """What the page says of the draft."""
        return self.visit.page.locator("p.sentence")

    def press(self, name: str) -> None:
        """Press a button."""
        self.visit.page.get_by_role("button", name=name, exact=True).click()

    def section(self, name: str) -> None:
        """Choose a section of the document."""
        self.visit.page.get_by_role("radio", name=name, exact=True).click()

    def remove_word(self, word: str) -> None:
        """Take a word out of its list, and wait until the draft has it."""
        self.press(f"Remove “{word}”")
        expect(self.visit.page.get_by_role("button", name=f"Put “{word}” back", exact=True)).to_be_visible()

    def add_words(self, owner: str, words: str) -> None:
        """Type words into a list's field and press Enter."""
        field = self.visit.page.get_by_role("textbox", name=f"Add words to {owner} keywords", exact=True)
        field.fill(words)
        field.press("Enter")
        expect(self.visit.page.get_by_role("button", name=f"Remove “{words}”", exact=True)).to_be_visible()

    def review(self, reason: str, name: str) -> None:
        """Look at the changes, and say why and who."""
        self.press("Review and publish")
        page = self.visit.page
        for label, text in (("Reason", reason), ("Your name", name)):
            field = page.get_by_role("textbox", name=label, exact=True)
            field.fill(text)
            field.press("Tab")

    def publish(self, expected: str) -> None:
        """Publish what is reviewed, and wait for what the page says then."""
        page = self.visit.page
        page.get_by_role("button", name="Publish over", exact=False).click()
        expect(page.get_by_text(expected, exact=False).first).to_be_visible()
