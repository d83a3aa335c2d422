"""A single file, opened from the disk without any network: the whole page, and no complaint."""

import pytest
from browser.conftest import ROOT, TORTURE

from postil.cli import commands

SITES = {"saydnaya-crematorium": ROOT, "how-to-read-an-annotated-page": ROOT, "forms": TORTURE}
LOADED = "[...document.fonts].filter(f => f.family.includes('Source') && f.status === 'loaded')"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("single")
    for name, root in {"site": ROOT, "torture": TORTURE}.items():
        run = ["--root", str(root), "--single-file", "--output", str(folder / name)]
        assert commands.run(run) == 0
    return folder


@pytest.mark.engines("chromium", "firefox")
@pytest.mark.parametrize("slug", SITES)
def test_it_is_whole_by_itself(start, engine, folder, slug):
    browser = start(engine)
    browser.new_page(1280, 900, offline=True)
    asked = []
    browser.page.on("request", lambda request: asked.append(request.url))
    file = folder / ("site" if SITES[slug] == ROOT else "torture") / f"{slug}.html"
    browser.open(file.as_uri())
    browser.run("document.fonts.ready.then(() => 0)")

    families = browser.run(f"{LOADED}.map(f => f.family.replaceAll('\"', ''))")
    assert {"Source Serif 4", "Source Sans 3"} <= set(families)
    reference = (
        "[...document.querySelectorAll('a[role=doc-noteref]')].find(a => a.checkVisibility())"
    )
    browser.run(f"{reference}.click()")
    card = "document.querySelector('#card:popover-open')?.innerText ?? ''"
    assert len(browser.run(card)) > 40
    pictures = browser.run("[...document.images].map(i => i.complete && i.naturalWidth > 0)")
    assert all(pictures)
    assert browser.messages == []
    assert [each for each in asked if not each.startswith("data:")] in ([], [file.as_uri()])
