"""The command line: arguments in, printed lines and an exit code out.

Nothing heavy is imported before it is certain that it is needed: most runs change nothing.
"""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from postil.building import SiteFiles
    from postil.diagnostics import Report
    from postil.publishing import Published
    from postil.unchanged import Stamp

ALL_WELL, INPUT_ERRORS, OWN_FAILURE = 0, 1, 2


def run(arguments: list[str]) -> int:
    """Carry out a command line. Exit code 0: all well; 1: errors in the input; 2: in its use."""
    options = _parser().parse_args(arguments)
    options.root = options.root.absolute()
    options.output = (options.output or options.root / "output").absolute()
    try:
        code: int = options.command(options)
    except KeyboardInterrupt:
        return OWN_FAILURE
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone: nothing is left to say
        return OWN_FAILURE
    return code


def _parser() -> argparse.ArgumentParser:
    everywhere = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    everywhere.add_argument("--root", type=Path, metavar="DIR", help="the site's folder")
    everywhere.add_argument("--output", type=Path, metavar="DIR", help="default: output/")
    everywhere.add_argument("--drafts", action="store_true", help="show draft annotations too")
    everywhere.add_argument("--jobs", type=_positive, metavar="N", help="processes to use")
    diagnostics = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    diagnostics.add_argument("--strict", action="store_true", help="warnings are errors")
    diagnostics.add_argument("--format", choices=("text", "json", "github"))

    parser = argparse.ArgumentParser(
        prog="build.py",
        description="Weave articles and their annotations into a static site.",
        parents=[everywhere, diagnostics],
    )
    parser.set_defaults(
        command=_build,
        root=Path(__file__).resolve().parent.parent,
        output=None,
        drafts=False,
        jobs=None,
        strict=False,
        format="text",
    )
    commands = parser.add_subparsers(title="commands", metavar="")
    check = commands.add_parser(
        "check", parents=[everywhere, diagnostics], help="every diagnostic, no output"
    )
    check.set_defaults(command=_check)
    verify = commands.add_parser(
        "verify", parents=[everywhere], help="published pages against the articles, byte for byte"
    )
    verify.add_argument("pages", nargs="*", type=Path, metavar="PAGE")
    verify.set_defaults(command=_verify)
    new = commands.add_parser(
        "new", parents=[everywhere], help="start an explainer from a text file"
    )
    new.add_argument("slug", metavar="SLUG")
    new.add_argument(
        "--article", type=Path, required=True, metavar="F", help="a text file; - for standard input"
    )
    new.set_defaults(command=_new)
    schema = commands.add_parser("schema", parents=[everywhere], help="write schema/*.schema.json")
    schema.set_defaults(command=_schema)
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


# ------------------------------------------------------------------ build and check


def _build(options: argparse.Namespace) -> int:
    from postil.unchanged import Stamp

    way = (options.drafts, options.strict, options.format)
    stamp = Stamp(options.root, options.output, way)
    printed = stamp.recall()
    if printed is not None:
        _print_report(printed, options.format, sys.stderr)
        _say("nothing has changed", options)
        return ALL_WELL
    return _build_afresh(options, stamp)


def _build_afresh(options: argparse.Namespace, stamp: "Stamp") -> int:
    import time

    from postil import building, publishing

    started = time.perf_counter()
    site = building.build_site(options.root, drafts=options.drafts, jobs=options.jobs)
    printed = _format(site.report, options.format)
    _print_report(printed, options.format, sys.stderr)
    if _refused(site.report, options):
        _say(f"{_counted(site.report)}: nothing was written", options)
        return INPUT_ERRORS
    inputs = [options.root / name for name in ("content", "templates", "static", "site.yaml")]
    try:
        published = publishing.publish(site.files, options.output, [options.root, *inputs])
    except publishing.Refused as refusal:
        print(f"{refusal.message}\n  help: {refusal.help}", file=sys.stderr)
        return OWN_FAILURE
    stamp.remember(printed)
    for path in published.kept:
        print(f"{path} was changed by somebody else and stays", file=sys.stderr)
    seconds = time.perf_counter() - started
    _say(f"{_summary(site, published)} in {seconds:.2f} s", options)
    return ALL_WELL


def _check(options: argparse.Namespace) -> int:
    from postil import building

    site = building.build_site(options.root, drafts=options.drafts, jobs=options.jobs)
    _print_report(_format(site.report, options.format), options.format, sys.stdout)
    _say(_counted(site.report), options)
    return INPUT_ERRORS if _refused(site.report, options) else ALL_WELL


def _refused(report: "Report", options: argparse.Namespace) -> bool:
    return report.failed or (options.strict and bool(report.diagnostics))


def _format(report: "Report", form: str) -> str:
    from postil import diagnostics

    found = report.in_order()
    if form == "json":
        return diagnostics.as_json(found) + "\n"
    if form == "github":
        return "".join(f"{diagnostics.as_github(item)}\n" for item in found)
    return "".join(f"{diagnostics.as_text(item)}\n\n" for item in found)


def _print_report(printed: str, form: str, stream: TextIO) -> None:
    """Text goes to people, on `stream`; what programs read goes to standard output."""
    print(printed, end="", file=stream if form == "text" else sys.stdout)


def _say(line: str, options: argparse.Namespace) -> None:
    """A closing line for people: on standard output only if nothing else is to be read there."""
    print(line, file=sys.stdout if options.format == "text" else sys.stderr)


def _counted(report: "Report") -> str:
    found = report.in_order()
    errors = sum(item.severity == "error" for item in found)
    return f"{_many(errors, 'error')}, {_many(len(found) - errors, 'warning')}"


def _summary(site: "SiteFiles", published: "Published") -> str:
    annotations = sum(entry.counts.annotations for entry in site.entries)
    done = [
        f"{_many(count, 'file')} {verb}"
        for count, verb in (
            (published.written, "written"),
            (published.unchanged, "unchanged"),
            (published.removed, "removed"),
        )
        if count
    ]
    pages = f"{_many(len(site.entries), 'explainer')}, {_many(annotations, 'annotation')}"
    return f"{pages}: {', '.join(done)}"


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


# ------------------------------------------------------------------ verify, new, schema


def _verify(options: argparse.Namespace) -> int:
    from postil import verifying

    results = verifying.verify_all(options.output, options.root / "content", options.pages)
    for result in results:
        print(result)
    return INPUT_ERRORS if any(result.mismatch for result in results) else ALL_WELL


def _new(options: argparse.Namespace) -> int:
    from postil import starting

    try:
        written = starting.start(options.root, options.slug, options.article)
    except starting.Refused as refusal:
        print(refusal, file=sys.stderr)
        return OWN_FAILURE
    print(*(f"wrote {path}" for path in written), sep="\n")
    print(f"next: open {written[-1]} in your editor, then run: python build.py")
    return ALL_WELL


def _schema(options: argparse.Namespace) -> int:
    import json

    from postil import schemas

    folder = options.root / "schema"
    folder.mkdir(exist_ok=True)
    for name in schemas.FILES:
        text = json.dumps(schemas.schema(name), indent=2, ensure_ascii=False) + "\n"
        (folder / f"{name}.schema.json").write_text(text, encoding="utf-8")
        print(f"schema/{name}.schema.json")
    return ALL_WELL
