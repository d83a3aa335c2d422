#!/usr/bin/env python3
"""Measure Postil against Hugo, Pelican and Eleventy, and write the tables of docs/performance.md.

python bench/run.py --sizes 1,100 --rounds 3 --tools hugo,pelican --no-docs

What it installs and builds lands in bench/.work, every single measurement in bench/results.json.
"""

import argparse
import datetime
import json
import os
import platform
import re
import shutil
import statistics
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import check
import generate
import measure
import prose
import table
import tools
from tools import OUTPUT, Tool

WORK = tools.BENCH / ".work"
RESULTS = tools.BENCH / "results.json"
DOCUMENT = tools.REPOSITORY / "docs/performance.md"
COMPLAINT = re.compile(r"\bWARN|\bwarning\[|\berror\[")
EDITED = re.compile(r"(?<=in round )\d+")


class Site(NamedTuple):
    """A generated site that one tool builds; what is not among `sources` was made by the tool."""

    tool: Tool
    pages: int
    root: Path
    sources: frozenset[Path]
    scratch: Path

    @property
    def output(self) -> Path:
        return self.root / OUTPUT

    @property
    def edited(self) -> int:
        return self.pages // 2

    @property
    def edited_slug(self) -> str:
        return prose.slug(self.edited)

    @property
    def command(self) -> measure.Command:
        return measure.Command(
            self.tool.arguments,
            self.root,
            tools.environment(self.scratch),
            self.scratch.with_suffix(".log"),
        )


def main() -> int:
    options = parse_arguments()
    tools.install(WORK, options.tools)
    known = tools.make_tools(WORK)
    results = run([known[name] for name in options.tools], options.sizes, options.rounds)
    results["versions"] = tools.versions(WORK, options.tools)
    publish(results, options.docs)
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Postil against other generators.")
    known = list(tools.make_tools(WORK))
    parser.add_argument("--sizes", type=split_numbers, default=[1, 100, 1000], help="1,100,1000")
    parser.add_argument("--rounds", type=int, default=5, help="%(default)s")
    parser.add_argument("--tools", type=split, default=known, help=",".join(known))
    parser.add_argument("--no-docs", dest="docs", action="store_false", help="leave docs/ alone")
    options = parser.parse_args()
    if unknown := set(options.tools) - set(known):
        parser.error(f"no such tool: {', '.join(sorted(unknown))}")
    return options


def split(text: str) -> list[str]:
    return text.split(",")


def split_numbers(text: str) -> list[int]:
    return [int(part) for part in split(text)]


def run(chosen: list[Tool], sizes: list[int], rounds: int) -> dict[str, Any]:
    """Measure every tool at every size; what bench/results.json holds, but for the versions."""
    load = os.getloadavg()[0]
    runs: list[dict[str, Any]] = []
    built: list[dict[str, Any]] = []
    for pages in sizes:
        sites = [prepare(tool, pages) for tool in chosen]
        for number in range(1, rounds + 1):
            runs += [measured | {"round": number} for measured in run_round(sites, number)]
        built += [look_at(site) for site in sites]
    return {
        "date": datetime.date.today().isoformat(),
        "machine": describe_machine(),
        "tools": {tool.name: tool.label for tool in chosen},
        "sizes": sizes,
        "rounds": rounds,
        "load": load,
        "runs": runs,
        "sites": built,
    }


def prepare(tool: Tool, pages: int) -> Site:
    """A fresh site, built once, so that no measured run is the first to compile or read a file."""
    say(f"{pages} pages: {tool.label} once, unmeasured")
    root = WORK / "sites" / f"{tool.name}-{pages}"
    shutil.rmtree(root, ignore_errors=True)
    sources = frozenset(generate.write_site(tool.flavour, pages, root))
    site = Site(tool, pages, root, sources, WORK / "scratch" / f"{tool.name}-{pages}")
    clear(site, 0)
    measure.measure(site.command)
    refuse_faults(site, range(pages))
    return site


def run_round(sites: list[Site], number: int) -> Iterator[dict[str, Any]]:
    """Each kind of build by each tool in turn; another tool begins in each round."""
    first = number % len(sites)
    for phase, get_ready in zip(table.PHASES, (clear, leave, edit), strict=True):
        for site in sites[first:] + sites[:first]:
            get_ready(site, number)
            os.sync()  # nobody pays for what another tool has written
            cost = measure.measure(site.command)
            say(f"{site.pages} pages, round {number}, {phase}: {site.tool.label} {cost.wall:.3f} s")
            refuse_faults(site, [site.edited])
            if phase == "cold" and cost.largest <= measure.own_peak():
                raise RuntimeError("this program needs more memory than what it measures")
            yield {"tool": site.tool.name, "pages": site.pages, "phase": phase} | cost._asdict()


def clear(site: Site, _: int) -> None:
    """Remove all that is not a source: output and caches, in the site and at home."""
    shutil.rmtree(site.output, ignore_errors=True)
    for path in site.root.rglob("*"):
        if not path.is_dir() and path not in site.sources:
            path.unlink()
    shutil.rmtree(site.scratch, ignore_errors=True)
    site.scratch.mkdir(parents=True)


def leave(site: Site, _: int) -> None:
    """Change nothing."""


def edit(site: Site, number: int) -> None:
    """Change one word of one note of the explainer in the middle."""
    path = site.root / generate.edited_file(site.tool.flavour, site.edited_slug)
    text, changes = EDITED.subn(str(number), path.read_text(encoding="utf-8"))
    if changes != 1:
        raise RuntimeError(f"{changes} places to edit in {path.name}, not 1")
    path.write_text(text, encoding="utf-8", newline="\n")


def refuse_faults(site: Site, inspected: Iterable[int]) -> None:
    """Raise `RuntimeError` unless every page is there, up to date and, if inspected, whole."""
    faults = check.find_faults(site.output, site.pages, inspected)
    log = site.command.log.read_text(encoding="utf-8", errors="replace")
    faults += [line for line in log.splitlines() if COMPLAINT.search(line)]
    source = site.root / generate.edited_file(site.tool.flavour, site.edited_slug)
    page = check.page_path(site.output, site.edited_slug)
    if not faults and edition(source) != edition(page):
        faults = [f"{site.edited_slug}: the page is older than its source"]
    if faults:
        listed = "\n".join(faults[:10])
        raise RuntimeError(f"{site.tool.label}, {site.pages} pages:\n{listed}")


def edition(path: Path) -> list[str]:
    return sorted(set(EDITED.findall(path.read_text(encoding="utf-8"))))


def look_at(site: Site) -> dict[str, Any]:
    """What is measured once and without a clock: memory of all processes, size of the pages."""
    clear(site, 0)
    memory = measure.measure_tree_memory(site.command)
    refuse_faults(site, range(site.pages))
    paths = (check.page_path(site.output, prose.slug(number)) for number in range(site.pages))
    sizes = [path.stat().st_size for path in paths]
    say(f"{site.pages} pages: {site.tool.label} {memory / table.MB:.0f} MB")
    return {
        "tool": site.tool.name,
        "pages": site.pages,
        "memory": memory,
        "page_bytes": statistics.mean(sizes),
    }


def describe_machine() -> dict[str, Any]:
    models = re.findall(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return {
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
        "processor": models[0] if models else platform.machine(),
        "processors": len(os.sched_getaffinity(0)),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
    }


def publish(results: dict[str, Any], docs: bool) -> None:
    """Print the tables, keep the measurements, and renew the tables in the documentation."""
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    tables = table.render(results)
    print(tables)
    if docs:
        document = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(table.replace_section(document, tables), encoding="utf-8")


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
