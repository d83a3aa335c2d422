"""Views to HTML by the site's templates; the only module that imports Jinja."""

import os
import sys
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
)
from markupsafe import Markup
from msgspec.structs import replace

from postil import paths
from postil.language.words import Words, load
from postil.page.views import AnnotationView, Badge, BoxView, Chain, IndexView, PageView, SourceView


def _bytecode_cache() -> FileSystemBytecodeCache | None:
    """Compiled templates are kept as Python keeps its own: beside the program, if it may write.

    Compiling takes longer than everything else that a build of one page does.
    """
    folder = paths.own("templates") / "__pycache__"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None


class TemplateMistake(Exception):
    """A template cannot be used. `path` is as the author sees it, `line` from 1."""

    def __init__(self, path: str, line: int, message: str, source: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message, self.source = path, line, message, source


class Renderer:
    """The site's templates, compiled once; `folders` are searched in order.

    Every method raises TemplateMistake for a mistake in a template.
    """

    def __init__(self, folders: list[Path]) -> None:
        self._folders = folders
        self._environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            bytecode_cache=_bytecode_cache(),
            auto_reload=False,
        )
        # Badges and chains are the same wherever they stand, and stand in dozens of places on a
        # page; what the source list says of a source, its uses aside, is the same on all pages.
        hops, references = cache(self._hops), cache(self._reference)
        self._environment.globals |= {
            "badge": cache(lambda badge: self._named("badge")(badge)),
            "cited": cache(lambda badge: self._named("cited")(badge)),
            "hops": lambda chain, t: hops(chain, t.language),
            "reference": lambda source, t: references(replace(source, uses=()), t.language),
        }

    def page(self, view: PageView, words: Words) -> str:
        """An explainer's page."""
        return self._guarded(
            lambda: self._environment.get_template("page.html").render(page=view, t=words)
        )

    def index(self, view: IndexView, words: Words) -> str:
        """The list of explainers."""
        return self._guarded(
            lambda: self._environment.get_template("index.html").render(index=view, t=words)
        )

    def closing(self, annotation: AnnotationView, words: Words) -> str:
        """What stands right after a passage: note reference, chains, badges, marker of its box."""
        return self._macro("closing", annotation, words)

    def box(self, box: BoxView, words: Words) -> str:
        """The context box below a paragraph."""
        return self._macro("box", box, words)

    def citation(self, badges: tuple[Badge, ...], words: Words) -> str:
        """`[@a, p. 6; @b]` in prose."""
        return self._macro("citation", badges, words)

    def _named(self, macro: str) -> Any:
        return getattr(self._environment.get_template("_badge.html").module, macro)

    def _hops(self, chain: Chain, language: str) -> Markup:
        return Markup(self._named("hops")(chain, load(language)))

    def _reference(self, source: SourceView, language: str) -> Markup:
        module = self._environment.get_template("_reference.html").module
        return Markup(module.reference(source, load(language)))  # type: ignore[attr-defined]

    def _macro(self, name: str, *arguments: object) -> str:
        def render() -> str:
            return str(getattr(self._apparatus, name)(*arguments)).strip()

        return self._guarded(render)

    @cached_property
    def _apparatus(self) -> Any:
        return self._environment.get_template("_apparatus.html").module

    def _guarded(self, render: Callable[[], str]) -> str:
        try:
            return render()
        except jinja2.TemplateSyntaxError as error:
            raise self._mistake(error.filename or "", error.lineno, str(error.message)) from None
        except jinja2.TemplateNotFound as error:
            raise TemplateMistake("templates", 1, f"there is no {error.name}", "") from None
        except Exception as error:
            place = self._place_in_template()
            if place is None:
                raise
            raise self._mistake(*place, str(error) or type(error).__name__) from error

    def _place_in_template(self) -> tuple[str, int] | None:
        """The template and line in which the exception in flight arose, if in one at all.

        Jinja rewrites tracebacks so that template code has its own file and line.
        """
        place = None
        traceback = sys.exc_info()[2]
        while traceback:
            filename = traceback.tb_frame.f_code.co_filename
            if any(Path(filename).is_relative_to(folder) for folder in self._folders):
                place = filename, traceback.tb_lineno
            traceback = traceback.tb_next
        return place

    def _mistake(self, filename: str, line: int, message: str) -> TemplateMistake:
        path = Path(filename)
        shown = next(
            (path.relative_to(f.parent) for f in self._folders if path.is_relative_to(f)), path
        )
        source = path.read_text(encoding="utf-8") if path.is_file() else ""
        return TemplateMistake(shown.as_posix(), line, " ".join(message.split()), source)
