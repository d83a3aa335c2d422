"""What `update` says: the two versions word by word, and what has become of the annotations."""

import argparse
import datetime
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from postil import paths
from postil.cli import show
from postil.cli.make import ALL_WELL, INPUT_ERRORS
from postil.cli.updating import NewerVersion, Standing, compare_versions, write
from postil.diagnostics import render
from postil.diagnostics.english import quantity
from postil.diagnostics.model import Diagnostic
from postil.diagnostics.render import Row, Segment, Style, printable
from postil.site import versions
from postil.text.revising import EditedWords, EditKind, Revised, Revision

AROUND = 9  # words that are shown before a change and after it
USUAL_WIDTH = 88  # columns, where no terminal has others
_SIGNS = {"kept": "", "gone": "~", "new": "+"}
_STYLES: dict[str, Style] = {"kept": "plain", "gone": "gone", "new": "new"}


def _line(text: str, style: Style = "plain") -> Row:
    """A row of one style."""
    return ((text, style, ""),)


# ------------------------------------------------------------------ the command


def update_article(options: argparse.Namespace) -> int:
    """`update SLUG --article F`: show what it does, ask, and write it.

    Exit code 0 if the newer version is in its place and every annotation has its words, or if there
    is nothing to do; 1 if nothing was written, or annotations are to be mended.
    """
    day = options.today or datetime.date.today().isoformat()
    newer = compare_versions(options.root, options.slug, options.article, day, options.output)
    if newer is None:
        print(f"nothing to do: the article of {options.slug} is this text already")
        return ALL_WELL
    width = show.columns_of(sys.stdout)
    show.show_rows(_all_rows(newer, day, width), sys.stdout, options.root)
    if newer.received.left_out:
        print(show.left_out_of_page(newer.received.left_out), end="\n\n")
    if not options.yes and not _is_wanted(newer):
        print("nothing was written")
        return INPUT_ERRORS
    for name in write(options.root, newer):
        verb = "kept" if f"/{versions.VERSIONS}/" in name else "wrote"
        print(f"{verb} {show.short(options.root / name)}")
    for name in newer.received.missing:
        folder = show.short(options.root / paths.explainer(newer.slug))
        print(f"put the picture {name} into {folder}")
    print(f"next: {options.again('check')}")
    return INPUT_ERRORS if newer.broken else ALL_WELL


def _all_rows(newer: NewerVersion, day: str, width: int | None) -> Iterator[Row]:
    """All that is shown before the question, with empty rows between its parts."""
    complaints = (render.rows(each, width) for each in newer.broken)
    for part in (what_changed(newer, width), what_became(newer), *complaints, to_paste(newer, day)):
        rows = list(part)
        yield from rows
        if rows and rows[-1]:
            yield ()


def _is_wanted(newer: NewerVersion) -> bool:
    """Whether a person at a terminal says yes; nobody else is asked."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print("to write it, add --yes, or give the command at a terminal")
        return False
    kept = sorted({place.rpartition("/")[0] for place in newer.kept.values()})
    if kept:
        print(f"what it replaces is kept in {paths.explainer(newer.slug)}/{kept[0]}")
    try:
        answer = input("put it in its place? [y/N] ")
    except EOFError:
        return False
    return answer.strip().lower() in ("y", "yes")


# ------------------------------------------------------------------ what changed


def what_changed(newer: NewerVersion, width: int | None) -> Iterator[Row]:
    """How much of the article differs, and each paragraph that does."""
    revised, name = newer.revised, f"{paths.explainer(newer.slug)}/{newer.received.name}"
    if revised is None:
        yield _line(f"{name}: the version that was annotated is not known: nothing to compare with")
        return
    if not revised.revisions:
        yield _line(f"{name}: the words are the same; marks or white space differ", "message")
        return
    yield _line(f"{name}: {_in_figures(revised)}", "message")
    yield _line("~words~ are gone, +words+ are new", "gutter")
    yield ()
    digits = len(str(max(revision.line for revision in revised.revisions)))
    for revision in revised.revisions:
        yield from _paragraph(revision, digits, (width or USUAL_WIDTH) - 1)


def _in_figures(revised: Revised) -> str:
    numbers = Counter(row.kind for row in revised.revisions)
    said: dict[EditKind, str] = {"kept": "changed", "new": "new", "gone": "gone"}
    told = [(numbers[kind], what) for kind, what in said.items() if numbers[kind]]
    first, *others = told
    rest = "".join(f", {number} {what}" for number, what in others)
    words = f"{quantity(revised.gone, 'word')} gone, {revised.new} new"
    return f"{quantity(first[0], 'paragraph')} {first[1]}{rest}; {words}"


def _paragraph(revision: Revision, digits: int, width: int) -> Iterator[Row]:
    """A paragraph that differs, in lines that fit: its number, and its words around each change."""
    number = "-" if revision.kind == "gone" else revision.line
    gutter = f"{number:>{digits}} | "
    filled = len(gutter)
    row: list[Segment] = [(gutter, "gutter", "")]
    for text, style, is_spaced in _tokens(revision.edits):
        is_first = filled == len(gutter)
        if not is_first and is_spaced and filled + 1 + len(text) > width:
            yield _in_runs(row)
            row, filled, is_first = [(" " * digits + " | ", "gutter", "")], len(gutter), True
        if is_spaced and not is_first:
            row.append((" ", style if row[-1][1] == style else "plain", ""))
        row.append((text, style, ""))
        filled += len(text) + (is_spaced and not is_first)
    yield _in_runs(row)


def _in_runs(row: list[Segment]) -> Row:
    """The row with neighbours of one style as one segment."""
    runs = ((style, list(group)) for style, group in groupby(row, key=lambda each: each[1]))
    return tuple(("".join(text for text, _, _ in group), style, "") for style, group in runs)


def _tokens(edits: tuple[EditedWords, ...]) -> Iterator[tuple[str, Style, bool]]:
    """The words of a paragraph, with a style and whether a space is before each."""
    for index, edit in enumerate(edits):
        words = printable(edit.words).split(" ")
        if edit.kind == "kept":
            words = _shortened(words, is_first=index == 0, is_last=index == len(edits) - 1)
        sign = _SIGNS[edit.kind]
        words[0] = sign + words[0]
        words[-1] += sign
        for place, word in enumerate(words):
            yield word, _STYLES[edit.kind], place > 0 or edit.is_spaced


def _shortened(words: list[str], *, is_first: bool, is_last: bool) -> list[str]:
    """Words that were kept, without those that are far from any change."""
    before, after = ([] if is_first else words[:AROUND]), ([] if is_last else words[-AROUND:])
    is_long = len(words) > len(before) + len(after) + 2
    return [*before, "…", *after] if is_long else words


# ------------------------------------------------------------------ annotations


def what_became(newer: NewerVersion) -> Iterator[Row]:
    """How many annotations hold, and which of them to look at."""
    broken = [id for id, _ in groupby(newer.broken, key=lambda each: each.annotation)]
    counts = [
        (newer.held, "hold" if newer.held != 1 else "holds"),
        (len(newer.moved), "moved"),
        (len(broken), "broke"),
    ]
    total = newer.held + len(newer.moved) + len(broken)
    told = ", ".join(f"{number} {what}" for number, what in counts if number)
    yield _line(f"{quantity(total, 'annotation')}{': ' * bool(told)}{told}", "message")
    if newer.near:
        yield _line("  hold, but the paragraph has changed: do the notes still fit?", "warning")
        yield from (_standing(newer, each) for each in newer.near)
    if newer.moved:
        yield _line("  moved to another paragraph: are they still about the same?", "warning")
        yield from (_standing(newer, each, moved=True) for each in newer.moved)


def _standing(newer: NewerVersion, each: Standing, *, moved: bool = False) -> Row:
    file, article = paths.annotations(newer.slug), newer.received.name
    way = f"line {each.old_line} → {each.new_line}" if moved else f"line {each.new_line}"
    return (
        ("    ", "plain", ""),
        (f"{file}:{each.line}", "place", file),
        (f": {each.id} ({article}, {way})", "plain", ""),
    )


def to_paste(newer: NewerVersion, day: str) -> Iterator[Row]:
    """The lines that an editor may want to add to annotations.yaml."""
    lost = [id for id in dict.fromkeys(map(_lost, newer.broken)) if id]
    if lost:
        names = ", ".join(lost)
        yield _line(f"if the words are gone for good, keep the address with a line in: {names}")
        yield _line(f"    withdrawn: {day}", "help")
        yield ()
    if newer.revised and newer.revised.revisions:
        yield _line("to tell readers that the publisher changed the text, below `article:`")
        if not newer.loaded.value.article.changes:
            yield _line("  changes:", "help")
        yield _line(f"    - {{date: {day}, text: What was changed.}}", "help")


def _lost(diagnostic: Diagnostic) -> str:
    """The annotation whose words are nowhere; nothing if it is something else."""
    return diagnostic.annotation if diagnostic.code == "orphan" else ""
