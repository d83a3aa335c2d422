"""schema/*.schema.json, by which editors offer fields and complain of mistakes."""

import argparse
import json
import sys
from collections.abc import Iterator

from postil.cli import show
from postil.diagnostics.model import Report
from postil.diagnostics.refusal import Refusal
from postil.output.writing import write_whole
from postil.site import schemas
from postil.site.files import FILES
from postil.site.inputs import read_inputs


def write_schemas(options: argparse.Namespace) -> int:
    """`schema`: write the files and name them. Exit code 1 if the site's ids cannot be read."""
    known = None
    if options.site:
        report = Report()
        inputs = read_inputs(options.root, report)
        if inputs is None or report.failed:
            show.show_report(report, "text", sys.stderr, options.root)
            return 1
        known = schemas.known_to(inputs.site.value, inputs.sources.value, inputs.contexts.value)
    folder = options.root / "schema"
    if folder.is_symlink():
        raise Refusal(f"{folder} is a symbolic link", "put a folder in its place, or delete it")
    folder.mkdir(exist_ok=True)
    for name, data in schema_files(known):
        write_whole(options.root / name, data)
        print(name)
    return 0


def schema_files(known: schemas.Known | None = None) -> Iterator[tuple[str, bytes]]:
    """The name and bytes of each file; `known` are the ids that a site has."""
    for name in FILES:
        text = json.dumps(schemas.schema(name, known), indent=2, ensure_ascii=False) + "\n"
        yield f"schema/{name}.schema.json", text.encode()
