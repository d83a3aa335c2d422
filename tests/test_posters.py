"""Posters: the picture of each explainer that other programs show beside a link to it."""

import io
import re
import subprocess
import sys
import unicodedata

import pytest
from bidi import get_display
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_site import write_site

from postil import building
from postil.building import updating
from postil.cli import commands
from postil.export import lettering, poster
from postil.language.words import load
from postil.page.entries import BAR, Entry, Piece, Utterance
from postil.page.theming import channels
from postil.page.views import Counts
from postil.site.settings import Site, Theme

if not poster.can_draw():
    pytest.skip("Pillow has no Raqm here (Debian: libfribidi0)", allow_module_level=True)

SITE = Site(title="Small", publisher="The desk", theme=Theme(accent="#0b5394"))
BAR_ROW, ABOVE = 500, 300  # pixels from the top: in the bar, and where it is without a title
PIECES = (
    Piece(0, 100, "official"), Piece(100, 100, "named"), Piece(220, 80, "nothing"),
    Piece(300, 200, "outlet"), Piece(500, 100, "unnamed"),
)  # fmt: skip
ENTRY = Entry(
    slug="a", title="The title", summary="", published="", updated="", guide=False, draft=False,
    language="en", article_language="en", outlet="", issued="",
    counts=Counts(7, 3, 2, 1, 5, 2), bar=PIECES, passages=5, through=None, traced=48,
    utterances=(), boxes=(), sources=(),
)  # fmt: skip
TITLES = {
    "latin": "What stands behind the report: “could be used”",
    "vietnamese": "Điều gì đằng sau báo cáo, và ő ž ğ",
    "cyrillic": "Что стоит за сообщением",
    "greek": "Τι κρύβεται πίσω από την αναφορά",
    "hebrew": "בְּרֵאשִׁית בָּרָא אֱלֹהִים: AMN (2017)",
    "arabic": "ماذا وراء تقرير محرقة سجن صيدنايا؟",
}
WITHOUT_FONT = ("塞德纳亚火葬场报道背后", "何が起きたか", "Fire \U0001f525", "ใครพูด", "\ue000")


def drawn(entry: Entry = ENTRY, site: Site = SITE, language: str = "en"):
    """A poster as one opens it, in full colours."""
    from PIL import Image

    return Image.open(io.BytesIO(poster.draw_poster(entry, site, load(language)))).convert("RGB")


def replaced(**fields) -> Entry:
    from msgspec.structs import replace

    return replace(ENTRY, **fields)


def is_blank(image, box) -> bool:
    return len(image.crop(box).getcolors(1 << 20)) == 1


def test_a_poster_is_what_programs_ask_for_and_small():
    from PIL import Image

    data = poster.draw_poster(ENTRY, SITE, load("en"))
    image = Image.open(io.BytesIO(data))
    assert (image.size, image.format, image.mode) == ((1200, 630), "PNG", "P")
    assert len(data) < 30_000


@pytest.mark.parametrize("seed", ["1", "2"])
def test_a_poster_has_the_same_bytes_in_every_process(seed, tmp_path):
    code = (
        "import sys; sys.path[:0] = ['.', 'tests']\n"
        "import test_posters as t; from postil.export import poster\n"
        "made = poster.draw_poster(t.replaced(title=t.TITLES['hebrew']), t.SITE, t.load('ar'))\n"
        "sys.stdout.buffer.write(made)"
    )
    env = {"PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=env)
    own = poster.draw_poster(replaced(title=TITLES["hebrew"]), SITE, load("ar"))
    assert (done.stdout, done.stderr) == (own, b"")


# ------------------------------------------------------------------ the bar


def test_the_bar_shows_on_what_the_article_rests():
    image = drawn()
    colours = {place: image.getpixel((76 + round(place * 1048 / BAR), BAR_ROW))
               for place in (50, 150, 210, 260, 301, 400, 501)}  # fmt: skip
    assert colours == {
        50: channels("#0b5394"), 150: channels("#3f5a73"), 210: channels("#fffdfa"),
        260: channels("#dfdad1"), 301: channels("#1f1d1a"), 400: channels("#fffdfa"),
        501: channels("#b06a2c"),
    }  # fmt: skip


def test_the_bar_runs_as_the_article_does():
    turned = drawn(replaced(article_language="ar"))
    assert turned.getpixel((76 + 1048 - 20, BAR_ROW)) == channels("#0b5394")
    assert turned.getpixel((76 + 20, BAR_ROW)) in (channels("#b06a2c"), channels("#fffdfa"))


def test_where_nobody_is_named_the_annotated_passages_stand_out():
    utterance = Utterance("x", "words", ((120, 60),))
    bar = (Piece(0, BAR, "nothing"),)
    image = drawn(replaced(bar=bar, passages=0, utterances=(utterance,)))
    assert image.getpixel((76 + round(150 * 1048 / BAR), BAR_ROW)) != channels("#dfdad1")
    assert image.getpixel((76 + round(300 * 1048 / BAR), BAR_ROW)) == channels("#dfdad1")


# ------------------------------------------------------------------ words


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_a_title_stands_on_the_poster_in_every_script_that_the_fonts_have(title):
    assert lettering.can_set(title)
    assert not is_blank(drawn(replaced(title=title)), (76, 140, 1124, 440))


@pytest.mark.parametrize("title", WITHOUT_FONT)
def test_a_title_that_no_font_has_is_left_out_and_the_bar_has_its_place(title):
    assert not lettering.can_set(title)
    image = drawn(replaced(title=title))
    colours = {colour for _, colour in image.crop((76, 200, 1124, 440)).getcolors(1 << 20)}
    assert len(colours) <= 6  # of the bar: no letter was smoothed
    assert image.getpixel((100, ABOVE)) == channels("#0b5394")


def test_what_stands_on_the_page_s_side():
    left, right = drawn(), drawn(language="ar")
    assert not is_blank(left, (76, 50, 300, 110)) and is_blank(left, (900, 50, 1200, 110))
    assert not is_blank(right, (900, 50, 1124, 110)) and is_blank(right, (0, 50, 300, 110))


def test_arabic_letters_are_joined_and_vowels_stand_on_theirs():
    joined, apart = (lettering.fitted(text, "rtl", 1048, ((60, 1),)) for text in ("ببب", "ب ب ب"))
    assert len(joined.lines) == len(apart.lines) == 1
    assert lettering._width("ببب") < 3 * lettering._width("ب")
    assert lettering._width("בָּרָא") == pytest.approx(lettering._width("ברא"), abs=0.02)


SIZES = ((84, 2), (72, 3), (60, 4), (50, 5))
TEXTS = st.text("abcdefghij W.,'“”é֑בּאش ٢7-Ж", min_size=1, max_size=400).filter(str.strip)


@settings(deadline=None, max_examples=60)
@given(TEXTS)
@example("x" * 300)
@example("Donau" * 20 + ": was dahinter steckt")
@example("word " * 100)
def test_no_line_is_wider_than_there_is_room_and_no_word_is_lost_but_at_the_end(text):
    lines = lettering.fitted(text, "ltr", 1048, SIZES)
    most = dict(SIZES)[lines.size]
    assert 1 <= len(lines.lines) <= most
    for line in lines.lines[:-1]:
        assert lettering._width(line) * lines.size <= 1048 + 1
    words = "".join(unicodedata.normalize("NFC", text).split())
    kept = "".join("".join(lines.lines).split())
    assert kept == words or (kept.endswith("…") and words.startswith(kept[:-1]))


# Without brackets and quotes: of pairs the library's two implementations think differently.
MIXED = st.text("abc אבג شجر 123 ٤٥ .,:-%$ ", max_size=30)


@settings(deadline=None)
@given(MIXED, st.sampled_from(["ltr", "rtl"]))
@example("שלום 64% abc", "rtl")
@example("خبر 64% و Reuters 2017؟", "rtl")
def test_runs_stand_in_the_order_in_which_a_line_is_seen(text, base):
    line = " ".join(text.split())
    seen = "".join(
        run.text if run.side == "ltr" else run.text[::-1] for run in lettering.runs_of(line, base)
    )
    assert seen == get_display(line, base_dir={"ltr": "L", "rtl": "R"}[base])


def test_a_joiner_of_persian_stays_in_its_word():
    assert "".join(run.text for run in lettering.runs_of("می‌شود", "rtl")) == "می‌شود"


# ------------------------------------------------------------------ pages


def files_of(root, base_url: str = "https://example.org/p") -> dict[str, bytes]:
    site = root / "site.yaml"
    site.write_text(site.read_text(encoding="utf-8") + f"base_url: {base_url}\n" * bool(base_url))
    return building.build_site(root, jobs=1).files


def picture_of(html: bytes) -> str:
    (address,) = re.findall(r'<meta property="og:image" content="(.*?)">', html.decode())
    return address


def test_a_page_names_its_poster_by_its_whole_address(tmp_path):
    files = files_of(write_site(tmp_path / "site"))
    html = files["alpha/index.html"]
    assert picture_of(html) == "https://example.org/p/alpha/poster.png"
    assert files["alpha/poster.png"].startswith(b"\x89PNG")
    assert b'<meta property="og:image:alt" content="Alpha">' in html
    assert b'"image":"https://example.org/p/alpha/poster.png"' in html
    assert "/static/social.png" in picture_of(files["index.html"])


def test_a_site_that_does_not_know_its_address_has_no_posters(tmp_path):
    files = files_of(write_site(tmp_path / "site"), "")
    assert not [path for path in files if path.endswith("poster.png")]
    assert b"poster" not in files["alpha/index.html"]


def test_without_pillow_pages_have_the_site_s_picture(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    poster.can_draw.cache_clear()
    try:
        files = files_of(write_site(tmp_path / "site"))
    finally:
        poster.can_draw.cache_clear()
    assert not [path for path in files if path.endswith("poster.png")]
    html = files["alpha/index.html"]
    assert "/static/social.png" in picture_of(html)
    assert b"og:image:alt" not in html and b'"image"' not in html


def test_an_explainer_with_a_poster_is_not_made_again_when_it_is_touched(tmp_path, monkeypatch):
    root = write_site(tmp_path)
    site = (root / "site.yaml").read_text(encoding="utf-8")
    (root / "site.yaml").write_text(f"{site}base_url: https://example.org/\n", encoding="utf-8")
    command = ["--root", str(root), "--jobs", "1", "build"]
    assert commands.run(command) == 0
    assert (root / "output/alpha/poster.png").exists()
    for path in (root / "content").rglob("*.yaml"):
        path.touch()
    made: list[str] = []
    monkeypatch.setattr(updating, "build_explainer", lambda slug, *_, **__: made.append(slug))
    assert commands.run(command) == 0
    assert made == []
