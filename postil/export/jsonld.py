"""The annotations of a page as W3C Web Annotations in JSON-LD, for other programs."""

from collections.abc import Iterator

from postil.export.encoding import Json, encoded
from postil.site.chains import as_chains
from postil.site.examining import Placed, Shared
from postil.site.model import Annotation, ContextBox, as_uses
from postil.site.placing import Anchor
from postil.text.anchoring import words

NAME = "annotations.jsonld"
CONTEXT_LENGTH = 32  # code points before and after the quotation, as annotation clients keep
LONGEST_WORD = 64  # code points; of a longer one only a part is context


def annotation_page(placed: Placed, shared: Shared) -> bytes:
    """An AnnotationPage (https://www.w3.org/TR/annotation-model/): every anchor with its bodies.

    A target is a passage of the article at its address, or of the copy beside the page; an anchor
    with several places has several. Positions are code points into the text that a reader sees.
    Prose stays Markdown, as its editor wrote it.
    """
    document = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": NAME,
        "type": "AnnotationPage",
        "items": [_annotation(anchor, placed, shared) for anchor in placed.anchors],
    }
    return encoded(document)


def _annotation(anchor: Anchor, placed: Placed, shared: Shared) -> Json:
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


def _target(start: int, end: int, placed: Placed) -> Json:
    text = placed.document.text
    return {
        "source": placed.explainer.article.url or f"article.{placed.article.form}",
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
