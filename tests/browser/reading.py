"""What a reader does with a page and what they see: the words of the browser tests."""

import json
import time
from collections.abc import Callable
from typing import NamedTuple

from browser.engines import WebKitBrowser

FORMS = "torture/forms/index.html"
ARABIC = "torture/arabic/index.html"
ORIGINS = "torture/origins/index.html"
PLACES = "torture/places/index.html"
FLAGSHIP = "site/saydnaya-crematorium/index.html"
LONG = "torture/long/index.html"
GUIDE = "site/how-to-read-an-annotated-page/index.html"
PAGES = (FLAGSHIP, GUIDE, FORMS, ARABIC, PLACES)

LINES = """[...document.querySelectorAll(%s)[%d].getClientRects()]
  .filter(line => line.width > 1).map(line => [line.left, line.top, line.right, line.bottom])"""

CARD = r"""(() => {
  const card = document.getElementById('card');
  if (!card?.matches(':popover-open')) return null;
  const box = card.getBoundingClientRect();
  const middle = document.elementFromPoint(
    (box.left + box.right) / 2, Math.min(box.top + 12, innerHeight - 2));
  return {
    box: [box.left, box.top, box.right, box.bottom],
    name: card.getAttribute('aria-label'),
    text: card.innerText.replace(/\s+/g, ' '),
    pinned: card.hasAttribute('data-pinned'),
    on_top: card.contains(middle),
  };
})()"""

FOCUSED = """(({ id, className, localName }) => id || className || localName)(
  document.activeElement)"""

# The link that the Tab key reaches right before an element.
BEFORE = """(() => {
  const stops = [...document.querySelectorAll('a[href], summary, input')]
    .filter(each => each.tabIndex >= 0 && each.checkVisibility({ visibilityProperty: true }));
  return stops[stops.indexOf(document.querySelector(%s)) - 1].focus();
})()"""


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def size(self) -> tuple[float, float]:
        return self.right - self.left, self.bottom - self.top


class Card(NamedTuple):
    """The open card; `on_top` says whether nothing covers or clips it."""

    box: Box
    name: str
    text: str
    pinned: bool
    on_top: bool


class Reader:
    """A reader in front of one browser, with a site at an address."""

    def __init__(self, browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.run = browser.run
        self.press = browser.press
        self.go_back = browser.go_back

    # ---- going places

    def open(self, page: str, width: int = 1000, height: int = 700, **options) -> None:
        """Open a page for the first time: nothing is remembered from before."""
        if isinstance(self.browser, WebKitBrowser):
            self._open_in_webkit(page, width, height)
        else:
            self.browser.new_page(width, height, **options)
            self.browser.open(f"{self.address}/{page}")
        self.browser.move(3, 3)

    def _open_in_webkit(self, page: str, width: int, height: int) -> None:
        narrow = width < self.browser.NARROWEST
        self.browser.new_page(*(1000, 700) if narrow else (width, height))
        if self.address.startswith("http"):
            self.browser.open(f"{self.address}/watch.js")  # any page of the same origin
            self.run("localStorage.clear()")
        if narrow:
            query = f"page=/{page}&width={width}&height={height}"
            self.browser.open(f"{self.address}/frame?{query}")
            self.browser.enter_frame()
        else:
            self.browser.open(f"{self.address}/{page}")

    def come_again(self, page: str) -> None:
        """Open a page with all that is remembered."""
        self.browser.open(f"{self.address}/{page}")

    # ---- seeing

    def lines(self, selector: str, index: int = 0) -> list[Box]:
        """The boxes of an element's lines, wherever they are."""
        return [Box(*line) for line in self.run(LINES % (json.dumps(selector), index))]

    def find(self, selector: str, index: int = 0) -> list[Box]:
        """The boxes of an element's lines, scrolled into the window if they are not in it."""
        lines = self.lines(selector, index)
        if lines and all(map(self.sees_whole, lines)):
            return lines
        self.show(selector, index)
        return self.lines(selector, index)

    def count(self, selector: str) -> int:
        return self.run(f"document.querySelectorAll({json.dumps(selector)}).length")

    def text(self, selector: str) -> str:
        return self.run(f"document.querySelector({json.dumps(selector)}).textContent.trim()")

    def attribute(self, selector: str, name: str) -> str | None:
        return self.run(f"document.querySelector({json.dumps(selector)}).getAttribute('{name}')")

    def style(self, selector: str, name: str) -> str:
        return self.run(f"getComputedStyle(document.querySelector({json.dumps(selector)})).{name}")

    @property
    def focused(self) -> str:
        """The id, else the class, else the tag of what has the focus."""
        return self.run(FOCUSED)

    @property
    def hash(self) -> str:
        return self.run("location.hash")

    @property
    def card(self) -> Card | None:
        seen = self.run(CARD)
        return Card(Box(*seen.pop("box")), **seen) if seen else None

    def sees_card(self, *words: str) -> Card:
        """Wait for a card that says `words`, and return it."""
        self.until(lambda: (card := self.card) and all(word in card.text for word in words))
        card = self.card
        assert card is not None, "no card has opened"
        assert all(word in card.text for word in words), card.text
        return card

    def sees_no_card(self, within: float = 2) -> None:
        """Wait until the card is closed."""
        self.until(lambda: self.card is None, within)
        assert self.card is None, "a card is open"

    def stays(self, holds: Callable[[], object], seconds: float) -> bool:
        """Whether something holds again and again for some time."""
        return not self.until(lambda: not holds(), seconds)

    def until(self, holds: Callable[[], object], within: float = 2) -> bool:
        """Wait until something holds; whether it did in time."""
        end = time.monotonic() + within
        while not (held := bool(holds())) and time.monotonic() < end:
            time.sleep(0.02)
        return held

    def sees_whole(self, box: Box) -> bool:
        width, height = self.run("[document.documentElement.clientWidth, innerHeight]")
        return (
            box.left >= 0
            and box.top >= 0
            and box.right <= width + 0.5
            and box.bottom <= height + 0.5
        )

    # ---- doing

    def point_at(self, box: Box, aside: float = 0) -> tuple[float, float]:
        """Move the pointer onto the middle of a box, as a hand does: in more than one step."""
        x, y = box.middle
        self.browser.move(x + aside - 3, y)
        self.browser.move(x + aside, y)
        return x + aside, y

    def point_nowhere(self) -> None:
        self.browser.move(3, 3)

    def click(self, selector: str, index: int = 0) -> None:
        self.click_on(self.find(selector, index)[0])

    def click_on(self, box: Box) -> None:
        self.browser.click(*box.middle)

    def show(self, selector: str, index: int = 0) -> None:
        """Scroll so that an element stands in the middle of the window."""
        element = f"document.querySelectorAll({json.dumps(selector)})[{index}]"
        self.run(f"{element}.scrollIntoView({{block: 'center', behavior: 'instant'}})")

    def tab_to(self, selector: str) -> None:
        """Reach a link with the Tab key, from the stop before it."""
        self.run(BEFORE % json.dumps(selector))
        self.press("Tab")
