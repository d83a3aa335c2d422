"""The command line: arguments in, an exit code out; `show` prints.

Nothing heavy is imported before it is certain that it is needed: most runs change nothing.
"""

import argparse
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

from postil import __version__, paths
from postil.cli import arguments, make, show
from postil.cli.make import ALL_WELL, INPUT_ERRORS
from postil.diagnostics.refusal import Refusal

TYPE_CHECKING = False  # typing takes longer to load than all else that most runs need
if TYPE_CHECKING:
    from typing import Any

    from postil.diagnostics.model import Report

    Command = Callable[[argparse.Namespace], int]
    Parser = argparse.ArgumentParser

OWN_FAILURE = 2

# Of the options that may stand before a command and after it. Known to the parsers, they would
# be set anew after it.
DEFAULTS = {
    "output": None,
    "drafts": False,
    "single_file": False,
    "jobs": None,
    "executor": "",
    "strict": False,
    "format": "text",
}


def run(given: list[str], program: str = "build.py", home: Path = paths.PROGRAM) -> int:
    """Carry out a command line. Exit code 0: all well; 1: errors in the input; 2: in its use.

    `program` is how it was called, and `home` the site's folder where no other is named.
    """
    options = _parser(program).parse_args(given, argparse.Namespace(root=home, **DEFAULTS))
    options.program, options.again = program, _again(program, options.root, home)
    _speak_unicode()
    try:
        options.root = options.root.absolute()
        usual = paths.output_folder(drafts=options.drafts, single_file=options.single_file)
        options.output = (options.output or options.root / usual).absolute()
        code: int = options.command(options)
    except KeyboardInterrupt:
        return OWN_FAILURE
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has gone: nothing is left to say
        return OWN_FAILURE
    except Refusal as refusal:
        show.complain(str(refusal))
        return OWN_FAILURE
    except OSError as failure:
        show.complain(f"{failure.filename or 'a file'}: {failure.strerror}")
        return OWN_FAILURE
    except ModuleNotFoundError:
        raise  # build.py says what to install
    except Exception as failure:
        if os.environ.get("POSTIL_DEBUG"):
            raise
        show.complain(f"Postil itself failed: {type(failure).__name__}: {failure}")
        print("  help: please report it, with what it says after POSTIL_DEBUG=1", file=sys.stderr)
        return OWN_FAILURE
    return code


def _again(program: str, root: Path, home: Path) -> "Callable[[str], str]":
    """What a person types to carry out another command for the same site."""
    called = f"python {program}" if program.endswith(".py") else program
    elsewhere = "" if root == home else f" --root {show.short(root)}"
    return lambda command: f"{called} {command}{elsewhere}"


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


_SHARED: "dict[str, Any]" = {
    "add_help": False,
    "argument_default": argparse.SUPPRESS,
    "formatter_class": _help_lines,
}
_MANNER: "dict[str, Any]" = {"formatter_class": _help_lines, "allow_abbrev": False}


def _parser(program: str) -> argparse.ArgumentParser:
    site, complaints = _site_options(), _complaint_options()
    form, work = _form_options(), _work_options()
    parser = argparse.ArgumentParser(
        prog=program,
        description="Weave articles and their annotations into a static site.",
        parents=[site, form, complaints, work],
        **_MANNER,
    )
    parser.set_defaults(command=make.build)
    parser.add_argument("--version", action="version", version=f"postil {__version__}")
    # Told the program's name, argparse need not work out a usage line that few runs show.
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog=program)

    def add(name: str, command: "Command", about: str, *more: "Parser") -> "Parser":
        added = commands.add_parser(name, parents=[site, *more], help=about, **_MANNER)
        added.set_defaults(command=command)
        return added

    add("build", make.build, "build to output/, as without a command", form, complaints, work)
    _check_options(add("check", make.check, "every diagnostic, no output", complaints, work))
    _serve_options(add("serve", _serve, "preview with live reload, drafts shown"))
    verify = add("verify", _verify, "published pages against the articles, byte for byte", form)
    verify.add_argument("pages", nargs="*", type=Path, metavar="PAGE")
    _new_options(add("new", _new, "start an explainer from a text, Markdown or HTML file"))
    _update_options(add("update", _update, "put a newer version of an article in its place"))
    _import_options(add("import", _import, "entries made of another program's, to be pasted"))
    add("new-site", _new_site, "start a site of your own").add_argument(
        "folder", type=Path, metavar="DIR", help="where it is to be; nothing in it is overwritten"
    )
    schema = add("schema", _schema, "write schema/*.schema.json")
    schema.add_argument(
        "--site", action="store_true", help="offer the ids of this site's sources and boxes too"
    )
    return parser


def _site_options() -> argparse.ArgumentParser:
    """What every command can be told."""
    options = argparse.ArgumentParser(**_SHARED)
    options.add_argument("--root", type=Path, metavar="DIR", help="the site's folder")
    options.add_argument("--output", type=Path, metavar="DIR", help="default: output/")
    options.add_argument(
        "--drafts", action="store_true", help="with drafts; the default is then output-drafts/"
    )
    options.add_argument("--jobs", type=arguments.number, metavar="N", help="processes to use")
    return options


def _form_options() -> argparse.ArgumentParser:
    """What a command that writes or reads pages can be told of their form."""
    options = argparse.ArgumentParser(**_SHARED)
    options.add_argument(
        "--single-file",
        action="store_true",
        help="each explainer as one HTML file with all in it; the default is then "
        "output-single-file/",
    )
    return options


def _complaint_options() -> argparse.ArgumentParser:
    """What a command that prints diagnostics can be told."""
    options = argparse.ArgumentParser(**_SHARED)
    options.add_argument("--strict", action="store_true", help="warnings are errors")
    options.add_argument("--format", choices=("text", "json", "github"))
    return options


def _work_options() -> argparse.ArgumentParser:
    """What a command that builds pages and ends can be told."""
    options = argparse.ArgumentParser(**_SHARED)
    options.add_argument(
        "--executor",
        type=arguments.dask,
        metavar="dask://HOST:PORT",
        help="have pages built by the workers of a Dask cluster",
    )
    return options


def _check_options(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "--report",
        action=argparse.BooleanOptionalAction,
        help="what is covered in each explainer, and what is not (text, github: shown; json: not)",
    )
    check.add_argument(
        "--today", type=arguments.day, metavar="DATE", help="the day on which boxes are past review"
    )
    check.set_defaults(report=None, today=None)


def _serve_options(serve: argparse.ArgumentParser) -> None:
    serve.add_argument(
        "--port", type=arguments.port, default=5500, metavar="N", help="default: 5500"
    )
    serve.add_argument("--host", default="", metavar="H", help="default: this machine alone")
    serve.add_argument(
        "--public-url", default="", metavar="URL", help="where a tunnel or a proxy shows it"
    )
    serve.add_argument("--open", action="store_true", help="open the preview in a browser")
    serve.add_argument(
        "--editor",
        choices=arguments.EDITORS,
        default="",
        metavar="NAME",
        help=f"where links open files, else a guess: {', '.join(arguments.EDITORS)}",
    )


def _new_options(new: argparse.ArgumentParser) -> None:
    new.add_argument("slug", metavar="SLUG")
    new.add_argument(
        "--article",
        type=Path,
        required=True,
        metavar="F",
        help="a text, Markdown (.md) or HTML file; - for standard input",
    )


def _update_options(update: argparse.ArgumentParser) -> None:
    _new_options(update)
    update.add_argument("--yes", action="store_true", help="write it without asking")
    update.add_argument(
        "--today", type=arguments.day, metavar="DATE", help="the day on which it was retrieved"
    )
    update.set_defaults(today=None)


def _import_options(importing: argparse.ArgumentParser) -> None:
    importing.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="sources as BibTeX, RIS, CSL-JSON or CSL-YAML; annotations as JSON of the W3C or of "
        "Hypothesis; - for standard input",
    )
    importing.add_argument(
        "--explainer", metavar="SLUG", default="", help="whose annotations; else by their words"
    )


# ------------------------------------------------------------------ serve, verify, new, schema


def _serve(options: argparse.Namespace) -> int:
    import gc

    from postil.preview import server

    def complain(report: "Report") -> None:
        show.show_report(report, "text", sys.stdout, options.root)
        sys.stdout.flush()  # whoever reads it in a pipe waits for it

    gc.enable()  # build.py has no use for it, but this runs all day
    return server.serve(
        options.root,
        port=options.port,
        host=options.host,
        public_url=options.public_url,
        browser=options.open,
        editor=options.editor,
        jobs=options.jobs,
        complain=complain,
    )


def _verify(options: argparse.Namespace) -> int:
    from functools import partial

    from postil.diagnostics.render import printable_lines
    from postil.output import verifying
    from postil.site import drafting

    pages = [_named(page, options.output) for page in options.pages]
    is_draft = partial(drafting.is_draft, options.root)
    results = verifying.verify_all(options.output, options.root / "content", pages, is_draft)
    for result in results:
        print(printable_lines(str(result)))
    if any(result.is_proved for result in results):
        print(verifying.PROVED)
    if not results:
        print("there is no explainer to verify", file=sys.stderr)
        return INPUT_ERRORS
    return INPUT_ERRORS if any(result.mismatch for result in results) else ALL_WELL


def _named(page: Path, output: Path) -> Path:
    """A page as it is named: by its file, its folder, or the name of its explainer."""
    from postil.output.verifying import page_of

    published = page_of(output, str(page))
    return published if not page.exists() and published.exists() else page


def _new(options: argparse.Namespace) -> int:
    from postil.cli import starting

    started = starting.start(options.root, options.slug, options.article)
    folder = show.short(options.root / "content" / options.slug)
    serve, check, schema = map(options.again, ("serve --open", "check", "schema"))
    print(*(f"wrote {show.short(options.root / path)}" for path in started.written), sep="\n")
    if started.left_out:
        print(show.left_out_of_page(started.left_out))
    print("\nnext:")
    for name in started.missing:
        print(f"  put the picture {name} into {folder}")
    print(f"  open {folder}/annotations.yaml in your editor: the first annotation shows how")
    print(f"  {serve}    shows the page while you write")
    print(f"  {check:{len(serve)}}    says what is wrong and what is missing")
    if not (options.root / "schema").exists():
        print(f"  {schema:{len(serve)}}    lets your editor offer the fields")
    return ALL_WELL


def _update(options: argparse.Namespace) -> int:
    from postil.cli import telling_update

    return telling_update.update_article(options)


def _import(options: argparse.Namespace) -> int:
    from postil.cli import importing

    return importing.print_imported(options)


def _new_site(options: argparse.Namespace) -> int:
    from postil.cli import new_site

    return new_site.command(options)


def _schema(options: argparse.Namespace) -> int:
    from postil.cli import schema_files

    return schema_files.write_schemas(options)
