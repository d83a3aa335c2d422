"""What is said of something that the parser lets pass and an editor cannot have meant."""

import re
from collections.abc import Callable, Iterable, Iterator

from postil.diagnostics.codes import OF_CHARACTERS, Severity
from postil.diagnostics.model import Diagnostic, SourceText, Span
from postil.text.characters import Notable, name_of
from postil.yaml.composer import Slip
from postil.yaml.lines import column_of, line_at, number_of, with_words
from postil.yaml.repairing import Mender, Offer, Repair
from postil.yaml.repairs import (
    ODD,
    QUOTE_IT,
    TIGHT_DASH,
    TYPE_AGAIN,
    colon_inside,
    indent,
    plain_space,
    quoting,
    reference,
    single_quotes,
    space_after,
    unclosed,
)
from postil.yaml.writing import quoted

_SHOWN = 80  # characters of a text inside a message
_LOOK_BACK = 10_000  # characters above a line among which its list is looked for
_WORD_IN_BRACKETS = re.compile(r"[\[{]([\w-]+)[\]}](?=:\s)")
_TIGHT_COLON_INSIDE = re.compile(r"[\w-]+(:)(?!//)([^,}\]\r\n]+)")


def of_slip(mender: Mender, slip: Slip, severity: Severity = "error") -> Diagnostic:
    """The diagnostic for a slip of the mender's file."""
    return mender.say(_SLIPS[slip.kind](mender.source.text, slip), severity)


def _reference(text: str, slip: Slip) -> Iterator[Repair]:
    return reference(text, slip.start, slip.end)


def _complex_key(text: str, slip: Slip) -> Iterator[Repair]:
    sign, value = text[slip.start], line_at(text, slip.start).start("value")
    message = "a key must be a word" + (f", not something in {sign}" if sign in "[{" else "")
    offer = quoting(text, value, words=f"if this is text, {QUOTE_IT}")
    yield Repair(slip.start, slip.start + 1, message, offer, "yaml-complex-key")
    if word := _WORD_IN_BRACKETS.match(text, slip.start):
        line = with_words(text, slip.start, word.end(), word[1])
        bare = Offer(f"if it is a key, write it without {sign}", line)
        yield Repair(slip.start, slip.start + 1, message, bare, "yaml-complex-key")


def _duplicate(text: str, slip: Slip) -> Iterator[Repair]:
    first, second = number_of(text, slip.since), number_of(text, slip.start)
    lines = f"on lines {first} and {second}" if first != second else f"on line {first}"
    column, advice = column_of(text, slip.start), "delete one of them"
    offer = Offer(advice)
    if column > 1 and f"\n{' ' * (column - 2)}- " in f"\n{text[: slip.since]}":
        entry = text[slip.start : line_at(text, slip.start).end()]
        line = f"{' ' * (column - 2)}- {entry}"
        advice += "; if a new entry begins here, start it with a dash"
        offer = Offer(advice, line, aligned=True)
    message = f"`{slip.word}` is given twice, {lines}"
    yield Repair(slip.start, slip.end, message, offer, "duplicate-key")


def _second_document(text: str, slip: Slip) -> Iterator[Repair]:
    message = "a line `---` ends the data: what follows would be lost"
    offer = Offer("delete the line; inside a text, indent it as far as the text")
    yield Repair(slip.start, slip.start + 3, message, offer, "yaml-second-document")


def _too_deep(text: str, slip: Slip) -> Iterator[Repair]:
    message = f"lists and entries are nested more than {slip.word} deep"
    offer = Offer("put a text that starts with [ or { in quotation marks")
    yield Repair(slip.start, slip.start + 1, message, offer, "yaml-too-deep")


def _too_large(text: str, slip: Slip) -> Iterator[Repair]:
    offer = Offer("split the explainer into several")
    yield Repair(slip.start, slip.start + 1, slip.word, offer, "yaml-too-large")


def _comment_cut(text: str, slip: Slip) -> Iterator[Repair]:
    left_out = text[slip.start : slip.end].rstrip()
    read = " ".join(text[slip.since : slip.start].split())
    what = "the text ends at the #" if read else "nothing is read here"
    message = f"{what}: `{_short(left_out)}` is left out as a comment"
    more = "if it is a comment, write two spaces before the # and one after it"
    offer = quoting(text, slip.since if read else slip.start, more=more)
    if "\n" in text[slip.since : slip.start]:
        offer = Offer(QUOTE_IT, more=more)
    notes = (("read", _short(read)),) if read else ()
    end = slip.start + len(left_out)
    yield Repair(slip.start, end, message, offer, "comment-cut", notes)


def _comma_cut(text: str, slip: Slip) -> Iterator[Repair]:
    """In braces a comma ends a text, and what follows it would be a key without a value."""
    cut, start, end = " ".join(text[slip.start : slip.end].split()), slip.since, slip.end
    offer = Offer(f"write `{_short(cut)}: ` and its value, or delete it")
    message = f"`{_short(cut)}` has no value"
    if text[start] not in "[{":
        message = f"the text ends at the comma: `{_short(cut)}` is left out"
        whole = " ".join(text[start:end].split())
        offer = Offer(QUOTE_IT, with_words(text, start, end, quoted(whole)))
    yield Repair(slip.start, end, message, offer, "comma-cut")


def _swallowed(text: str, slip: Slip) -> Iterator[Repair]:
    """A line in a text without quotes that looks like an entry of a list."""
    start, owner = slip.end - 2, line_at(text, slip.since)
    if text[slip.since] == "-" and (tight := TIGHT_DASH.match(text, owner.start())):
        yield space_after(text, tight, "dash")
    line = number_of(text, slip.since)
    message = f"this line is indented so far that it goes on with the text of line {line}"
    for column in _columns_of_list(text, slip, start):
        yield Repair(start, start + 1, message, indent(text, start, column))
    advice = "a key has a text or a list: delete one, or put the whole text in quotation marks"
    yield Repair(start, start + 1, message, Offer(advice))


def _columns_of_list(text: str, slip: Slip, start: int) -> Iterator[int]:
    """Where an entry that became part of a text may belong: beside one of its kind above it."""
    column = column_of(text, slip.since) - 2
    dash = text.rfind("- ", text.rfind("\n", 0, slip.since) + 1, slip.since)
    if dash >= 0 and column_of(text, dash) == column:
        yield column
    key = line_at(text, start)["key"]
    beside = re.compile(rf"(?m)^( *)- {re.escape(key)}:\s") if key else None
    if beside:
        found = beside.findall(text, max(0, slip.since - _LOOK_BACK), slip.since)
        yield from dict.fromkeys(len(spaces) for spaces in reversed(found))


def _swallowed_in_quotes(text: str, slip: Slip) -> Iterator[Repair]:
    return unclosed(
        text, slip.since, f"goes on into the entry on line {number_of(text, slip.start)}"
    )


def _escape(text: str, slip: Slip) -> Iterator[Repair]:
    yield single_quotes(text, slip.start, slip.end, slip.since)


def _odd_key(text: str, slip: Slip) -> Iterator[Repair]:
    """A key that the parser takes for one, with something in it that no key has."""
    key, line = slip.word, line_at(text, slip.start)
    if key == "<<":
        message = "`<<` cannot take over entries from elsewhere"
        offer = Offer("delete the line, and write the entries out")
        yield Repair(slip.start, slip.end, message, offer, "yaml-merge-key")
    if key == "":
        offer = Offer("write the key, or put the text in quotation marks")
        yield Repair(slip.start, slip.end, "there is no key before the colon", offer)
    if odd := re.search(ODD, key):
        yield plain_space(text, text.index(odd[0], slip.start))
    if key.startswith("-") and (tight := TIGHT_DASH.match(text, line.start())):
        yield space_after(text, tight, "dash")
    if tight := _TIGHT_COLON_INSIDE.match(text, slip.start):
        yield space_after(text, tight, "colon")
    yield colon_inside(text, slip.start, slip.end, line.end("dashes"))


def _line_separator(text: str, slip: Slip) -> Iterator[Repair]:
    character = text[slip.start]
    message = f"a {name_of(character)} (U+{ord(character):04X}) ends a line here unseen"
    yield Repair(slip.start, slip.end, message, Offer(TYPE_AGAIN), "invisible-character")


_SLIPS: dict[str, Callable[[str, Slip], Iterator[Repair]]] = {
    "yaml-alias": _reference,
    "yaml-tag": _reference,
    "yaml-complex-key": _complex_key,
    "yaml-second-document": _second_document,
    "yaml-too-deep": _too_deep,
    "yaml-too-large": _too_large,
    "yaml-escape": _escape,
    "duplicate-key": _duplicate,
    "comment-cut": _comment_cut,
    "comma-cut": _comma_cut,
    "swallowed": _swallowed,
    "swallowed-in-quotes": _swallowed_in_quotes,
    "odd-key": _odd_key,
    "line-separator": _line_separator,
}


def of_characters(source: SourceText, notable: Iterable[Notable]) -> Iterator[Diagnostic]:
    """Warnings for what nobody sees in the file, or what shows it in another order."""
    for character in notable:
        start, end = character.offset, character.offset + character.length
        place = f"{character.name} (U+{ord(source.text[start]):04X})"
        message, help = f"{place} stands here, and nobody can see it", TYPE_AGAIN
        if character.kind == "bidi":
            message = f"{place} changes the order in which the text is shown"
            help = "delete it, unless the text is in a script that needs it"
        code, span = OF_CHARACTERS[character.kind], Span(source, start, end)
        yield Diagnostic(code, message, span, "warning", help=help)


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}\u2026"
