"""The pictures of the kinds of source: an SVG file each, and all of them as one in the stylesheet.

A browser takes as long for each picture as for a page of its own. So they stand in one, well apart
one above the other: static/postil.css shows the one that `--shape` counts, of `--shapes`.
"""

import re
from collections.abc import Collection, Mapping
from xml.parsers import expat

from msgspec import Struct

from postil.diagnostics.model import Report, SourceText, Span, closest
from postil.site.decoding import decode
from postil.site.vocabulary import KINDS

DRAWINGS = "static/kinds/"
STYLESHEET = "static/postil.css"

# Pictures that are no kind's; they come first and last.
OTHER = "_other"  # for a kind without one
BOX = "_box"  # the marker of a context box

SIDE, PITCH = 16, 24  # of a picture, and from one to the next; the stylesheet has their ratio
WHOLE = f"0 0 {SIDE} {SIDE}"

ELEMENTS = frozenset(
    {"circle", "ellipse", "g", "line", "path", "polygon", "polyline", "rect"}
)  # fmt: skip
PAINT = frozenset(
    {
        "fill", "fill-opacity", "fill-rule", "opacity", "stroke", "stroke-dasharray",
        "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
        "stroke-opacity", "stroke-width",
    }
)  # fmt: skip
GEOMETRY = frozenset(
    {
        "cx", "cy", "d", "height", "points", "r", "rx", "ry", "transform", "width", "x", "x1", "x2",
        "y", "y1", "y2",
    }
)  # fmt: skip
SIZE = frozenset({"xmlns", "width", "height"})  # of a whole picture, which the stylesheet decides
# Nothing that leads anywhere, and nothing that would end an attribute, an address or a string.
VALUE = re.compile(r"[A-Za-z0-9 .,+#()-]*")
VIEW_BOX = re.compile(r" *-?[0-9.]+( *,? *-?[0-9.]+){3} *")


class Shape(Struct, frozen=True):
    """What a picture shows, as SVG for an address: the attributes of the whole, and its elements.

    Of anything but geometry nothing is left; single quotes are the only ones.
    """

    attributes: str
    elements: str


# Comments are for who reads the sources: a reader on a phone does not wait for them.
_COMMENT = re.compile(rb"^[ \t]*(?:/\*.*?\*/|//[^\n]*)\n", re.DOTALL | re.MULTILINE)
_COMMENTED = ("static/early.js", "static/reader.js", STYLESHEET)


def with_pictures(
    files: Mapping[str, bytes], own: Collection[str], report: Report
) -> dict[str, bytes]:
    """The static files, with the kinds' pictures in the stylesheet in place of a file each.

    `own` are the kinds that site.yaml has.
    """
    kinds = [OTHER, *dict.fromkeys([*KINDS, *own]), BOX]
    found: dict[str, Shape] = {}
    others: dict[str, bytes] = {}
    for path, data in files.items():
        kind = path.removeprefix(DRAWINGS).removesuffix(".svg")
        if path != f"{DRAWINGS}{kind}.svg":
            others[path] = data
        elif kind not in kinds:
            _report_unknown(kind, kinds, path, report)
        elif (source := decode(path, data, report)) and (shape := read_shape(source, report)):
            found[kind] = shape
    shapes = {kind: found[kind] for kind in kinds if kind in found}
    lean = {path: _COMMENT.sub(b"", others.get(path, b"")) for path in _COMMENTED}
    return others | lean | {STYLESHEET: lean[STYLESHEET] + rules(shapes).encode()}


def rules(shapes: Mapping[str, Shape]) -> str:
    """The part of the stylesheet that has the pictures and says which kind has which."""
    rows = "".join(f"{_row(number, shape)}\\\n" for number, shape in enumerate(shapes.values()))
    view = f"0 0 {SIDE} {PITCH * len(shapes)}"
    lines = (f"  {_selector(k)} {{ --shape: {number}; }}\n" for number, k in enumerate(shapes))
    return f"""
/* Kinds of source: a shape each, in the colour of the text. */
@layer components {{
  :root {{
    --shapes: {len(shapes)};
    --icons: url("data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='{view}'>\\
{rows}</svg>");
  }}
{"".join(lines)}}}
"""


def _row(number: int, shape: Shape) -> str:
    place = f"y='{PITCH * number + (PITCH - SIDE) // 2}' height='{SIDE}'"
    return f"<svg {place}{shape.attributes}>{shape.elements}</svg>"


def _selector(kind: str) -> str:
    if kind in (OTHER, BOX):
        return {OTHER: "[data-kind]", BOX: ".box-ref"}[kind]
    escaped = re.sub(r'["\\\n]', lambda found: f"\\{ord(found[0]):x} ", kind)
    return f'[data-kind="{escaped}"]'


def _report_unknown(kind: str, kinds: Collection[str], path: str, report: Report) -> None:
    hint = closest(kind, kinds)
    report.error(
        "unknown-kind",
        f"no kind is called `{kind}`",
        Span(SourceText(path, "")),
        help=f"did you mean `{hint}`?" if hint else "add it to `kinds:` in site.yaml",
    )


# ------------------------------------------------------------------ one file


def read_shape(source: SourceText, report: Report) -> Shape | None:
    """The shape in an SVG file; None, with the reasons in the report, if it holds anything else."""
    return _Reader(source, report).read()


class _Reader:
    """Writes a picture anew, element by element, so that nothing unknown can come through.

    Once anything has been refused, what is written is of no use, and only read on for mistakes.
    """

    def __init__(self, source: SourceText, report: Report) -> None:
        self._source = source
        self._report = report
        self._refused: set[str] = set()  # each mistake is reported once
        self._attributes = ""
        self._elements: list[str] = []
        self._depth = 0
        self._is_empty = False  # whether nothing has come since the last start tag
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self) -> Shape | None:
        text = self._source.text
        if "<!DOCTYPE" in text:  # could define entities, which grow without end
            place = text.index("<!DOCTYPE")
            self._refuse("a picture of a kind has no `<!DOCTYPE`", place, "take it out")
            return None
        try:
            self._parser.Parse(text, True)
        except expat.ExpatError as error:
            place = self._place(self._parser.ErrorByteIndex)
            self._refuse(f"this is not SVG: {expat.ErrorString(error.code)}", place, "save it anew")
        return None if self._refused else Shape(self._attributes, "".join(self._elements))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._is_empty = True
        if self._depth == 1:
            self._open_picture(name, attributes)
            return
        if name not in ELEMENTS:
            known = ", ".join(sorted(ELEMENTS))
            self._refuse_here(f"`<{name}>` is not a shape", f"draw with these alone: {known}")
            return
        self._elements.append(f"<{name}{self._written(attributes, GEOMETRY | PAINT)}>")

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._is_empty and self._elements:
            self._elements[-1] = f"{self._elements[-1][:-1]}/>"
        elif self._depth:
            self._elements.append(f"</{name}>")
        self._is_empty = False

    def _open_picture(self, name: str, attributes: dict[str, str]) -> None:
        view = attributes.get("viewBox", "")
        if name != "svg":
            self._refuse_here(f"this is `<{name}>` and not SVG", "save the picture as SVG")
        elif not VIEW_BOX.fullmatch(view):
            size = " ".join(attributes.get(side, str(SIDE)) for side in ("width", "height"))
            self._refuse_here("the picture has no viewBox of four numbers", f'viewBox="0 0 {size}"')
        kept = {key: value for key, value in attributes.items() if key not in SIZE}
        if view == WHOLE:
            del kept["viewBox"]
        self._attributes = self._written(kept, PAINT | {"viewBox"})

    def _written(self, attributes: dict[str, str], known: Collection[str]) -> str:
        """The attributes, in an address."""
        for name, value in attributes.items():
            if name not in known:
                self._refuse_here(f"`{name}` is not an attribute of a shape", "take it out")
            elif not VALUE.fullmatch(value):
                help = "write it with letters, digits, spaces and . , + - # ( ) alone"
                self._refuse_here(f"the value of `{name}` is none of a shape", help)
        return "".join(
            f" {name}='{value.replace('#', '%23')}'" for name, value in attributes.items()
        )

    def _refuse_here(self, message: str, help: str) -> None:
        self._refuse(message, self._place(self._parser.CurrentByteIndex), help)

    def _refuse(self, message: str, place: int, help: str) -> None:
        if message not in self._refused:
            self._refused.add(message)
            span = Span(self._source, place, place + 1)
            self._report.error("bad-picture", message, span, help=help)

    def _place(self, index: int) -> int:
        """The code-point offset of a byte that the parser counts; it may be within a character."""
        return len(self._source.text.encode()[:index].decode(errors="ignore"))
