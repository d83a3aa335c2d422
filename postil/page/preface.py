"""What a page says of itself before and after the article: findings, method, reply, and its log."""

import re
from collections.abc import Iterator

from msgspec import structs

from postil.page.naming import Naming
from postil.page.numbering import Numbering
from postil.page.views import (
    ArticleChangeView,
    CorrectionView,
    FindingView,
    Link,
    LogEntry,
    PageView,
    ProseView,
    ReplyView,
    UpdateView,
)
from postil.site.examining import Placed
from postil.site.settings import Site, as_licence
from postil.text import prose

METHOD, REPLY = "page_method", "page_reply"  # their addresses on the page

_MAIL = re.compile(r"[^\s@<>()\[\]]+@[^\s@<>()\[\]]+")


def finding_id(number: int) -> str:
    """The address of a finding, by its number from 1."""
    return f"finding_{number}"


def correction_id(number: int) -> str:
    """The address of a correction in the page's log, by its number from 1 in the file."""
    return f"correction_{number}"


def update_id(number: int) -> str:
    """The address of an update in the page's log, by its number from 1 in the file."""
    return f"update_{number}"


def change_id(number: int) -> str:
    """The address in the page's log of a change of the article, by its number from 1."""
    return f"change_{number}"


def with_preface(view: PageView, placed: Placed, naming: Naming, numbering: Numbering) -> PageView:
    """The view of an explainer's page with what the page says of itself."""
    return structs.replace(
        view,
        findings=tuple(_findings(placed, naming)),
        method=naming.prose(("method",), placed.prose),
        reply=_reply(placed, naming),
        log=_log(placed, naming, numbering),
        licence=as_licence(placed.explainer.licence or view.site.licence),
        updated=naming.day(placed.explainer.updated),
        contact=_contact(view.site, naming),
        author_names=placed.explainer.authors,
    )


def _findings(placed: Placed, naming: Naming) -> Iterator[FindingView]:
    for index in range(len(placed.explainer.findings)):
        if text := naming.prose(("findings", index), placed.prose):
            yield FindingView(finding_id(index + 1), text)


def _reply(placed: Placed, naming: Naming) -> ReplyView | None:
    asked = placed.explainer.reply
    if asked is None:
        return None
    answer = naming.prose(("reply", "answer"), placed.prose)
    return ReplyView(naming.badge(asked.of), naming.words.day(asked.asked), answer)


def _contact(site: Site, naming: Naming) -> ProseView | None:
    """Where to report a mistake; a mail address by itself is a link."""
    text = site.contact.strip()
    if not text:
        return None
    return naming.cited(prose.parse(f"<{text}>" if _MAIL.fullmatch(text) else text))


def correction(placed: Placed, naming: Naming, numbering: Numbering, index: int) -> CorrectionView:
    """A correction by its index in the file."""
    made = placed.explainer.corrections[index]
    path, id = ("corrections", index), made.annotation
    return CorrectionView(
        element_id=correction_id(index + 1),
        date=naming.words.day(made.date),
        passage=Link(f"#{id}", numbering.name_of(id)),
        was=naming.prose((*path, "was"), placed.prose),
        now=naming.prose((*path, "now"), placed.prose),
    )


def _log(placed: Placed, naming: Naming, numbering: Numbering) -> tuple[LogEntry, ...]:
    """All corrections and updates, newest first; of one day in the file's order."""
    corrections = (
        LogEntry(correction=correction(placed, naming, numbering, index))
        for index in range(len(placed.explainer.corrections))
    )
    updates = (
        LogEntry(update=_update(placed, naming, index))
        for index in range(len(placed.explainer.updates))
    )
    changes = (LogEntry(change=each) for each in article_changes(placed, naming))
    return tuple(sorted((*corrections, *updates, *changes), key=_date, reverse=True))


def _date(entry: LogEntry) -> str:
    dated = entry.correction or entry.update or entry.change
    return dated.date.iso if dated else ""


def _update(placed: Placed, naming: Naming, index: int) -> UpdateView:
    return UpdateView(
        element_id=update_id(index + 1),
        date=naming.words.day(placed.explainer.updates[index].date),
        text=naming.prose(("updates", index, "text"), placed.prose),
    )


def article_changes(placed: Placed, naming: Naming) -> Iterator[ArticleChangeView]:
    """What the article's publisher changed in it, in the file's order."""
    for index, change in enumerate(placed.explainer.article.changes):
        text = naming.prose(("article", "changes", index, "text"), placed.prose)
        yield ArticleChangeView(change_id(index + 1), naming.words.day(change.date), text)
