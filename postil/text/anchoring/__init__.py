"""Where a quotation stands in a text; sees only strings.

What every build needs stands here; `describing` (from a place to a selector) and `suggesting`
(what an orphan may have meant) are imported by whoever needs them.
"""

from postil.text.anchoring.resolving import (
    Ambiguous,
    Blank,
    Found,
    Haystack,
    Miscounted,
    Orphan,
    Range,
    Selector,
    prepare,
    resolve,
)

__all__ = [
    "Ambiguous",
    "Blank",
    "Found",
    "Haystack",
    "Miscounted",
    "Orphan",
    "Range",
    "Selector",
    "prepare",
    "resolve",
]
