"""`build --single-file`: each explainer as one file, for mail, for a reviewer, for an archive."""

import argparse
import sys
import time

from postil import paths
from postil.building.sites import build_site
from postil.cli import show
from postil.output import publishing, staging
from postil.output.manifest import hash_of
from postil.output.single_file import single_file
from postil.output.staging import Staged


def write_single_files(options: argparse.Namespace) -> int:
    """Write OUTPUT/SLUG.html for every explainer; exit code 0, or 1 for mistakes in the content."""
    started = time.perf_counter()
    root, form, drafts = options.root, options.format, options.drafts
    site = build_site(root, drafts=drafts, public=not drafts, hosted=False, jobs=options.jobs)
    show.show_report(site.report, form, sys.stderr, root)
    if site.report.failed or (options.strict and site.report.diagnostics):
        show.say(f"{show.counted(site.report)}: nothing was written", form, "bad")
        return 1
    files: dict[str, bytes | Staged] = {}
    with staging.staging(None) as folder:
        for entry in site.entries.packed:
            name = f"{entry.slug}.html"
            data = single_file(f"{entry.slug}/index.html", site.files, links=not drafts)
            staging.stage(data, name, folder)
            files[name] = Staged(hash_of(data), folder)
        published = publishing.publish(files, options.output, [root], paths.sources(root))
    for path in published.kept:
        show.complain(f"{path} was changed by somebody else and stays")
    seconds = time.perf_counter() - started
    done = show.summary(len(site.entries), site.entries.annotations, published)
    show.say(f"{done} in {seconds:.2f} s", form, "good")
    if left_out := show.left_out(site.left_out):
        show.say(left_out, form)
    only = next(iter(files)) if len(files) == 1 else ""
    show.say(f"open {show.short(options.output / only)}", form)
    return 0
