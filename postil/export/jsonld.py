"""The annotations of a page as W3C Web Annotations in JSON-LD, for other programs."""

from typing import Any

import msgspec

from postil.page.composing import Materials
from postil.site.model import Annotation, ContextBox, as_chains, as_uses
from postil.site.placing import Anchor

CONTEXT_LENGTH = 32  # code points before and after the quotation, as annotation clients keep


def annotations_jsonld(materials: Materials) -> bytes:
    """An AnnotationPage (https://www.w3.org/TR/annotation-model/): every anchor with its bodies.

    The target is the article's address, or the copy beside the page; positions are code points
    into the text that a reader sees. Prose stays Markdown, as its editor wrote it.
    """
    document = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": "annotations.jsonld",
        "type": "AnnotationPage",
        "items": [_annotation(anchor, materials) for anchor in materials.anchors],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _annotation(anchor: Anchor, materials: Materials) -> dict[str, Any]:
    annotation = anchor.annotation
    return {
        "id": f"./#{anchor.id}",
        "type": "Annotation",
        "motivation": _motivation(annotation),
        "body": list(_bodies(annotation, materials)),
        "target": _target(anchor, materials),
    }


def _motivation(annotation: Annotation) -> str:
    if annotation.status:
        return "assessing"
    if annotation.note:
        return "commenting"
    return "describing" if annotation.context else "identifying"


def _bodies(annotation: Annotation, materials: Materials) -> Any:
    context = annotation.context
    if isinstance(context, str):
        context = materials.inputs.contexts.value[context]
    if annotation.status:
        yield {"type": "TextualBody", "purpose": "classifying", "value": annotation.status}
    if annotation.note:
        yield _text(annotation.note)
    if isinstance(context, ContextBox):
        yield _text(f"**{context.title}**\n\n{context.body}")
    for chain in as_chains(annotation.attributed_to):
        words = " > ".join(materials.inputs.sources.value[hop].name for hop in chain)
        yield {"type": "TextualBody", "purpose": "identifying", "value": words}
    for use in as_uses(annotation.sources):
        source = materials.inputs.sources.value[use.source]
        if address := source.url or source.URL:
            yield {"type": "SpecificResource", "purpose": "linking", "source": address}


def _text(markdown: str) -> dict[str, str]:
    return {"type": "TextualBody", "format": "text/markdown", "value": markdown.strip()}


def _target(anchor: Anchor, materials: Materials) -> dict[str, Any]:
    text, start, end = materials.document.text, anchor.start, anchor.end
    return {
        "source": materials.explainer.article.url or f"article.{materials.article.form}",
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": text[start:end],
                "prefix": text[max(0, start - CONTEXT_LENGTH) : start],
                "suffix": text[end : end + CONTEXT_LENGTH],
            },
            {"type": "TextPositionSelector", "start": start, "end": end},
        ],
    }
