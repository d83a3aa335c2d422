"""The faces of the two voices: the article's, and that of all that was added."""

import re
from collections.abc import Iterator
from pathlib import Path

from postil.diagnostics.model import Report
from postil.site.settings import Fonts, Theme
from postil.yaml.reading import Located

# The stacks are those of static/postil.css, and so are the names of the properties.
_SERIF = '"Source Serif 4", "Serif at first", "Serif at first, wide", var(--system-serif)'
_SANS = '"Source Sans 3", "Sans at first", "Sans at first, wide", var(--system-sans)'
_PROPERTIES = {"article": "--serif", "notes": "--sans"}
_OURS = {"serif": _SERIF, "sans": _SANS}
_SYSTEM = {"article": "var(--system-serif)", "notes": "var(--system-sans)"}
_FILES = {
    "serif": "fonts/source-serif-4-latin-wght-normal.woff2",
    "sans": "fonts/source-sans-3-latin-wght-normal.woff2",
}
_FILE = re.compile(r"[\w./-]+\.woff2", re.ASCII)


def faces_of(theme: Theme) -> Fonts:
    """What `fonts` says, in its long form."""
    if isinstance(theme.fonts, Fonts):
        return theme.fonts
    return Fonts("system", "system") if theme.fonts == "system" else Fonts()


def are_system_fonts(theme: Theme) -> bool:
    """Whether pages need no font but the reader's own."""
    return faces_of(theme) == Fonts("system", "system")


def font_files(theme: Theme) -> tuple[str, ...]:
    """The files below static/ that every page needs, to be fetched at once."""
    named = (face for _, face in _voices(faces_of(theme)) if face != "system")
    return tuple(_FILES.get(face, face) for face in named)


def faces_css(theme: Theme) -> str:
    """The faces as custom properties, with the rules that load a site's own files.

    Nothing if they are ours in their usual places. A page that is opened from a disk cannot load
    a font, and says so (`data-fonts`): it gets the reader's own of the same sort.
    """
    faces = faces_of(theme)
    if faces == Fonts() or are_system_fonts(theme):
        return ""
    rules, served, local = [], [], []
    for voice, face in _voices(faces):
        stack = _OURS.get(face, _SYSTEM[voice])
        if _is_file(face):
            name = f'"Of the {voice}"'
            rules.append(
                f"@font-face {{ font-family: {name}; font-weight: 200 900; font-display: swap; "
                f'src: url("{face}") format("woff2"); }}\n'
            )
            stack = f"{name}, {_SYSTEM[voice]}"
        served.append(f"{_PROPERTIES[voice]}: {stack};")
        local.append(f"{_PROPERTIES[voice]}: {_of_system(voice, face)};")
    rules.append(f":root {{ {' '.join(served)} }}\n")
    rules.append(f':root[data-fonts="system"] {{ {" ".join(local)} }}\n')
    return "".join(rules)


def check_faces(root: Path, theme: Theme, located: Located, report: Report) -> None:
    """Report a face that is none or has no file, and two voices that nobody can tell apart."""
    faces = faces_of(theme)
    for voice, face in _voices(faces):
        span = located.span(("theme", "fonts", voice))
        if face in ("system", *_OURS):
            continue
        if not _is_file(face):
            help = "write serif, sans, system, or the name of a .woff2 file in static/"
            report.error("bad-value", f"`{face}` is no face that pages can have", span, help=help)
        elif not (root / "static" / face).is_file() or ".." in face.split("/"):
            help = "put the file into the folder static/ beside site.yaml, and name it here"
            report.error("missing-file", f"the font `{face}` is not in static/", span, help=help)
    sorts = [_of_system(voice, face) for voice, face in _voices(faces) if not _is_file(face)]
    if faces.article == faces.notes != "system" or (len(sorts) == 2 and sorts[0] == sorts[1]):
        report.error(
            "bad-value",
            "article and notes have faces of one sort: readers could not tell whose words they are",
            located.span(("theme", "fonts")),
            help="give one of them serif and the other sans",
        )


def _voices(faces: Fonts) -> Iterator[tuple[str, str]]:
    return ((voice, getattr(faces, voice)) for voice in _PROPERTIES)


def _is_file(face: str) -> bool:
    return _FILE.fullmatch(face) is not None


def _of_system(voice: str, face: str) -> str:
    """The reader's own face of the same sort."""
    return {"serif": _SYSTEM["article"], "sans": _SYSTEM["notes"]}.get(face, _SYSTEM[voice])
