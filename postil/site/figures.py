"""Pictures that articles, notes and boxes show: files beside what names them, checked and read."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from postil import paths
from postil.diagnostics.model import Diagnostic, Report, Span
from postil.site.examining import Placed, Shared
from postil.site.loading import read_image, read_images
from postil.site.model import Annotation, ContextBox, Figure
from postil.text.articles import local_path
from postil.yaml.reading import KeyPath

SHARED = "context"  # the folder below output/ with the pictures of shared boxes


def complaints(figure: Figure, span: Span) -> Iterator[Diagnostic]:
    """What is wrong with the name of a figure's file, which stands at `span`."""
    if not paths.is_picture(figure.file):
        yield Diagnostic(
            "bad-picture",
            f"`{figure.file}` is none of the pictures that pages show",
            span,
            help=f"save it as one of: {', '.join(paths.PICTURES)}",
        )
    elif file_of(figure) is None:
        yield Diagnostic(
            "unsafe-path",
            f"`{figure.file}` leads out of the folder",
            span,
            help="put the picture beside this file and give its name: nothing outside is read",
        )


def file_of(figure: Figure) -> str | None:
    """The figure's file, from the folder in which it is named; None if it is not in there."""
    return local_path(quote(figure.file))


def address_of(figure: Figure, *, shared: bool) -> str:
    """The address of a sound figure from an explainer's page."""
    path = quote(file_of(figure) or "")
    return f"../{SHARED}/{path}" if shared else path


# ------------------------------------------------------------------ read


def check_shared_figures(root: Path, shared: Shared, report: Report) -> None:
    """Report the pictures of shared boxes that cannot be read."""
    for id, box in shared.contexts.value.items():
        span = shared.contexts.located.span((id, "figure", "file"))
        _read(root / "content", box.figure, span, report)


def pictures_of_shared(root: Path, shared: Shared) -> Iterator[tuple[str, bytes]]:
    """The pictures of shared boxes that can be read, by the id of the box."""
    for id, box in shared.contexts.value.items():
        span = shared.contexts.located.span((id, "figure", "file"))
        data = _read(root / "content", box.figure, span, Report())
        if data is not None:
            yield id, data


def read_pictures(root: Path, placed: Placed, shared: Shared, report: Report) -> dict[str, bytes]:
    """The pictures of an explainer's article, notes and boxes, by their path below output/."""
    files = read_images(root, placed.slug, placed.article, placed.document, report)
    for anchor in placed.addressed:
        for path, figure in _own_figures(anchor.annotation):
            span = placed.loaded.located.span((*anchor.path, *path, "file"))
            data = _read(root / "content" / placed.slug, figure, span, report)
            if data is not None:
                files[f"{placed.slug}/{file_of(figure)}"] = data
        context = anchor.annotation.context
        if not isinstance(context, str):
            continue
        lent = shared.contexts.value[context].figure
        if lent:
            span = shared.contexts.located.span((context, "figure", "file"))
            data = _read(root / "content", lent, span, Report())  # reported with the boxes
            if data is not None:
                files[f"{SHARED}/{file_of(lent)}"] = data
    return files


def _own_figures(annotation: Annotation) -> Iterator[tuple[KeyPath, Figure]]:
    if annotation.figure:
        yield ("figure",), annotation.figure
    if isinstance(annotation.context, ContextBox) and annotation.context.figure:
        yield ("context", "figure"), annotation.context.figure


def _read(folder: Path, figure: Figure | None, span: Span, report: Report) -> bytes | None:
    path = file_of(figure) if figure else None
    return read_image(folder, path, span, report) if path else None
