"""Annotations whose words the article has no more: they keep their addresses, and have no place."""

from msgspec import Struct

from postil.diagnostics.model import Report
from postil.site import placing
from postil.site.loading import Loaded
from postil.site.model import Annotation, Explainer, Target
from postil.text import anchoring
from postil.text.anchoring import Ambiguous, Found
from postil.text.articles import Document
from postil.yaml.reading import KeyPath


class Withdrawn(Struct, frozen=True):
    """An annotation that is withdrawn; `path` is where it stands in its YAML file."""

    id: str
    annotation: Annotation
    path: KeyPath

    @property
    def words(self) -> str:
        """The words that the article had, as far as they were quoted, on one line."""
        return quoted_words(self.annotation)


def quoted_words(target: Target) -> str:
    """What a target quotes, on one line; of a long passage its first and its last words."""
    parts = (target.quote, target.to) if target.to else (target.quote,)
    return " … ".join(" ".join(part.split()) for part in parts)


def withdraw(
    explainer: Loaded[Explainer],
    ids: list[str],
    document: Document,
    report: Report,
    *,
    drafts: bool,
) -> list[Withdrawn]:
    """The explainer's annotations that are withdrawn, in the file's order; `ids` are those of all.

    Reports `withdrawn-passage` for one whose words the article has. Drafts are left out unless
    wanted.
    """
    annotations = zip(ids, explainer.value.annotations, strict=True)
    found = [
        Withdrawn(id, annotation, ("annotations", index))
        for index, (id, annotation) in enumerate(annotations)
        if annotation.withdrawn and (drafts or not annotation.draft)
    ]
    haystack = anchoring.prepare(document.text) if found else None
    for each in found:
        selectors = (selector for selector, _ in placing.selectors_of(each.annotation, each.path))
        results = (anchoring.resolve(selector, haystack) for selector in selectors if haystack)
        if any(isinstance(result, Found | Ambiguous) for result in results):
            report.error(
                "withdrawn-passage",
                "the annotation is withdrawn, and the article has its words",
                explainer.located.span((*each.path, "withdrawn")),
                help="take `withdrawn` out; or, if it was about another place with the same "
                "words, give it the prefix or suffix that stood there",
                annotation=each.id,
            )
    return found
