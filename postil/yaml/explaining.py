"""What is said of a trouble: for each kind, which repairs may be meant.

The wording of libyaml and of PyYAML's own parser differs, so the patterns go by what both say, and
the repairs by what stands in the file. They may be too many: what does not help is dropped.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from postil.diagnostics.codes import Severity
from postil.diagnostics.model import Diagnostic
from postil.text.characters import Notable
from postil.yaml import placement, signs
from postil.yaml.composer import Slip
from postil.yaml.repairing import Mender
from postil.yaml.sentences import Repair, said
from postil.yaml.trouble import Trouble, failure

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def of_failure(mender: Mender, error: Exception) -> Diagnostic:
    """The diagnostic for an exception of the parser about the mender's file."""
    text = mender.source.text
    if getattr(error, "problem_mark", None) is None:
        return mender.say([said("forbidden", next(_FORBIDDEN.finditer(text)).start())])
    return mender.say(_repairs(failure(text, mender.dialect, error)))


def of_slip(mender: Mender, slip: Slip, severity: Severity = "error") -> Diagnostic:
    """The diagnostic for a slip of the mender's file."""
    return mender.say(_repairs(Trouble(mender.source.text, mender.dialect, *slip)), severity)


def of_characters(mender: Mender, notable: Iterable[Notable]) -> Iterator[Diagnostic]:
    """Warnings for what nobody sees in the file, or what shows it in another order."""
    for odd in notable:
        end = odd.offset + odd.length
        yield mender.say([said(odd.kind, odd.offset, end)], "warning")


def _repairs(trouble: Trouble) -> Iterator[Repair]:
    word, _, way_out = trouble.word.partition("\n")
    for pattern, meant in _MEANT:
        if not re.search(pattern, trouble.kind):
            continue
        if isinstance(meant, str):
            end = max(trouble.end, trouble.at + 1)
            yield said(meant, trouble.at, end, word=word, way_out=way_out)
        else:
            yield from meant(trouble)


def _dashes(trouble: Trouble) -> Iterator[Repair]:
    yield said("second document", trouble.at, trouble.at + 3, word="---")


def _dots(trouble: Trouble) -> Iterator[Repair]:
    """What follows a line `...` would have to begin as a file does, and the parser says so."""
    if at := trouble.text.rfind("\n...", 0, trouble.at) + 1:
        yield said("second document", at, at + 3, word="...")


# A pattern of the kind of a trouble, and what may be meant by one of that kind, in the order in
# which it is likely: a sentence as it is, or repairs. In what the parser says is a semicolon.
_MEANT: tuple[tuple[str, str | Callable[[Trouble], Iterator[Repair]]], ...] = (
    ("^line-separator", "line separator"),
    ("^yaml-second-document", _dashes),
    ("^yaml-too-deep", "too deep"),
    ("^yaml-too-large", "too large"),
    ("^yaml-complex-key", signs.complex_key),
    ("^duplicate-key", placement.duplicate),
    ("^comment-cut", placement.comment_cut),
    ("^comma-cut", placement.comma_cut),
    ("^swallowed$", placement.swallowed),
    ("^swallowed-in-quotes", signs.swallowed_in_quotes),
    ("^odd-key", signs.odd_key),
    (";", signs.unseen),
    (";", signs.tab),
    (r"\b(alias|anchor|tag)\b", signs.reference),
    ("quoted.*; .*(stream|document)", signs.open_quote),
    ("quoted.*;|yaml-escape", signs.escape),
    (";", signs.after_quote),
    (";", signs.after_bracket),
    (";", signs.in_brackets),
    ("block scalar.*;", signs.block_header),
    ("cannot start any|node content|(sequence entries|mapping keys) are not", signs.bad_start),
    ("document start", _dots),
    (";", signs.per_cent),
    ("document start", placement.first_line),
    (";", placement.cut_above),
    ("mapping values", placement.colon),
    (";", placement.indentation),
    (";", "unexplained"),
)
