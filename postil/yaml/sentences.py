"""What is said of what is wrong, and what there is to do about it."""

from collections.abc import Mapping
from typing import NamedTuple

from postil.diagnostics.codes import Code, Severity
from postil.diagnostics.model import Diagnostic, SourceText, Span
from postil.text.characters import name_of
from postil.text.folding import Edit
from postil.yaml.lines import number_of


class Repair(NamedTuple):
    """What may be wrong from `start` to `end`: the name of a sentence, its words, and a way out."""

    name: str
    start: int
    end: int
    edit: Edit | None
    words: Mapping[str, object]


class Saying(NamedTuple):
    """A message, a thing to do, and what is said below the line to paste."""

    message: str
    advice: str
    more: str = ""
    code: Code = "yaml-syntax"


_QUOTE_IT = "put the whole text in quotation marks"
_TYPE_AGAIN = "delete it: select the characters around it and type them again"
_CLOSE_IT = "close it where it ends, for instance on its own line"
_IF_A_COMMENT = "if it is a comment, write two spaces before the # and one after it"
_DELETE_LINE = "delete the line; inside a text, indent it as far as the text"
_WRITE_KEY = "write a key, a colon and a space before it"
_NEVER_CLOSED = "the {sign} here is never closed"
_LOOSE = "this line has no key, and is not part of the text above"

SENTENCES = {
    # characters that are not seen
    "odd space": Saying(
        "a {name} stands where a space belongs", "write plain spaces", code="invisible-character"
    ),
    "unseen": Saying("a {name} stands here, unseen", "delete it", code="invisible-character"),
    "invisible": Saying(
        "{name} stands here, and nobody can see it", _TYPE_AGAIN, code="invisible-character"
    ),
    "bidi": Saying(
        "{name} changes the order in which the text is shown",
        "delete it, unless the text is in a script that needs it",
        code="bidi-character",
    ),
    "line separator": Saying(
        "a {name} ends a line here unseen", _TYPE_AGAIN, code="invisible-character"
    ),
    "forbidden": Saying("a {name} cannot stand in this file", _TYPE_AGAIN),
    "tab": Saying("a tab stands where a space belongs", "use spaces"),
    "tab first": Saying("this line is indented with a tab", "use spaces"),
    "nothing but a tab": Saying("this line is indented with a tab", "delete it"),
    # signs that are not seen for lack of a space
    "tight colon": Saying("there is no space after the colon", "write one"),
    "tight dash": Saying("there is no space after the dash", "write one"),
    "wide colon": Saying(
        "{sign} is not the colon that ends a key", "write a plain colon and a space"
    ),
    # signs that a text cannot have, or not there
    "sign first": Saying("a text that starts with {sign} must be in quotation marks", _QUOTE_IT),
    "block": Saying(
        "a text that starts with {sign} must be in quotation marks",
        _QUOTE_IT,
        more="or start it on the next line, below {sign}",
    ),
    "colon inside": Saying(
        "a text with a colon and a space in it must be in quotation marks", _QUOTE_IT
    ),
    "bracket inside": Saying(
        "in braces, a text with [ in it must be in quotation marks", _QUOTE_IT
    ),
    "dash first": Saying(
        "a list cannot start on the line of its key",
        f"write it on the next line; if this is text, {_QUOTE_IT}",
    ),
    "per cent": Saying("a line cannot start with %", _QUOTE_IT),
    "bullet": Saying("list entries start with -, not *", "write a dash", code="yaml-alias"),
    "alias": Saying(
        "a text that starts with {sign} must be in quotation marks", _QUOTE_IT, code="yaml-alias"
    ),
    "anchor": Saying(
        "`{word}` would name a value to use it again, and that is not available here",
        "delete `{word}`, and write the value out wherever it is needed",
        code="yaml-alias",
    ),
    "tag": Saying(
        "a text that starts with {sign} must be in quotation marks", _QUOTE_IT, code="yaml-tag"
    ),
    # quotation marks
    "elision": Saying(
        "a text that starts with an apostrophe must be in double quotation marks", _QUOTE_IT
    ),
    "never closed": Saying("the text that opens with {sign} here is never closed", _CLOSE_IT),
    "closed later": Saying(
        "the text that opens with {sign} here is closed only on line {line}", _CLOSE_IT
    ),
    "into an entry": Saying(
        "the text that opens with {sign} here goes on into the entry on line {line}", _CLOSE_IT
    ),
    "quote inside": Saying(
        "the {sign} inside the text ends it", "use the other quotation marks around it"
    ),
    "after quote": Saying("there is text after the closing quotation mark", _QUOTE_IT),
    "escape": Saying(
        "inside double quotation marks, `{word}` does not mean what it shows",
        "use single quotation marks",
        code="yaml-escape",
    ),
    "escape over lines": Saying(
        "inside double quotation marks, `{word}` does not mean what it shows",
        "write two backslashes, or use single quotation marks",
        code="yaml-escape",
    ),
    # brackets
    "one too many": Saying("there is one {sign} too many", "delete it"),
    "left open": Saying(
        _NEVER_CLOSED, "close it with {closer} where it ends, for instance on its own line"
    ),
    "left open over lines": Saying(_NEVER_CLOSED, "close it with {closer} where it ends"),
    "left open by #": Saying(
        _NEVER_CLOSED,
        "close it with {closer} where it ends; what follows a # is left out as a comment, unless it"
        " is in quotation marks",
    ),
    "closed by another": Saying(
        "the {opener} on this line is closed by {sign}", "close first what was opened last"
    ),
    "nothing before comma": Saying("an entry is missing before this ,", "delete it"),
    "nothing before": Saying("an entry is missing before this {sign}", "write it"),
    "no comma": Saying(
        "between {opener} and {closer}, a comma must stand between two entries",
        "write the comma, or put each text in quotation marks",
    ),
    # keys
    "no key": Saying(
        "there is no key before the colon", "write the key, or put the text in quotation marks"
    ),
    "merge key": Saying(
        "`<<` cannot take over entries from elsewhere",
        "delete the line, and write the entries out",
        code="yaml-merge-key",
    ),
    "complex key": Saying(
        "a key must be a word", f"if this is text, {_QUOTE_IT}", code="yaml-complex-key"
    ),
    "key in brackets": Saying(
        "a key must be a word, not something in {sign}",
        f"if this is text, {_QUOTE_IT}",
        code="yaml-complex-key",
    ),
    "word in brackets": Saying(
        "a key must be a word, not something in {sign}",
        "if it is a key, write it without {sign}",
        code="yaml-complex-key",
    ),
    "given twice": Saying(
        "`{word}` is given twice, {lines}", "delete one of them", code="duplicate-key"
    ),
    "new entry": Saying(
        "`{word}` is given twice, {lines}",
        "delete one of them; if a new entry begins here, start it with a dash",
        code="duplicate-key",
    ),
    "no colon": Saying("the colon after `{word}` is missing", "write it"),
    # texts that are cut short
    "nothing but a comment": Saying(
        "nothing is read here: `{word}` is left out as a comment",
        *(_QUOTE_IT, _IF_A_COMMENT, "comment-cut"),
    ),
    "comment": Saying(
        "the text ends at the #: `{word}` is left out as a comment",
        *(_QUOTE_IT, _IF_A_COMMENT, "comment-cut"),
    ),
    "comment above": Saying(
        "the text above ends at this #: the rest of the line is left out as a comment",
        "put the text in quotation marks, or move the comment above it",
        code="comment-cut",
    ),
    "comma": Saying(
        "the text ends at the comma: `{word}` is left out", _QUOTE_IT, code="comma-cut"
    ),
    "no value": Saying(
        "`{word}` has no value", "write `{word}: ` and its value, or delete it", code="comma-cut"
    ),
    # lines in another column
    "text of line": Saying(
        "this line is indented so far that it goes on with the text of line {line}", "{move}"
    ),
    "text or list": Saying(
        "this line is indented so far that it goes on with the text of line {line}",
        "a key has a text or a list: delete one, or put the whole text in quotation marks",
    ),
    "text above": Saying(
        "this line is indented so far that it goes on with the text above", "{move}"
    ),
    "fits nowhere": Saying("the indentation of this line fits no line above it", "{move}"),
    "dash for key": Saying(
        "a list entry stands where a key is expected",
        "write the key that the list belongs to on the line above it",
    ),
    "key for dash": Saying(
        "a key stands where an entry of the list above is expected",
        "if it is a further entry, start it with a dash",
    ),
    "loose": Saying("this line has no key", _WRITE_KEY),
    "loose below text": Saying(_LOOSE, _WRITE_KEY),
    "loose text": Saying(_LOOSE, "if it goes on with that text, {move}"),
    "loose lines": Saying(
        _LOOSE, "if it goes on with that text, {move}, and so every line of that text"
    ),
    "loose below comment": Saying(
        _LOOSE, "if it goes on with that text, move the comment out of it and {move}"
    ),
    "first line": Saying(
        "this line is indented, and line {line} is not",
        "start every key of the file at the beginning of its line",
    ),
    # files
    "second document": Saying(
        "a line `{word}` ends the data: what follows would be lost",
        _DELETE_LINE,
        code="yaml-second-document",
    ),
    "too deep": Saying(
        "lists and entries are nested more than {word} deep",
        "put a text that starts with [ or {{ in quotation marks",
        code="yaml-too-deep",
    ),
    "too large": Saying("{word}", "{way_out}", code="yaml-too-large"),
    "unexplained": Saying(
        "this does not fit what stands before it",
        "compare the quotation marks, brackets, colons and indentation here with an entry above",
    ),
}


def said(name: str, start: int, end: int = 0, edit: Edit | None = None, **words: object) -> Repair:
    """A repair about what stands from `start` to `end`, which is one character if not given."""
    return Repair(name, start, end or start + 1, edit, words)


def told(source: SourceText, repair: Repair, line: str, severity: Severity) -> Diagnostic:
    """A repair in words; `line` is what can be pasted, with a colon and a line end before it."""
    text, sentence = source.text, SENTENCES[repair.name]
    sign = text[repair.start : repair.start + 1] or " "
    name, number = f"{name_of(sign)} (U+{ord(sign):04X})", number_of(text, repair.start)
    words = {"sign": sign, "name": name, "line": number, **repair.words}
    message, advice, more = (part.format_map(words) for part in sentence[:3])
    help = "\n".join(filter(None, (advice + line, more)))
    span = Span(source, repair.start, max(repair.start, min(repair.end, len(text))))
    notes = (("read", str(words["read"])),) if words.get("read") else ()
    return Diagnostic(sentence.code, message, span, severity, notes, help)
