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
sys.path.insert(0, str(ROOT / "tests"))

from browser.engines import launch  # noqa: E402 (found by the line above)
from playwright.sync_api import sync_playwright  # noqa: E402

# name: site, page, width, height, passage to point at, passage or element to scroll to
PICTURES = {
    "wide": ("flagship", "saydnaya-crematorium", 1180, 760, "is-being-used", "is-being-used"),
    "phone": ("flagship", "saydnaya-crematorium", 390, 760, "", "could-be-disposing"),
    "guide-note": ("guide", "bridge", 760, 420, "perfectly-safe", "perfectly-safe"),
    "guide-box": ("guide", "bridge", 1180, 420, "", "costs"),
    "guide-end": ("guide", "bridge", 760, 520, "", "note-perfectly-safe"),
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
        for name, (site, slug, width, height, pointed, scrolled) in PICTURES.items():
            page = Path(folder) / f"{site}-out" / slug / "index.html"
            browser.new_page(width, height)
            take(browser.page, page.as_uri(), pointed, scrolled, HERE / f"{name}.png")


def take(page, address: str, pointed: str, scrolled: str, picture: Path) -> None:
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
