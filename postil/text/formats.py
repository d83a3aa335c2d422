"""The formats of articles: one class and one row each. Their names are in `paths`."""

from typing import Any, ClassVar, Protocol

from postil.paths import Form
from postil.text import losses, plain
from postil.text.documents import Document, flatten
from postil.text.markdown import definitions, markdown
from postil.text.plain import Lines


class Format(Protocol):
    """How an article of one format is read.

    `suffixes` are those of the files that `new` takes for it.
    """

    suffixes: ClassVar[tuple[str, ...]]

    def parse(self, text: str, lines: Lines | None) -> Document:
        """Read an article; any text is valid. `lines` is what its lines are, if that is given."""

    def lost_words(self, text: str, document: Document) -> list[str]:
        """The words of the source that a reader of the document would not see."""


class PlainText:
    """Text in which nothing is markup: what is in it is seen."""

    suffixes: ClassVar[tuple[str, ...]] = (".txt", ".text")

    def parse(self, text: str, lines: Lines | None) -> Document:
        tokens = plain.paragraphs(text, lines)
        return Document("txt", tokens, *flatten(tokens), definitions=[], pictures=[])

    def lost_words(self, text: str, document: Document) -> list[str]:
        return []


class Markdown:
    """CommonMark, as `markdown` has it."""

    suffixes: ClassVar[tuple[str, ...]] = (".md", ".markdown", ".mdown")

    def parse(self, text: str, lines: Lines | None) -> Document:
        env: dict[str, Any] = {}  # a fresh one: references must not leak from article to article
        tokens = markdown().parse(text, env)
        return Document(
            "md", tokens, *flatten(tokens), definitions(env), pictures=env.get("pictures", [])
        )

    def lost_words(self, text: str, document: Document) -> list[str]:
        return losses.find_lost(text, document)


FORMATS: dict[Form, Format] = {"txt": PlainText(), "md": Markdown()}


def form_of(suffix: str) -> Form:
    """The form of a file by the end of its name, as `.md`; plain text if it is no other's."""
    found = (form for form, each in FORMATS.items() if suffix.lower() in each.suffixes)
    return next(found, "txt")
