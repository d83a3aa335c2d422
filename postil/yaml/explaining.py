"""What is said of a trouble: for each kind, which repairs may be meant.

The wording of libyaml and of PyYAML's own parser differs, so the patterns go by what both say, and
the repairs by what stands in the file. They may be too many: what does not help is dropped.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from postil.diagnostics.codes import OF_CHARACTERS, ErrorCode, Severity
from postil.diagnostics.model import Diagnostic, SourceText, Span
from postil.text.characters import Notable, name_of
from postil.yaml import placement, signs
from postil.yaml.composer import Slip
from postil.yaml.lines import in_quotes
from postil.yaml.repairing import Mender, Repair
from postil.yaml.trouble import Trouble, failure

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORD_IN_BRACKETS = re.compile(r"[\[{]([\w-]+)[\]}](?=:\s)")
_DELETE_LINE = "delete the line; inside a text, indent it as far as the text"


def of_failure(mender: Mender, error: Exception) -> Diagnostic:
    """The diagnostic for an exception of the parser about the mender's file."""
    text = mender.source.text
    if getattr(error, "problem_mark", None) is None:
        found = next(_FORBIDDEN.finditer(text))
        return mender.say([_character(text, *found.span(), "cannot stand in this file")])
    return mender.say(_repairs(failure(text, mender.dialect, error)))


def of_slip(mender: Mender, slip: Slip, severity: Severity = "error") -> Diagnostic:
    """The diagnostic for a slip of the mender's file."""
    trouble = Trouble(mender.source.text, mender.dialect, *slip)
    return mender.say(_repairs(trouble), severity)


def of_characters(source: SourceText, notable: Iterable[Notable]) -> Iterator[Diagnostic]:
    """Warnings for what nobody sees in the file, or what shows it in another order."""
    for character in notable:
        start, end = character.offset, character.offset + character.length
        place = f"{character.name} (U+{ord(source.text[start]):04X})"
        message, help = f"{place} stands here, and nobody can see it", signs.TYPE_AGAIN
        if character.kind == "bidi":
            message = f"{place} changes the order in which the text is shown"
            help = "delete it, unless the text is in a script that needs it"
        code, span = OF_CHARACTERS[character.kind], Span(source, start, end)
        yield Diagnostic(code, message, span, "warning", help=help)


def _repairs(trouble: Trouble) -> Iterator[Repair]:
    for pattern, repairs in _RULES:
        if re.search(pattern, trouble.kind):
            yield from repairs(trouble)


def _character(
    text: str, start: int, end: int, why: str, code: ErrorCode = "yaml-syntax"
) -> Repair:
    name = f"a {name_of(text[start])} (U+{ord(text[start]):04X})"
    return Repair(start, end, f"{name} {why}", signs.TYPE_AGAIN, None, code)


def _line_separator(trouble: Trouble) -> Iterator[Repair]:
    why = "ends a line here unseen"
    yield _character(trouble.text, trouble.at, trouble.end, why, "invisible-character")


def _complex_key(trouble: Trouble) -> Iterator[Repair]:
    text, at, sign = trouble.text, trouble.at, trouble.text[trouble.at]
    message = "a key must be a word" + (f", not something in {sign}" if sign in "[{" else "")
    advice = f"if this is text, {signs.QUOTE_IT}"
    edit = in_quotes(text, trouble.line.start("value"))
    yield Repair(at, at + 1, message, advice, edit, "yaml-complex-key")
    if word := _WORD_IN_BRACKETS.match(text, at):
        advice, edit = f"if it is a key, write it without {sign}", (*word.span(), word[1])
        yield Repair(at, at + 1, message, advice, edit, "yaml-complex-key")


def _second_document(trouble: Trouble) -> Iterator[Repair]:
    """A line `---` is a slip; of what follows a line `...`, the parser says that it needs one."""
    at, sign = trouble.at, "---"
    if ";" in trouble.kind:
        at, sign = trouble.text.rfind("\n...", 0, at) + 1, "..."
    if at:
        message = f"a line `{sign}` ends the data: what follows would be lost"
        yield Repair(at, at + 3, message, _DELETE_LINE, None, "yaml-second-document")


def _too_deep(trouble: Trouble) -> Iterator[Repair]:
    message = f"lists and entries are nested more than {trouble.word} deep"
    advice = "put a text that starts with [ or { in quotation marks"
    yield Repair(trouble.at, trouble.at + 1, message, advice, None, "yaml-too-deep")


def _too_large(trouble: Trouble) -> Iterator[Repair]:
    message, _, way_out = trouble.word.partition("\n")
    yield Repair(trouble.at, trouble.at + 1, message, way_out, None, "yaml-too-large")


def _per_cent(trouble: Trouble) -> Iterator[Repair]:
    begin = trouble.line.start()
    if "directive" in trouble.kind or trouble.text.startswith("%", begin):
        yield Repair(begin, begin + 1, "a line cannot start with %", signs.QUOTE_IT)


def _unexplained(trouble: Trouble) -> Iterator[Repair]:
    advice = (
        "compare the quotation marks, brackets, colons and indentation here with an entry above"
    )
    yield trouble.here("this does not fit what stands before it", advice)


# A pattern of the kind of a trouble, and what may be meant by one of that kind, in the order in
# which it is likely. In what the parser says there is a semicolon.
_RULES: tuple[tuple[str, Callable[[Trouble], Iterator[Repair]]], ...] = (
    ("^line-separator", _line_separator),
    ("^yaml-complex-key", _complex_key),
    ("^yaml-second-document", _second_document),
    ("^yaml-too-deep", _too_deep),
    ("^yaml-too-large", _too_large),
    ("^duplicate-key", placement.duplicate),
    ("^comment-cut", placement.comment_cut),
    ("^comma-cut", placement.comma_cut),
    ("^swallowed$", placement.swallowed),
    ("^swallowed-in-quotes", signs.swallowed_in_quotes),
    ("^odd-key", signs.odd_key),
    (";", signs.odd_space),
    ("^[^;]*;(?<!quoted scalar;)", signs.tab),
    (r"\b(alias|anchor|tag)\b", signs.reference),
    ("quoted.*; .*(stream|document)", signs.open_quote),
    ("quoted.*;|yaml-escape", signs.escape),
    (";", signs.after_quote),
    (";", signs.after_bracket),
    (";", signs.in_brackets),
    ("block scalar.*;", signs.block_header),
    ("cannot start any|node content|(sequence entries|mapping keys) are not", signs.bad_start),
    ("document start", _second_document),
    (";", _per_cent),
    ("document start", placement.first_line),
    (";", placement.cut_above),
    (";", signs.tight),
    ("mapping values", placement.colon),
    (";", placement.indentation),
    (";", _unexplained),
)
