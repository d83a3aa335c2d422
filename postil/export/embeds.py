"""Pages for frames on other sites: one annotation each, and the list of them with what to copy."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from markupsafe import escape
from msgspec import Struct

from postil.language.words import Day, Words
from postil.page.entries import excerpt
from postil.page.ladders import chains_with_words
from postil.page.naming import Naming, web_address
from postil.page.numbering import box_id
from postil.page.paging import SharedPage, root_of
from postil.page.site_views import SiteView
from postil.page.views import Badge, ChainView, Link, PageView, ProseView, StatusView
from postil.site.addresses import folder_names
from postil.site.examining import Placed, Shared
from postil.site.model import as_uses
from postil.site.placing import Anchor
from postil.site.withdrawing import Withdrawn
from postil.text import clusters
from postil.text.articles import block_number
from postil.text.documents import IMAGE

SURROUNDINGS = 140  # code points of the paragraph before and after the passage, at most
_CUT = "…"
_ROOM = "_" * 14  # for a few words of ours

# What a page that shows embeds may have once: every frame is then as high as it asks to be.
RESIZING = """\
<script>
addEventListener("message", event => {
  const height = Number(event.data?.postilHeight);
  for (const frame of document.querySelectorAll('iframe[src*="/embed/"]'))
    if (height > 0 && frame.contentWindow === event.source) frame.height = Math.min(height, 5000);
});
</script>"""

# How high a frame is at first, in CSS pixels where it is 560 of them wide: what there always is; of
# passage, note and hop, how many signs are in a line of a wide face, and how high that is.
_FRAME, _BREAK = 132, 8
_PASSAGE, _PROSE, _RUNG = (56, 26), (60, 23), (56, 22)


class EmbeddedPage(SiteView, frozen=True, kw_only=True):
    """One annotation, for a frame on another site; `title` and `address` are those of its page.

    `quoted` are the words of its first passage, shortened, `before` and `after` those around it.
    `href` leads to the passage, `outlet` is who published the article. `withdrawn` is since when
    the article has not had these words. Of `sources` there are those on which the note rests.
    """

    id: str
    href: str
    article_language: str
    article_direction: str
    outlet: str
    issued: Day | None
    before: str
    quoted: str
    after: str
    withdrawn: Day | None
    status: StatusView | None
    chains: tuple[ChainView, ...]
    note: ProseView | None
    sources: tuple[Badge, ...]
    box: Link | None


class EmbeddedLine(Struct, frozen=True):
    """An annotation in the list of embeds: `snippet` is HTML to copy, `href` leads to the embed."""

    id: str
    href: str
    quoted: str
    status: StatusView | None
    snippet: str
    draft: bool


class EmbedsPage(SiteView, frozen=True, kw_only=True):
    """What can be embedded of one explainer, to which `href` leads, in the order of the text.

    `script` is HTML to copy once, which makes every frame as high as it needs to be.
    """

    href: str
    article_language: str
    article_direction: str
    script: str
    lines: tuple[EmbeddedLine, ...]


class _Embeds(Struct, frozen=True):
    """What all embeds of one explainer are made of; `folders` are by annotation."""

    placed: Placed
    page: PageView
    shared: Shared
    words: Words
    folders: Mapping[str, str]

    def path(self, id: str) -> str:
        """The file of an annotation's embed below output/."""
        return f"{self.placed.slug}/embed/{self.folders[id]}/index.html"

    def naming(self, root: str) -> Naming:
        return Naming(self.shared, self.words, root, has_list=False)

    def frame(self, path: str) -> dict[str, object]:
        """What each of these pages has; the address is the explainer's, for search engines."""
        page = self.page
        return {
            "site": page.site,
            "root": root_of(path),
            "address": page.address,
            "title": page.title,
            "language": page.language,
            "direction": page.direction,
            "draft": page.draft,
        }


def embed_pages(
    placed: Placed, page: PageView, shared: Shared, words: Words
) -> Iterator[SharedPage]:
    """The embeds of an explainer and the list of them; none if the site does not want any."""
    if not page.site.embeds or not placed.addressed:
        return
    folders = folder_names(placed.ids)
    embeds = _Embeds(placed, page, shared, words, folders)
    anchors = sorted(placed.anchors, key=lambda anchor: (anchor.first.start, anchor.first.end))
    addressed: tuple[Anchor | Withdrawn, ...] = (*anchors, *placed.withdrawn)
    for each in addressed:
        yield SharedPage(embeds.path(each.id), "embed.html", partial(_embed, embeds, each))
    yield SharedPage(
        f"{placed.slug}/embed/index.html", "embeds.html", partial(_list, embeds, anchors)
    )


# ------------------------------------------------------------------ one annotation


def _embed(embeds: _Embeds, anchor: Anchor | Withdrawn) -> EmbeddedPage:
    placed, page, annotation = embeds.placed, embeds.page, anchor.annotation
    frame = embeds.frame(embeds.path(anchor.id))
    naming = embeds.naming(str(frame["root"]))
    note = placed.prose.get((*anchor.path, "note"))
    box = next((box for box in page.boxes if box.id == box_id(anchor)), None)
    if isinstance(anchor, Anchor):
        before, quoted, after = _in_its_paragraph(anchor, placed)
    else:
        before, quoted, after = "", anchor.words, ""
    return EmbeddedPage(
        **frame | {"draft": placed.explainer.draft or annotation.draft},  # type: ignore[arg-type]
        id=anchor.id,
        href=f"../../index.html#{anchor.id}",
        article_language=page.article.language,
        article_direction=page.article.direction,
        outlet=page.article.outlet.name if page.article.outlet else page.article.authors,
        issued=page.article.issued,
        before=before,
        quoted=quoted,
        after=after,
        withdrawn=naming.day(annotation.withdrawal.date) if annotation.withdrawal else None,
        status=naming.status(annotation.status),
        chains=chains_with_words(anchor, placed, naming),
        note=naming.cited(note.moved(placed.slug, naming.root)) if note else None,
        sources=naming.badges(as_uses(annotation.sources)),
        box=Link(f"../../index.html#{box.element_id}", box.title) if box else None,
    )


def _in_its_paragraph(anchor: Anchor, placed: Placed) -> tuple[str, str, str]:
    """The words of the first passage, shortened, and those around it in its blocks."""
    document, (start, end) = placed.document, (anchor.first.start, anchor.first.end)
    blocks = document.blocks
    first, last = (blocks[block_number(document, at) - 1] for at in (start, max(end - 1, start)))
    before, after = document.text[first.start : start], document.text[end : last.end]
    return _tail(_plain(before)), excerpt(document.text[start:end]), _head(_plain(after))


def _plain(text: str) -> str:
    """A text in one line; white space at its ends is kept, as one space."""
    words = " ".join(text.replace(IMAGE, " ").split())
    return f"{' ' * text[:1].isspace()}{words}{' ' * text[-1:].isspace()}" if words else ""


def _head(text: str) -> str:
    """The beginning, cut between words or, where there are no spaces, between characters."""
    if len(text) <= SURROUNDINGS:
        return text
    at = text.rfind(" ", SURROUNDINGS // 2, SURROUNDINGS)
    at = SURROUNDINGS if at < 0 else at
    while clusters.cuts(text, at):
        at -= 1
    return f"{text[:at].rstrip()} {_CUT}"


def _tail(text: str) -> str:
    """The end, cut in the same way."""
    if len(text) <= SURROUNDINGS:
        return text
    at = text.find(" ", len(text) - SURROUNDINGS, len(text) - SURROUNDINGS // 2)
    at = len(text) - SURROUNDINGS if at < 0 else at
    while clusters.cuts(text, at):
        at += 1
    return f"{_CUT} {text[at:].lstrip()}"


# ------------------------------------------------------------------ the list of them


def _list(embeds: _Embeds, anchors: Sequence[Anchor]) -> EmbedsPage:
    page, path = embeds.page, f"{embeds.placed.slug}/embed/index.html"
    return EmbedsPage(
        **embeds.frame(path),  # type: ignore[arg-type]
        href="../index.html",
        article_language=page.article.language,
        article_direction=page.article.direction,
        script=RESIZING,
        lines=tuple(_line(embeds, anchor) for anchor in anchors),
    )


def _line(embeds: _Embeds, anchor: Anchor) -> EmbeddedLine:
    view = _embed(embeds, anchor)
    folder = embeds.folders[anchor.id]
    return EmbeddedLine(
        id=anchor.id,
        href=f"{folder}/index.html",
        quoted=view.quoted,
        status=view.status,
        snippet=_snippet(embeds, folder, view),
        draft=view.draft,
    )


def _snippet(embeds: _Embeds, folder: str, view: EmbeddedPage) -> str:
    """The HTML that shows an embed on another page."""
    address = web_address(view.site, f"{embeds.placed.slug}/embed/{folder}/")
    title = embeds.words("embed_title", words=view.quoted)
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" '
        f'height="{frame_height(view)}" loading="lazy" style="border:0"></iframe>'
    )


def frame_height(view: EmbeddedPage) -> int:
    """The CSS pixels that an embed takes up at most where it is 560 of them wide."""
    height = _FRAME + _lines(view.before + view.quoted + view.after, _PASSAGE)
    return height + sum(_BREAK + _lines(text, kind) for text, kind in _parts(view))


def _parts(view: EmbeddedPage) -> Iterator[tuple[str, tuple[int, int]]]:
    """What stands below the passage, each part with the measures of its lines."""
    if view.withdrawn:
        yield f"{view.withdrawn.text}{_ROOM * 3}", _PROSE
    if view.status:
        yield f"{view.status.label} {view.status.description}", _PROSE
    for chain in view.chains:
        for rung in chain.rungs:
            words = "".join(run.text for run in rung.runs)
            yield f"{_named(rung.badge)}{rung.locator} {words} {_ROOM}{rung.lost or ''}", _RUNG
        if not chain.rungs:
            yield "".join(map(_named, chain.hops)), _PROSE
    if view.note:
        cited = "".join(_named(badge) for group in view.note.citations for badge in group)
        blocks = view.note.prose.text().split("\n") or [""]
        yield from ((block, _PROSE) for block in blocks[:-1])
        yield blocks[-1] + cited, _PROSE
    if view.sources:
        yield "".join(map(_named, view.sources)), _PROSE
    if view.box:
        yield f"{_ROOM}{view.box.text}", _PROSE


def _named(badge: Badge | None) -> str:
    """What a badge takes up: its sign, its name, the place in the source and the words there."""
    return f"____{badge.name}, {badge.locator} {badge.quote}" if badge else _ROOM


def _lines(text: str, line: tuple[int, int]) -> int:
    return -(-sum(map(_width, text)) // line[0]) * line[1]


def _width(sign: str) -> int:
    """The columns that a sign takes up: none if it is a mark on another."""
    if unicodedata.combining(sign):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
