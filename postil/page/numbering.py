"""Which annotation has which number, and how a link to a passage reads."""

from msgspec import Struct

from postil.language.words import Words
from postil.page.views import Link, PassageView
from postil.site.chains import has_words
from postil.site.examining import Placed
from postil.site.model import Annotation, ContextBox
from postil.site.placing import Anchor
from postil.site.withdrawing import Withdrawn
from postil.text.anchoring import Range
from postil.text.articles import Document, block_number

WITHDRAWN = "†"  # before the number of a note that is withdrawn
LEMMA_WORDS = 12  # of the passage, repeated at its note so that the note makes sense alone


class Numbering(Struct, frozen=True):
    """The anchors of a page in the order of reading, and the numbers of those that have a note.

    What is `withdrawn` has a note and no place, and numbers of its own, in the file's order.
    """

    anchors: tuple[Anchor, ...]
    numbers: dict[str, int]  # by the annotation's id
    withdrawn: dict[str, int]
    document: Document
    words: Words

    def number_of(self, anchor: Anchor) -> int | None:
        """The number of the anchor's note, if it has one."""
        return self.numbers.get(anchor.id)

    def link_to(self, anchor: Anchor | Withdrawn) -> Link:
        """The place on the page that stands for an annotation: its note, else its passage."""
        if isinstance(anchor, Withdrawn):
            sign = f"{WITHDRAWN}{self.withdrawn[anchor.id]}"
            return Link(f"#note-{anchor.id}", self.name_of(anchor.id), sign)
        number = self.number_of(anchor)
        if number:
            text = self.words("note_number", number=number)
            return Link(f"#note-{anchor.id}", text, str(number))
        block = block_number(self.document, anchor.first.start)
        return Link(f"#{anchor.id}", self.words("paragraph_number", number=block), f"¶{block}")

    def name_of(self, id: str) -> str:
        """How a link to the annotation of that id reads."""
        if id in self.withdrawn:
            return self.words("withdrawn_number", number=self.withdrawn[id])
        number = self.numbers.get(id)
        return self.words("note_number", number=number) if number else id

    def lemma(self, place: Range | Withdrawn) -> str:
        """The words of a passage, or those that it had, shortened."""
        if isinstance(place, Withdrawn):
            words = place.words.split()
        else:
            words = self.document.text[place.start : place.end].split()
        if len(words) <= LEMMA_WORDS:
            return " ".join(words)
        half = LEMMA_WORDS // 2
        return " ".join([*words[:half], "…", *words[-half:]])


def number_annotations(placed: Placed, words: Words) -> Numbering:
    """Number what stands in the note list: annotations with a note, a status, a figure, or
    the words of a hop.

    References follow their passages, so the order of the ends is the order of reading: of several
    passages, that of the first.
    """
    anchors = sorted(placed.anchors, key=lambda anchor: reading_order(anchor.first))
    noted = (anchor for anchor in anchors if _has_note(anchor.annotation))
    numbers = {anchor.id: number for number, anchor in enumerate(noted, 1)}
    withdrawn = {each.id: number for number, each in enumerate(placed.withdrawn, 1)}
    return Numbering(tuple(anchors), numbers, withdrawn, placed.document, words)


def _has_note(annotation: Annotation) -> bool:
    return bool(
        annotation.note
        or annotation.status
        or annotation.figure
        or has_words(annotation.attributed_to)
    )


def reading_order(place: Range | PassageView) -> tuple[int, int]:
    """By this passages are sorted: as they end, the shortest first."""
    return place.end, place.end - place.start


def letter(index: int) -> str:
    """What tells one of several from the others, from 0: a to z, then aa, ab …"""
    return (letter(index // 26 - 1) if index >= 26 else "") + chr(ord("a") + index % 26)


def reference_id(anchor: Anchor, number: int = 1) -> str:
    """The address of the reference to the anchor's note after the passage of that number.

    An underscore is in no id of an annotation.
    """
    return f"noteref-{passage_id(anchor, number)}"


def passage_id(anchor: Anchor | Withdrawn, number: int = 1) -> str:
    """The address of the anchor's passage of that number; the first is the annotation's own."""
    return anchor.id if number == 1 else f"{anchor.id}_{number}"


def box_id(anchor: Anchor | Withdrawn) -> str:
    """The id of the anchor's context box: its own if it is shared, else that of the annotation."""
    context = anchor.annotation.context
    return anchor.id if isinstance(context, ContextBox) else context or ""
