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
from postil.cli.before import Before
from postil.diagnostics.refusal import Refusal
from postil.record import keeping
from postil.record.states import state_of

TYPE_CHECKING = False  # typing takes longer to load than all else that most runs need
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeVar

    from postil.building import Inspect
    from postil.building.staleness import Past
    from postil.building.updating import Asked, SiteUpdate
    from postil.cli.show import Outcome
    from postil.diagnostics.model import Report
    from postil.output.publishing import Published, Seen
    from postil.output.staging import Staged
    from postil.record.states import States

    T = TypeVar("T")

ALL_WELL, INPUT_ERRORS = 0, 1


class Done:
    """What was said and done; `published` is None if nothing was."""

    def __init__(
        self,
        report: "Report",
        published: "Published | None",
        numbers: tuple[int, int],
        left_out: "Sequence[str]",
    ) -> None:
        """`numbers` are those of explainers and of annotations."""
        self.report, self.published = report, published
        self.numbers, self.left_out = numbers, left_out


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
            before.keep_times()
            return ALL_WELL
    return _build_afresh(options, before)


def _build_afresh(options: argparse.Namespace, before: Before) -> int:
    from postil.building.updating import Asked
    from postil.output import staging

    started = time.perf_counter()
    root, drafts, states = options.root, options.drafts, before.look()
    with staging.staging(_folder(root)) as folder:
        asked = Asked(
            root,
            drafts=drafts,
            public=not drafts,
            jobs=options.jobs,
            scheduler=options.executor,
            published=None if drafts else options.output,
            output=options.output,
            watch=_watch(),
            folder=folder,
        )
        done = _renew(asked, before, states, options) or _publish(asked, before, states, options)
    return _tell(done, options, started)


def _tell(done: "Done", options: argparse.Namespace, started: float) -> int:
    """Say what was done, after what was wrong has been said; the exit code."""
    form, published, diagnostics = options.format, done.published, done.report.diagnostics
    if published is None:
        show.say(f"{show.counted(done.report)}: nothing was written", form, "bad")
        return INPUT_ERRORS
    for path in published.kept:
        show.complain(f"{path} was changed by somebody else and stays")
    seconds = time.perf_counter() - started
    outcome: Outcome = "warned" if diagnostics else "good"
    numbers = show.summary(*done.numbers, published)
    show.say(f"{numbers} in {seconds:.2f} s", form, outcome)
    if left_out := show.left_out(done.left_out):
        show.say(left_out, form)
    if diagnostics:
        show.say(show.counted(done.report), form, outcome)
    show.say(f"open {show.short(options.output / 'index.html')}", form)
    return ALL_WELL


def _renew(
    asked: "Asked", before: Before, states: "States", options: argparse.Namespace
) -> "Done | None":
    """Do what there is to do if no more than a few explainers have changed."""
    if before.record is None or before.record.said is None or before.changed_outputs:
        return None
    from functools import partial

    from postil.cli import renewals
    from postil.output.publishing import Overtaken

    todo = renewals.todo(asked, before.record, before.changed_names())
    if todo is None:
        return None
    gist, renewal = todo
    publish = partial(renewals.publish_renewed, gist, renewal, before.record, asked.root)
    try:
        published = _publish_unless_refused(renewal.report, publish, options)
    except Overtaken:
        return None
    if published:
        said = f"{show.left_out(gist.left_out)}\n{show.kept(renewal.report)}"
        renewals.keep_renewed(gist, renewal, before, before.record, said, states)
    numbers = gist.explainers, gist.annotations
    return Done(renewal.report, published, numbers, gist.left_out)


def _publish(
    asked: "Asked", before: Before, states: "States", options: argparse.Namespace
) -> "Done":
    """Do what there is to do, and keep what came of it."""
    from postil.output import publishing

    unchanged = before.unchanged_outputs()
    seen = publishing.look_at(options.output, unchanged) if before.record else None
    site, published = _build_and_publish(asked, before, seen, options)
    if published is None:
        before.keep(site.made, None, states)
    else:
        said = f"{show.left_out(site.left_out)}\n{show.kept(site.report)}"
        outputs = _states_of(site.files, before, unchanged)
        before.keep(site.made, said, states, outputs, lasts=_lasts(site.report))
    numbers = len(site.entries), site.entries.annotations
    return Done(site.report, published, numbers, site.left_out)


def _lasts(report: "Report") -> bool:
    """Whether all that was said will be true of the same input after it was published."""
    return len(report.lasting().diagnostics) == len(report.diagnostics)


def _build_and_publish(
    asked: "Asked", before: Before, seen: "Seen | None", options: argparse.Namespace
) -> "tuple[SiteUpdate, Published | None]":
    """Build what is stale, say what is wrong, and publish the site, if that is not refused."""
    from postil.building.staleness import Past
    from postil.building.updating import update_site
    from postil.output import publishing

    def attempt(past: Past, seen: "Seen | None") -> "tuple[SiteUpdate, Published | None]":
        site = update_site(asked, past)
        places = [asked.root], paths.sources(asked.root)

        def publish(output: Path) -> "Published":
            return publishing.publish(site.files, output, *places, seen)

        return site, _publish_unless_refused(site.report, publish, options)

    held = seen.hashes if seen else {}
    try:
        return attempt(Past(before.made(), before.changed_names(), held, held), seen)
    except publishing.Overtaken:  # then all of it is built, and every file in output/ looked at
        return attempt(Past(), None)


def _publish_unless_refused(
    report: "Report", publish: "Callable[[Path], Published]", options: argparse.Namespace
) -> "Published | None":
    """Publish, unless what is wrong forbids it, and say what is wrong.

    Nothing is said if `Overtaken` is raised: then something else is to be said.
    """
    try:
        published = None if _refused(report, options) else publish(options.output)
    except Refusal:
        show.show_report(report, options.format, sys.stderr, options.root)
        raise
    show.show_report(report, options.format, sys.stderr, options.root)
    return published


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
        is_old = path in unchanged and isinstance(file, Staged) and not file.folder
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
