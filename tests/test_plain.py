"""Plain text: where its paragraphs end, and what in it is not its author's."""

import textwrap

import pytest

from postil.output.verifying import verify
from postil.text import articles, damage, disguises
from postil.text.articles import line_of, reading_of, render_plain
from postil.text.articles import parse_article as parse

# Sentences of a report, two paragraphs and a short one.
PROSE = [
    "The State Department said on Monday that the building had been modified to support what it "
    "called a crematorium, and that the photographs were commercially available satellite images.",
    "Stuart Jones, the acting assistant secretary for Near Eastern Affairs, told reporters that as "
    "many as fifty detainees a day were being hanged at the prison, which is north of the capital.",
    "He did not say more.",
]
GERMAN = [
    "Der Bürgermeister sagte am Montag, dass die Brücke vollkommen sicher gewesen sei, und dass "
    "der Bericht des Prüfers vom Mai keine Mängel an den Pfeilern genannt habe, wie es hieß.",
    "Die Kosten sind nach Angaben der Stadt noch nicht bekannt; das Land wurde um Hilfe gebeten, "
    "hat sich aber bis zum Abend nicht dazu gemeldet, und auch die Werke, denen die Brücke einst "
    "gehört hatte, waren für die Zeitung an diesem Tag nicht mehr zu erreichen, wie sie schrieb.",
]


def wrap(paragraphs: list[str], width: int, end: str = "\n") -> str:
    return (end * 2).join(textwrap.fill(words, width) for words in paragraphs).replace("\n", end)


VERSE = """\
Whose woods these may be I believe I know, though far,
He has his house among the village lamps and bar,
My little horse must think it queer to stop and stay
Between the woods and frozen lake so late a day,

The only other sound is that of wind and flake,
And miles to go before I sleep, for old time's sake,
"""
DIALOGUE = "\n".join(f"Q. Did you see the man on the day number {day}?" for day in range(9))
MAIL = """\
From: Desk <desk@example.org>
To: all
Date: Mon, 15 May 2017 09:12:00 +0000
Subject: The bridge

Dear all,

the mayor told us on Monday that the bridge had been inspected in May
and that nothing had been found. He did not want to give us the report,
which is said to be forty pages long.

> We have asked the ministry about it, and they say that they have not
> seen any such report at all, although it was sent to them in June.

Best,
Ann
"""
# A book: a heading, dialogue, and verse between paragraphs whose lines are broken.
BOOK = "\n\n".join(["CHAPTER I", "THE BRIDGE", wrap(PROSE, 70), VERSE, '"No," she said.'])
LIST = "\n".join(
    ["Present at the meeting of the board on Monday:", *map(str.title, PROSE[0].split())]
)


@pytest.mark.parametrize("width", [50, 65, 72, 80, 100])
@pytest.mark.parametrize("paragraphs", [PROSE * 2, GERMAN * 2], ids=["English", "German"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_broken_lines_are_joined(paragraphs, width, end):
    text = wrap(paragraphs, width, end)
    document = parse(text, "txt")
    blocks = document.text.split("\n\n")
    assert reading_of(text).sure
    assert [" ".join(block.split()) for block in blocks] == paragraphs
    assert render_plain(text, "txt").count("<p>") == len(paragraphs)


def test_in_a_book_most_lines_are_broken():
    seen = reading_of(BOOK)
    assert (seen.lines, seen.sure) == ("wrapped", True)
    assert BOOK[seen.first :].startswith("The State Department")


def test_a_page_is_true_to_plain_text_in_either_reading():
    text = wrap(PROSE, 72)
    pages = {
        lines: f'<div data-article="x">{render_plain(text, "txt", lines)}</div>'
        for lines in ("wrapped", "paragraph")
    }
    mixed = pages["wrapped"].replace("\n", "</p>\n<p>", 1)
    assert [verify(page, text.encode(), "txt") for page in pages.values()] == [None, None]
    assert verify(mixed, text.encode(), "txt") is not None


@pytest.mark.parametrize(
    "text",
    [
        "\n\n".join(PROSE),
        "\n".join(PROSE),
        "\n".join(PROSE * 3),
        VERSE,
        DIALOGUE,
        LIST,
        "The mayor said so.\nHe left.\n\nNobody was hurt.\n",
        "One line",
        "",
    ],
)
def test_lines_that_are_paragraphs_stay_so(text):
    seen = reading_of(text)
    assert (seen.lines, seen.sure) == ("paragraph", True)
    assert parse(text, "txt").text == "\n\n".join(line for line in text.split("\n") if line)


@pytest.mark.parametrize(
    "text",
    [
        wrap(PROSE[:1], 72),  # no empty line
        wrap(PROSE[:1], 99) + "\n\n" + PROSE[2],  # one line
        MAIL,
    ],
)
def test_in_doubt_every_line_is_a_paragraph(text):
    seen = reading_of(text)
    assert (seen.lines, seen.sure) == ("paragraph", False)
    assert parse(text, "txt") == parse(text, "txt", "paragraph")


def test_what_an_editor_says_of_lines_counts():
    text = "one\ntwo \n\n  three\r\nfour\n"
    assert parse(text, "txt").text == "one\n\ntwo \n\n  three\n\nfour"
    assert parse(text, "txt", "wrapped").text == "one\ntwo \n\n  three\nfour"
    assert render_plain(text, "txt", "wrapped") == "<p>one\ntwo </p>\n<p>  three\nfour</p>\n"
    assert parse(wrap(PROSE, 72), "txt", "paragraph").text.count("\n\n") > 5
    assert render_plain("one\ntwo", "md", "wrapped") == render_plain("one\ntwo", "md")


def test_joined_lines_have_exact_places():
    text = wrap(PROSE, 60)
    document = parse(text, "txt")
    for word in ("crematorium", "images.", "Stuart", "capital.", "more."):
        line = line_of(document, document.text.index(word))
        assert word in text.split("\n")[line - 1]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("He said â€œno.â€\x9d", ["`â€œ` is `“`"]),
        ("itâ€™s", ["`â€™` is `’`"]),
        ("schÃ¶n und grÃ¼n", ["`Ã¶` is `ö`"]),
        ("Â£5", ["`Â£` is `£`"]),
        ("Ð¿Ñ€Ð¸Ð²ÐµÑ‚", ["`Ð¿` is `п`"]),
        ("the caf\ufffd", ["could not be read"]),
        ("He said =E2=80=9Cno.=E2=80=9D", ["`=E2=80=9C` is `“`"]),
        (r"It\u2019s so", [r"`\u2019` is `’`"]),
        ("itâ€™s =E2=80=9C", ["`â€™` is `’`", "`=E2=80=9C` is `“`"]),
        *(
            (text, [])
            for text in (
                *("naïve café “Ça” l’été – ÊTRE", "« NOUVEAUTÉ»", "«À L’ÉTÉ…»", "Øre, Åse, Ñandú™"),
                *("ÂGE", "SÃO PAULO", "Grüße – schön… “Ünlü”", "привет", "你好", "100 € — £5", ""),
                *("a=AB=CD b=20", r"C:\users\u20", "x=1F", "E=MC"),
            )
        ),
    ],
)
def test_misread_characters_are_named(text, named):
    found = list(damage.traces(text))
    assert len(found) == len(named)
    for trace, words in zip(found, named, strict=True):
        assert trace.code == "mojibake"
        assert words in trace.message
        assert text[trace.start : trace.start + trace.length] in trace.message


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Smith &amp; Sons", ["&amp;"]),
        ("a&nbsp;b &#8217; &#x2019;", ["&nbsp;"]),
        ("The <b>bridge</b>", ["<b>"]),
        ('<a href="x">b</a> &lt;', ["&lt;", '<a href="x">']),
        ("a<br/>b", ["<br/>"]),
        ("a <!-- more --> b", ["<!--"]),
        ("one\rtwo", ["\r"]),
        *((text, []) for text in ("AT&T; R&D", "a < b > c", "<3", "<Smith>", "a@b.org", "x\r\ny")),
    ],
)
def test_what_plain_text_cannot_mean_is_named(text, first):
    found = [text[trace.start :][: trace.length] for trace in damage.traces_in_plain(text)]
    assert found == first


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (rb"{\rtf1\ansi The mayor}", "RTF"),
        (b"\xef\xbb\xbf{\\rtf1 The mayor}", "RTF"),
        (b"\r\n \\documentclass{article}", "LaTeX"),
        (b"\xef\xbb\xbf\n1\r\n00:00:01,000 --> 00:00:02,000\r\nSo.", "subtitles"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"PK\x03\x04....[Content_Types].xml....word/document.xml", "a Word document"),
        (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.text", "an OpenDocument text"),
        (b"PK\x03\x04....mimetypeapplication/epub+zip", "an e-book"),
        (b"PK\x03\x04....notes.txt", "a zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word document"),
        (b"\x1f\x8b\x08", "an archive"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\xff\xfeT\0h\0e\0", "text in UTF-16"),
        (b"<!DOCTYPE html><html>", "a web page (HTML)"),
        (b"\xef\xbb\xbf\n<!-- saved --> <html lang='en'>", "a web page (HTML)"),
        (b'<?xml version="1.0"?><html xmlns="x">', "a web page (HTML)"),
        (b"<p class=a>The mayor</p>", "a piece of HTML"),
        (b"PK\x03\x04....xl/workbook.xml", "a spreadsheet or slides"),
        (
            b"From: a\r\nTo: b\r\n c\r\nDate: d\r\nMIME-Version: 1.0\r\n\r\nHi",
            "an e-mail with its headers (.eml)",
        ),
        (b"\\documentclass{article}", "LaTeX"),
        (b'<?xml version="1.0"?><TEI>', "XML"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nSo.", "subtitles"),
        (b"WEBVTT\n\n", "subtitles"),
        (b"From: the mayor\nTo: the town\n\nNo.", None),
        *(
            (data, None)
            for data in (b"<b> is a tag", b"<p> is a tag", b"The <html> tag", b"PK", b"")
        ),
    ],
)
def test_files_that_are_no_text_are_seen_through(data, name):
    seen = disguises.see_through(data, sources=True)
    assert (seen and seen.name) == name
    assert seen is None or seen.help


def test_markdown_may_begin_with_html():
    assert disguises.see_through(b"<p align=center>The mayor</p>") is None


def test_both_readings_can_be_asked_for():
    assert set(articles.Lines.__args__) == {"paragraph", "wrapped"}
