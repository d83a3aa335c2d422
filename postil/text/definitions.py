"""Definitions of links, told from footnotes, speakers' labels and brackets of editors.

`[Smith]: Never.` has the form of a definition, which Markdown takes out of the text. Here a line
is one only if its address looks like an address, or if a `[link][smith]` needs it and its address
may be one. Whatever else has that form is a paragraph, so that its words are seen.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.rules_block import StateBlock, reference
from markdown_it.utils import EnvType

# What nobody says: a scheme, a path from a root, a host with a path, the name of a file. The bare
# `#` and nothing at all are how comments are written in Markdown: `[//]: # (a comment)`.
_ADDRESS = re.compile(
    r"""(?: (?:https?://|mailto:|tel:|data:|www\.)\S+
          | \.{0,2}/\S*
          | [\w-]+(?:\.[\w-]+)*\.[a-z]{2,}[/?#]\S*
          | \S+\.(?:html?|md|pdf|txt|php|aspx?|png|jpe?g|gif|webp|avif|svg)(?:[?#]\S*)?
          | \#?
        )\Z""",
    re.IGNORECASE | re.VERBOSE,
)
# What somebody may say: one or two words, with the signs of speech after them.
_SPEECH = re.compile(r"[^\w/#]*[\w'’‘-]*[^\w/]*\Z|.*[.,;:!?…\"”'’»]\Z", re.DOTALL)
_NEEDED = re.compile(r"\]\[([^\[\]]+)\]|\[([^\[\]]+)\]\[\]")


def tell_definitions(parser: MarkdownIt) -> None:
    """Let a parser take for the definition of a link only what is one."""
    parser.block.ruler.at("reference", _definition)


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    place = state.bMarks[start] + state.tShift[start]
    if state.src[place : place + 1] != "[" or state.src[place + 1 : place + 2] == "^":
        return False
    line, env = state.line, state.env
    state.env = {}  # only to look: what is no definition must leave no trace
    found = reference(state, start, end, silent)
    seen, state.env = state.env, env
    if not found or silent:
        return found
    state.line = line
    label, definition = next(iter(seen["references"].items()))
    if not _is_address(definition["href"], label, state):
        return False
    return reference(state, start, end, silent)


def _is_address(address: str, label: str, state: StateBlock) -> bool:
    if _ADDRESS.match(address):
        return True
    return label in _needed(state.src, state.env) and not _SPEECH.match(address)


def _needed(source: str, env: EnvType) -> set[str]:
    """The labels that a `[text][label]` or `[label][]` needs; gathered once for a text."""
    if "needed" not in env:
        pairs = _NEEDED.findall(source)
        env["needed"] = {normalizeReference(one or other) for one, other in pairs}
    needed: set[str] = env["needed"]
    return needed
