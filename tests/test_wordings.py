"""The words on their way: what each hop said, what came in or fell out, what became of hedges."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_site import write_site

from postil import building
from postil.language import cues, translations
from postil.site import wordings
from postil.site.wordings import Run, Said

LANGUAGES = sorted(path.stem for path in translations.FOLDER.glob("*.json"))


def said(*texts: str, language: str = "en") -> list[Said]:
    return [Said(f"s{number}", text, language) for number, text in enumerate(texts)]


def marked(*texts: str, language: str = "en") -> list[str]:
    """Each wording with [fallen out], {come in} and *hedges* of these."""

    def sign(run: Run) -> str:
        text = f"*{run.text}*" if run.is_hedge and (run.came_in or run.falls_out) else run.text
        text = f"[{text}]" if run.falls_out else text
        return f"{{{text}}}" if run.came_in else text

    return [
        "".join(map(sign, rung.runs)) for rung in wordings.climb(said(*texts, language=language))
    ]


# ------------------------------------------------------------------ words

TEXT = st.text(st.sampled_from("ab cd  could.,—’'é\u0301ع\u064e大人"), max_size=30).map(str.strip)
WORDS = st.lists(st.sampled_from(["a", "b", "c", "could"]), max_size=12)


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_a_wording_stays_what_it_was(texts):
    rungs = list(wordings.climb(said(*texts)))
    assert ["".join(run.text for run in rung.runs) for rung in rungs] == texts
    assert rungs == list(wordings.climb(said(*texts)))


@given(TEXT, TEXT)
def test_what_stays_is_the_same_on_both_sides(before, after):
    first, second = wordings.climb(said(before, after))
    stays = "".join(run.text + " " for run in first.runs if not run.falls_out)
    stayed = "".join(run.text + " " for run in second.runs if not run.came_in)
    kept, same = wordings.as_compared(stays), wordings.as_compared(stayed)
    # With nothing in common no word is told apart but hedges.
    common = set(wordings.as_compared(before)) & set(wordings.as_compared(after))
    assert kept == same or not common


@given(st.text())
def test_words_stand_apart_and_in_order(text):
    ends = [place for extent in wordings.word_extents(text) for place in extent]
    assert ends == sorted(ends)
    assert all(start < end for start, end in wordings.word_extents(text))


MARKED = [
    (["could be used to dispose of bodies", 'is being "used to dispose of bodies"'],
     ["[*could*] [be] used to dispose of bodies", '{is being} "used to dispose of bodies"']),
    (["It may rain.", "it might rain"], ["It [*may*] rain.", "it {*might*} rain"]),
    (["A b c.", "a, b; C!"], ["A b c.", "a, b; C!"]),
    (["The mayor’s car", "the mayor's car"], ["The mayor’s car", "the mayor's car"]),
    (["one two three", "one three", "one two three"],
     ["one [two] three", "one three", "one {two} three"]),
    (["13,000 died", "13,500 died"], ["[13,000] died", "{13,500} died"]),
    (["nothing in common", "all is other"], ["nothing in common", "all is other"]),
    (["perhaps nothing", "all is other"], ["[*perhaps*] nothing", "all is other"]),
    (["a b", "", "a c"], ["a [b]", "", "a {c}"]),
    (["a—b", "a—c"], ["a—[b]", "a—{c}"]),
    (["大桥安全", "大桥很安全"], ["大桥安全", "大桥{很}安全"]),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "expected"), MARKED)
def test_words_that_fell_out_or_came_in_are_told_apart(texts, expected):
    assert marked(*texts) == expected


def test_marks_of_vowels_are_no_other_words_in_arabic():
    assert marked("قَدْ تُستخدم", "قد تستخدم", language="ar") == ["قَدْ تُستخدم", "قد تستخدم"]


@pytest.mark.parametrize("number", ["13,000", "13.000", "13’000", "13٬000", "13000"])
def test_a_number_is_the_same_however_its_thousands_are_set_apart(number):
    assert marked(f"some {number} people", "some 13,000 people") == [
        f"some {number} people",
        "some 13,000 people",
    ]
    assert marked(f"some {number} people", "some 13,001 people") != [
        f"some {number} people",
        "some 13,001 people",
    ]


def test_wordings_in_two_languages_are_not_compared():
    both = [Said("a", "could be used", "en-GB"), Said("b", "wird benutzt", "de")]
    assert all(
        not (run.came_in or run.falls_out) for each in wordings.climb(both) for run in each.runs
    )
    assert marked("could be", "is", language="en-GB")[0] != "could be"


# ------------------------------------------------------------------ hedges

HEDGES = [
    ("en", "could be used", "is used", ("could",)),
    ("en", "the alleged plot", "the plot", ("alleged",)),
    ("en", "as many as 50 died", "50 died", ("as many as",)),
    ("en", "Reportedly he left", "he left", ("Reportedly",)),
    ("en", "may perhaps close", "may close", ("perhaps",)),
    ("en", "may close", "might close", ()),
    ("en", "it may be", "it may be", ()),
    ("en", "is used", "could be used", ()),
    ("de", "der mutmaßliche Täter", "der Täter", ("mutmaßliche",)),
    ("fr", "l’auteur présumé", "l’auteur", ("présumé",)),
    ("es", "el presunto autor", "el autor", ("presunto",)),
    ("ar", "قد تستخدم المحرقة", "تستخدم المحرقة", ("قد",)),
    ("sv", "det kan vara", "det är", ()),
]


@pytest.mark.parametrize(("language", "before", "after", "lost"), HEDGES)
def test_a_hedge_that_falls_out_is_told(language, before, after, lost):
    _, rung = wordings.climb(said(before, after, language=language))
    assert rung.lost == lost


def test_a_hedge_that_comes_in_is_told():
    _, rung = wordings.climb(said("it is used", "it could be used"))
    assert (rung.lost, rung.gained) == ((), ("could",))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_hedges_each_once_and_finds_them(language):
    hedges = json.loads((translations.FOLDER / f"{language}.json").read_text("utf-8"))[
        "attribution"
    ]["hedges"]
    assert len({hedge.casefold() for hedge in hedges}) == len(hedges) > 30
    known = cues.attribution_of(language)
    for hedge in hedges:
        assert list(cues.find_hedges(f"x {hedge} x", known)) == [(2, 2 + len(hedge))], hedge


# ------------------------------------------------------------------ on the page

CHAIN = """\
title: Alpha
article: {{outlet: {outlet}}}
annotations:
  - id: told
    quote: told reporters
    status: altered
    attributed_to:
{hops}
"""
PAPER = (
    "paper: {kind: press, name: The paper}\nowner: {kind: press, name: Owner, speaks_for: paper}\n"
)


def rungs(tmp_path: Path, hops: list[str], outlet: str = "paper") -> list[tuple[str, str]]:
    """Who says what on the ladder of an annotation whose passage is `told reporters`."""
    root = write_site(tmp_path / "site")
    with (root / "content/sources.yaml").open("a") as sources:
        sources.write(PAPER)
    text = CHAIN.format(outlet=outlet, hops="".join(f"      - {hop}\n" for hop in hops))
    text = text.replace("article: {outlet: }\n", "")
    (root / "content/alpha/annotations.yaml").write_text(text)
    site = building.build_site(root, jobs=1)
    assert not site.report.failed, site.report.diagnostics
    page = site.files["alpha/index.html"].decode()
    who = r'<p class="rung-who">(.*?)</p>'
    words = r'\s*<(?:blockquote|p) class="rung-(?:words|unknown)"[^>]*>(.*?)</(?:blockquote|p)>'
    plain = [re.sub(r"<bdi class=\"kind\">.*?</bdi>|<[^>]*>", "", each)
             for pair in re.findall(who + words, page, re.DOTALL) for each in pair]  # fmt: skip
    return list(zip(plain[::2], plain[1::2], strict=True))


LADDERS = [
    (["{source: reuters, quote: he told us, locator: para. 2}", "paper"], "paper",
     [("Reuters, para. 2", "he told us"), ("The paper", "told reporters")]),
    (["{source: reuters, quote: he told us}", "owner"], "paper",
     [("Reuters", "he told us"), ("Owner", "told reporters")]),
    (["{source: reuters, quote: he told us}"], "paper",
     [("Reuters", "he told us"), ("The paper", "told reporters")]),
    (["{source: reuters, quote: he told us}"], "",
     [("Reuters", "he told us"), ("The article", "told reporters")]),
    (["{source: reuters, quote: he told us}", "{source: paper, quote: so he told}"], "paper",
     [("Reuters", "he told us"), ("The paper", "so he told"), ("The article", "told reporters")]),
    (["{source: jones, quote: I told them}", "reuters", "paper"], "paper",
     [("Stuart Jones", "I told them"), ("Reuters", "words not given"),
      ("The paper", "told reporters")]),
    (["jones > reuters", "reuters"], "paper", []),
]  # fmt: skip


@pytest.mark.parametrize(("hops", "outlet", "expected"), LADDERS)
def test_a_ladder_ends_with_the_article(hops, outlet, expected, tmp_path):
    assert rungs(tmp_path, hops, outlet) == expected


def test_the_words_of_a_hop_alone_make_a_note(tmp_path):
    root = write_site(tmp_path / "site")
    (root / "content/alpha/annotations.yaml").write_text(
        "title: A\nannotations:\n"
        "  - {id: x, quote: told reporters, attributed_to: [{source: reuters, quote: told us}]}\n"
    )
    page = building.build_site(root, jobs=1).files["alpha/index.html"].decode()
    assert '<li id="note-x">' in page
    assert page.count('<ol class="ladder"') == 1


def test_markup_in_a_wording_is_printed_as_it_is(tmp_path):
    assert rungs(tmp_path, ["{source: reuters, quote: '<b>*told*</b> & \"us\"'}"])[0] == (
        "Reuters", "&lt;b&gt;*told*&lt;/b&gt; &amp; &#34;us&#34;",
    )  # fmt: skip
