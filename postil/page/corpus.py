"""All explainers together: who says what on which of them, and what carries which status."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from postil.language.words import Words, load
from postil.page.entries import PackedEntries
from postil.page.naming import Naming, web_address
from postil.page.paging import root_of
from postil.page.site_views import SpeakerView
from postil.site.examining import Shared

PASSAGES_AT_ONCE = 200  # passages on a page about a source or a status


class Voice(Struct, frozen=True, order=True, gc=False):
    """A place of an explainer at which a source says, passes on or backs something.

    `entry` and `utterance` are places in the corpus and in the entry.
    """

    entry: int
    utterance: int


class SourceUses(Struct, frozen=True):
    """What is rested on one source, in the order of the index and of the texts.

    `boxes` and `published` are of entries: the place of a box in one, and that it is the article's
    outlet; `listed` are all entries whose pages list it.
    """

    says: list[Voice]
    passes_on: list[Voice]
    cited: list[Voice]
    boxes: list[tuple[int, int]]
    published: list[int]
    listed: list[int]

    @property
    def numbers(self) -> tuple[int, ...]:
        """How much of each there is."""
        spoken = len(self.says), len(self.passes_on)
        return (*spoken, len(self.cited), len(self.boxes), len(self.published), len(self.listed))

    @property
    def spoken(self) -> int:
        return len(self.says) + len(self.passes_on)


class Corpus(Struct, frozen=True):
    """What pages of all explainers are made of. `entries` are in the order of the index.

    `sources` are those that a page lists; `speakers` who of them speaks for each body, `drawing`
    who draws on each; `statuses` those that passages carry, most first.
    """

    shared: Shared
    entries: PackedEntries
    words: Words
    sources: Mapping[str, SourceUses]
    speakers: Mapping[str, list[str]]
    drawing: Mapping[str, list[str]]
    statuses: Mapping[str, list[Voice]]

    def frame(self, path: str) -> dict[str, Any]:
        """What every page of a site has: the fields of `SiteView` but for the title."""
        site = self.shared.site.value
        return {
            "site": site,
            "root": root_of(path),
            "address": web_address(site, path.removesuffix("index.html")),
            "language": site.language,
            "direction": self.words.direction,
            "has_search": self.shared.has_search,
        }

    def has_draft(self, numbers: Iterable[int]) -> bool:
        """Whether one of these entries is a draft's."""
        return any(self.entries.packed[number].draft for number in numbers)

    def speaker(self, id: str, naming: Naming) -> SpeakerView:
        """A source with how much it says and passes on."""
        uses = self.sources[id]
        return SpeakerView(naming.badge(id), len(uses.says), len(uses.passes_on))

    def naming(self, root: str) -> Naming:
        """Names on a page from which `root` leads to the site's top."""
        return Naming(self.shared, self.words, root, has_list=False)


def gather(shared: Shared, entries: PackedEntries) -> Corpus:
    """Put all entries together, in time that grows with their passages."""
    statuses: dict[str, list[Voice]] = defaultdict(list)
    found: dict[str, SourceUses] = {}

    def of(id: str) -> SourceUses:
        if id not in found:
            found[id] = SourceUses([], [], [], [], [], [])
        return found[id]

    for number, entry in enumerate(entries):
        for id in entry.sources:
            of(id).listed.append(number)
        if entry.outlet:
            of(entry.outlet).published.append(number)
        for index, box in enumerate(entry.boxes):
            for id in box.sources:
                of(id).boxes.append((number, index))
        for index, utterance in enumerate(entry.utterances):
            use = Voice(number, index)
            if utterance.status:
                statuses[utterance.status].append(use)
            for id in dict.fromkeys(hops[0] for hops in utterance.chains):
                of(id).says.append(use)
            for id in dict.fromkeys(hop for hops in utterance.chains for hop in hops[1:]):
                of(id).passes_on.append(use)
            for id in dict.fromkeys(id for id, _ in utterance.cited):
                of(id).cited.append(use)
    known = {id: found[id] for id in shared.sources.value if id in found}
    return _put_together(shared, entries, known, statuses)


def _put_together(
    shared: Shared,
    entries: PackedEntries,
    known: Mapping[str, SourceUses],
    statuses: Mapping[str, list[Voice]],
) -> Corpus:
    used = [id for id in shared.status_folders if id in statuses]
    ranked = {id: statuses[id] for id in sorted(used, key=lambda id: -len(statuses[id]))}
    # A source may be made when it is asked for: each is, once.
    ties = {
        id: (source.speaks_for, source.draws_on)
        for id, source in ((id, shared.sources.value[id]) for id in known)
    }
    return Corpus(
        shared=shared,
        entries=entries,
        words=load(shared.site.value.language, shared.words),
        sources=known,
        speakers=_turned({id: (body,) for id, (body, _) in ties.items()}),
        drawing=_turned({id: others for id, (_, others) in ties.items()}),
        statuses=ranked,
    )


def _turned(named: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """By what is named, all that name it."""
    found: dict[str, list[str]] = defaultdict(list)
    for id, others in named.items():
        for other in others:
            found[other].append(id)
    return found
