"""A site of one's own: settings, a worked example, schemas, and a workflow that publishes it."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from postil import __version__, paths
from postil.cli import schema_files, show
from postil.diagnostics.refusal import Refusal
from postil.yaml.writing import as_scalar

# What a new site begins with. A `_` at the start of a name is a dot there: here, Git and others
# would take such files for their own.
MODEL = Path(__file__).parent / "site"


def command(options: argparse.Namespace) -> int:
    """`new-site DIR`: say what was written, what was there, and what to do next; exit code 0."""
    folder = options.folder.absolute()
    written, kept = make_site(folder)
    here = show.short(folder)
    print(f"wrote {len(written)} files into {here}")
    for name in kept:
        print(f"kept your {name}")
    print("\nnext:")
    if options.program == "postil":
        if here != ".":
            print(f"  cd {here}")
        print("  postil serve --open                   shows the example, and every save of yours")
        print("  postil new my-first --article FILE    starts an explainer of your own")
    else:
        called = f"python {options.program}"
        print(f"  {called} serve --open --root {here}")
        print(f"  {called} new my-first --article FILE --root {here}")
    print(f"  then give the site its title in {show.short(folder / paths.SITE)}")
    return 0


def make_site(folder: Path) -> tuple[list[str], list[str]]:
    """Write a new site; the names of the files written, and of those that were there and stay.

    The folder is made if need be. Raises Refusal, with nothing written, if it is a site already
    or is no folder.
    """
    if (folder / paths.SITE).exists():
        raise Refusal(f"{folder} has a {paths.SITE} already", "name another folder")
    if folder.exists() and not folder.is_dir():
        raise Refusal(f"{folder} is not a folder", "name another folder")
    written, kept = [], []
    has_content = (folder / "content").exists()
    for name, data in sorted(_files(folder.name)):
        path = folder / name
        if path.exists() or path.is_symlink():
            kept.append(name)
            continue
        if has_content and name.startswith("content/"):
            continue  # whoever has content needs no example
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as stream:
            stream.write(data)
        written.append(name)
    return written, kept


def _files(name: str) -> Iterator[tuple[str, bytes]]:
    title = " ".join(name.replace("-", " ").replace("_", " ").split()).capitalize() or "Our site"
    for path in MODEL.rglob("*"):
        if not path.is_file():
            continue
        shown = "/".join(
            f".{part[1:]}" if part.startswith("_") else part
            for part in path.relative_to(MODEL).parts
        )
        text = path.read_text(encoding="utf-8")
        said = as_scalar(title) if shown == paths.SITE else title
        text = text.replace("TITLE-OF-THE-SITE", said).replace("POSTIL-VERSION", __version__)
        yield shown, text.encode()
    yield from schema_files.schema_files()
