"""Pictures of notes and boxes, and the dates of boxes, as views."""

from postil.page.naming import Naming
from postil.page.views import FigureView, TimelineEntryView
from postil.site.figures import address_of
from postil.site.model import ContextBox, Figure
from postil.site.references import Texts
from postil.yaml.reading import KeyPath


def figure_view(
    figure: Figure | None, path: KeyPath, texts: Texts, naming: Naming, *, shared: bool = False
) -> FigureView | None:
    """The figure of the note or box at a path; `shared` if that is in content/context.yaml."""
    if figure is None:
        return None
    return FigureView(
        src=address_of(figure, shared=shared),
        alt=figure.alt,
        caption=naming.prose((*path, "figure", "caption"), texts),
        credit=figure.credit,
        rights=figure.rights,
        date=naming.day(figure.date),
    )


def timeline(
    box: ContextBox, path: KeyPath, texts: Texts, naming: Naming
) -> tuple[TimelineEntryView, ...]:
    """The dates of the box at a path, in its order."""
    return tuple(
        TimelineEntryView(
            naming.words.day(moment.date), naming.prose((*path, "timeline", index, "text"), texts)
        )
        for index, moment in enumerate(box.timeline)
    )
