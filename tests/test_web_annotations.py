"""annotations.jsonld: valid by the W3C's model, and leading back to the same places.

The schema holds what https://www.w3.org/TR/annotation-model/ calls a MUST, for what we write.
"""

import json
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest

from postil import building
from postil.diagnostics.model import Report
from postil.site.examining import examine
from postil.text import anchoring
from postil.text.anchoring import Found, Range, Selector

ROOT = Path(__file__).parents[1]
SITES = {"content": ROOT, "torture": ROOT / "tests/browser/torture"}

_MOTIVATIONS = """
assessing bookmarking classifying commenting describing editing highlighting identifying linking
moderating questioning replying tagging
"""
MOTIVATIONS = _MOTIVATIONS.split()
TEXTUAL = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"const": "TextualBody"},
        "value": {"type": "string", "minLength": 1},
        "format": {"const": "text/markdown"},
        "purpose": {"enum": MOTIVATIONS},
    },
    "additionalProperties": False,
}
SPECIFIC = {
    "type": "object",
    "required": ["type", "source"],
    "properties": {
        "type": {"const": "SpecificResource"},
        "source": {"type": "string", "format": "uri"},
        "purpose": {"enum": MOTIVATIONS},
    },
    "additionalProperties": False,
}
QUOTE = {
    "type": "object",
    "required": ["type", "exact"],
    "properties": {
        "type": {"const": "TextQuoteSelector"},
        "exact": {"type": "string", "minLength": 1},
        "prefix": {"type": "string"},
        "suffix": {"type": "string"},
    },
    "additionalProperties": False,
}
POSITION = {
    "type": "object",
    "required": ["type", "start", "end"],
    "properties": {
        "type": {"const": "TextPositionSelector"},
        "start": {"type": "integer", "minimum": 0},
        "end": {"type": "integer", "minimum": 0},
    },
    "additionalProperties": False,
}
_INSTANT = {"type": "string", "format": "date-time", "pattern": "Z$"}
STATE = {
    "type": "object",
    "required": ["type", "sourceDateStart", "sourceDateEnd"],
    "properties": {
        "type": {"const": "TimeState"},
        "sourceDateStart": _INSTANT,
        "sourceDateEnd": _INSTANT,
    },
    "additionalProperties": False,
}
TARGET = {
    "type": "object",
    "required": ["source", "selector"],
    "properties": {
        "source": {"type": "string", "format": "uri-reference"},
        "selector": {"type": "array", "items": {"anyOf": [QUOTE, POSITION]}, "minItems": 1},
        "state": STATE,
    },
    "additionalProperties": False,
}
PAGE = {
    "type": "object",
    "required": ["@context", "id", "type", "items"],
    "properties": {
        "@context": {"const": "http://www.w3.org/ns/anno.jsonld"},
        "id": {"type": "string", "format": "uri-reference"},
        "type": {"const": "AnnotationPage"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type", "target"],
                "properties": {
                    "id": {"type": "string", "format": "uri-reference"},
                    "type": {"const": "Annotation"},
                    "motivation": {"enum": MOTIVATIONS},
                    "body": {"type": "array", "items": {"anyOf": [TEXTUAL, SPECIFIC]}},
                    "target": {"anyOf": [TARGET, {"type": "array", "items": TARGET}]},
                },
            },
        },
    },
}


@cache
def pages(site: str) -> dict[str, dict]:
    """By slug what is exported of each explainer of a site."""
    files = building.build_site(SITES[site], drafts=True).files
    ending = "/annotations.jsonld"
    return {
        path.removesuffix(ending): json.loads(data)
        for path, data in files.items()
        if path.endswith(ending)
    }


def targets(item: dict) -> list[dict]:
    return item["target"] if isinstance(item["target"], list) else [item["target"]]


@pytest.mark.parametrize("site", SITES)
def test_every_export_is_valid(site):
    valid = jsonschema_rs.validator_for(PAGE, validate_formats=True)
    assert pages(site)
    for slug, page in pages(site).items():
        assert [f"{slug}: {error}" for error in valid.iter_errors(page)] == []


@pytest.mark.parametrize("site", SITES)
def test_quotes_with_their_context_lead_back_to_the_same_places(site):
    """Who has nothing but the export finds every place again, by our own rules for quotations."""
    for slug, page in pages(site).items():
        placed = examine(SITES[site], slug, Report(), drafts=True)
        haystack = anchoring.prepare(placed.document.text)
        for item in page["items"]:
            for target in targets(item):
                quote, position = target["selector"]
                selector = Selector(quote["exact"], "", quote["prefix"], quote["suffix"])
                found = anchoring.resolve(selector, haystack)
                assert found == Found(Range(position["start"], position["end"])), (slug, item["id"])


@pytest.mark.parametrize("site", SITES)
def test_positions_count_code_points_of_the_text_that_a_reader_sees(site):
    for slug, page in pages(site).items():
        text = examine(SITES[site], slug, Report(), drafts=True).document.text
        for target in (each for item in page["items"] for each in targets(item)):
            quote, position = target["selector"]
            assert text[position["start"] : position["end"]] == quote["exact"]
            assert text[: position["start"]].endswith(quote["prefix"])
            assert text[position["end"] :].startswith(quote["suffix"])


def test_an_annotation_of_nothing_or_of_a_wrong_kind_is_not_valid():
    valid = jsonschema_rs.validator_for(PAGE, validate_formats=True)
    page = json.loads(json.dumps(pages("content")["saydnaya-crematorium"]))
    assert valid.is_valid(page)
    for spoil in (
        lambda item: item.pop("target"),
        lambda item: item.update(motivation="guessing"),
        lambda item: targets(item)[0]["selector"][1].update(start=-1),
        lambda item: targets(item)[0]["selector"][0].pop("exact"),
        lambda item: item.update(id="not an address"),
    ):
        spoilt = json.loads(json.dumps(page))
        spoil(spoilt["items"][0])
        assert not valid.is_valid(spoilt)
