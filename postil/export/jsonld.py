"""The annotations of a page as W3C Web Annotations in JSON-LD, for other programs."""

from collections.abc import Iterator

from postil.export.encoding import Json, encoded
from postil.site.chains import as_chains
from postil.site.examining import Placed, Shared
from postil.site.model import Annotation, ContextBox, as_uses
from postil.site.placing import Anchor
from postil.site.withdrawing import Withdrawn
from postil.text.anchoring import words

NAME = "annotations.jsonld"
CONTEXT_LENGTH = 32  # code points before and after the quotation, as annotation clients keep
LONGEST_WORD = 64  # code points; of a longer one only a part is context


def annotation_page(placed: Placed, shared: Shared) -> bytes:
    """An AnnotationPage (https://www.w3.org/TR/annotation-model/): every anchor with its bodies.

    A target is a passage of the article at its address, or of the copy beside the page; an anchor
    with several places has several. What is withdrawn has the words that were quoted, and the time
    in which they were in the article. Positions are code points into the text that a reader sees.
    Prose stays Markdown, as its editor wrote it.
    """
    document = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": NAME,
        "type": "AnnotationPage",
        "items": [_annotation(each, placed, shared) for each in placed.addressed],
    }
    return encoded(document)


def _annotation(anchor: Anchor | Withdrawn, placed: Placed, shared: Shared) -> Json:
    if isinstance(anchor, Withdrawn):
        targets = [_former_target(anchor, placed)]
    else:
        targets = [_target(place.start, place.end, placed) for place in anchor.places]
    return {
        "id": f"./#{anchor.id}",
        "type": "Annotation",
        "motivation": _motivation(anchor.annotation),
        "body": list(_bodies(anchor.annotation, shared)),
        "target": targets[0] if len(targets) == 1 else targets,
    }


def _motivation(annotation: Annotation) -> str:
    if annotation.status:
        return "assessing"
    if annotation.note:
        return "commenting"
    return "describing" if annotation.context else "identifying"


def _bodies(annotation: Annotation, shared: Shared) -> Iterator[Json]:
    sources, context = shared.sources.value, annotation.context
    if isinstance(context, str):
        context = shared.contexts.value[context]
    if annotation.status:
        yield {"type": "TextualBody", "purpose": "classifying", "value": annotation.status}
    if annotation.note:
        yield _text(annotation.note)
    if annotation.withdrawal and annotation.withdrawal.reason:
        yield _text(annotation.withdrawal.reason)
    if isinstance(context, ContextBox):
        yield _text(f"**{context.title}**\n\n{context.body}")
    for chain in as_chains(annotation.attributed_to):
        names = " > ".join(sources[hop].name for hop in chain)
        yield {"type": "TextualBody", "purpose": "identifying", "value": names}
    for use in as_uses(annotation.sources):
        if address := sources[use.source].address:
            yield {"type": "SpecificResource", "purpose": "linking", "source": address}


def _text(markdown: str) -> Json:
    return {"type": "TextualBody", "format": "text/markdown", "value": markdown.strip()}


def _former_target(withdrawn: Withdrawn, placed: Placed) -> Json:
    """The words as they were quoted, in the article as it was until they were withdrawn.

    A state of the W3C's model has a beginning and an end: there is none if no beginning is known.
    """
    annotation, facts = withdrawn.annotation, placed.explainer.article
    how, since = annotation.withdrawal, facts.issued or facts.accessed or placed.explainer.published
    context = {"prefix": annotation.prefix, "suffix": annotation.suffix}
    target: Json = {
        "source": _source(placed),
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": annotation.quote,
                **{side: words for side, words in context.items() if words},
            }
        ],
    }
    if how and since and since < how.date:
        target["state"] = {
            "type": "TimeState",
            "sourceDateStart": _instant(since),
            "sourceDateEnd": _instant(how.date),
        }
    return target


def _instant(iso: str) -> str:
    """The moment at which a day, a month or a year began."""
    return f"{iso}{'-01-01'[3 * iso.count('-') :]}T00:00:00Z"


def _source(placed: Placed) -> str:
    return placed.explainer.article.url or f"article.{placed.article.form}"


def _target(start: int, end: int, placed: Placed) -> Json:
    text = placed.document.text
    return {
        "source": _source(placed),
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": text[start:end],
                "prefix": text[_whole_words(text, start - CONTEXT_LENGTH, -1) : start],
                "suffix": text[end : _whole_words(text, end + CONTEXT_LENGTH, 1)],
            },
            {"type": "TextPositionSelector", "start": start, "end": end},
        ],
    }


def _whole_words(text: str, at: int, step: int) -> int:
    """Where, from an offset on in the direction of `step`, a word begins or ends.

    Context that ends within a word would not be found by our own rules for quotations.
    """
    for offset in range(at, at + step * LONGEST_WORD, step):
        if not 0 < offset < len(text):
            return max(0, min(offset, len(text)))
        if words.is_boundary(text, offset):
            return offset
    return at
