"""An article's own footnotes: `[^1]` in the text, and `[^1]: words` where the notes stand.

A note stays where the article has it, and its number is what the article says: an excerpt that
begins with note 7 shows a 7. Ids have an underscore, which no id of an annotation has.
"""

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

# Of this length at most: otherwise a line of nothing but `[^` takes the square of its length.
_REFERENCE = re.compile(r"\[\^([^\s\[\]]{1,999})\]")


def read_footnotes(parser: MarkdownIt) -> None:
    """Let a parser read footnotes."""
    footnote_plugin(parser, inline=False, move_to_end=False)
    parser.inline.ruler.at("footnote_ref", _reference)
    parser.core.ruler.push("number_footnotes", _number)
    parser.add_render_rule("footnote_ref", _render_reference)
    parser.add_render_rule("footnote_reference_open", _render_open)
    parser.add_render_rule("footnote_reference_close", _render_close)


def _reference(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[^", state.pos):
        return False
    match = _REFERENCE.match(state.src, state.pos, state.posMax)
    if not match or f":{match[1]}" not in state.env.get("footnotes", {}).get("refs", ()):
        return False
    if not silent:
        state.push("footnote_ref", "", 0).meta = {"label": match[1]}
    state.pos = match.end()
    return True


def _number(state: StateCore) -> None:
    """Give every note its number in the article, and every reference that of its note."""
    opened = [token for token in state.tokens if token.type == "footnote_reference_open"]
    numbers: dict[str, int] = {}
    for number, token in enumerate(opened, 1):
        numbers.setdefault(token.meta["label"], number)
        token.meta |= {"number": number, "uses": 0}
    if not numbers:
        return
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "footnote_ref":
                note = opened[numbers[child.meta["label"]] - 1]
                note.meta["uses"] += 1
                child.meta |= {"number": note.meta["number"], "use": note.meta["uses"]}


def _render_reference(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    meta = tokens[index].meta
    place = f"{meta['number']}_{meta['use']}" if meta["use"] > 1 else f"{meta['number']}"
    link = f'<a href="#fn_{meta["number"]}" id="fnref_{place}">{escapeHtml(meta["label"])}</a>'
    return f'<sup class="footnote-ref">{link}</sup>'


def _render_open(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    meta = tokens[index].meta
    label = escapeHtml(meta["label"])
    if meta["uses"]:
        label = f'<a href="#fnref_{meta["number"]}">{label}</a>'
    opening = f'<div class="footnote" role="doc-footnote" id="fn_{meta["number"]}">'
    return f'{opening}\n<p class="footnote-label">{label}</p>\n<div>\n'


def _render_close(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    return "</div>\n</div>\n"
