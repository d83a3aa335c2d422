"""A page for each status that passages carry, and the list of them all."""

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby, islice

from postil.page.corpus import PASSAGES_AT_ONCE, Corpus, Voice
from postil.page.naming import Naming
from postil.page.paging import PageOfList, SharedPage, pages_of
from postil.page.quoting import Quoting, marked_bar
from postil.page.site_views import Quoted, StatusesPage, StatusPage
from postil.page.views import StatusCount
from postil.site.addresses import STATUSES, status_path

MOST_STATUSES = 24  # that the page of one leads to


def status_pages(corpus: Corpus) -> Iterator[SharedPage]:
    """The pages of each status: its definition, and all passages that carry it."""
    for id, uses in corpus.statuses.items():
        path = status_path(id, corpus.shared.status_folders)
        for place, part in pages_of(path, uses, PASSAGES_AT_ONCE):
            yield SharedPage(place.path, "status.html", partial(_status, corpus, id, part, place))


def statuses_pages(corpus: Corpus) -> Iterator[SharedPage]:
    """The list of statuses, if any is in use."""
    if corpus.statuses:
        yield SharedPage(STATUSES, "statuses.html", partial(_statuses, corpus))


def _status(corpus: Corpus, id: str, uses: Sequence[Voice], place: PageOfList) -> StatusPage:
    frame = corpus.frame(place.path)
    naming = corpus.naming(frame["root"])
    (this,) = naming.status_counts({id: len(corpus.statuses[id])})
    return StatusPage(
        **frame,
        title=this.status.label,
        description=this.status.description,
        draft=corpus.has_draft(use.entry for use in corpus.statuses[id]),
        status=this.status,
        number=this.number,
        quoted=tuple(
            _quoted(Quoting(corpus.entries[number], naming), [use.utterance for use in group])
            for number, group in groupby(uses, key=lambda use: use.entry)
        ),
        statuses=counted_statuses(corpus, naming),
        pager=place.pager,
    )


def _quoted(quoting: Quoting, numbers: Sequence[int]) -> Quoted:
    """What of an explainer carries the status."""
    carrying = [quoting.entry.utterances[number] for number in numbers]
    return quoting.quoted(
        marked_bar(quoting.entry, ((each, 0) for each in carrying)),
        carries=tuple(quoting.quotation(each, each.chains) for each in carrying),
    )


def _statuses(corpus: Corpus) -> StatusesPage:
    frame = corpus.frame(STATUSES)
    return StatusesPage(
        **frame,
        title=corpus.words("key_statuses"),
        draft=corpus.has_draft(range(len(corpus.entries))),
        statuses=counted_statuses(corpus, corpus.naming(frame["root"]), len(corpus.statuses)),
    )


def counted_statuses(
    corpus: Corpus, naming: Naming, most: int = MOST_STATUSES
) -> tuple[StatusCount, ...]:
    """The statuses in most use, with their numbers of passages."""
    shown = islice(corpus.statuses.items(), most)
    return naming.status_counts({id: len(uses) for id, uses in shown})
