"""How a diagnostic is printed, for people and for programs."""

import json
import unicodedata

import pytest

from postil.diagnostics.model import (
    Diagnostic,
    Report,
    SourceText,
    Span,
    closest,
    did_you_mean,
)
from postil.diagnostics.render import as_github, as_json, as_text, headline, rows

FILE = SourceText("content/x/annotations.yaml", "title: x\nquote: the bridge\n")
ORPHAN = Diagnostic(
    "orphan",
    "quote is not in article.txt",
    Span(FILE, 16, 26),
    notes=(("nearest", "article.txt:2: a bridge"),),
    help="quote: a bridge",
    annotation="bridge",
)


def test_text_shows_the_place_the_line_and_the_way_out():
    assert as_text(ORPHAN) == (
        "content/x/annotations.yaml:2:8: error[orphan] quote is not in article.txt\n"
        "  |\n"
        "2 | quote: the bridge\n"
        "  |        ^^^^^^^^^^\n"
        "  = nearest: article.txt:2: a bridge\n"
        "  = help: quote: a bridge"
    )


def test_every_part_of_the_text_says_what_it_is():
    shown = [[(text.strip(), style) for text, style, _ in row] for row in rows(ORPHAN)]
    assert shown == [
        [
            ("content/x/annotations.yaml:2:8", "place"),
            (":", "plain"),
            ("error[orphan]", "error"),
            ("quote is not in article.txt", "message"),
        ],
        [("|", "gutter")],
        [("2 |", "gutter"), ("quote: the bridge", "plain")],
        [("|", "gutter"), ("", "plain"), ("^^^^^^^^^^", "error")],
        [("=", "gutter"), ("nearest", "label"), (": article.txt:2: a bridge", "plain")],
        [("=", "gutter"), ("help", "help"), (": quote: a bridge", "plain")],
    ]
    links = {style: link for row in rows(ORPHAN) for _, style, link in row if link}
    assert links == {"place": "content/x/annotations.yaml", "error": "orphan"}


@pytest.mark.parametrize(
    ("code", "severity"),
    [("no-such-code", "error"), ("orphan", "warning"), ("front-matter", "error")],
)
def test_a_code_that_is_not_in_the_table_is_refused(code, severity):
    with pytest.raises(ValueError, match=f"no {severity} is called {code}"):
        Diagnostic(code, "message", Span(FILE), severity)


@pytest.mark.parametrize(
    ("line", "start", "end", "below"),
    [
        pytest.param("\tquote: x", 8, 9, "\t       ^", id="a tab stays a tab"),
        pytest.param("漢字: x", 4, 5, "      ^", id="wide characters take two cells"),
        pytest.param("e\u0301: x", 4, 5, "   ^", id="a combining mark takes none"),
        pytest.param("漢字", 0, 2, "^^^^", id="wide characters are underlined twice"),
        pytest.param("x", 1, 1, " ^", id="the end of a line"),
        pytest.param("\u202ex", 1, 2, " ^", id="what steers the terminal is shown as one mark"),
    ],
)
def test_carets_stand_under_the_place(line, start, end, below):
    text = as_text(Diagnostic("orphan", "message", Span(SourceText("f", line), start, end)))
    assert text.splitlines()[-1] == f"  | {below}"


def test_of_a_long_line_only_the_part_around_the_place_is_shown():
    source = SourceText("f", "a" * 500 + " here " + "b" * 500)
    excerpt, carets = as_text(Diagnostic("orphan", "message", Span(source, 501, 505))).splitlines()[
        2:4
    ]
    assert len(excerpt) < 110
    assert excerpt[carets.index("^") :].startswith("here")


def test_an_article_cannot_steer_the_terminal():
    source = SourceText("f", "\x1b]0;title\x07\x1b[31m")
    text = as_text(Diagnostic("orphan", "\x1b[2J", Span(source, 0, 1), notes=(("near", "\x9b1A"),)))
    assert not any(character in text for character in "\x1b\x07\x9b")


def test_json_has_the_same_eight_keys_for_every_item():
    records = json.loads(as_json([ORPHAN]))
    assert records == [
        {
            "code": "orphan",
            "severity": "error",
            "file": "content/x/annotations.yaml",
            "line": 2,
            "column": 8,
            "message": "quote is not in article.txt",
            "help": "quote: a bridge",
            "annotation": "bridge",
        }
    ]
    assert json.loads(as_json([])) == []


def test_github_commands_escape_what_would_end_them():
    source = SourceText("a,b:c%.yaml", "x")
    command = as_github(
        Diagnostic("front-matter", "100 %: a\nb", Span(source), "warning", help="do, so")
    )
    assert command == (
        "::warning file=a%2Cb%3Ac%25.yaml,line=1,col=1,title=front-matter"
        "::100 %25: a%0Ab%0Ahelp: do, so"
    )


STEERING = "\x1b[31m \x9b2J \x07 \u202e \u2066 \u200b \x7f \u2028 \r\x1b]8;;x\x1b\\ \U000e0041"


@pytest.mark.parametrize("show", [as_text, as_github, headline, lambda d: as_json([d])])
def test_nothing_of_an_input_steers_a_terminal_or_a_log(show):
    source = SourceText(f"content/{STEERING}.yaml", f"a: {STEERING}")
    notes = [("nearest", STEERING)]
    said = show(Diagnostic("orphan", STEERING, Span(source, 3, 9), "error", tuple(notes), STEERING))

    assert not [
        c for c in said if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")
    ]
    assert said.count("::error") <= 1


def test_what_is_escaped_in_json_is_still_the_same():
    source = SourceText("a", "x")
    message = f"{STEERING} é 字 \U0001f600 \u200d"
    said = as_json([Diagnostic("orphan", message, Span(source))])

    assert json.loads(said)[0]["message"] == message
    assert "é 字 \U0001f600 \u200d" in said


def test_a_report_is_in_the_order_of_files_and_places_and_says_nothing_twice():
    report = Report()
    other = SourceText("content/a.yaml", "x\ny")
    for span in (Span(FILE, 9), Span(other, 2), Span(FILE, 0), Span(FILE, 9)):
        report.warning("front-matter", "message", span)
    assert [headline(d).partition(": ")[0] for d in report.in_order()] == [
        "content/a.yaml:2:1",
        "content/x/annotations.yaml:1:1",
        "content/x/annotations.yaml:2:1",
    ]
    assert not report.failed


@pytest.mark.parametrize(
    ("word", "suggestion"),
    [("atributed_to", "attributed_to"), ("Quote", "quote"), ("archive-url", "archive_url"),
     ("zebra", "")],
)  # fmt: skip
def test_the_closest_word_is_suggested_if_any_is_close(word, suggestion):
    known = ["attributed_to", "quote", "archive_url"]
    assert closest(word, known) == suggestion
    help = f"did you mean `{suggestion}`?" if suggestion else "take one"
    assert did_you_mean(word, known, "take one") == help
