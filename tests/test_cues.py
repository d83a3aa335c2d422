"""Sentences end where they end, and cues are found whole, in every language that has a list."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postil.language import cues, translations

LANGUAGES = sorted(
    path.stem for path in translations.FOLDER.glob("*.json") if cues.attribution_of(path.stem)
)


def split(text, tag="en"):
    language = cues.attribution_of(tag) or cues.Attribution()
    return [text[start:end] for start, end in cues.sentences(text, language)]


def found(text, tag="en"):
    return [text[start:end] for start, end in cues.find(text, cues.attribution_of(tag))]


# Each row is a paragraph in which a bar stands wherever a sentence ends.
PARAGRAPHS = {
    "full stop, question, exclamation": ("en", "He left.| Did he?| Yes!| So it goes"),
    "closing marks belong to the sentence": ("en", "“He left.”| (He did.)| ‘No?’| Well."),
    "initials and titles": ("en", "Mr. J. K. Smith and Dr. Jones met Gen. Lee.| They spoke."),
    "letters with full stops": ("en", "The U.S. official left at 5 p.m. on Monday.| He slept."),
    "months and numbers": ("en", "On Sept. 5 he won No. 5 of vol. 12.| It was 3.5 million."),
    "a small letter goes on": ("en", "“Why?” he asked. e.g. this… and that.| Then."),
    "dots that trail off": ("en", "He waited…| Nobody came...| He left."),
    "a question within": ("en", "Who?!| Him."),
    "white space of all kinds": ("en", "  One.\u00a0| Two.\n| Three. "),
    "no letters, no sentence": ("en", "One.| Two."),
    "German ordinals": ("de", "Am 15. Mai kam Dr. Müller z. B. aus Köln.| Das war 2017.| Gut."),
    "French titles": ("fr", "M. Dupont et Mme. Durand partent.| C'est tout, dit-il.| Bien."),
    "Spanish": ("es", "¿Qué dijo el Sr. Pérez?| ¡Nada!| Fin."),
    "Arabic": ("ar", "قال الرئيس نعم.| ثم ذهب؟| نعم."),
    "Japanese": ("ja", "今日は。|明日は「そう。」|終わり"),
    "a language without a list": ("pt", "Ele saiu.| Ela ficou."),
}


@pytest.mark.parametrize("tag, paragraph", PARAGRAPHS.values(), ids=PARAGRAPHS)
def test_sentences_end_where_they_end(tag, paragraph):
    expected = [" ".join(part.split()) for part in paragraph.split("|")]
    assert [" ".join(each.split()) for each in split(paragraph.replace("|", ""), tag)] == expected


def test_stretches_without_letters_are_no_sentences():
    assert split("… * * * —") == []
    assert split("") == []


@given(st.text(st.characters(codec="utf-8")), st.sampled_from([*LANGUAGES, "pt"]))
def test_sentences_lose_no_letter_and_are_in_order(text, tag):
    places = list(cues.sentences(text, cues.attribution_of(tag) or cues.Attribution()))
    assert re.findall(r"\w", "".join(text[a:b] for a, b in places)) == re.findall(r"\w", text)
    edges = [edge for place in places for edge in place]
    assert edges == sorted(edges)
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in places)


CUES = {
    "the longest that fits": ("en", "as reported by Reuters", ["as reported by"]),
    "whole words only": ("en", "He is untold, the aforesaid told-you-so", ["told"]),
    "any capitals": ("en", "ACCORDING TO him; Said she", ["ACCORDING TO", "Said"]),
    "any white space": ("en", "according\n  to her", ["according\n  to"]),
    "passive": ("en", "Was described as safe, is said to be", ["Was described as", "is said to"]),
    "any apostrophe": ("fr", "d’après lui, d'après elle", ["d’après", "d'après"]),
    "German": ("de", "Laut Polizei teilte mit, wie es hieß", ["Laut", "teilte mit", "wie es hieß"]),
    "Spanish": ("es", "Según Reuters, el ministro aseguró que no.", ["Según", "aseguró"]),
    "Arabic": ("ar", "وقال الوزير بحسب رويترز إنه نفى", ["وقال", "بحسب", "نفى"]),
    "the base language of a tag": ("en-GB", "he said", ["said"]),
    "none": ("en", "The bridge is old.", []),
}  # fmt: skip


@pytest.mark.parametrize("tag, text, expected", CUES.values(), ids=CUES)
def test_cues_are_found(tag, text, expected):
    assert found(text, tag) == expected


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_cue_of_a_language_is_found_where_it_stands_alone(tag):
    for cue in cues.attribution_of(tag).cues:
        assert found(cue, tag) == [cue]
        shouted = cue.upper()
        if len(shouted) == len(cue):  # not ß
            assert found(f"x {shouted}, x", tag)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_list_names_nothing_twice_and_abbreviations_are_as_they_are_compared(tag):
    entries = json.loads((translations.FOLDER / f"{tag}.json").read_text("utf-8"))["attribution"]
    listed = [cue.casefold() for cue in entries["cues"]]
    assert len(listed) == len(set(listed)) > 50
    for abbreviation in entries["abbreviations"]:
        assert abbreviation == abbreviation.lower()
        assert not abbreviation.endswith(".")


def test_languages_without_a_list_are_not_guessed():
    assert cues.attribution_of("pt-BR") is None
    assert cues.attribution_of("../en") is None


def test_a_long_line_takes_no_longer_than_its_length():
    text = "He said no. " * 50_000
    assert len(split(text)) == 50_000
    assert len(found(text)) == 50_000
    assert split("a" * 500_000 + "." * 500_000)
