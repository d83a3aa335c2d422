"""`build` and `check`: what is known from before, what is stale, and what comes of it.

Nothing heavy is imported before it is certain that it is needed: most runs change nothing.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from postil import paths
from postil.cli import show
from postil.diagnostics.refusal import Refusal
from postil.record import inputs, keeping
from postil.record.states import state_of

TYPE_CHECKING = False  # typing takes longer to load than all else that most runs need
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    from postil.building import Inspect
    from postil.building.results import Made
    from postil.building.staleness import Past
    from postil.building.updating import Asked, SiteUpdate
    from postil.cli.show import Outcome
    from postil.diagnostics.model import Report
    from postil.output.publishing import Published, Seen
    from postil.output.staging import Staged
    from postil.record.states import States

    T = TypeVar("T")

ALL_WELL, INPUT_ERRORS = 0, 1


class Before:
    """What is kept of the last run of this kind, and what has changed since."""

    def __init__(self, way: keeping.Way) -> None:
        self.way = way
        self.taken = time.time_ns()
        self.record = keeping.recall(way)
        self.changed = self.record.changed_inputs() if self.record else {}
        self.changed_outputs = self.record.changed_outputs() if self.record else set()

    @property
    def said(self) -> str | None:
        """What was said, if the next run would do the same; otherwise None."""
        is_same = self.record and not self.changed and not self.changed_outputs
        return self.record.said if self.record and is_same else None

    def look(self) -> "States":
        """The states of the inputs, as they are now."""
        if self.record is None:
            return inputs.look(self.way.root)
        return inputs.look_again(self.way.root, self.record.inputs, self.changed)

    def unchanged_outputs(self) -> frozenset[str]:
        """What is in output/ as it was published, by path from there."""
        if self.record is None:
            return frozenset()
        top = len(str(self.way.output)) + 1
        return frozenset(
            path[top:].replace("\\", "/") if "\\" in path else path[top:]
            for path in self.record.outputs
            if path not in self.changed_outputs
        )

    def made(self) -> "Made | None":
        """What was made, if that can be read."""
        from postil.building.results import made_from_bytes

        return made_from_bytes(self.record.made) if self.record else None

    def changed_names(self) -> frozenset[str]:
        """What of the inputs has changed: files that explainers share, folders for all others."""
        names = inputs.input_names(self.way.root, self.changed)
        return frozenset(map(paths.area_of, names.values()))

    def keep(
        self, made: "Made | None", said: str | None, seen: "States", outputs: "States | None" = None
    ) -> None:
        """Keep what was made and said. Of `outputs`, None: what was there before is there still."""
        from postil.building.results import made_to_bytes

        if made is None:
            return  # what was kept is true still
        if outputs is None:
            outputs = self.record.outputs if self.record else {}
        keeping.keep(self.way, keeping.Record(said, seen, outputs, made_to_bytes(made)), self.taken)


# ------------------------------------------------------------------ build


def build(options: argparse.Namespace) -> int:
    """Build the site into its output folder; exit code 0, or 1 for mistakes in the content."""
    if options.single_file:
        if options.executor:
            raise Refusal("pages in a single file each are built here", "leave out --executor")
        from postil.cli import single_files

        return single_files.write_single_files(options)
    before = Before(keeping.Way(options.root, options.output, options.drafts))
    if before.said is not None and options.format == "text":
        left_out, _, said = before.said.partition("\n")
        if not (said and options.strict):
            show.show_again(said, sys.stderr, options.root)
            show.say("nothing has changed", options.format)
            if left_out:
                show.say(left_out, options.format)
            return ALL_WELL
    return _build_afresh(options, before)


def _build_afresh(options: argparse.Namespace, before: Before) -> int:
    from postil.building.updating import Asked
    from postil.output import publishing, staging

    started = time.perf_counter()
    root, output, form = options.root, options.output, options.format
    states, unchanged = before.look(), before.unchanged_outputs()
    seen = publishing.look_at(output, unchanged) if before.record else None
    with staging.staging(_folder(root)) as folder:
        drafts = options.drafts
        asked = Asked(
            root,
            drafts=drafts,
            public=not drafts,
            jobs=options.jobs,
            scheduler=options.executor,
            published=None if drafts else output,
            output=output,
            watch=_watch(),
            folder=folder,
        )
        site, published = _publish(asked, before, seen, options)
    if published is None:
        before.keep(site.made, None, states)
        show.say(f"{show.counted(site.report)}: nothing was written", form, "bad")
        return INPUT_ERRORS
    left_out = show.left_out(site.left_out)
    outputs = _states_of(site.files, before, unchanged)
    before.keep(site.made, f"{left_out}\n{show.kept(site.report)}", states, outputs)
    for path in published.kept:
        show.complain(f"{path} was changed by somebody else and stays")
    seconds = time.perf_counter() - started
    outcome: Outcome = "warned" if site.report.diagnostics else "good"
    show.say(f"{show.summary(site, published)} in {seconds:.2f} s", form, outcome)
    if left_out:
        show.say(left_out, form)
    if site.report.diagnostics:
        show.say(show.counted(site.report), form, outcome)
    show.say(f"open {show.short(output / 'index.html')}", form)
    return ALL_WELL


def _publish(
    asked: "Asked", before: Before, seen: "Seen | None", options: argparse.Namespace
) -> "tuple[SiteUpdate, Published | None]":
    """Build what is stale, say what is wrong, and publish the site, if that is not refused."""
    from postil.building.staleness import Past
    from postil.building.updating import update_site
    from postil.output import publishing

    root = asked.root
    sources = [*paths.inputs(root), paths.own("templates"), paths.own("static")]
    held = seen.hashes if seen else {}
    try:
        site = update_site(asked, Past(before.made(), before.changed_names(), held, held))
    except publishing.Overtaken:  # a page in output/ is no longer what it was
        site = update_site(asked, Past())
    show.show_report(site.report, options.format, sys.stderr, root)
    if _refused(site.report, options):
        return site, None
    try:
        return site, publishing.publish(site.files, options.output, [root], sources, seen)
    except publishing.Overtaken:  # then all of it is built, and every file in output/ looked at
        site = update_site(asked, Past())
    if _refused(site.report, options):
        show.show_report(site.report, options.format, sys.stderr, root)
        return site, None
    return site, publishing.publish(site.files, options.output, [root], sources)


def _folder(root: Path) -> Path | None:
    """Where files are made ready: with what is kept of the site, if there is a place for that."""
    folder = root / paths.KEPT
    try:
        return folder if keeping.is_ours(folder) else None
    except OSError:
        return None


def _states_of(
    files: "Mapping[str, bytes | Staged]", before: Before, unchanged: frozenset[str]
) -> "States":
    """The states of what was published, of the folders it is in, and of the list of it."""
    from postil.output.manifest import MANIFEST
    from postil.output.staging import Staged

    output = str(before.way.output)
    old = before.record.outputs if before.record else {}
    found = {f"{output}/{MANIFEST}": ""}
    for path, file in files.items():
        name = f"{output}/{path}"
        is_old = path in unchanged and isinstance(file, Staged) and not file.place
        found[name] = old[name] if is_old else ""
        while (name := name.rpartition("/")[0]) not in found:
            found[name] = ""
            if name == output:
                break
    return {name: state or state_of(name, linked=False) for name, state in found.items()}


# ------------------------------------------------------------------ check


def check(options: argparse.Namespace) -> int:
    """Say what is wrong with the site, and what is covered; exit code 0, or 1 for mistakes."""
    from postil.building.updating import Asked, update_site

    wanted = options.format != "json" if options.report is None else options.report
    inspect, today = _survey(options) if wanted else (None, "")
    root, drafts = options.root, options.drafts
    published = None if drafts else options.output
    before = Before(keeping.Way(root, options.output, "check", drafts, wanted, only=today))
    states = before.look()
    asked = Asked(
        root,
        drafts=True,
        public=not drafts,
        jobs=options.jobs,
        scheduler=options.executor,
        inspect=inspect,
        published=published,
        watch=_watch(),
    )
    site = update_site(asked, _known_to_check(before))
    before.keep(site.made, None, states, _states_of_addresses(site, published))
    if not wanted:
        show.show_report(site.report, options.format, sys.stdout, root)
    else:
        show.show_covered(site, options.format, root)
    refused = _refused(site.report, options)
    warned: Outcome = "warned" if site.report.diagnostics else "good"
    show.say(show.counted(site.report), options.format, "bad" if refused else warned)
    return INPUT_ERRORS if refused else ALL_WELL


def _known_to_check(before: Before) -> "Past":
    """What is known before a check, which reads of output/ only the addresses that readers have."""
    from postil.building.results import ADDRESSES
    from postil.building.staleness import Past

    made, unchanged = before.made(), before.unchanged_outputs()
    results = made.results.values() if made else ()
    found = ((f"{each.slug}/{ADDRESSES}", each.addresses) for each in results)
    seen = {path: digest for path, digest in found if path in unchanged}
    return Past(made, before.changed_names(), None, seen)


def _states_of_addresses(site: "SiteUpdate", published: Path | None) -> "States":
    from postil.building.results import ADDRESSES

    slugs = site.made.results if published and site.made else ()
    files = (f"{published}/{slug}/{ADDRESSES}" for slug in slugs)
    return {file: state_of(file, linked=False) for file in files}


def _survey(options: argparse.Namespace) -> "tuple[Inspect, str]":
    """What says of an explainer what is covered in it, and the day on which it does."""
    import datetime
    from functools import partial

    from postil.coverage.surveying import survey

    today = options.today or datetime.date.today().isoformat()
    return partial(survey, today=today, drafts=options.drafts), today


def _refused(report: "Report", options: argparse.Namespace) -> bool:
    return report.failed or (options.strict and bool(report.diagnostics))


def _watch() -> "Callable[[Iterator[T], int], Iterator[T]] | None":
    """At a terminal, a bar that shows how far a long run has come."""
    return show.progress if sys.stderr.isatty() else None
