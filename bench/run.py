#!/usr/bin/env python3
"""Measure Postil against other site generators, and write the tables of docs/performance.md.

python bench/run.py --sizes 1,100 --rounds 3 --tools hugo,pelican --no-docs

What it installs and builds lands in bench/.work, every single measurement in bench/results.json.
"""

import argparse
import datetime
import json
import os
import platform
import re
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import check
import folders
import generate
import measure
import prose
import table
import tools
from folders import WORK, forget_aside, put_aside
from tools import OUTPUT, Tool

RESULTS = tools.BENCH / "results.json"
DOCUMENT = tools.REPOSITORY / "docs/performance.md"
COMPLAINT = re.compile(r"\bWARN|\bwarning\[|\berror\[")
EDITED = re.compile(r"(?<=in round )\d+")  # in a note of every page
EDITED_SOURCE = re.compile(r"(?<=Secretary No\. 0 since round )\d+")  # which every tenth page uses
MANY, LARGE = 1000, 10_000  # pages; such sites take most of the time that a run has
IN_ALL = {"postil", "hugo"}  # the others build many pages in the first round alone, large sites not
UNEQUAL = 0.1  # of the size of Postil's pages; if others' differ by more, no figures are compared


class Site(NamedTuple):
    """A generated site that one tool builds; what is not among `sources` was made by the tool."""

    tool: Tool
    pages: int
    root: Path
    sources: frozenset[Path]
    with_official: tuple[Path, ...]  # those that hold what is edited of a source
    scratch: Path
    memory: int = 0  # the peak of all processes of its first build, in bytes

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
    def notes(self) -> Path:
        """The file in which a note of the explainer in the middle stands."""
        return self.root / generate.edited_file(self.tool.flavour, self.edited_slug)

    @property
    def command(self) -> measure.Command:
        return measure.Command(
            self.tool.arguments,
            self.root,
            tools.environment(self.scratch),
            self.scratch.with_suffix(".log"),
        )


class Phase(NamedTuple):
    """A kind of build: what is done to a site before, and after it, in a round of that number.

    A site with a mistake is for Postil alone: the others have nothing to compare a quotation with.
    """

    name: str
    before: Callable[[Site, int], None]
    after: Callable[[Site, int], None]
    has_mistake: bool = False


def main() -> int:
    options = parse_arguments()
    forget_aside()
    tools.install(WORK, options.tools)
    known = tools.make_tools(WORK)
    results = run([known[name] for name in options.tools], options.sizes, options.rounds)
    results["versions"] = tools.versions(WORK, options.tools)
    publish(results, options.docs)
    forget_aside()
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure Postil against other generators.")
    known = list(tools.make_tools(WORK))
    parser.add_argument(
        "--sizes", type=split_numbers, default=[1, 100, 1000, LARGE], help="1,100,1000,10000"
    )
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
        sites = [prepare(tool, pages) for tool in chosen if takes_part(tool, pages, 1)]
        for number in range(1, (rounds if pages < LARGE else 1) + 1):
            present = [site for site in sites if takes_part(site.tool, pages, number)]
            runs += [measured | {"round": number} for measured in run_round(present, number)]
        looked_at = [look_at(site) for site in sites]
        refuse_unequal({each["tool"]: each["page_bytes"] for each in looked_at})
        built += looked_at
    return {
        "date": datetime.date.today().isoformat(),
        "machine": describe_machine(),
        "tools": {tool.name: tool.label for tool in chosen},
        "sizes": sizes,
        "phases": [phase.name for phase in PHASES],
        "rounds": rounds,
        "load": load,
        "runs": runs,
        "sites": built,
    }


def takes_part(tool: Tool, pages: int, number: int) -> bool:
    """Whether a tool builds a site of so many pages in round `number`, counted from 1."""
    return tool.name in IN_ALL or pages < MANY or (pages < LARGE and number == 1)


def prepare(tool: Tool, pages: int) -> Site:
    """A fresh site, built once without a clock: no measured run is the first to read a file.

    How much memory all processes hold together is looked at then, which would slow down others.
    """
    root = WORK / "sites" / f"{tool.name}-{pages}"
    put_aside(root)
    sources = folders.write_site(tool.flavour, pages, root)
    with_official = tuple(path for path in sources if EDITED_SOURCE.search(read(path)))
    scratch = WORK / "scratch" / f"{tool.name}-{pages}"
    site = Site(tool, pages, root, sources, with_official, scratch)
    clear(site, 0)
    site = site._replace(memory=measure.measure_tree_memory(site.command))
    refuse_faults(site, range(pages))
    say(f"{pages} pages, before: {tool.label} {site.memory / table.MB:.0f} MB")
    return site


def run_round(sites: list[Site], number: int) -> Iterator[dict[str, Any]]:
    """Each kind of build by each tool in turn; another tool begins in each round."""
    first = number % len(sites)
    for phase in PHASES:
        for site in sites[first:] + sites[:first]:
            if phase.has_mistake and site.tool.flavour != "postil":
                continue
            phase.before(site, number)
            os.sync()  # nobody pays for what another tool has written
            cost = measure.measure(site.command, int(phase.has_mistake))
            say(f"{site.pages} pages, {number}, {phase.name}: {site.tool.label} {cost.wall:.3f} s")
            phase.after(site, number)
            if phase.name == "cold" and cost.largest <= measure.own_peak():
                raise RuntimeError("this program needs more memory than what it measures")
            yield {
                "tool": site.tool.name,
                "pages": site.pages,
                "phase": phase.name,
            } | cost._asdict()


def clear(site: Site, _: int) -> None:
    """Put away all that is not a source: output and caches, in the site and at home."""
    kept = {path.relative_to(site.root).parts[0] for path in site.sources}
    for path in [*site.root.iterdir(), site.scratch]:
        if path.name not in kept:
            put_aside(path)
    for path in site.root.rglob("*"):
        if not path.is_dir() and path not in site.sources:
            path.unlink()
    site.scratch.mkdir(parents=True)


def leave(site: Site, _: int) -> None:
    """Change nothing."""


def touch(site: Site, _: int) -> None:
    """As after a fresh checkout: all sources are of this moment, and say what they said."""
    for path in site.sources:
        os.utime(path)


def edit(site: Site, number: int) -> None:
    """Change one word of one note of the explainer in the middle."""
    replace(site.notes, EDITED, str(number))


def edit_source(site: Site, number: int) -> None:
    """Change one word of a source that a tenth of the explainers uses, wherever it stands."""
    for path in site.with_official:
        replace(path, EDITED_SOURCE, str(number))


def mistake(site: Site, _: int) -> None:
    """Quote what is not there, and build once: the next build meets the same mistake again."""
    replace(site.notes, re.compile("(?<=quote: )"), "nowhere ", most=1)
    measure.measure(site.command, 1)


def mend(site: Site, _: int) -> None:
    """Take the mistake back, if it was told."""
    if "error[orphan]" not in read(site.command.log):
        raise RuntimeError(f"{site.tool.label} did not find the mistake")
    replace(site.notes, re.compile("nowhere "), "")


def replace(path: Path, pattern: re.Pattern[str], new: str, *, most: int = 0) -> None:
    """Write a file with something else in one place; several are refused, unless `most` is 1."""
    text, changes = pattern.subn(new, read(path), most)
    if changes != 1:
        raise RuntimeError(f"{changes} places to edit in {path.name}, not 1")
    path.write_text(text, encoding="utf-8", newline="\n")


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def inspect(site: Site, _: int) -> None:
    """Look whether the page that is edited is there and whole, with what was edited."""
    refuse_faults(site, [site.edited])


PHASES = (
    Phase("cold", clear, inspect),
    Phase("no change", leave, inspect),
    Phase("one edited", edit, inspect),
    Phase("one source", edit_source, inspect),
    Phase("same mistake", mistake, mend, has_mistake=True),
    Phase("touched", touch, inspect),
)


def refuse_faults(site: Site, inspected: Iterable[int]) -> None:
    """Raise `RuntimeError` unless every page is there, up to date and, if inspected, whole."""
    has_sources = site.tool.has_sources
    faults = check.find_faults(site.output, site.pages, inspected, has_sources=has_sources)
    faults += [line for line in read(site.command.log).splitlines() if COMPLAINT.search(line)]
    if not faults:
        page = check.page_path(site.output, site.edited_slug)
        source = max(edition(EDITED_SOURCE, path) for path in site.with_official)
        told = [check.page_path(site.output, prose.slug(0))]
        told += [check.source_path(site.output, check.OFFICIAL)] if has_sources else []
        is_old = edition(EDITED, site.notes) != edition(EDITED, page)
        if is_old or any(edition(EDITED_SOURCE, path) != source for path in told):
            faults = ["a page is older than its source"]
    if faults:
        listed = "\n".join(faults[:10])
        raise RuntimeError(f"{site.tool.label}, {site.pages} pages:\n{listed}")


def edition(pattern: re.Pattern[str], path: Path) -> list[str]:
    return sorted(set(pattern.findall(read(path))))


def look_at(site: Site) -> dict[str, Any]:
    """What is measured once and without a clock: memory of all processes, size of the pages."""
    refuse_faults(site, range(site.pages))
    paths = (check.page_path(site.output, prose.slug(number)) for number in range(site.pages))
    sizes = [path.stat().st_size for path in paths]
    return {
        "tool": site.tool.name,
        "pages": site.pages,
        "memory": site.memory,
        "page_bytes": statistics.mean(sizes),
    }


def refuse_unequal(weights: dict[str, float]) -> None:
    """Raise `RuntimeError` unless the pages of all tools weigh about as much as Postil's."""
    wanted = weights.get("postil", 0)
    for tool, weight in weights.items():
        if wanted and abs(weight - wanted) > UNEQUAL * wanted:
            raise RuntimeError(f"{tool}: a page has {weight:.0f} bytes, Postil’s has {wanted:.0f}")


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
