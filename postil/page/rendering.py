"""Views to HTML: prose and articles woven, all else by the site's templates; the only Jinja."""

import os.path
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import msgspec
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from msgspec.structs import replace

from postil import paths
from postil.diagnostics.model import closest
from postil.language.words import Words
from postil.page import faces, weaving
from postil.page.compiling import FastEnvironment
from postil.page.policy import policy_of
from postil.page.site_views import SiteView
from postil.page.views import (
    AnnotationView,
    ArticleView,
    Badge,
    ChainView,
    PageView,
    PassageView,
    ProseView,
    SourceView,
)
from postil.page.weaving import Passage
from postil.text import prose

# What stands beside a block begins where this does: right before it, and out of the flow.
_PLACE = '<span class="at" data-apparatus></span>'

_KEPT = 512  # of each sort of what is printed once for several places


class TemplateMistake(Exception):
    """A template cannot be used. `path` is as the author sees it, `line` from 1."""

    def __init__(self, path: str, line: int, message: str, source: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message, self.source = path, line, message, source


class Renderer:
    """A site's templates, compiled once; its own go before the program's.

    `versions` are, by path below output/, what tells one state of a file in static/ from another;
    pages ask for these files by their versions. The methods that make pages raise TemplateMistake
    for a mistake in a template.
    """

    def __init__(self, root: Path, versions: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.versions = versions or {}
        self.asked: set[str] = set()  # for which files of static/ pages have asked so far
        self._macros: dict[tuple[str, str], Any] = {}  # found already
        self._folders = [root / "templates", paths.own("templates")]
        self._environment = FastEnvironment(
            loader=ChoiceLoader([FileSystemLoader(folder) for folder in self._folders]),
            undefined=_Undefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        # Badges and chains are the same wherever they stand, and stand in dozens of places on a
        # page; what the source list says of a source, its uses aside, is the same on all pages. Of
        # thousands of sources, few are on many pages.
        cache = lru_cache(_KEPT)
        hops, references = cache(self._hops), cache(self._reference)
        self._environment.globals |= {
            "badge": cache(lambda badge: self.macro("_badge.html", "badge")(badge)),
            "cited": cache(lambda badge: self.macro("_badge.html", "cited")(badge)),
            "hops": lambda chain, t: hops("hops", chain, t),
            "signs": lambda chain, t, *how: hops("signs", chain, t, *how),
            "reference": lambda source, t: references(replace(source, uses=()), t),
            "prose": self._prose,
            "asset": self._asset,
            "policy_of": policy_of,
            "font_files": faces.font_files,
            "has_own_look": lambda theme: theme.accent or faces.faces_css(theme),
            "has_file": self._has_file,
            "site_prose": cache(lambda text: prose.parse(text).html(lambda _: "")),
            "in_words": _in_words,
            "data_block": _data_block,
        }

    def page(self, view: PageView, words: Words) -> str:
        """An explainer's page."""
        return self._guarded(
            lambda: self._environment.get_template("page.html").render(
                page=view, woven=self._woven(view.article, words), t=words
            )
        )

    def shared(self, template: str, view: SiteView, words: Words) -> str:
        """A page that is not of one explainer."""
        return self._guarded(
            lambda: self._environment.get_template(template).render(page=view, t=words)
        )

    @property
    def is_current(self) -> bool:
        """Whether the templates that were read are still the same on the disk."""
        read = self._environment.cache
        return read is None or all(template.is_up_to_date for template in list(read.values()))

    # -------------------------------------------------------------- what templates call

    def _asset(self, root: str, name: str) -> str:
        """The address of a file in static/, from a page whose `root` leads to the site's top."""
        path = f"static/{name}"
        self.asked.add(path)
        version = self.versions.get(path)
        return f"{root}{path}?v={version}" if version else f"{root}{path}"

    def _has_file(self, name: str) -> bool:
        """Whether the site has a file of its own in static/: pages follow its coming and going."""
        self.asked.add(f"static/{name}")
        return os.path.isfile(f"{self.root}/static/{name}")  # noqa: PTH113 (on every page)

    def _hops(self, macro: str, chain: ChainView, words: Words, *how: bool) -> Markup:
        return Markup(self.macro("_badge.html", macro)(chain, words, *how))

    def _reference(self, source: SourceView, words: Words) -> Markup:
        return Markup(self.macro("_reference.html", "reference")(source, words))

    def _prose(self, view: ProseView, words: Words) -> Markup:
        groups = iter(view.citations)
        return view.prose.html(lambda _: self._citation(next(groups, ()), words), view.quotes)

    def _citation(self, badges: tuple[Badge, ...], words: Words) -> str:
        citation = self.macro("_apparatus.html", "citation")
        return str(citation(badges, words)) if badges else ""

    # -------------------------------------------------------------- the article

    def _woven(self, article: ArticleView, words: Words) -> Markup:
        passages = [self._passage(view, words) for view in article.passages]
        strip = self.macro("_apparatus.html", "strip")
        strips = {number: str(strip(view)).strip() for number, view in article.strips.items()}
        return Markup(weaving.weave(article.document, passages, strips, _PLACE))

    def _passage(self, view: PassageView, words: Words) -> Passage:
        closing, box = (self.macro("_apparatus.html", name) for name in ("closing", "box"))
        return Passage(
            id=view.annotation.id,
            start=view.start,
            end=view.end,
            opening=_address(view.address),
            closing=str(closing(view.annotation, words)).strip(),
            below=str(box(view.below, words)).strip() if view.below else "",
            kind=_kind(view.annotation),
        )

    def macro(self, template: str, name: str) -> Any:
        """A macro of a template, to be called like a function."""
        if (template, name) not in self._macros:
            module = self._environment.get_template(template).module
            self._macros[template, name] = getattr(module, name)
        return self._macros[template, name]

    # -------------------------------------------------------------- mistakes

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


class _Undefined(StrictUndefined):
    """A name that a template uses and nothing has, told in the words of docs/templates.md."""

    @property
    def _undefined_message(self) -> str:
        fields = getattr(self._undefined_obj, "__struct_fields__", ())
        if not fields:
            return super()._undefined_message
        given = type(self._undefined_obj).__name__.removesuffix("View").lower()
        hint = closest(str(self._undefined_name), fields)
        advice = f"; did you mean {hint}?" if hint else ""
        return f"{given} has no {self._undefined_name}{advice}"


def _data_block(document: Mapping[str, object]) -> Markup:
    """JSON as it may stand in a `<script>` that is data: nothing in it can end the element."""
    json = msgspec.json.encode(document).decode()
    return Markup(json.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}))


def _in_words(view: ProseView) -> Markup:
    """Prose with its citations in words: no badge, no link to a source."""
    groups = iter(view.citations)
    return view.prose.html(lambda _: _cited_in_words(next(groups, ())), view.quotes)


def _cited_in_words(badges: Iterable[Badge]) -> Markup:
    names = (
        (badge.prefix and f"{badge.prefix} ")
        + f"{badge.kind_label}: {badge.name}"
        + (badge.locator and f", {badge.locator}")
        for badge in badges
    )
    return Markup("({})").format("; ".join(names))


def _address(id: str) -> str:
    """Where a passage starts; its place on the page."""
    return f'<span id="{escape(id)}" data-apparatus></span>'


def _kind(view: AnnotationView) -> str:
    """The class of a passage's marks: all that stands behind it."""
    has = (
        ("noted", view.number is not None),
        ("boxed", view.box is not None),
        ("sourced", bool(view.chains or view.badges)),
    )
    return " ".join(name for name, is_there in has if is_there)
