"""The interface words: every language complete, every date and plural by its own rules."""

import datetime
import json
import re
import subprocess
import sys
from pathlib import Path
from string import Formatter

import pytest
from babel import Locale, localedata
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from hypothesis import given
from hypothesis import strategies as st

from postil.language import conventions, translations, words
from postil.site.vocabulary import KINDS, STATUSES

ROOT = Path(__file__).parents[1]
LANGUAGES = sorted(path.stem for path in translations.FOLDER.glob("*.json"))


def entries(language: str) -> dict[str, str | dict[str, str]]:
    return json.loads((translations.FOLDER / f"{language}.json").read_text("utf-8"))["words"]


ENGLISH = entries("en")


def forms(entry: str | dict[str, str]) -> list[str]:
    return list(entry.values()) if isinstance(entry, dict) else [entry]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_key_in_the_order_of_the_english(language):
    assert list(entries(language)) == list(ENGLISH)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_key_is_written_once(language):
    def once(pairs):
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)

    text = (translations.FOLDER / f"{language}.json").read_text("utf-8")
    json.loads(text, object_pairs_hook=once)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_what_the_english_does(language):
    for key, entry in entries(language).items():
        wanted = set().union(*map(fields, forms(ENGLISH[key])))
        for text in forms(entry):
            # "a note", in a language that has a form for one, need not say the number.
            assert fields(text) in (wanted, wanted - {"n"}), (key, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_hold_no_markup_and_no_straight_apostrophe(language):
    for entry in entries(language).values():
        for text in forms(entry):
            assert not re.search(r"[<>&]|\w'\w", text), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_the_forms_that_small_numbers_take(language):
    taken = {Locale(language).plural_form(n) for n in range(200)}
    for key, entry in entries(language).items():
        if isinstance(entry, dict):
            assert "other" in entry, key
            assert taken - {"other"} <= set(entry), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_and_status_has_a_label(language):
    known = entries(language)
    assert [kind for kind in KINDS if f"kind.{kind}" not in known] == []
    assert [status for status in STATUSES if f"status.{status}" not in known] == []
    assert [status for status in STATUSES if f"status.{status}.description" not in known] == []


@pytest.mark.parametrize(
    ("language", "n", "text"),
    [
        ("en", 0, "0 annotations"),
        ("en", 1, "1 annotation"),
        ("en", 17, "17 annotations"),
        ("fr", 0, "0 annotation"),
        ("fr", 2, "2 annotations"),
        ("ar", 2, "تعليقان"),
        ("ar", 3, "3 تعليقات"),
        ("ar", 11, "11 تعليقًا"),
        ("ar", 100, "100 تعليق"),
    ],
)
def test_a_number_takes_its_plural_form(language, n, text):
    assert words.load(language)("annotations", n=n) == text


def test_fields_are_filled_in():
    assert words.load("en")("note_number", number=3) == "Note 3"


def test_braces_in_what_is_filled_in_are_only_characters():
    assert words.load("en")("via_name", name="{n} {x}") == "via {n} {x}"


def test_a_key_that_no_language_has_is_an_error():
    with pytest.raises(KeyError):
        words.load("en")("no-such-words")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Fußnoten"),
        ("de-CH", "Fußnoten"),
        ("DE", "Fußnoten"),
        ("ar-SY", "الحواشي"),
        ("pl", "Notes"),
        ("en-GB", "Notes"),
        ("x-nothing", "Notes"),
    ],
)
def test_an_unknown_language_falls_back_to_its_base_and_then_to_english(language, text):
    assert words.load(language)("notes") == text


@pytest.mark.parametrize(
    ("language", "iso", "text"),
    [
        ("en", "2017", "2017"),
        ("en", "2017-05", "May 2017"),
        ("en", "2017-05-15", "May 15, 2017"),
        ("en-GB", "2017-05-15", "15 May 2017"),
        ("de", "2017-05-15", "15. Mai 2017"),
        ("fr", "2017-05", "mai 2017"),
        ("es", "2017-05", "mayo de 2017"),
        ("ar", "2017-05-15", "15 مايو 2017"),
        ("tlh", "2017-05", "May 2017"),
    ],
)
def test_a_date_is_written_out_as_exactly_as_it_is_known(language, iso, text):
    day = words.load(language).day(iso)
    assert (day.iso, day.text) == (iso, text)


@given(st.dates(datetime.date(1000, 1, 1)), st.sampled_from(LANGUAGES))
def test_a_written_date_names_its_year(date, language):
    assert str(date.year) in words.load(language).day(date.isoformat()).text


@pytest.mark.parametrize(
    ("language", "items", "text"),
    [
        ("en", [], ""),
        ("en", ["a"], "a"),
        ("en", ["a", "b"], "a and b"),
        ("en-GB", ["a", "b", "c"], "a, b and c"),
        ("de", ["a", "b", "c"], "a, b und c"),
    ],
)
def test_items_are_joined_as_a_list_in_words(language, items, text):
    assert words.load(language).join(items) == text


@pytest.mark.parametrize(
    ("language", "direction"),
    [
        ("en", "ltr"),
        ("ar", "rtl"),
        ("ar-SY", "rtl"),
        ("HE", "rtl"),
        ("ar-Latn", "ltr"),
        ("az", "ltr"),
        ("az-Arab", "rtl"),
        ("fa-AF", "rtl"),
    ],
)
def test_a_language_has_a_direction(language, direction):
    assert words.direction(language) == direction


def test_babel_agrees_on_the_direction_of_all_that_it_knows():
    for name in localedata.locale_identifiers():
        leftward = Locale.parse(name).text_direction == "rtl"  # HTML knows none downward
        assert words.direction(name.replace("_", "-")) == ("rtl" if leftward else "ltr"), name


def test_a_file_of_its_own_decides_on_the_direction(monkeypatch):
    file = translations.Translation("ltr", {})
    monkeypatch.setattr(translations, "translation_of", {"he": file, "en": file}.get)
    assert words.direction("he") == words.direction("he-IL") == "ltr"
    assert words.direction("fa") == words.direction("he-Hebr") == "rtl"


# ------------------------------------------------------------------ what Babel says, in short

BABELS = ["en", "en-GB", "de", "de-AT", "fr", "es-MX", "ar", "ar-LB", "ru", "lt", "th", "eu", "xx"]


@pytest.mark.parametrize("language", BABELS)
def test_dates_are_babels(language):
    locale = Locale.parse(language, sep="-") if language != "xx" else Locale("en")
    written = words.load(language)
    for month in range(1, 13):
        day = datetime.date(2011, month, 2 * month)
        assert written.day(day.isoformat()).text == format_date(day, "long", locale=locale)
        of_month = format_skeleton("yMMMM", day, locale=locale)
        assert written.day(day.isoformat()[:7]).text == of_month
    assert written.day("2011").text == format_skeleton("y", day, locale=locale)


@pytest.mark.parametrize("language", BABELS[:-1])
def test_lists_and_plural_forms_are_babels(language):
    locale = Locale.parse(language, sep="-")
    kept = conventions.conventions_of(language)
    for length in range(6):
        items = list("abcdef"[:length])
        assert kept.join(items) == format_list(items, locale=locale)
    for n in range(12_345):
        assert kept.plural_form(n) == locale.plural_form(n)


def test_what_babel_says_is_asked_once(tmp_path, monkeypatch):
    monkeypatch.setattr(conventions, "CACHE", tmp_path / "kept")
    asked = []
    ask = conventions._ask_babel
    monkeypatch.setattr(conventions, "_ask_babel", lambda *of: asked.append(of[0]) or ask(*of))
    load = conventions.conventions_of.__wrapped__
    first = load("fr-CA")
    assert load("fr-CA") == first and asked == ["fr-CA"]
    (tmp_path / "kept/fr-ca.json").write_text("cut off")
    assert load("fr-CA") == first and asked == ["fr-CA"] * 2
    monkeypatch.setattr(conventions, "_origin", lambda: "a newer one")
    assert load("fr-CA").days == first.days and asked == ["fr-CA"] * 3


def test_a_folder_that_keeps_nothing_does_no_harm(tmp_path, monkeypatch):
    monkeypatch.setattr(conventions, "CACHE", tmp_path / "missing/kept")
    assert conventions.conventions_of.__wrapped__("de").date(2017, 5, 15) == "15. Mai 2017"


def test_a_page_in_a_language_that_is_kept_needs_no_babel():
    asked = "from postil.language import words; words.load('fr').day('2017-05'); "
    code = asked + "import sys; print('babel' in sys.modules)"
    run = [sys.executable, "-c", code]
    ends = [subprocess.run(run, cwd=ROOT, capture_output=True, text=True) for _ in range(2)]
    assert ends[-1].stdout == "False\n"
