"""A quotation of a source leads to the words on its page: tried in an engine that scrolls there."""

import pytest
from browser.reading import Reader

from postil.text.fragments import to_words

STORY = "site/saydnaya-crematorium/article.txt"
SCROLLED = "scrollY"


@pytest.mark.engines("chromium")
@pytest.mark.parametrize("length", [3, 60])
def test_the_browser_scrolls_to_the_words(reader: Reader, length: int):
    reader.open(STORY, 400, 300)
    words = reader.run("document.body.textContent").split("\n")
    last = " ".join(next(line for line in reversed(words) if line.strip()).split()[:length])
    assert reader.run(SCROLLED) == 0

    address = to_words(f"{reader.address}/{STORY}", last)
    reader.open(address.removeprefix(f"{reader.address}/"), 400, 300)

    assert reader.until(lambda: reader.run(SCROLLED) > 200)
    at_words = reader.run(SCROLLED)
    reader.open(STORY + "#:~:text=words%20that%20are%20nowhere", 400, 300)
    assert reader.run(SCROLLED) == 0 < at_words
