"""Where a quotation stands in a text; sees only strings.

What every build needs stands here; `describing` (from a place to a selector) and `suggesting`
(what an orphan may have meant) are imported by whoever needs them.
"""

from postil.text.anchoring.resolving import (
    MOST_PLACES,
    Ambiguous,
    Blank,
    Found,
    Haystack,
    Miscounted,
    Orphan,
    Range,
    Result,
    Selector,
    prepare,
    resolve,
)

__all__ = [
    "MOST_PLACES",
    "Ambiguous",
    "Blank",
    "Found",
    "Haystack",
    "Miscounted",
    "Orphan",
    "Range",
    "Result",
    "Selector",
    "prepare",
    "resolve",
]
