"""What is said where the parser gives up, without its words.

The wording of libyaml and of PyYAML's own parser differs, so the rules go by what both say and
otherwise by what stands in the file. A rule may propose too much: what does not help is dropped.
"""

import re
from collections.abc import Callable, Iterator

from postil.diagnostics.model import Diagnostic
from postil.text.characters import name_of
from postil.yaml import placement, signs
from postil.yaml.failing import Failure, failure_of
from postil.yaml.repairing import Mender, Offer, Repair
from postil.yaml.repairs import TYPE_AGAIN

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def of_failure(mender: Mender, error: Exception) -> Diagnostic:
    """The diagnostic for an exception of the parser about the mender's file."""
    text = mender.source.text
    if getattr(error, "problem_mark", None) is None:
        return mender.say([_forbidden_character(text)])
    failure = failure_of(text, mender.dialect, error)
    return mender.say(repair for rule in _RULES for repair in rule(failure))


def _forbidden_character(text: str) -> Repair:
    found = _FORBIDDEN.search(text)
    assert found, "the parser refuses a character that YAML allows"
    message = f"a {name_of(found[0])} (U+{ord(found[0]):04X}) cannot stand in this file"
    return Repair(found.start(), found.end(), message, Offer(TYPE_AGAIN))


def _unexplained(failure: Failure) -> Iterator[Repair]:
    advice = (
        "compare the quotation marks, brackets, colons and indentation here with an entry above"
    )
    yield failure.here("this does not fit what stands before it", Offer(advice))


_RULES: tuple[Callable[[Failure], Iterator[Repair]], ...] = (
    signs.odd_space,
    signs.tab,
    signs.name,
    signs.open_quote,
    signs.escape,
    signs.after_quote,
    signs.after_bracket,
    signs.in_brackets,
    signs.block_header,
    signs.bad_start,
    signs.marker,
    placement.cut_above,
    signs.tight_or_wide,
    placement.colon,
    placement.indentation,
    _unexplained,
)
