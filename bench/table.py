"""The measurements as the tables of docs/performance.md."""

from collections.abc import Callable, Iterable
from statistics import median
from typing import Any, NamedTuple

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
MB = 1_000_000

Figure = Callable[[str], float | None]  # a tool's name -> its figure in this row


class Target(NamedTuple):
    """What Postil is meant to reach in one row, in words and as an upper bound."""

    words: str
    bound: Callable[[Figure], float | None]


def times(factor: float, tool: str) -> Callable[[Figure], float | None]:
    def bound(figure: Figure) -> float | None:
        other = figure(tool)
        return None if other is None else factor * other

    return bound


WALL_TARGETS = {
    (1000, "touched"): (Target("at most ¼ of Hugo", times(1 / 4, "hugo")),),
    (1000, "one edited"): (Target("at most ⅙ of Hugo", times(1 / 6, "hugo")),),
    (1000, "one source"): (Target("at most 0.45 × Hugo", times(0.45, "hugo")),),
    (10_000, "cold"): (Target("at most 2 × Hugo", times(2, "hugo")),),
    (10_000, "no change"): (Target("at most 1/60 of Hugo", times(1 / 60, "hugo")),),
    (10_000, "one edited"): (Target("at most 1/25 of Hugo", times(1 / 25, "hugo")),),
    (1, "cold"): (
        Target("at most 2 × Hugo", times(2, "hugo")),
        Target("under ½ of Pelican", times(0.5, "pelican")),
    ),
    (1000, "cold"): (
        Target("at most 2 × Hugo", times(2, "hugo")),
        Target("ahead of Eleventy by a third", times(2 / 3, "eleventy")),
    ),
    (1000, "no change"): (Target("at most 1/25 of Hugo", times(1 / 25, "hugo")),),
}
MEMORY_TARGETS = {
    1: (Target("under 100 MB", lambda _: 100 * MB),),
    1000: (Target("under 400 MB", lambda _: 400 * MB),),
    10_000: (Target("under 400 MB", lambda _: 400 * MB),),
}


def replace_section(document: str, section: str) -> str:
    """`document` with `section` between the two marker comments."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the markers {BEGIN} and {END} are missing")
    return f"{before}{BEGIN}\n{section.strip()}\n{END}{after}"


def render(results: dict[str, Any]) -> str:
    """All tables as Markdown; `results` is what bench/results.json holds."""
    return "\n\n".join(
        (
            _conditions(results),
            "### Wall time\n\nSeconds, median; in brackets the multiple of Hugo’s.\n\n"
            + _table(results, _wall_rows(results), "Postil’s target"),
            "### Processor time\n\nSeconds of user and system time of all processes, median.\n\n"
            + _table(results, _processor_rows(results)),
            "### Memory\n\nPeak of a cold build in MB (millions of bytes): all processes together,"
            " in brackets the largest one.\n\n"
            + _table(results, _memory_rows(results), "Postil’s target"),
            "### Pages\n\nMean size of an explainer’s HTML in kB.\n\n"
            + _table(results, _page_rows(results)),
        )
    )


def _conditions(results: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    machine = results["machine"]
    typical, worst = _spread(results)
    return (
        f"Measured on {results['date']}, {results['rounds']} rounds;"
        f" load average at the start {results['load']:.1f}.\n"
        f"{machine['system']}, {machine['processors']} × {machine['processor']},"
        f" {machine['memory'] / 2**30:.0f} GiB; {versions}.\n"
        f"The slowest round of a cell took {typical:.0%} longer than its fastest"
        f" (median of the cells; {worst:.0%} in the worst)."
    )


def _spread(results: dict[str, Any]) -> tuple[float, float]:
    cells: dict[tuple[str, int, str], list[float]] = {}
    for run in results["runs"]:
        cells.setdefault((run["tool"], run["pages"], run["phase"]), []).append(run["wall"])
    spreads = [max(walls) / min(walls) - 1 for walls in cells.values() if len(walls) > 1]
    return median(spreads or [0]), max(spreads, default=0)


Row = tuple[str, ...]


def _table(results: dict[str, Any], rows: Iterable[Row], *last: str) -> str:
    heads = ("pages", "build", *results["tools"].values(), *last)
    alignment = (":--", ":--", *("--:" for _ in results["tools"]), *(":--" for _ in last))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, alignment, *rows))


def _wall_rows(results: dict[str, Any]) -> Iterable[Row]:
    for pages in results["sizes"]:
        for phase in results["phases"]:
            figure = _median_of(results, "wall", pages, phase)
            cells = (_with_ratio(figure(tool), figure("hugo")) for tool in results["tools"])
            yield f"{pages}", phase, *cells, _verdicts(WALL_TARGETS.get((pages, phase), ()), figure)


def _processor_rows(results: dict[str, Any]) -> Iterable[Row]:
    for pages in results["sizes"]:
        for phase in results["phases"]:
            figure = _median_of(results, "processor", pages, phase)
            yield f"{pages}", phase, *(_seconds(figure(tool)) for tool in results["tools"])


def _memory_rows(results: dict[str, Any]) -> Iterable[Row]:
    for pages in results["sizes"]:
        together = _built(results, "memory", pages)
        largest = _median_of(results, "largest", pages, "cold")
        cells = (
            f"{_scaled(together(tool), MB)} ({_scaled(largest(tool), MB)})"
            if together(tool)
            else ""
            for tool in results["tools"]
        )
        yield f"{pages}", "cold", *cells, _verdicts(MEMORY_TARGETS.get(pages, ()), together)


def _page_rows(results: dict[str, Any]) -> Iterable[Row]:
    for pages in results["sizes"]:
        size = _built(results, "page_bytes", pages)
        yield (
            f"{pages}",
            "cold",
            *(f"{size(tool) / 1000:.1f}" if size(tool) else "" for tool in results["tools"]),
        )


def _median_of(results: dict[str, Any], what: str, pages: int, phase: str) -> Figure:
    def figure(tool: str) -> float | None:
        found = [
            run[what]
            for run in results["runs"]
            if (run["tool"], run["pages"], run["phase"]) == (tool, pages, phase)
        ]
        return median(found) if found else None

    return figure


def _built(results: dict[str, Any], what: str, pages: int) -> Figure:
    found = {site["tool"]: site[what] for site in results["sites"] if site["pages"] == pages}
    return found.get


def _verdicts(targets: Iterable[Target], figure: Figure) -> str:
    return "; ".join(_verdict(target, figure("postil"), target.bound(figure)) for target in targets)


def _verdict(target: Target, reached: float | None, bound: float | None) -> str:
    if reached is None or bound is None:
        return target.words
    return f"{target.words}: {'met' if reached <= bound else '**missed**'}"


def _with_ratio(seconds: float | None, reference: float | None) -> str:
    if seconds is None or reference is None:
        return _seconds(seconds)
    return f"{_seconds(seconds)} ({seconds / reference:.2g}×)"


def _seconds(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds:.3f}" if seconds < 0.1 else f"{seconds:.2f}"


def _scaled(number: float | None, unit: int) -> str:
    return "" if number is None else f"{number / unit:.0f}"
