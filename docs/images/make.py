"""Takes the pictures of the documentation from real builds.

`.venv/bin/python docs/images/make.py` writes them anew.

The README shows Postil's own first explainer; the guide shows the site that its own blocks make.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from browser.engines import launch  # noqa: E402 (found by the line above)
from browser.serving import serve  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402
from previewing import Running, previewing  # noqa: E402

# name: site, page, width, height, passage to point at, element to have near the top
PICTURES = {
    "wide": ("flagship", "saydnaya-crematorium", 1320, 800, "used-to-dispose", "used-to-dispose"),
    "phone": ("flagship", "saydnaya-crematorium", 390, 760, "", "could-be-disposing"),
    "guide-note": ("guide", "bridge", 760, 420, "perfectly-safe", "perfectly-safe"),
    "guide-article": ("guide", "bridge", 760, 460, "", "perfectly-safe"),
    "guide-sources": ("guide", "bridge", 760, 460, "", "sources_title"),
    "guide-end": ("guide", "bridge", 760, 520, "", "note-perfectly-safe"),
    "guide-repeat": ("guide", "bridge", 760, 420, "the-fall", "perfectly-safe"),
    "guide-long": ("guide", "bridge", 760, 460, "from-fall-to-resignation", "perfectly-safe"),
    "guide-box": ("guide", "bridge", 1240, 420, "", "costs"),
    "guide-draft": ("guide", "bridge", 760, 420, "in-may", "perfectly-safe"),
    "guide-correction": ("guide", "bridge", 760, 300, "", "log_title"),
}


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as playwright,
        launch("chromium", playwright) as browser,
    ):
        sites = {"flagship": ROOT, "guide": write_guide(Path(folder) / "guide")}
        for name, root in sites.items():
            command = [sys.executable, ROOT / "build.py", "--drafts", "--root", root]
            subprocess.run([*command, "--output", Path(folder) / f"{name}-out"], check=True)
        with serve(Path(folder)) as address:  # from a disk, browsers load no fonts
            for name, (site, slug, width, height, pointed, scrolled) in PICTURES.items():
                browser.new_page(width, height)
                page = f"{address}/{site}-out/{slug}/index.html"
                take(browser.page, page, pointed, scrolled, HERE / f"{name}.png")
        browser.new_page(1200, 630)
        draw_social(browser.page)
        browser.new_page(760, 460)
        with previewing(sites["guide"]) as running:
            take_preview(browser.page, running)


def draw_social(page: Page) -> None:
    """What other programs show beside a link to a page: they take no SVG."""
    drawing = (HERE / "social.svg").read_text(encoding="utf-8")
    page.set_content(f"<style>body {{ margin: 0 }} svg {{ display: block }}</style>{drawing}")
    shoot(page, ROOT / "static" / "social.png")


def take_preview(page: Page, running: Running) -> None:
    """Words that are selected, and what a mistake looks like while it is there."""
    page.goto(f"http://{running.host}/bridge/")
    page.wait_for_selector(".postil-places", state="attached")
    page.evaluate(
        """words => {
      const texts = document.createTreeWalker(document.querySelector('.article'), 4);
      while (!texts.nextNode().data.includes(words));
      const text = texts.currentNode, start = text.data.indexOf(words);
      text.parentElement.scrollIntoView({ block: 'center', behavior: 'instant' });
      getSelection().setBaseAndExtent(text, start, text, start + words.length);
    }""",
        "a person who knows",
    )
    page.locator("postil-preview .offer").wait_for()
    shoot(page, HERE / "guide-select.png")
    file = "content/bridge/annotations.yaml"
    running.change(file, 'quote: the bridge was "perfectly', 'quote: the old bridge was "perfectly')
    page.locator("postil-preview .panel", has_text="orphan").wait_for()
    shoot(page, HERE / "guide-mistake.png")
    first, *_ = (running.root / file).read_text(encoding="utf-8").split("  - id: the-fall")
    running.save(file, first.replace("the old bridge", "the bridge"))
    take_coverage(page)


def take_coverage(page: Page) -> None:
    """What one annotation does not cover, with a sentence of it selected."""
    page.locator("postil-preview .panel").wait_for(state="hidden")
    page.set_viewport_size({"width": 1100, "height": 520})
    page.locator("postil-preview .covers").click()
    page.locator("postil-preview .cover li button").first.click()
    page.locator("postil-preview .offer").wait_for()
    page.wait_for_timeout(600)  # until it has scrolled there
    shoot(page, HERE / "guide-coverage.png")


def take(page: Page, address: str, pointed: str, scrolled: str, picture: Path) -> None:
    page.goto(address)
    page.evaluate("document.fonts.ready")
    page.evaluate(
        "id => scrollTo(0, document.getElementById(id).getBoundingClientRect().top"
        " + scrollY - innerHeight / 4)",
        scrolled,
    )
    if pointed:
        page.hover(f"mark[data-annotation~='{pointed}']")
        page.wait_for_selector("#card:popover-open")
    shoot(page, picture)


def shoot(page: Page, picture: Path) -> None:
    page.screenshot(path=picture)
    print(picture.relative_to(ROOT), picture.stat().st_size)


def write_guide(root: Path) -> Path:
    """The site that the blocks of docs/authoring.md make."""
    text = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w+ (\S+?)( \(add\))?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    for path, add, block in blocks:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text(encoding="utf-8") if add else ""
        file.write_text(before + block, encoding="utf-8")
    return root


if __name__ == "__main__":
    main()
