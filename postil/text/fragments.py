"""Addresses that lead to words on a page elsewhere: `#:~:text=` (WICG, URL Fragment Text
Directives), which browsers that know it scroll to and mark, and all others leave alone."""

import re
from urllib.parse import quote as percent_encoded

LONG_QUOTATION = 120  # code points: of a longer quotation only its ends are named
END_WORDS = 5  # words at each end of a long quotation
_LEFT_OUT = re.compile(r"\s*(?:\[(?:…|\.{3})\]|…|\.{3})\s*")


def to_words(address: str, quotation: str) -> str:
    """The address, leading to the quotation on its page.

    Of a long quotation, or one with words left out, the first words and the last are named, and
    the browser marks what is between. The address is as it was if there is nothing to look for.
    """
    parts = [part for part in _LEFT_OUT.split(" ".join(quotation.split())) if part]
    if not parts or not address.lower().startswith(("http://", "https://")):
        return address
    start, end = parts[0], parts[-1] if len(parts) > 1 else ""
    if not end and len(start) > LONG_QUOTATION:
        words = start.split(" ")
        if len(words) < 2 * END_WORDS:  # scripts without spaces, or one endless word
            return address
        start, end = " ".join(words[:END_WORDS]), " ".join(words[-END_WORDS:])
    directive = ",".join(_encoded(part) for part in (start, end) if part)
    return f"{address}{'' if '#' in address else '#'}:~:text={directive}"


def _encoded(words: str) -> str:
    """Percent-encoded, the three signs too that have a meaning inside the directive."""
    return percent_encoded(words, safe="").replace("-", "%2D")
