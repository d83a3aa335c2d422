"""The command line: arguments in, printed lines and an exit code out.

Nothing heavy is imported before it is certain that it is needed: most runs change nothing.
"""

import argparse
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from postil import paths
from postil.diagnostics.refusal import Refusal

TYPE_CHECKING = False  # typing takes longer to load than all else that most runs need
if TYPE_CHECKING:
    from typing import Any, TextIO, TypeVar

    from postil.building import SiteFiles
    from postil.cli.show import Outcome
    from postil.coverage import SiteSurvey
    from postil.diagnostics.model import Report
    from postil.output.publishing import Published
    from postil.record import Stamp

    T = TypeVar("T")

ALL_WELL, INPUT_ERRORS, OWN_FAILURE = 0, 1, 2

# Of the options that may stand before a command and after it. Known to the parsers, they would
# be set anew after it.
DEFAULTS = {
    "root": paths.PROGRAM,
    "output": None,
    "drafts": False,
    "jobs": None,
    "strict": False,
    "format": "text",
}


def run(arguments: list[str]) -> int:
    """Carry out a command line. Exit code 0: all well; 1: errors in the input; 2: in its use."""
    options = _parser().parse_args(arguments, argparse.Namespace(**DEFAULTS))
    options.root = options.root.absolute()
    options.output = (options.output or options.root / "output").absolute()
    _speak_unicode()
    try:
        code: int = options.command(options)
    except KeyboardInterrupt:
        return OWN_FAILURE
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone: nothing is left to say
        return OWN_FAILURE
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return OWN_FAILURE
    except OSError as failure:
        print(f"{failure.filename or 'a file'}: {failure.strerror}", file=sys.stderr)
        return OWN_FAILURE
    except ModuleNotFoundError:
        raise  # build.py says what to install
    except Exception as failure:
        if os.environ.get("POSTIL_DEBUG"):
            raise
        print(f"Postil itself failed: {type(failure).__name__}: {failure}", file=sys.stderr)
        print("  help: please report it, with what it says after POSTIL_DEBUG=1", file=sys.stderr)
        return OWN_FAILURE
    return code


def _speak_unicode() -> None:
    """Programs read UTF-8; a terminal shows what it can of any character."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                encoding=None if stream.isatty() else "utf-8", errors="backslashreplace"
            )


def _help_lines(prog: str) -> argparse.HelpFormatter:
    """Asked for each option, so it does not ask the terminal for its width each time."""
    return argparse.HelpFormatter(prog, width=80)


def _parser() -> argparse.ArgumentParser:
    plain: dict[str, Any] = {"add_help": False, "argument_default": argparse.SUPPRESS}
    everywhere = argparse.ArgumentParser(**plain, formatter_class=_help_lines)
    everywhere.add_argument("--root", type=Path, metavar="DIR", help="the site's folder")
    everywhere.add_argument("--output", type=Path, metavar="DIR", help="default: output/")
    everywhere.add_argument("--drafts", action="store_true", help="show draft annotations too")
    everywhere.add_argument("--jobs", type=number, metavar="N", help="processes to use")
    diagnostics = argparse.ArgumentParser(**plain, formatter_class=_help_lines)
    diagnostics.add_argument("--strict", action="store_true", help="warnings are errors")
    diagnostics.add_argument("--format", choices=("text", "json", "github"))

    manner: dict[str, Any] = {"formatter_class": _help_lines, "allow_abbrev": False}
    parser = argparse.ArgumentParser(
        prog="build.py",
        description="Weave articles and their annotations into a static site.",
        parents=[everywhere, diagnostics],
        **manner,
    )
    parser.set_defaults(command=_build)
    # Told the program's name, argparse need not work out a usage line that few runs show.
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog="build.py")
    check = commands.add_parser(
        "check", parents=[everywhere, diagnostics], help="every diagnostic, no output", **manner
    )
    check.add_argument(
        "--report",
        action=argparse.BooleanOptionalAction,
        help="what is covered in each explainer, and what is not (text, github: shown; json: not)",
    )
    check.add_argument(
        "--today", type=_day, metavar="DATE", help="the day on which boxes are past review"
    )
    check.set_defaults(command=_check, report=None, today=None)
    serve = commands.add_parser(
        "serve", parents=[everywhere], help="preview with live reload, drafts shown", **manner
    )
    serve.add_argument("--port", type=_port, default=5500, metavar="N", help="default: 5500")
    serve.add_argument("--host", default="", metavar="H", help="default: this machine alone")
    serve.add_argument("--open", action="store_true", help="open the preview in a browser")
    serve.add_argument(
        "--editor", choices=("vscode", "idea", "none"), default="", help="where links open files"
    )
    serve.set_defaults(command=_serve)
    verify = commands.add_parser(
        "verify",
        parents=[everywhere],
        help="published pages against the articles, byte for byte",
        **manner,
    )
    verify.add_argument("pages", nargs="*", type=Path, metavar="PAGE")
    verify.set_defaults(command=_verify)
    new = commands.add_parser(
        "new", parents=[everywhere], help="start an explainer from a text file", **manner
    )
    new.add_argument("slug", metavar="SLUG")
    new.add_argument(
        "--article",
        type=Path,
        required=True,
        metavar="F",
        help="a text or Markdown (.md) file; - for standard input",
    )
    new.set_defaults(command=_new)
    schema = commands.add_parser(
        "schema", parents=[everywhere], help="write schema/*.schema.json", **manner
    )
    schema.add_argument(
        "--site", action="store_true", help="offer the ids of this site's sources and boxes too"
    )
    schema.set_defaults(command=_schema)
    return parser


def number(text: str) -> int:
    """A whole number from 1; argparse names the function in its complaint."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("it must be at least 1")
    return value


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("0 to 65535")
    return number


def _day(text: str) -> str:
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError("a day, as in 2026-11-22") from None


# ------------------------------------------------------------------ build and check


def _build(options: argparse.Namespace) -> int:
    from postil.record import Stamp

    way = (options.drafts, options.strict, options.format)
    stamp = Stamp(options.root, options.output, way)
    printed = stamp.recall()
    if printed is not None:
        _print_diagnostics(printed, options, sys.stderr)
        _say("nothing has changed", options)
        return ALL_WELL
    stamp.take()
    return _build_afresh(options, stamp)


def _build_afresh(options: argparse.Namespace, stamp: "Stamp") -> int:
    import time

    from postil import building
    from postil.output import publishing

    started = time.perf_counter()
    site = building.build_site(
        options.root, drafts=options.drafts, jobs=options.jobs, watch=_watch()
    )
    printed = _format(site.report, options.format, _width(sys.stderr))
    _print_diagnostics(printed, options, sys.stderr)
    if _refused(site.report, options):
        _say(f"{_counted(site.report)}: nothing was written", options, "bad")
        return INPUT_ERRORS
    published = publishing.publish(
        site.files, options.output, [options.root, *paths.inputs(options.root)]
    )
    stamp.remember(_format(site.report, options.format))
    for path in published.kept:
        print(f"{path} was changed by somebody else and stays", file=sys.stderr)
    seconds = time.perf_counter() - started
    outcome: Outcome = "warned" if site.report.diagnostics else "good"
    _say(f"{_summary(site, published)} in {seconds:.2f} s", options, outcome)
    if site.report.diagnostics:
        _say(_counted(site.report), options, outcome)
    _say(f"open {_shown(options.output / 'index.html')}", options)
    return ALL_WELL


def _check(options: argparse.Namespace) -> int:
    from postil import building

    site = building.build_site(options.root, drafts=True, jobs=options.jobs, watch=_watch())
    wanted = options.format != "json" if options.report is None else options.report
    survey = _survey(site.report, options) if wanted else None
    if survey and options.format == "json":
        from postil import coverage

        print(coverage.as_json(site.report.in_order(), survey))
    else:
        printed = _format(site.report, options.format, _width(sys.stdout))
        _print_diagnostics(printed, options, sys.stdout)
        if survey:
            _print_survey(survey, options)
    refused = _refused(site.report, options)
    warned: Outcome = "warned" if site.report.diagnostics else "good"
    _say(_counted(site.report), options, "bad" if refused else warned)
    return INPUT_ERRORS if refused else ALL_WELL


def _survey(report: "Report", options: argparse.Namespace) -> "SiteSurvey":
    """What is covered and what is not; nothing of a site with errors, which come first."""
    import datetime

    from postil import coverage

    if report.failed:
        return coverage.SiteSurvey((), ())
    today = options.today or datetime.date.today().isoformat()
    return coverage.survey_site(options.root, today, drafts=options.drafts, watch=_watch())


def _print_survey(survey: "SiteSurvey", options: argparse.Namespace) -> None:
    from postil import coverage
    from postil.cli import show

    if options.format == "github":
        for command in coverage.as_github(survey):
            print(command)
    else:
        show.show_report(coverage.lines(survey), sys.stdout, options.root)


def _refused(report: "Report", options: argparse.Namespace) -> bool:
    return report.failed or (options.strict and bool(report.diagnostics))


def _watch() -> "Callable[[Iterator[T], int], Iterator[T]] | None":
    """At a terminal, a bar that shows how far a long run has come."""
    if not sys.stderr.isatty():
        return None
    from postil.cli import show

    return show.progress


def _width(stream: "TextIO") -> int | None:
    if not stream.isatty():
        return None
    from postil.cli import show

    return show.width(stream)


def _format(report: "Report", form: str, width: int | None = None) -> str:
    from postil.diagnostics import model as diagnostics

    found = report.in_order()
    if form == "json":
        return diagnostics.as_json(found) + "\n"
    if form == "github":
        return "".join(f"{diagnostics.as_github(item)}\n" for item in found)
    return "".join(f"{diagnostics.as_text(item, width)}\n\n" for item in found)


def _print_diagnostics(printed: str, options: argparse.Namespace, stream: "TextIO") -> None:
    """Text goes to people, on `stream`; what programs read goes to standard output."""
    if options.format != "text" or not printed or not stream.isatty():
        print(printed, end="", file=stream if options.format == "text" else sys.stdout)
        return
    from postil.cli import show

    show.show_diagnostics(printed, stream, options.root)


def _say(line: str, options: argparse.Namespace, outcome: "Outcome | None" = None) -> None:
    """A closing line for people: on standard output only if nothing else is to be read there."""
    stream = sys.stdout if options.format == "text" else sys.stderr
    if outcome is None or not stream.isatty():
        print(line, file=stream)
        return
    from postil.cli import show

    show.say(line, outcome, stream)


def _shown(path: Path) -> str:
    """A path as a person would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


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


# ------------------------------------------------------------------ serve, verify, new, schema


def _serve(options: argparse.Namespace) -> int:
    import gc

    from postil.preview import server

    gc.enable()  # build.py has no use for it, but this runs all day
    return server.run(
        options.root,
        port=options.port,
        host=options.host,
        browser=options.open,
        editor=options.editor,
        jobs=options.jobs,
    )


def _verify(options: argparse.Namespace) -> int:
    from postil.output import verifying

    pages = [_page(page, options.output) for page in options.pages]
    results = verifying.verify_all(options.output, options.root / "content", pages)
    for result in results:
        print(result)
    if not results:
        print("there is no explainer to verify", file=sys.stderr)
        return INPUT_ERRORS
    return INPUT_ERRORS if any(result.mismatch for result in results) else ALL_WELL


def _page(named: Path, output: Path) -> Path:
    """A page as it is named: by its file, its folder, or the name of its explainer."""
    published = output / named / "index.html"
    return published if not named.exists() and published.exists() else named


def _new(options: argparse.Namespace) -> int:
    from postil.cli import starting

    started = starting.start(options.root, options.slug, options.article)
    folder = _shown(options.root / "content" / options.slug)
    elsewhere = "" if options.root == paths.PROGRAM else f" --root {_shown(options.root)}"
    print(*(f"wrote {_shown(options.root / path)}" for path in started.written), sep="\n")
    print("\nnext:")
    for name in started.missing:
        print(f"  put the picture {name} into {folder}")
    print(f"  open {folder}/annotations.yaml in your editor: the first annotation shows how")
    print(f"  python build.py serve --open{elsewhere}    shows the page while you write")
    print(f"  python build.py check{elsewhere}           says what is wrong and what is missing")
    if not (options.root / "schema").exists():
        print(f"  python build.py schema{elsewhere}          lets your editor offer the fields")
    return ALL_WELL


def _schema(options: argparse.Namespace) -> int:
    import json

    from postil.diagnostics.model import Report
    from postil.site import loading, schemas

    known = None
    if options.site:
        report = Report()
        inputs = loading.read_inputs(options.root, report)
        if inputs is None or report.failed:
            _print_diagnostics(_format(report, "text"), options, sys.stderr)
            return INPUT_ERRORS
        known = schemas.known_to(inputs.site.value, inputs.sources.value, inputs.contexts.value)
    folder = options.root / "schema"
    folder.mkdir(exist_ok=True)
    for name in schemas.FILES:
        text = json.dumps(schemas.schema(name, known), indent=2, ensure_ascii=False) + "\n"
        (folder / f"{name}.schema.json").write_text(text, encoding="utf-8")
        print(f"schema/{name}.schema.json")
    return ALL_WELL
