"""Times that are more or less than a day, in the words of a language."""

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from postil.language import conventions, words
from postil.language.periods import Moment, Period, written

IDES = Moment(-43, 3, 15)
MAY = Moment(2017, 5)


def moment(*parts, **more):
    made = Moment(*parts, **more)
    return Period(made, made)


@pytest.mark.parametrize(
    ("language", "period", "text"),
    [
        ("en", moment(-43, 3, 15), "March 15, 44 BC"),
        ("en-GB", moment(-43, 3, 15), "15 March 44 BC"),
        ("de", moment(-43, 3, 15), "15. März 44 v. Chr."),
        ("fr", moment(-43, 3), "mars 44 av. J.-C."),
        ("es", moment(-43), "44 a. C."),
        ("ar", moment(0), "1 ق.م"),
        ("zh", moment(-43, 3, 15), "公元前44年3月15日"),
        ("ru", moment(-43), "44 до н. э."),
        ("en", moment(2017, season="1"), "Spring 2017"),
        ("es", moment(2017, season="1"), "primavera de 2017"),
        ("en", moment(2017, season="Michaelmas"), "Michaelmas 2017"),
        ("de", moment(2017, 5, approximate=True), "um Mai 2017"),
        ("fr", moment(2017, uncertain=True), "2017 ?"),
        ("es", moment(2017, uncertain=True, approximate=True), "¿hacia 2017?"),
        ("en", Period(Moment(2017), Moment(2018)), "2017–2018"),
        ("en", Period(MAY, Moment(2018)), "May 2017\u2009–\u20092018"),
        ("ja", Period(MAY, Moment(2018)), "2017年5月～2018年"),
        ("en", Period(Moment(-99), Moment(-43)), "100 BC\u2009–\u200944 BC"),
        ("en", Period(MAY, None), "since May 2017"),
        ("de", Period(None, MAY), "bis Mai 2017"),
        ("ar", Period(MAY, None), "منذ مايو 2017"),
    ],
)
def test_a_period_is_written_as_its_language_does(language, period, text):
    assert written(period, words.load(language)).text == text


@pytest.mark.parametrize(
    ("period", "iso"),
    [
        (moment(2017, 5, 15), "2017-05-15"),
        (moment(987), "0987"),
        (moment(2017, 5, approximate=True), "2017-05"),
        (moment(2017, season="1"), ""),
        (moment(0), ""),
        (moment(12017), ""),
        (Period(MAY, None), ""),
        (Period(MAY, Moment(2018)), ""),
    ],
)
def test_a_time_for_machines_is_one_that_html_knows(period, iso):
    assert written(period, words.load("en")).iso == iso


@given(st.integers(-9999, 0), st.sampled_from(["en", "de", "fr", "es", "ar", "ja", "pl", "tr"]))
def test_a_year_before_the_first_has_babels_era(year, language):
    text = written(moment(year, 3, 5), words.load(language)).text
    assert str(1 - year) in text
    assert Locale(language).eras["abbreviated"][0] in text


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar", "zh", "th", "ru", "eu"])
def test_a_year_before_the_first_leaves_no_pattern_behind(language):
    pattern = conventions.conventions_of(language).before
    assert "{year}" in pattern
    assert "'" not in pattern and "G" not in pattern
