"""What may be meant by a sign: one of YAML's, one that looks like it, or one that is not seen."""

import re
from collections.abc import Iterator

from yaml.events import CollectionEndEvent

from postil.yaml.lines import LONG, closed, in_quotes, line_at, number_of, value_at
from postil.yaml.sentences import Repair, said
from postil.yaml.trouble import CLOSER, Trouble
from postil.yaml.writing import quoted

_ODD = r"[^\S \t\r\n]|[\u200b-\u200f\u2060\ufeff\xad]"  # what YAML does not take for a space
_ODD_RUN = re.compile(rf"(?:{_ODD})(?:{_ODD}| )*+")
_ODD_MARGIN = re.compile(rf"[ \t-]*+(?:\w[\w-]*+:)?(?={_ODD})")
_DASHES = r"[ \t]*+(?:(?=- )- ++)*+"
# A sign that is not seen for lack of a space after it, and the words after it.
_TIGHT = {
    "tight colon": re.compile(rf"{_DASHES}[\w-]++(:)(?!//)([^\s:][^\r\n]*+)"),
    "wide colon": re.compile(rf"{_DASHES}[\w-]++([\uff1a\ufe55\ufe13])[^\S\n]*+([^\r\n]*+)"),
    "tight dash": re.compile(rf"{_DASHES}(-)([^\s-][^\r\n]*+)"),
}
_TIGHT_IN_BRACES = re.compile(r"[\w-]+(:)(?!//)([^,}\]\r\n]+)")
_ELISION = re.compile(
    r"'(?:tis|twas|twere|twill|em|cause|cos|til|till|round|bout|n|nuff|\d\ds?)\b", re.IGNORECASE
)
_DOUBLE_QUOTED = re.compile(r'"((?:[^"\\\n]++|(?=\\.)\\.)*+)"')
_ESCAPE = re.compile(r"(?s)\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)")
_PROSE_IN_BRACKETS = re.compile(r"\[-?@|\[[^\]\n]*+\][ \t]*+[^\s,\]}#]")
_REST_OF_TEXT = re.compile(r"\[[^\]\r\n]*+\][^,\[\]{}\r\n]*+")
_WORD_IN_BRACKETS = re.compile(r"[\[{]([\w-]+)[\]}](?=:\s)")


def must_be_quoted(text: str, start: int, name: str = "sign first") -> Repair:
    """A value that begins with a sign of YAML's."""
    return said(name, start, edit=in_quotes(text, start))


# ------------------------------------------------------------------ signs that are not seen


def unseen(trouble: Trouble) -> Iterator[Repair]:
    """A key or dash that is not seen, on this line or on the one that it was joined with."""
    text = trouble.text
    for line in (trouble.line, line_at(text, trouble.since), trouble.above):
        if found := _ODD_MARGIN.match(text, line.start()):
            yield from _plain_spaces(text, found.end(), line.end())
        for name, pattern in _TIGHT.items():
            if found := pattern.match(text, line.start()):
                yield _space_after(text, found, name)


def _plain_spaces(text: str, start: int, end: int) -> Iterator[Repair]:
    if found := _ODD_RUN.search(text, start, end):
        at, spaces = found.start(), " " * len(re.sub(r"\S", "", found[0]))
        begin = line_at(text, at).start()
        edit = (begin, found.end(), text[begin:at] + spaces)
        yield said("odd space" if spaces else "unseen", at, edit=edit)


def tab(trouble: Trouble) -> Iterator[Repair]:
    """Tabs are seen only where they did harm, or in front of a line that did."""
    text, line, at = trouble.text, trouble.line, trouble.at
    if text[at] != "\t":
        at = text.find("\t", line.start(), line.end("dashes"))
    if at < 0:
        return
    before, rest = text[line.start() : at], text[at : line.end()].lstrip("\t")
    margins = {before + " ": "tab"}
    if not before.strip(" \t"):
        is_dash = rest.startswith("- ")
        columns = [column for is_list, column in trouble.levels[::-1] if is_list == is_dash]
        columns = [*columns, len(before) + 2]
        margins = {" " * column: "tab first" for column in columns if column}
        margins[""] = "nothing but a tab"
    for margin, name in margins.items():
        yield said(name, at, edit=(line.start(), line.end() - len(rest), margin))


def _space_after(text: str, found: re.Match[str], name: str) -> Repair:
    sign, words = "- " if found[1] == "-" else ": ", found[2]
    if sign == ": " and re.search(r":(\s|$)|\s#", words):
        words = quoted(words)
    return said(name, found.start(1), edit=(found.start(1), found.end(2), sign + words))


def odd_key(trouble: Trouble) -> Iterator[Repair]:
    """A key that the parser takes for one, with something in it that no key has."""
    text, start, end = trouble.text, trouble.at, trouble.end
    if name := {"<<": "merge key", "": "no key"}.get(trouble.word):
        yield said(name, start, end)
    yield from _plain_spaces(text, start, end)
    yield from unseen(trouble)
    if found := _TIGHT_IN_BRACES.match(text, start):
        yield _space_after(text, found, "tight colon")
    yield said("colon inside", start, end, in_quotes(text, trouble.line.end("dashes")))


def complex_key(trouble: Trouble) -> Iterator[Repair]:
    text, at = trouble.text, trouble.at
    name = "key in brackets" if text[at] in "[{" else "complex key"
    yield trouble.here(name, in_quotes(text, trouble.line.start("value")))
    if word := _WORD_IN_BRACKETS.match(text, at):
        yield trouble.here("word in brackets", (*word.span(), word[1]))


# ------------------------------------------------------------------ quotation marks


def open_quote(trouble: Trouble) -> Iterator[Repair]:
    yield from _unclosed(trouble.text, trouble.since, "never closed")


def swallowed_in_quotes(trouble: Trouble) -> Iterator[Repair]:
    yield from _unclosed(trouble.text, trouble.since, "into an entry", trouble.at)


def _unclosed(text: str, start: int, name: str, end: int = 0) -> Iterator[Repair]:
    """A quotation mark whose partner is missing, or stands where it was not meant to be one."""
    if _ELISION.match(text, start):
        yield must_be_quoted(text, start, "elision")
    yield said(name, start, 0, closed(text, start, text[start]), line=number_of(text, end))


def after_quote(trouble: Trouble) -> Iterator[Repair]:
    text, style = trouble.text, trouble.style
    if style not in ("'", '"') or trouble.gap.strip(" \t"):
        return
    start, end = trouble.last.start_mark.index, trouble.last.end_mark.index
    if "\n" in text[start:end]:
        yield from _unclosed(text, start, "closed later", end)
        return
    raw = value_at(text, start)
    is_inner = text[end - 2 : end - 1] == " " or text[end : end + 1].isalnum()
    if is_inner and raw.endswith(style):
        edit = (start, start + len(raw), quoted(raw[1:-1]))
        yield said("quote inside", end - 1, end, edit)
    yield trouble.here("after quote", in_quotes(text, start))


def escape(trouble: Trouble) -> Iterator[Repair]:
    """A backslash inside double quotes, which is not itself there."""
    text, since = trouble.text, trouble.since
    if found := _ESCAPE.match(text, max(text.rfind("\\", since, trouble.at + 1), 0)):
        name, edit = "escape over lines", None
        if whole := _DOUBLE_QUOTED.match(text, since, since + LONG):
            name = "escape"
            edit = (since, whole.end(), quoted(re.sub(r'\\([\\"])', r"\1", whole[1])))
        yield said(name, *found.span(), edit, word=found[0])


# ------------------------------------------------------------------ signs with a meaning


def reference(trouble: Trouble) -> Iterator[Repair]:
    """`&name`, `*name` and `!kind`: hardly ever meant by somebody who quotes a text."""
    text, start = trouble.text, trouble.since
    sign, edit = text[start], in_quotes(text, start)
    word = text[start : max(trouble.end, start + 1)].split()[0]
    name, rest = "tag" if sign == "!" else "alias", value_at(text, start)[len(word) :].strip()
    if text.startswith(("* ", "*\t"), start):
        name, edit = "bullet", (start, start + 1, "-")
    elif sign == "&" and (not rest or re.search(r":(\s|$)", rest)):
        name, edit = "anchor", None
    yield said(name, start, start + len(word), edit, word=word)


def after_bracket(trouble: Trouble) -> Iterator[Repair]:
    text, at = trouble.text, trouble.at
    if not isinstance(trouble.last, CollectionEndEvent) or trouble.gap.strip(" \t"):
        return
    if text[at] in "]}":
        yield trouble.here("one too many", (at, at + 1, ""))
    else:
        yield must_be_quoted(text, trouble.closed)


def in_brackets(trouble: Trouble) -> Iterator[Repair]:
    if not trouble.brackets:
        return
    text, at = trouble.text, trouble.at
    outer, inner = trouble.brackets[0], trouble.brackets[-1]
    opener, closer = text[inner], CLOSER[text[inner]]
    if _PROSE_IN_BRACKETS.match(text, outer):
        yield must_be_quoted(text, outer)
    elif _is_left_open(trouble, outer):
        yield _left_open(text, outer, inner, closer)
    elif text[at] in "]}" and text[at] != closer:
        yield trouble.here("closed by another", (at, at + 1, closer), opener=opener)
    elif text[at] == ",":
        yield trouble.here("nothing before comma", (at, at + 1, ""))
    elif text[at] in "]}":
        yield trouble.here("nothing before")
    elif text[at] in "@`%":
        yield must_be_quoted(text, at)
    else:
        yield trouble.here("no comma", opener=opener, closer=closer)


def _left_open(text: str, outer: int, inner: int, closer: str) -> Repair:
    name, edit, whole = "left open over lines", None, value_at(text, outer)
    if "#" in whole:
        name = "left open by #"
    elif closer not in whole and whole != text[inner]:
        name, edit = "left open", closed(text, inner, closer)
    return said(name, inner, 0, edit, closer=closer)


def _is_left_open(trouble: Trouble, outer: int) -> bool:
    """Whether the file ends before a bracket is closed, or an entry beside its own follows."""
    owner = line_at(trouble.text, outer)
    beside = rf"\n {{0,{len(owner['dashes'])}}}(?:- |[\w-]++:(?:\s|\Z))"
    end = trouble.line.end() + 1
    return trouble.ended or bool(re.compile(beside).search(trouble.text, owner.end(), end))


def block_header(trouble: Trouble) -> Iterator[Repair]:
    yield must_be_quoted(trouble.text, trouble.since, "block")


def bad_start(trouble: Trouble) -> Iterator[Repair]:
    """Signs with a meaning of their own at the start of a value."""
    text, at = trouble.text, trouble.at
    if text[at] != "-":
        yield from _text_in_braces(trouble)
    yield must_be_quoted(text, at, "dash first" if text[at] == "-" else "sign first")


def _text_in_braces(trouble: Trouble) -> Iterator[Repair]:
    """A bracket inside of a text that began before it, in braces: `{note: He said so [@a].}`."""
    text, begin = trouble.text, trouble.line.start()
    inner = text.rfind("[", begin, trouble.at)
    start = text.rfind(": ", text.find("{", begin), inner) + 2
    if begin < start < inner and (rest := _REST_OF_TEXT.match(text, inner)):
        edit = (start, rest.end(), quoted(text[start : rest.end()]))
        yield said("bracket inside", inner, edit=edit)


def per_cent(trouble: Trouble) -> Iterator[Repair]:
    begin = trouble.line.start()
    if trouble.text.startswith("%", begin):
        yield said("per cent", begin)


def colon_inside(trouble: Trouble) -> Iterator[Repair]:
    yield trouble.here("colon inside", in_quotes(trouble.text, trouble.line.start("value")))
