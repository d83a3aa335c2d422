"""The table of the formats of articles: every row is whole."""

from typing import get_args

import pytest
from msgspec import structs
from small_site import write_site

from postil import paths
from postil.cli import commands
from postil.text import articles
from postil.text.formats import FORMATS, PlainText


def test_every_form_has_a_format_and_a_file_name():
    assert tuple(FORMATS) == get_args(paths.Form) == tuple(paths.ARTICLES.values())


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_reads_what_it_is_given(form):
    document = articles.parse_article("One word.\n\nAnother.", form)
    assert document.form == form
    assert document.text == "One word.\n\nAnother."
    assert articles.lost_words("One word.\n\nAnother.", document) == []
    assert f".{form}" in FORMATS[form].suffixes


@pytest.mark.parametrize(
    ("suffix", "form"),
    [
        (".txt", "txt"),
        (".md", "md"),
        (".MD", "md"),
        (".markdown", "md"),
        (".mdown", "md"),
        (".text", "txt"),
        ("", "txt"),
        (".x", "txt"),
    ],
)
def test_the_form_is_told_by_the_end_of_the_name(suffix, form):
    assert articles.form_of(suffix) == form


class Further(PlainText):
    """As somebody would add one."""

    suffixes = (".rst", ".rest")

    def parse(self, text, lines):
        return structs.replace(super().parse(text, lines), form="rst")


@pytest.fixture
def further(monkeypatch, tmp_path):
    """A site with an article of a further format, which is one class and one name."""
    monkeypatch.setitem(FORMATS, "rst", Further())
    monkeypatch.setitem(paths.ARTICLES, "article.rst", "rst")
    root = write_site(tmp_path / "site")
    (root / "content/alpha/article.txt").rename(root / "content/alpha/article.rst")
    return root


def test_a_further_format_is_built_and_proved(further, capsys):
    assert commands.run(["build", "--root", str(further), "--jobs", "1"]) == 0
    assert commands.run(["verify", "--root", str(further)]) == 0, capsys.readouterr()
    article = further / "content/alpha/article.rst"
    assert (further / "output/alpha/article.rst").read_bytes() == article.read_bytes()


def test_a_further_format_has_its_names_in_what_is_said_of_no_article(further, capsys):
    (further / "content/alpha/article.rst").rename(further / "content/alpha/Article.rest.txt")
    assert commands.run(["check", "--root", str(further)]) == 1
    said = capsys.readouterr().out
    assert "missing-article" in said
    assert "rename Article.rest.txt to article.rst" in said
