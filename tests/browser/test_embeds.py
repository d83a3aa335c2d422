"""Embeds in a browser: alone, and in a frame on a page of another site."""

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from browser.conftest import ROOT
from browser.serving import serve
from browser.test_page import violations

from postil.cli import commands
from postil.export.embeds import RESIZING

EMBEDS = "base_url: https://example.org/\nembeds: true\n"
PAGES = (
    "saydnaya-crematorium/embed/used-to-dispose/index.html",
    "saydnaya-crematorium/embed/sednaya-prison/index.html",
    "saydnaya-crematorium/embed/index.html",
    "genesis-one-day/embed/bara/index.html",
)
HEIGHT = "Math.ceil(document.querySelector('main').getBoundingClientRect().height)"
AS_HIGH = "[...document.querySelectorAll('iframe')].every(frame => frame.height > 60)"


@pytest.fixture(scope="session")
def embeds(tmp_path_factory) -> Path:
    """This site, built with embeds."""
    root = tmp_path_factory.mktemp("embeds")
    shutil.copytree(ROOT / "content", root / "content")
    (root / "site.yaml").write_text((ROOT / "site.yaml").read_text("utf-8") + EMBEDS, "utf-8")
    assert commands.run(["--root", str(root)]) == 0
    return root / "output"


@pytest.fixture(scope="session")
def address(embeds):
    with serve(embeds) as address:
        yield address


@pytest.mark.parametrize("width", [300, 390, 560, 1000])
@pytest.mark.parametrize("page", PAGES)
def test_an_embed_never_scrolls_sideways(reader, page, width):
    reader.open(page, width, 400)
    root = "document.documentElement"
    assert reader.run(f"{root}.scrollWidth") <= reader.run(f"{root}.clientWidth")


@pytest.mark.parametrize("page", PAGES)
def test_an_embed_gives_a_browser_nothing_to_complain_of(reader, page):
    reader.open(f"{page}?watched")
    assert reader.run("watched") == []


@pytest.mark.parametrize("option", [{}, {"color_scheme": "dark"}])
@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_in_an_embed(reader, axe, page, option):
    if option and reader.browser.engine != "chromium":
        pytest.skip("is told of preferences at its start")
    reader.open(page, **option)
    assert violations(reader, axe) == []


def test_the_height_that_is_to_be_copied_is_enough(reader, embeds):
    for listing in sorted(embeds.glob("*/embed/index.html")):
        told = re.findall(
            r'src="https://example.org/([^"]*)".*?height="(\d+)"',
            unescape(unescape(listing.read_text("utf-8"))),
        )
        assert told
        for path, height in told:
            reader.open(f"{path}index.html", 560, 200)
            assert reader.run(HEIGHT) <= int(height), path


def test_frames_become_as_high_as_their_embeds_say(reader, embeds):
    """On a page of another site, as far as a browser can tell: it may not look into its frames."""
    frames = "".join(
        f'<iframe src="{page}" width="{width}" height="50" sandbox="allow-scripts"></iframe>'
        for page, width in ((PAGES[0], 600), (PAGES[0], 320), (PAGES[1], 600))
    )
    (embeds / "elsewhere.html").write_text(f"<!DOCTYPE html><title>x</title>{RESIZING}{frames}")
    reader.open("elsewhere.html", 1000, 800)
    reader.until(lambda: reader.run(AS_HIGH), 5)
    heights = reader.run("[...document.querySelectorAll('iframe')].map(frame => +frame.height)")
    assert heights[2] < heights[0] < heights[1]


def test_an_embed_is_small(embeds):
    import gzip

    sizes = [len(gzip.compress(path.read_bytes())) for path in embeds.glob("*/embed/*/index.html")]
    assert len(sizes) > 40
    assert max(sizes) < 4_000
