"""Which annotation has which number, and how a link to a passage reads."""

from msgspec import Struct

from postil.language.words import Words
from postil.page.views import Link
from postil.site.examining import Placed
from postil.site.model import ContextBox
from postil.site.placing import Anchor
from postil.text.articles import Document, block_number

LEMMA_WORDS = 12  # of the passage, repeated at its note so that the note makes sense alone


class Numbering(Struct, frozen=True):
    """The anchors of a page in the order of reading, and the numbers of those that have a note."""

    anchors: tuple[Anchor, ...]
    numbers: dict[str, int]  # by the annotation's id
    document: Document
    words: Words

    def number_of(self, anchor: Anchor) -> int | None:
        """The number of the anchor's note, if it has one."""
        return self.numbers.get(anchor.id)

    def link_to(self, anchor: Anchor) -> Link:
        """The place on the page that stands for an annotation: its note, else its passage."""
        number = self.number_of(anchor)
        if number:
            return Link(f"#note-{anchor.id}", self.words("note_number", number=number))
        block = block_number(self.document, anchor.start)
        return Link(f"#{anchor.id}", self.words("paragraph_number", number=block))

    def name_of(self, id: str) -> str:
        """How a link to the annotation of that id reads."""
        number = self.numbers.get(id)
        return self.words("note_number", number=number) if number else id

    def lemma(self, anchor: Anchor) -> str:
        """The words of the passage, shortened."""
        words = self.document.text[anchor.start : anchor.end].split()
        if len(words) <= LEMMA_WORDS:
            return " ".join(words)
        half = LEMMA_WORDS // 2
        return " ".join([*words[:half], "…", *words[-half:]])


def number_annotations(placed: Placed, words: Words) -> Numbering:
    """Number what stands in the note list: annotations with a note or a status.

    References follow their passages, so the order of the ends is the order of reading.
    """
    anchors = sorted(placed.anchors, key=lambda a: (a.end, a.end - a.start))
    noted = (a for a in anchors if a.annotation.note or a.annotation.status)
    numbers = {anchor.id: number for number, anchor in enumerate(noted, 1)}
    return Numbering(tuple(anchors), numbers, placed.document, words)


def box_id(anchor: Anchor) -> str:
    """The id of the anchor's context box: its own if it is shared, else that of the annotation."""
    context = anchor.annotation.context
    return anchor.id if isinstance(context, ContextBox) else context or ""
