"""What a site consists of, and where the program's own files are.

A name is a path from the site's folder, with forward slashes: `content/sources.yaml`.
"""

import re
import unicodedata
from pathlib import Path
from typing import Literal, get_args

PACKAGE = Path(__file__).resolve().parent
# What holds templates/, static/ and docs/: the package where it is installed (pyproject.toml maps
# them into it), else the folder of build.py.
PROGRAM = PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent
DOCS = PROGRAM / "docs"

SITE = "site.yaml"
SOURCES = "content/sources.yaml"
MORE_SOURCES = "content/sources"  # a folder of further such files
CONTEXTS = "content/context.yaml"

ANNOTATIONS = "annotations.yaml"
Form = Literal["txt", "md"]  # of an article; postil/text/formats.py says how each is read
ARTICLES: dict[str, Form] = {f"article.{form}": form for form in get_args(Form)}  # one of them
# Not .svg: opened by itself, such a picture can run a script.
PICTURES = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp")

OUTPUT = "output"

# What Windows takes for a device, with any ending: no file or folder can have such a name.
_DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"
}

TRANSLATIONS = "words"  # a site's own, one file a language
FOLDERS = ("content", "templates", "static", TRANSLATIONS)  # of a site
# What systems and editors leave among files, and what is hidden.
_LITTER = re.compile(r"\..*|.*~|#.*#|(eh)?thumbs\.db|desktop\.ini", re.IGNORECASE | re.DOTALL)
KEPT = ".postil"  # a site's folder for what is kept between runs; may be deleted at any time


def output_folder(*, drafts: bool = False, single_file: bool = False) -> str:
    """Where a build writes if it is told nothing else: what is published has a place of its own."""
    return f"{OUTPUT}{'-drafts' if drafts else ''}{'-single-file' if single_file else ''}"


def own(folder: str) -> Path:
    """The program's own `templates` or `static`, which is used where a site has no file."""
    return PROGRAM / folder


def file(root: Path, name: str) -> Path:
    """The file that a name means: the site's, or the program's own where the site has none."""
    own_file = PROGRAM / name
    return own_file if own_file.exists() and not (root / name).exists() else root / name


def sought(root: Path) -> list[tuple[str, Path]]:
    """The name and place of every folder in which a build looks for files, the program's too."""
    site = [(name, root / name) for name in FOLDERS]
    return list(dict.fromkeys([*site, *((name, own(name)) for name in ("templates", "static"))]))


def area_of(name: str) -> str:
    """What a name is a part of: the explainer's folder, `templates` or `static`, else itself."""
    first, _, rest = name.partition("/")
    return f"{first}/{rest.partition('/')[0]}" if first == "content" and rest else first


def inputs(root: Path) -> list[Path]:
    """Everything of a site that a build reads."""
    return [root / name for name in (SITE, *FOLDERS)]


def sources(root: Path) -> list[Path]:
    """Everything that a build of a site reads, the program's own included."""
    return [*inputs(root), own("templates"), own("static")]


def explainer(slug: str) -> str:
    """The name of an explainer's folder."""
    return f"content/{slug}"


def annotations(slug: str) -> str:
    """The name of an explainer's file of annotations."""
    return f"content/{slug}/{ANNOTATIONS}"


def is_of_sources(name: str) -> bool:
    """Whether a file of this name has sources."""
    folder, _, last = name.rpartition("/")
    is_further = folder == MORE_SOURCES and last.endswith(".yaml") and is_published(last)
    return name == SOURCES or (is_further and last != ANNOTATIONS)


def is_shared(name: str) -> bool:
    """Whether a file of this name is one of those that all explainers share."""
    return name in (SITE, CONTEXTS) or is_of_sources(name)


def is_published(name: str) -> bool:
    """Whether a file or folder of this name in static/ is of the site, and not litter."""
    return _LITTER.fullmatch(name) is None


def files_below(folder: Path) -> list[Path]:
    """The files in a folder such as static/ that are of the site, and the links, in order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if (path.is_file() or path.is_symlink())
        and all(map(is_published, path.relative_to(folder).parts))
    )


def is_picture(name: str) -> bool:
    """Whether an article may show a file of this name as a picture."""
    return name.lower().endswith(PICTURES)


def is_device(name: str) -> bool:
    """Whether Windows takes a file or folder of this name for a device."""
    return name.split(".")[0].rstrip().lower() in _DEVICES


def caseless(name: str) -> str:
    """One spelling for names that are the same file on a system that ignores case.

    The canonical caseless match of Unicode (chapter 3.13, D145), which macOS comes close to.
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())
