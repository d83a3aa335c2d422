"""The preview in a browser: a page that is loaded again loses nothing, mistakes are shown over it,
everything leads to its file, and selected words become an annotation."""

import contextlib
import random
import re
import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
from browser.reading import Reader
from previewing import Running, previewing

from postil.diagnostics.model import Report, SourceText
from postil.preview import guarding, selecting
from postil.site import files, loading, placing
from postil.text import anchoring, articles
from postil.text.anchoring import Found
from postil.yaml.reading import read

ROOT = Path(__file__).parents[2]
SLUG = "saydnaya-crematorium"
PAGE = f"{SLUG}/"
ANNOTATIONS = f"content/{SLUG}/annotations.yaml"
WAIT = 20  # seconds; the machine may be busy

NOTE = "a[role=doc-noteref]"
MARK = "mark[data-annotation]"
OURS = "document.querySelector('postil-preview').shadowRoot"

pytestmark = [
    pytest.mark.engines("chromium", "firefox", "webkit"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning:watchdog"),
]


@pytest.fixture
def site(tmp_path):
    root = tmp_path / "site"
    shutil.copytree(ROOT / "content", root / "content")
    shutil.copy(ROOT / "site.yaml", root)
    return root


@pytest.fixture
def running(site):
    with previewing(site) as running:
        yield running


class Desk(Reader):
    """An editor's reader: a page of the preview that is open beside the files."""

    def __init__(self, browser, running: Running) -> None:
        super().__init__(browser, f"http://{running.host}")
        self.running = running
        self.run = self.run_on_whatever_page

    def run_on_whatever_page(self, expression: str):
        """Evaluate an expression, again if the page was being loaded again meanwhile."""
        for _ in range(100):
            try:
                return self.browser.run(expression)
            except Exception as error:
                if "context was destroyed" not in str(error):
                    raise
                time.sleep(0.02)
        raise TimeoutError(expression)

    def open_page(self, page: str = PAGE, **options) -> None:
        self.open(page, **options)
        self.waits_for(f"{OURS}.querySelector('.state') !== null")
        wait = "document.querySelectorAll('.postil-places').length > 0"
        self.waits_for(wait if page == PAGE else "true")

    def waits_for(self, expression: str) -> None:
        assert self.until(lambda: self.run(expression), WAIT), expression

    def save(self, old: str, new: str, name: str = ANNOTATIONS) -> None:
        """Save a file, and wait until the page was loaded again."""
        self.run("void (window.isOld = true)")
        self.running.change(name, old, new)
        self.waits_for("!window.isOld && document.readyState === 'complete'")
        self.waits_for("document.querySelectorAll('.postil-places').length > 0")

    def shown(self, selector: str) -> str:
        """The text of a part of the preview that is to be seen; empty if it is not."""
        element = f"{OURS}.querySelector('{selector}')"
        return self.run(f"{element}.hidden ? '' : {element}.innerText").strip()

    def sees(self, selector: str, *words: str) -> str:
        assert self.until(lambda: all(w in self.shown(selector) for w in words), WAIT), words
        assert self.shown(selector)
        return self.shown(selector)


@pytest.fixture
def desk(start, engine, running) -> Desk:
    desk = Desk(start(engine), running)
    desk.open_page()
    return desk


def first_note(desk: Desk) -> str:
    return f"a[role=doc-noteref]#{desk.attribute(NOTE, 'id')}"


# ------------------------------------------------------------------ nothing is lost


def test_a_save_is_on_the_page(desk):
    desk.save("is the hedge on which the story turns", "is the HEDGE of it all")

    assert "is the HEDGE of it all" in desk.text("[role=doc-endnotes]")


@pytest.mark.engines("chromium", "firefox")  # WebKit does not tell what it complains of
def test_a_page_has_nothing_to_complain_of(desk):
    desk.save("is the hedge on which the story turns", "is the hedge")

    assert desk.browser.messages == []


@pytest.mark.parametrize("target", ["#according-to-reuters", "#note-mass-graves"])
def test_the_place_stays_though_text_grows_above_it(desk, target):
    desk.run(f"document.querySelector('{target}').scrollIntoView({{behavior: 'instant'}})")
    before = desk.run(f"document.querySelector('{target}').getBoundingClientRect().top")
    assert desk.run("scrollY") > 0
    longer = "Much is known of it. " * 40
    desk.save("**Known then.**", f"{longer}\n\n        **Known then.**")
    time.sleep(0.2)

    after = desk.run(f"document.querySelector('{target}').getBoundingClientRect().top")
    assert abs(after - before) < 2


def test_the_place_stays_if_what_stood_there_goes(desk):
    desk.run("document.querySelector('#according-to-reuters').scrollIntoView()")
    words = "document.querySelector('[data-annotation~=\\'according-to-reuters\\']')"
    before = desk.run(f"{words}.getBoundingClientRect().top")
    desk.save("- id: according-to-reuters\n", "- id: as-reuters-has-it\n")
    time.sleep(0.2)

    words = words.replace("according-to-reuters", "as-reuters-has-it")
    assert abs(desk.run(f"{words}.getBoundingClientRect().top") - before) < 2


def test_the_top_of_a_page_stays_the_top(desk):
    desk.save("is the hedge on which the story turns", "is the hedge")
    time.sleep(0.2)

    assert desk.run("scrollY") == 0


def test_a_pinned_card_stays_open(desk):
    desk.click(first_note(desk))
    assert desk.sees_card().pinned
    desk.save("is the hedge on which the story turns", "is the HEDGE of it all")

    assert desk.sees_card("HEDGE").pinned


def test_a_card_that_the_pointer_opened_stays_open(desk):
    desk.point_at(desk.find(MARK)[0])
    assert not desk.sees_card().pinned
    desk.save("is the hedge on which the story turns", "is the HEDGE of it all")

    assert not desk.sees_card("HEDGE").pinned


def test_the_focus_stays(desk):
    desk.tab_to("[role=doc-endnotes] a[data-source]")
    before = desk.run("document.activeElement.outerHTML")
    desk.save("is the hedge on which the story turns", "is the hedge")

    assert desk.run("document.activeElement.outerHTML") == before


def test_a_card_that_was_closed_stays_closed(desk):
    desk.tab_to(first_note(desk))
    desk.sees_card()
    desk.press("Escape")
    desk.sees_no_card()
    desk.save("is the hedge on which the story turns", "is the hedge")
    time.sleep(0.5)

    assert desk.card is None
    assert desk.run("document.activeElement.matches('a[role=doc-noteref]')")


def test_what_was_unfolded_stays_unfolded(desk):
    desk.click(".about summary")
    assert desk.run("document.querySelector('.about details').open")
    desk.save("is the hedge on which the story turns", "is the hedge")

    assert desk.run("document.querySelector('.about details').open")


def test_styles_change_without_a_reload(desk, running):
    (running.root / "static").mkdir()
    css = (ROOT / "static/postil.css").read_text(encoding="utf-8")
    desk.run("void (window.isOld = true)")
    running.save("static/postil.css", css + "h1 { color: rgb(1, 2, 3) !important }")

    desk.waits_for("getComputedStyle(document.querySelector('h1')).color === 'rgb(1, 2, 3)'")
    assert desk.run("window.isOld")
    desk.waits_for("document.querySelectorAll('link[href*=\"postil.css\"]').length === 1")


def test_the_index_follows_too(desk, running):
    desk.open_page("")
    desk.run("void (window.isOld = true)")
    running.change(ANNOTATIONS, "title: What stands", "title: All that stands")

    desk.waits_for("document.body?.innerText.includes('All that stands') && !window.isOld")


def test_a_page_waits_for_its_explainer(desk, running):
    desk.open_page("later/")
    assert "There is no page here" in desk.text("h1")
    shutil.copytree(running.root / "content" / SLUG, running.root / "content/later")

    desk.waits_for("document.querySelector('[data-article=later]') !== null")


def test_a_page_finds_a_server_that_starts_again(start, engine, site):
    with previewing(site) as running:
        desk = Desk(start(engine), running)
        desk.open_page()
        port = running.preview.port
    desk.sees(".state", "No answer from the preview")
    desk.run("void (window.isOld = true)")
    with previewing(site, port=port) as running:
        desk.waits_for(f"{OURS}.querySelector('.state').hidden")
        assert desk.run("window.isOld")  # nothing had changed
        running.change(ANNOTATIONS, "is the hedge", "is the HEDGE")
        desk.waits_for("document.body?.innerText.includes('is the HEDGE')")


# ------------------------------------------------------------------ through a proxy


@contextlib.contextmanager
def proxied(running: Running, prefix: str) -> Iterator[str]:
    """A proxy that puts a path before the preview's, hides its name and lets no WebSocket through;
    its origin."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "Upgrade" in self.headers or not self.path.startswith(prefix):
                self.send_error(502)
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            given = {"Origin": self.headers["Origin"]} if "Origin" in self.headers else {}
            path = self.path.removeprefix(prefix)
            answer = running.ask(self.command, path, body or None, **given)
            self.send_response(answer.status)
            for name in ("Content-Type", "Location"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def through(start, engine, running: Running, origin: str) -> Desk:
    desk = Desk(start(engine), running)
    desk.address = f"{origin}/tunnel"
    desk.open(PAGE)
    desk.waits_for(f"{OURS}.querySelector('.state') !== null")
    return desk


def test_a_page_behind_a_proxy_follows_every_save(start, engine, site):
    with previewing(site) as running, proxied(running, "/tunnel") as origin:
        running.preview.names = guarding.names_of("", f"{origin}/tunnel/")
        desk = through(start, engine, running, origin)
        desk.waits_for("document.querySelectorAll('.postil-places').length > 0")
        desk.save("is the hedge", "is the HEDGE")

        assert "is the HEDGE" in desk.text("[role=doc-endnotes]")
        assert desk.shown(".state") == ""


def test_a_page_behind_an_unknown_proxy_says_what_to_set(start, engine, site):
    with previewing(site) as running, proxied(running, "/tunnel") as origin:
        desk = through(start, engine, running, origin)

        desk.sees(".state", f"--public-url {origin}/")


# ------------------------------------------------------------------ mistakes


def test_a_mistake_is_shown_over_the_last_good_page_and_goes(desk, running):
    desk.run("void (window.isOld = true)")
    running.change(ANNOTATIONS, "quote: according to Reuters", "quote: accordion to Reuters")
    shown = desk.sees(".panel", "error[orphan]")

    assert re.search(rf"{re.escape(ANNOTATIONS)}:\d+:12", shown)
    assert "quote: accordion to Reuters" in shown
    assert "as near: article.txt:4: according to Reuters" in shown
    assert desk.shown(".state") == "1 error"
    assert desk.run(f"{OURS}.querySelector('.panel .postil-place').href").startswith("vscode://")
    assert desk.count(MARK) > 10
    running.change(ANNOTATIONS, "quote: accordion to Reuters", "quote: according to Reuters")
    desk.waits_for(f"{OURS}.querySelector('.panel').hidden")
    assert desk.shown(".state") == ""
    assert desk.run("window.isOld")  # the page was good all the time


def test_a_code_leads_to_its_section_of_the_documentation(desk, running):
    running.change(ANNOTATIONS, "quote: according to Reuters", "quote: accordion to Reuters")
    desk.sees(".panel", "error[orphan]")
    address = desk.run(f"{OURS}.querySelector('.panel .code').href")
    desk.open(address.removeprefix(f"http://{running.host}/"))

    assert address.endswith("/__postil/docs/diagnostics.md#orphan")
    assert desk.text(":target") == "orphan"
    assert desk.run("getComputedStyle(document.body).marginTop") == "0px"  # by its stylesheet
    assert desk.run("document.querySelector(':target').getBoundingClientRect().top") >= 0


def test_a_mistake_is_text_and_nothing_else(desk, running):
    attack = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    running.change(ANNOTATIONS, "quote: according to Reuters", f"quote: {attack}")
    desk.sees(".panel", attack)

    assert desk.run(f"{OURS}.querySelectorAll('img, script').length") == 0


def test_problems_can_be_put_away_and_come_back_with_the_next(desk, running):
    running.change(ANNOTATIONS, "quote: according to Reuters", "quote: accordion to Reuters")
    desk.sees(".panel", "error[orphan]")
    desk.press("Escape")
    assert desk.shown(".panel") == ""
    assert desk.shown(".state") == "1 error"
    running.change(ANNOTATIONS, "status: imprecise", "status: imprecisely")
    desk.sees(".panel", "error[unknown-status]", "error[orphan]")


def test_warnings_wait_to_be_asked_for(desk, running):
    running.change("content/sources.yaml", "amn:", "idle: {kind: wire, name: Idle}\namn:")
    desk.sees(".state", "1 warning")
    assert desk.shown(".panel") == ""
    desk.run(f"{OURS}.querySelector('.state').click()")

    desk.sees(".panel", "warning[unused-source]")


# ------------------------------------------------------------------ from page to file


def line_of(running: Running, name: str, words: str) -> int:
    text = (running.root / name).read_text(encoding="utf-8")
    return text[: text.index(words)].count("\n") + 1


def test_notes_boxes_and_sources_name_their_lines(desk, running):
    for selector, name, words in (
        ("#note-mass-graves", ANNOTATIONS, "id: mass-graves"),
        ("#source-amn", "content/sources.yaml", "\namn:"),
        ("#context-could-be-disposing", ANNOTATIONS, "context:"),
    ):
        line = line_of(running, name, words.lstrip()) if words[0] != "\n" else (
            line_of(running, name, words) + 1
        )  # fmt: skip
        link = f"{selector} > .postil-places a"
        assert desk.text(link) == f"{name.rpartition('/')[2]}:{line}"
        path = str(running.root / name).lstrip("/")
        assert desk.attribute(link, "href").startswith(f"vscode://file/{path}:{line}:")


IN_LANE = ("[data-article] a[data-source]", "a.box-ref")
TRIGGERS = [
    (MARK, "annotations.yaml"),
    (NOTE, "annotations.yaml"),
    ("[data-article] a[data-source]", "sources.yaml"),
    ("a.box-ref", "annotations.yaml"),
    ("[role=doc-bibliography] a[data-source]", "sources.yaml"),
]


@pytest.mark.parametrize(("selector", "file"), TRIGGERS)
def test_a_card_says_where_it_is_written(desk, selector, file):
    if selector in IN_LANE:  # is generated there, and has no box
        desk.run(f"document.querySelector('{selector}').click()")
    else:
        desk.click(selector)
    card = desk.sees_card()

    assert re.search(rf"{file}:\d+", card.text)
    assert desk.count("#card .postil-places") == 1


def test_a_card_above_its_line_does_not_cover_it(desk):
    line = desk.find(NOTE, 3)[0]
    desk.run(f"scrollBy({{top: {line.bottom - 690}, behavior: 'instant'}})")
    desk.click_on(desk.lines(NOTE, 3)[0])
    card = desk.sees_card()

    assert card.box.bottom <= desk.lines(NOTE, 3)[0].top + 1


def test_lines_follow_the_file_without_a_reload(desk, running):
    before = desk.text("#note-mass-graves > .postil-places")
    desk.run("void (window.isOld = true)")
    running.change(ANNOTATIONS, "annotations:\n", "annotations:\n\n\n# three lines more\n")
    link = "document.querySelector('#note-mass-graves > .postil-places').textContent"

    desk.waits_for(f"{link}.trim() !== '{before}'")
    number = int(before.rpartition(":")[2])
    assert desk.text("#note-mass-graves > .postil-places") == f"annotations.yaml:{number + 3}"
    assert desk.run("window.isOld")


def test_drafts_are_marked(desk, running):
    assert desk.count(".draft") == 0
    desk.save("- id: mass-graves\n", "- id: mass-graves\n    draft: true\n")

    assert desk.text(".said[data-for=mass-graves] .draft") == "Draft"
    assert desk.count("mark[data-annotation~=mass-graves][data-postil-draft]") > 0
    assert desk.count(".draft-page") == 1


def test_what_the_preview_adds_is_apparatus(desk):
    assert desk.run("""
      [...document.querySelectorAll('.postil-places, postil-preview')]
        .every(element => element.closest('[data-apparatus]'))
    """)


@pytest.mark.engines("chromium")  # the others cannot be asked what they would print
def test_nothing_of_the_preview_is_printed(desk):
    desk.browser.page.emulate_media(media="print")
    try:
        assert desk.style(".postil-places", "display") == "none"
        assert desk.style("postil-preview", "display") == "none"
    finally:
        desk.browser.page.emulate_media(media="screen")


# ------------------------------------------------------------------ from words to an annotation

# The boxes of all words of the article's own, in order, and whether each is in the window.
WORDS = r"""(() => {
  const found = [], article = document.querySelector('[data-article]');
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    if (node.parentElement.closest('[data-apparatus]')) continue;
    for (const match of node.data.matchAll(/[\p{L}\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const { left, top, right, bottom } = range.getBoundingClientRect();
      found.push([match[0], left, top, right, bottom]);
    }
  }
  return found;
})()"""

SELECTED = r"""(() => {
  const part = getSelection().getRangeAt(0).cloneContents();
  for (const element of part.querySelectorAll('[data-apparatus]')) element.remove();
  return part.textContent;
})()"""


def drag_over(desk: Desk, first: int, last: int) -> str:
    """Drag from the start of one word of the article to the end of another; what is selected."""
    desk.run("getSelection().removeAllRanges()")
    desk.browser.move(2, 2)
    assert desk.until(lambda: desk.card is None)  # it may lie over the words
    words = desk.run(WORDS)
    middle = (words[first][2] + words[last][4]) / 2
    desk.run(f"scrollBy({{top: {middle} - innerHeight / 2, behavior: 'instant'}})")
    words = desk.run(WORDS)
    _, left, top, _, bottom = words[first]
    _, _, top2, right, bottom2 = words[last]
    desk.browser.drag((left + 0.5, (top + bottom) / 2), (right - 0.5, (top2 + bottom2) / 2))
    return desk.run(SELECTED)


def copied(desk: Desk) -> str:
    """What the preview proposes for the present selection, out of the clipboard."""
    desk.sees(".offer", "Copy as annotation")
    desk.run("navigator.clipboard.writeText('nothing')")
    desk.press("a")
    desk.sees(".told", "Copied")
    return desk.run("navigator.clipboard.readText()")


@pytest.fixture
def clipboard(desk):
    """A browser in which the clipboard may be read, which Chromium alone offers."""
    if desk.browser.engine != "chromium":
        pytest.skip("only Chromium lets a test read the clipboard")
    permissions = ["clipboard-read", "clipboard-write"]
    desk.open_page(permissions=permissions)
    return desk


@pytest.mark.parametrize("seed", range(3))
def test_words_that_are_dragged_over_become_an_annotation_of_them(clipboard, running, seed):
    chance = random.Random(seed)
    report = Report()
    article = loading.read_article(running.root, SLUG, report)
    text = articles.parse_article(article.source.text, article.form).text
    haystack = anchoring.prepare(text)
    for _ in range(3):
        first = chance.randrange(len(clipboard.run(WORDS)) - 12)
        wanted = drag_over(clipboard, first, first + chance.randrange(12))
        yaml = "title: T\nannotations:\n" + copied(clipboard)
        located = read(SourceText("annotations.yaml", yaml), report)
        (annotation,) = msgspec.convert(located.data, files.FILES["annotations"]).annotations
        found = anchoring.resolve(placing.selector_of(annotation), haystack)

        assert isinstance(found, Found)
        place = visible(text[found.range.start : found.range.end])
        assert visible(wanted) in place
        assert len(place) - len(visible(wanted)) < 30  # words that were not wholly selected
    assert not report.failed


def visible(text: str) -> str:
    return "".join(character for character in text if character not in selecting.UNCOUNTED)


def test_the_numbers_of_an_articles_own_notes_are_none_of_its_words(clipboard, running):
    folder = running.root / "content" / "own"
    folder.mkdir()
    (folder / "annotations.yaml").write_text("title: Own notes\n")
    (folder / "article.md").write_text("So.[^77] He left the hall.\n\n[^77]: Nobody knows it.\n")
    clipboard.open_page("own/", permissions=["clipboard-read", "clipboard-write"])
    clipboard.waits_for("document.querySelector('[data-article=own]') !== null")
    words = "document.querySelector('.footnote p:not(.footnote-label)').firstChild"
    clipboard.run(f"getSelection().setBaseAndExtent({words}, 7, {words}, 15)")

    assert "quote: knows it" in copied(clipboard)


def test_what_was_copied_can_be_pasted(clipboard, running):
    drag_over(clipboard, 3, 8)
    yaml = copied(clipboard)
    clipboard.run("void (window.isOld = true)")
    running.change(ANNOTATIONS, "annotations:\n", f"annotations:\n\n{yaml}")
    clipboard.waits_for("!window.isOld && document.readyState === 'complete'")

    id = re.search("id: (.+)", yaml)[1]
    assert clipboard.count(f"mark[data-annotation~='{id}']") > 0
    assert "what a reader should know" in clipboard.text(f"#note-{id}")
    assert running.preview.live.report.diagnostics == []


def test_the_button_copies_and_the_selection_stays(clipboard):
    wanted = drag_over(clipboard, 3, 8)
    clipboard.sees(".offer", "Copy as annotation")
    offer = f"{OURS}.querySelector('.offer').getBoundingClientRect()"
    left, top, right, bottom = clipboard.run(f"(b => [b.left, b.top, b.right, b.bottom])({offer})")
    clipboard.browser.click((left + right) / 2, (top + bottom) / 2)
    said = clipboard.sees(".told", "Copied", ANNOTATIONS)

    assert "annotations:" in said
    assert clipboard.run(SELECTED) == wanted
    assert "quote: " in clipboard.run("navigator.clipboard.readText()")


def test_without_a_clipboard_there_is_text_to_copy(desk):
    drag_over(desk, 3, 8)
    desk.sees(".offer", "Copy as annotation")
    desk.run("void Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    desk.press("a")
    desk.sees(".told", "Copy this")

    area = f"{OURS}.querySelector('textarea')"
    value, start, end = desk.run(f"[{area}.value, {area}.selectionStart, {area}.selectionEnd]")
    assert value.startswith("  - id: ")
    assert (start, end) == (0, len(value))


def test_an_article_that_has_changed_is_not_quoted_from(desk, running, monkeypatch):
    monkeypatch.setattr(running.preview, "tell", lambda **_: None)
    running.change(f"content/{SLUG}/article.txt", "U.S. officials", "Officials")
    drag_over(desk, 3, 8)
    desk.sees(".offer", "Copy as annotation")
    desk.press("a")

    desk.sees(".told", "the article has changed")


@pytest.mark.parametrize("where", ["h1", "[role=doc-endnotes] .note-body"])
def test_what_is_not_the_article_cannot_be_annotated(desk, where):
    desk.run(f"getSelection().selectAllChildren(document.querySelector('{where}'))")
    time.sleep(0.4)

    assert desk.shown(".offer") == ""


def test_keys_are_left_alone_where_nothing_is_selected(desk):
    desk.press("a")
    time.sleep(0.3)

    assert desk.shown(".told") == ""
