"""What a reader sees as one character: the grapheme clusters of UAX #29."""

import re
import unicodedata
from functools import lru_cache

# Categories: marks, joiners, signs that enclose numbers, and what this Python's Unicode does not
# know: in that of `regex` it may be a mark.
_JOINING = frozenset(("Mn", "Mc", "Me", "Cf", "Cn"))
# Parts of syllables, and the letters that flags are made of: either may join either neighbour.
_PARTS = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\U0001f1e6-\U0001f1ff]")
# Joined to what is before them, beside marks: vowel signs that are letters, half-width sound marks,
# and colours of skin.
_FOLLOWING = frozenset("\u0e33\u0eb3\uff9e\uff9f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
# Letters that may be joined to what is after them: chillu and repha forms of Brahmic scripts.
_LEADING = re.compile("[\u0d4e\u1cf5\u1cf6\U00011000-\U00011fff]")

# What nobody sees, after white space: a mark that follows joins neither.
_UNSEEN_AFTER_SPACE = re.compile(
    "(?<=\n)[\u00ad\u034f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]+"
)


def cuts(text: str, at: int) -> bool:
    """Whether an offset lies within a cluster.

    White space and images (U+FFFC) are never a part of one: no quote starts or ends with them.
    """
    if not 0 < at < len(text) or not _may_be_joined(text[at - 1], text[at]):
        return False
    return at in _inner_offsets(text)


def _may_be_joined(before: str, after: str) -> bool:
    """Whether it takes a look at the text around to tell if these are in one cluster."""
    if before < "\u0300" and after < "\u0300":
        return False
    return (
        after in _FOLLOWING
        or before in _FOLLOWING
        or unicodedata.category(after) in _JOINING
        or unicodedata.category(before) in _JOINING
        or bool(_PARTS.match(before) or _PARTS.match(after) or _LEADING.match(before))
    )


@lru_cache(maxsize=4)
def _inner_offsets(text: str) -> frozenset[int]:
    """All offsets within clusters: of the few texts that were looked at last."""
    import regex  # here, because in most texts no quote ends where this is needed

    bare = re.sub(r"[\s\ufffc]", "\n", text)
    bare = _UNSEEN_AFTER_SPACE.sub(lambda unseen: "\n" * len(unseen[0]), bare)
    clusters = regex.finditer(r"\X", bare)
    return frozenset(at for each in clusters for at in range(each.start() + 1, each.end()))
