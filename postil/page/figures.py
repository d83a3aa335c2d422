"""Pictures of notes and boxes, and the dates of boxes, as views."""

from collections.abc import Mapping
from io import BytesIO

from postil.page.naming import Naming
from postil.page.views import FigureView, TimelineEntryView
from postil.site.figures import SHARED, address_of, file_of
from postil.site.model import ContextBox, Figure
from postil.site.references import Texts
from postil.yaml.reading import KeyPath


def figure_view(
    figure: Figure | None,
    path: KeyPath,
    texts: Texts,
    naming: Naming,
    pictures: Mapping[str, bytes],
    folder: str,
) -> FigureView | None:
    """The figure of the note or box at a path; its file is among `pictures`, in a folder."""
    if figure is None:
        return None
    width, height = _size(pictures.get(f"{folder}/{file_of(figure)}", b""))
    return FigureView(
        src=address_of(figure, shared=folder == SHARED),
        width=width,
        height=height,
        alt=figure.alt,
        caption=naming.prose((*path, "figure", "caption"), texts),
        credit=figure.credit,
        rights=figure.rights,
        date=naming.day(figure.date),
    )


def _size(picture: bytes) -> tuple[int, int]:
    """Width and height of a picture in its pixels, so that nothing moves when it comes; or 0, 0."""
    import imagesize  # only where a picture is shown

    try:
        width, height = imagesize.get(BytesIO(picture))
    except ValueError:  # it is cut short
        return 0, 0
    return (round(width), round(height)) if min(width, height) > 0 else (0, 0)


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
