"""A new explainer builds as it stands, whatever its article, and nothing is ever overwritten."""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from textwrap import fill

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from postil import building
from postil.cli.starting import start
from postil.diagnostics.refusal import Refusal

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))
TEXT = "A bridge is closed\n\nThe mayor said on Tuesday that the bridge was safe.\n"


@pytest.fixture
def site(tmp_path):
    root = tmp_path / "site"
    root.mkdir()
    (root / "site.yaml").write_text("title: A site\n")
    return root


def article(folder, name, data=TEXT):
    file = Path(folder) / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def problems(root):
    """What a build of the site complains about, but for what is odd in the article itself."""
    own = {
        *("invisible-character", "bidi-character", "carriage-return", "byte-order-mark"),
        *("lone-carriage-return", "mojibake", "html-in-text", "markdown-dialect"),
    }
    built = building.build_site(root, jobs=1, drafts=True)
    return [
        each for each in built.report.in_order()
        if each.code not in own or each.span.source.path.endswith(".yaml")
    ]  # fmt: skip


# ------------------------------------------------------------------ what is made


def test_the_article_is_copied_byte_for_byte_and_its_second_paragraph_is_annotated(site, tmp_path):
    data = b"\xef\xbb\xbfA headline\r\n\r\nThe mayor said on Tuesday that it was safe.\r\n"
    started = start(site, "bridge", article(tmp_path, "a.txt", data))

    assert started.written == ("content/bridge/article.txt", "content/bridge/annotations.yaml")
    assert (site / "content/bridge/article.txt").read_bytes() == data
    annotations = (site / "content/bridge/annotations.yaml").read_text(encoding="utf-8")
    assert annotations.startswith("# yaml-language-server: $schema=../../schema/annotations.schema")
    assert "\ntitle: A headline\n" in annotations
    assert "    quote: The mayor said on Tuesday\n" in annotations
    assert problems(site) == []


TITLES = {
    "a line": ("One line\nAnother", "One line"),
    "what YAML would misread": ("Yes: a # headline\n", "'Yes: a # headline'"),
    "white space": ("  \n\t A   wide\u00a0headline \nx", "A wide headline"),
    "what cannot be seen": ("A\u200b \x07headline\u202e\n", "A headline"),
    "what a script needs": ("می‌خواهم\n", "می‌خواهم"),
    "a long one": ("word " * 30, f"{('word ' * 16).strip()}…"),
    "a long word": ("w" * 200, "w" * 80 + "…"),
    "no words": ("—\n…\n", "bridge"),
}


@pytest.mark.parametrize("text, title", TITLES.values(), ids=TITLES)
def test_the_title_is_the_first_line_with_words(text, title, site, tmp_path):
    start(site, "bridge", article(tmp_path, "a.txt", text))
    annotations = (site / "content/bridge/annotations.yaml").read_text(encoding="utf-8")
    assert f"\ntitle: {title}\n" in annotations
    assert problems(site) == []


MARKDOWN = {
    "a heading": "# The *headline*\n\nSome **bold** words and `code` [here](https://a.b/).\n",
    "one paragraph": "One *word* and others.\n",
    "a list": "- one\n- two\n",
    "a table": "| a | b |\n|---|---|\n| c | d |\n",
    "raw HTML": "<p>words</p>\n\n<script>alert(1)</script>\n",
    "a rule": "---\n\nwords\n",
    "a picture from elsewhere": "![a picture](https://a.b/c.png)\n\nwords\n",
    "entities": "caf&eacute; &amp; bar\n",
}


@pytest.mark.parametrize("text", MARKDOWN.values(), ids=MARKDOWN)
@pytest.mark.parametrize("name", ["a.md", "a.MARKDOWN"])
def test_markdown_is_annotated_as_readers_see_it(name, text, site, tmp_path):
    start(site, "bridge", article(tmp_path, name, text))
    assert (site / "content/bridge/article.md").read_text(encoding="utf-8") == text
    assert problems(site) == []
    assert "  - id: " in (site / "content/bridge/annotations.yaml").read_text(encoding="utf-8")


def test_pictures_beside_the_article_come_with_it_and_others_are_named(site, tmp_path):
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(b"png")
    (tmp_path / "secret.png").write_bytes(b"no")
    (tmp_path / "pictures" / "link.png").symlink_to("/etc/hostname")
    text = "![a](pictures/a.png) ![b](gone.png) ![c](pictures/link.png) words\n"
    started = start(site, "bridge", article(tmp_path, "a.md", text))

    assert (site / "content/bridge/pictures/a.png").read_bytes() == b"png"
    assert started.missing == ("gone.png", "pictures/link.png")
    assert {each.code for each in problems(site)} == {"missing-file"}


@pytest.mark.parametrize(
    "words", ["the", "a a a a a a a", "the same\nthe same", "x" * 5000, "他" * 900]
)
def test_words_that_repeat_or_do_not_end_are_pinned_down(words, site, tmp_path):
    start(site, "bridge", article(tmp_path, "a.txt", f"{words}\n{words}\n{words}\n"))
    assert problems(site) == []


TEXTS = st.text(
    st.one_of(
        st.sampled_from("\n\n\n   aab.,:#-'\"’“[]{}*&!|>%@`\\\t\r\u200b\u2028\u0301\ufffcשا你🏳"),
        st.characters(codec="utf-8"),
    ),
    max_size=120,
)


@given(text=TEXTS, name=st.sampled_from(["a.txt", "a.md"]))
@example(text="\ufffc", name="a.txt")
@example(text="__0__", name="a.txt")
@example(text="\u200b\n\u200b", name="a.txt")
@example(text="A\U000e0100", name="a.txt")  # nothing selects a variant of a letter with a case
@example(text="null\n\n~\n", name="a.txt")
@example(text="- quote: x\n- &a *b !c\n", name="a.txt")
@settings(
    max_examples=int(150 * SCALE), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
def test_whatever_the_article_the_new_explainer_builds(text, name):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "site.yaml").write_text("title: A site\n")
        try:
            started = start(root, "new", article(root, name, text))
        except Refusal as refusal:
            assert not (root / "content").exists()
            assert not text.strip() or "no text" in str(refusal) or "Markdown drops" in str(refusal)
            return
        # An article may begin with what looks like markup: its title is then told as such.
        told = ("front-matter", "markup-in-title")
        found = [each for each in problems(root) if each.code not in told]
        assert [each for each in found if each.code != "missing-file" or not started.missing] == []


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "slug, reason",
    [
        ("", "cannot be an address"),
        ("Bridge", "cannot be an address"),
        ("the bridge", "cannot be an address"),
        ("../bridge", "cannot be an address"),
        ("a--b", "cannot be an address"),
        ("brücke", "cannot be an address"),
        (".hidden", "cannot be an address"),
        ("static", "is reserved"),
        ("con", "is reserved"),
    ],
)
def test_a_name_that_cannot_be_an_address_is_refused(slug, reason, site, tmp_path):
    with pytest.raises(Refusal, match=reason):
        start(site, slug, article(tmp_path, "a.txt"))
    assert sorted(site.iterdir()) == [site / "site.yaml"]


def existing_folder(content):
    (content / "bridge").mkdir()


def existing_file(content):
    (content / "bridge").write_text("mine")


def existing_link(content):
    (content / "bridge").symlink_to("nowhere")


def existing_in_capitals(content):
    (content / "BRIDGE").mkdir()


@pytest.mark.parametrize(
    "exists", [existing_folder, existing_file, existing_link, existing_in_capitals]
)
def test_nothing_is_overwritten(exists, site, tmp_path):
    content = site / "content"
    content.mkdir()
    exists(content)
    before = sorted((path, path.lstat().st_mtime_ns) for path in content.rglob("*"))

    with pytest.raises(Refusal, match=r"content/(bridge|BRIDGE) exists already"):
        start(site, "bridge", article(tmp_path, "a.txt"))

    assert sorted((path, path.lstat().st_mtime_ns) for path in content.rglob("*")) == before


ARTICLES = {
    "not there": (None, "No such file"),
    "not UTF-8": (b"caf\xe9\n", r"error\[encoding\] byte 0xe9 is not UTF-8"),
    "empty": (b"", "has no text"),
    "white space": (b" \n\t\n\xc2\xa0", "has no text"),
    "a byte order mark": (b"\xef\xbb\xbf", "has no text"),
    "over the limit": (b"word " * 420_000, "is over 2 MB"),
}


@pytest.mark.parametrize("data, reason", ARTICLES.values(), ids=ARTICLES)
def test_an_article_that_cannot_be_used_is_refused(data, reason, site, tmp_path):
    file = tmp_path / "a.txt" if data is None else article(tmp_path, "a.txt", data)
    with pytest.raises(Refusal, match=reason):
        start(site, "bridge", file)
    assert sorted(site.iterdir()) == [site / "site.yaml"]


def test_a_folder_for_an_article_is_refused(site, tmp_path):
    with pytest.raises(Refusal, match="cannot be read"):
        start(site, "bridge", tmp_path)


def test_markdown_that_would_lose_words_is_refused_with_the_way_out(site, tmp_path):
    with pytest.raises(Refusal, match=r"(?s)the first is `01`.* in \.txt"):
        start(site, "bridge", article(tmp_path, "a.md", "Asked:\n\n01. Mai\n"))
    start(site, "bridge", article(tmp_path, "a.txt", "Asked:\n\n[Jones]: No\n"))
    assert problems(site) == []


def test_a_folder_without_a_site_is_refused(tmp_path):
    with pytest.raises(Refusal, match="--root"):
        start(tmp_path, "bridge", article(tmp_path, "a.txt"))


def test_a_disk_that_is_full_leaves_nothing_behind(site, tmp_path, monkeypatch):
    def refuse(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(Refusal, match="No space left"):
        start(site, "bridge", article(tmp_path, "a.txt"))
    assert list((site / "content").iterdir()) == []


# ------------------------------------------------------------------ the command


def run(*arguments, text=""):
    command = [sys.executable, ROOT / "build.py", "new", *map(str, arguments)]
    return subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8")


def test_standard_input_is_plain_text(site):
    done = run("bridge", "--article", "-", "--root", site, text=TEXT)
    assert done.returncode == 0, done.stderr
    assert (site / "content/bridge/article.txt").read_text() == TEXT


def test_the_command_says_what_it_wrote_and_what_to_do_next(site, tmp_path):
    done = run("bridge", "--article", article(tmp_path, "a.txt"), "--root", site)
    assert f"wrote {site}/content/bridge/annotations.yaml" in done.stdout
    assert f"python build.py serve --open --root {site}" in done.stdout
    assert f"python build.py schema --root {site}" in done.stdout
    assert done.stderr == ""


def test_a_refusal_is_one_sentence_and_exit_code_2(site, tmp_path):
    done = run("bridge", "--article", tmp_path / "gone.txt", "--root", site)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"{tmp_path}/gone.txt cannot be read: No such file or directory",
        "  help: name another file",
    ]


@pytest.mark.parametrize("name", ["in.rtf", "in.txt", "in.md", "-"])
def test_what_is_no_text_is_refused_by_name(site, tmp_path, monkeypatch, name):
    data = b"{\\rtf1\\ansi The mayor said so.\\par}"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(data)
    article = Path("-") if name == "-" else tmp_path / "in" / name

    with pytest.raises(Refusal, match="is RTF"):
        start(site, "bridge", article)

    assert not (site / "content/bridge").exists()


def test_broken_lines_are_said_to_be_so(site, tmp_path):
    article = tmp_path / "mail.txt"
    words = "On Monday the mayor said again that the bridge was safe, as far as he knew. " * 3
    article.write_text(f"{fill(words, 60)}\n\n{fill(words, 60)}\n")

    start(site, "bridge", article)

    assert "\n  lines: wrapped # " in (site / "content/bridge/annotations.yaml").read_text()


FIRST_PARAGRAPHS = {
    "a picture first": "# A headline\n\n![the mayor](a.png)\n\nThe mayor said so on Tuesday.\n",
    "a picture with words": "# A headline\n\n![x](a.png) May.\n\nThe mayor said so on Tuesday.\n",
    "a line of names": "# A headline\n\nBy Ada Example\n\nThe mayor said so on Tuesday.\n",
    "broken lines": "# A headline\n\nThe mayor said so on\nTuesday, and left. He\nwas seen.\n",
}  # fmt: skip


@pytest.mark.parametrize("text", FIRST_PARAGRAPHS.values(), ids=FIRST_PARAGRAPHS)
def test_the_example_is_the_first_paragraph_and_never_a_picture(text, site, tmp_path):
    start(site, "bridge", article(tmp_path, "a.md", text))
    annotations = (site / "content/bridge/annotations.yaml").read_text()
    assert "    quote: The mayor said so on" in annotations
