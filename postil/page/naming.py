"""How a page names sources, kinds, statuses and days, in its language and this site's words."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from postil.language.words import Day, Words
from postil.page.views import Badge, ChainView, ProseView, StatusCount, StatusView
from postil.site.addresses import source_address, source_path, status_path
from postil.site.examining import Shared
from postil.site.model import Use
from postil.site.references import Texts
from postil.site.settings import Site
from postil.text import fragments
from postil.text.prose import Prose
from postil.text.typography import read_quotes
from postil.yaml.reading import KeyPath


class Naming(Struct, frozen=True):
    """Names as one page has them. `root` leads from it to the site's top.

    Its badges lead to its list of sources or, if it `has_list` none, to the sources' own pages.
    """

    shared: Shared
    words: Words
    root: str = "../"
    has_list: bool = True
    _badges: dict[tuple[str, ...], Badge] = {}  # that were made already

    def badge(self, id: str, locator: str = "", quote: str = "", prefix: str = "") -> Badge:
        """The badge of a source, with the place in it, its words there, and what comes before."""
        key = (id, locator, quote, prefix)
        if key not in self._badges:
            self._badges[key] = self._badge(*key)
        return self._badges[key]

    def _badge(self, id: str, locator: str, quote: str, prefix: str) -> Badge:
        source = self.shared.sources.value[id]
        own = self.shared.site.value.kinds.get(source.kind)
        page_href = self.root + source_path(id, self.shared.source_folders)
        return Badge(
            source=id,
            name=source.name,
            kind=source.kind,
            kind_label=self.kind_label(source.kind),
            glyph=own.glyph if own else "",
            href=f"#source-{source_address(id)}" if self.has_list else page_href,
            locator=locator,
            quote=quote,
            prefix=prefix,
            original=fragments.to_words(source.address, quote) if quote else "",
            page_href=page_href,
            short=source.short or source.name,
        )

    def badges(self, uses: Iterable[Use]) -> tuple[Badge, ...]:
        """The badges of uses of sources."""
        return tuple(self.badge(use.source, use.locator, use.quote) for use in uses)

    def chain(self, hops: Iterable[str]) -> ChainView:
        """An attribution chain of source ids, first speaker first."""
        badges = tuple(map(self.badge, hops))
        first, *others = (self._in_words(badge.source) for badge in badges)
        via = (self.words("via_name", name=name) for name in others)
        return ChainView(badges, " ".join([first, *via]))

    def _in_words(self, id: str) -> str:
        sources = self.shared.sources.value
        source = sources[id]
        if not source.speaks_for:
            return source.name
        return self.words("speaking_for", name=source.name, body=sources[source.speaks_for].name)

    def prose(self, path: KeyPath, texts: Texts) -> ProseView | None:
        """The prose at a key path, with its citations as badges; None if there is none."""
        text = texts.get(path)
        return self.cited(text) if text else None

    def cited(self, text: Prose) -> ProseView:
        """Prose with its citations as badges, typeset as the site wants it."""
        groups = (
            tuple(self.badge(c.source, c.locator, prefix=c.prefix) for c in group)
            for group in text.citation_groups()
        )
        is_typeset = self.shared.site.value.typographic
        quotes = read_quotes(self.words("quotes")) if is_typeset else None
        return ProseView(text, tuple(groups), quotes)

    def status(self, id: str) -> StatusView | None:
        """A status by its id; None for no id."""
        if not id:
            return None
        page_href = self.root + status_path(id, self.shared.status_folders)
        own = self.shared.site.value.statuses.get(id)
        if own:
            label, about = self._in_running_text(own.label), as_sentence(own.description)
        else:
            label, about = self.words(f"status.{id}"), self.words(f"status.{id}.description")
        return StatusView(id, label, about, page_href)

    def status_counts(self, numbers: Mapping[str, int]) -> tuple[StatusCount, ...]:
        """Statuses with their numbers of passages, most first, each leading to its page."""
        ranked = sorted(numbers.items(), key=lambda item: -item[1])
        views = ((self.status(id), number) for id, number in ranked)
        return tuple(StatusCount(view, number, view.page_href) for view, number in views if view)

    def kind_label(self, kind: str) -> str:
        """The word for a kind of source."""
        own = self.shared.site.value.kinds.get(kind)
        return self._in_running_text(own.label) if own else self.words(f"kind.{kind}")

    def _in_running_text(self, label: str) -> str:
        """A site's own label in the case of the built-in ones: `think tank`, but `UN body`."""
        is_plain = not label[1:] or label[1:].islower()
        lowers = is_plain and not self.words.language.startswith("de")  # German nouns are capital
        return label[:1].lower() + label[1:] if lowers else label

    def day(self, iso: str) -> Day | None:
        """A date as the page writes it; None for no date."""
        return self.words.day(iso) if iso else None

    def people(self, names: Sequence[object]) -> str:
        """Names as a list in words."""
        return self.words.join([str(name) for name in names])


def web_address(site: Site, path: str) -> str:
    """Where a page stands on the web, if the site knows that of itself."""
    return f"{site.base_url.rstrip('/')}/{path}" if site.base_url else ""


def as_sentence(text: str) -> str:
    """A text with a capital at its beginning and a full stop at its end, if it has neither."""
    text = text.strip()
    is_ended = not text or unicodedata.category(text[-1]).startswith("P")
    return text[:1].upper() + text[1:] + ("" if is_ended else ".")
