"""Whether a reader gets the words of an article that a page has in its markup, and only them.

What is allowed is listed; everything else is complained about. Around the article only plain
elements may stand, in it only marks and the known shapes of apparatus (docs/templates.md). What
stylesheets and scripts do is not looked at: only that there are none but Postil's own, and a
policy that lets no others in.
"""

import re
from collections.abc import Iterator

from msgspec import Struct

from postil.output.markup import Element, words


class Complaint(Struct, frozen=True):
    """What may keep a reader from the words; `of_templates` if a site's own may want it so."""

    message: str
    element: Element | None = None
    of_templates: bool = False


def find_complaint(html: str, article: Element) -> Complaint | None:
    """What a page must not have, the worst first; None if there is nothing."""
    page = list(article.ancestors())[-1] if article.parent else article
    found = [
        *_complaints_of_encoding(html),
        *_complaints_of_ancestors(article),
        *_complaints_of_direction(article),
        *_complaints_of_content(article),
        *_complaints_of_frame(page, article),
    ]
    return min(found, key=lambda complaint: complaint.of_templates, default=None)


# ------------------------------------------------------------------ around the article

_PRESCAN = 1024  # bytes in which browsers look for the encoding
_META = re.compile(
    rb"""<!--.*?(?:-->|\Z)|(<meta\b(?:[^>"']|"[^"]*"|'[^']*')*>)""", re.IGNORECASE | re.DOTALL
)
_UTF_8 = re.compile(rb"""<meta\s+charset\s*=\s*["']?utf-8["']?\s*/?>""", re.IGNORECASE)
_DOCTYPE = re.compile(r"\s*<!doctype html>", re.IGNORECASE)

_ANCESTORS = words("html body main article section div")
_ATTRIBUTES = words(
    "class id lang dir translate tabindex aria-label aria-labelledby aria-describedby "
    "itemscope itemtype itemprop itemid"
)
_CLASSES = words("page article with-lane with-margin js")

# Of language/words, but not from there: a mistake must not vouch for itself.
_LEFTWARD = words("ar arc ckb dv fa he ks ps sd ug ur yi")
_LEFTWARD_SCRIPTS = words("adlm arab hebr nkoo rohg samr syrc thaa")


def _complaints_of_encoding(html: str) -> Iterator[Complaint]:
    tags = [tag for tag in _META.findall(html.encode()[:_PRESCAN]) if b"charset" in tag.lower()]
    if not tags or not _UTF_8.fullmatch(tags[0]):
        yield Complaint("the page does not begin by saying that it is UTF-8: letters may be wrong")
    if not _DOCTYPE.match(html):
        yield Complaint("the page does not begin with <!DOCTYPE html>", of_templates=True)


def _complaints_of_ancestors(article: Element) -> Iterator[Complaint]:
    for element in (article, *article.ancestors()):
        name = element.name
        if name not in _ANCESTORS:
            yield Complaint(f"the article is in a <{name}>, where not every reader sees it")
        for attribute in _strange_attributes(element, _ATTRIBUTES):
            yield Complaint(f"<{name} {attribute}> around the words may hide or turn them", element)
        for each in words(element.attributes.get("class", "")) - _CLASSES:
            yield Complaint(f'<{name} class="{each}"> is not of Postil\'s page', element, True)


def _strange_attributes(element: Element, known: frozenset[str]) -> Iterator[str]:
    return (
        name for name in element.attributes if name not in known and not name.startswith("data-")
    )


def _complaints_of_direction(article: Element) -> Iterator[Complaint]:
    language, direction = _inherited("lang", article), _inherited("dir", article) or "ltr"
    expected = "rtl" if _is_leftward(language) else "ltr"
    if direction.lower() != expected:
        message = f"the article runs {direction}, but in its language, {language!r}, {expected}"
        yield Complaint(message, article)


def _inherited(attribute: str, element: Element) -> str:
    chain = (element, *element.ancestors())
    return next((each.attributes[attribute] for each in chain if attribute in each.attributes), "")


def _is_leftward(language: str) -> bool:
    base, *subtags = language.lower().split("-")
    scripts = [subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()]
    return scripts[0] in _LEFTWARD_SCRIPTS if scripts else base in _LEFTWARD


# ------------------------------------------------------------------ beside the article

_DRAWING = words(
    "svg g path rect circle ellipse line polyline polygon text tspan title desc defs marker "
    "lineargradient stop"
)
_PHRASING = words(
    "a abbr b bdi br cite code data del dfn em i ins kbd q s samp small span strong sub sup time "
    "u var wbr"
)
_FLOW = _PHRASING | words(
    "aside blockquote caption col colgroup dd details div dl dt figcaption figure h1 h2 h3 h4 h5 "
    "h6 hr li ol p pre section summary table tbody td tfoot th thead tr ul"
)
_FRAME = (_FLOW | _DRAWING) | words(
    "html head title body address article header footer main nav search hgroup fieldset legend "
    "label input button img mark"
)
_RELATIONS = words(
    "alternate apple-touch-icon author canonical cite-as describedby help icon license manifest "
    "me next preload prev search shortcut up"
)
_STYLESHEET = re.compile(r"(\.\./)*static/(postil|theme)[\w.-]*\.css(\?[\w.=-]*)?")
_SCRIPT = re.compile(r"(\.\./)*static/(reader|early)[\w.-]*\.js(\?[\w.=-]*)?")
_VIEWPORT = "width=device-width, initial-scale=1"
_POLICY = "content-security-policy"
_ORDERS = ("", _POLICY, "x-ua-compatible")  # of <meta http-equiv>
_LOADING = words("base link script style")


def _complaints_of_frame(page: Element, article: Element) -> Iterator[Complaint]:
    frame = list(_beside(page, article))
    if not _has_strict_policy(frame):
        message = "the page lacks the policy that keeps other styles and scripts out"
        yield Complaint(message, of_templates=True)
    for element in frame:
        name, attributes = element.name, element.attributes
        if name == "meta" and attributes.get("charset", "utf-8").lower() != "utf-8":
            yield Complaint("the page says that it is not UTF-8: letters may be wrong")
        elif name == "meta" and attributes.get("http-equiv", "").lower() not in _ORDERS:
            message = f'<meta http-equiv="{attributes["http-equiv"]}"> may show another page'
            yield Complaint(message)
        elif name == "template":
            yield Complaint("<template> may stand for the words beside it")
        elif not _is_known(element):
            yield Complaint(f"<{name}> as it is here is not of Postil's page", None, True)
        for attribute in attributes:
            if attribute == "style" or attribute.startswith("on"):
                yield Complaint(f"<{name} {attribute}> is not of Postil's page", None, True)


def _beside(page: Element, article: Element) -> Iterator[Element]:
    """All elements of a page but the article and what is in it."""
    inside = set(map(id, article.walk()))
    return (element for element in page.walk() if id(element) not in inside)


def _is_known(element: Element) -> bool:
    attributes = element.attributes
    match element.name:
        case "meta" if attributes.get("name", "").lower() == "viewport":
            return attributes.get("content") == _VIEWPORT
        case "meta":
            return not attributes.keys().isdisjoint(("charset", "http-equiv", "name", "property"))
        case "style":  # of a single file
            return _STYLESHEET.fullmatch(attributes.get("data-from", "")) is not None
        case "link":
            relations = words(attributes.get("rel", "").lower())
            if "stylesheet" in relations:
                return _STYLESHEET.fullmatch(attributes.get("href", "")) is not None
            return relations <= _RELATIONS
        case "script" if attributes.get("type") == "application/ld+json":
            return True
        case "script" if "data-from" in attributes:
            is_alone = "src" not in attributes
            return is_alone and _SCRIPT.fullmatch(attributes["data-from"]) is not None
        case "script":
            source = attributes.get("src", "")
            return _SCRIPT.fullmatch(source) is not None and not element.content
    return element.name in _FRAME


_OURS = words("'none' 'self'")
# What may come from anywhere: by itself it changes no word of the article.
_HARMLESS = words("connect-src font-src frame-src img-src media-src")
_HASH = re.compile(r"'sha256-[\w+/]{43}='", re.ASCII)  # of what is inside of a single file


def _has_strict_policy(frame: list[Element]) -> bool:
    """Whether a policy lets in nothing from elsewhere, and stands before all that is loaded."""
    for element in frame:
        inside = element.parent.name if element.parent else ""
        if element.name in _LOADING:
            return False
        if element.attributes.get("http-equiv", "").lower() == _POLICY and inside == "head":
            return _is_strict(element.attributes.get("content", ""))
    return False


def _is_strict(policy: str) -> bool:
    directives = {
        name: words(" ".join(sources))
        for name, *sources in (part.lower().split() for part in policy.split(";") if part.strip())
    }
    is_none_by_default = directives.get("default-src", frozenset()) == {"'none'"}
    return is_none_by_default and all(
        source in _OURS or _HASH.fullmatch(source)
        for name, sources in directives.items()
        if "-src" in name and name not in _HARMLESS
        for source in sources
    )


# ------------------------------------------------------------------ in the article

_MARK = words("data-annotation class")
_KINDS_OF_MARK = words("noted boxed sourced")
_BARRED = words("style popover popovertarget srcset")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_IN_LINES = _PHRASING | _DRAWING
_IN_BRACKETS = re.compile(r"\s*(\[[^\[\]]+\]\s*)?")


def _complaints_of_content(article: Element) -> Iterator[Complaint]:
    marked: set[str] = set()
    waiting, outer = [article], []
    while waiting:
        element = waiting.pop()
        if "data-apparatus" in element.attributes:
            outer.append(element)
            continue
        if element.name == "mark":
            marked |= words(element.attributes.get("data-annotation", ""))
            yield from _complaints_of_mark(element)
        waiting += [part for part in element.content if isinstance(part, Element)]
    for element in reversed(outer):
        yield from _complaints_of_apparatus(element, marked)


def _complaints_of_mark(mark: Element) -> Iterator[Complaint]:
    for attribute in mark.attributes.keys() - _MARK:
        yield Complaint(f"<mark {attribute}> may hide or turn the words in it", mark)
    for name in words(mark.attributes.get("class", "")) - _KINDS_OF_MARK:
        yield Complaint(f'<mark class="{name}"> may hide the words in it', mark)


def _complaints_of_apparatus(top: Element, marked: set[str]) -> Iterator[Complaint]:
    name = top.name
    if not any(has_shape(top, marked) for has_shape in _SHAPES):
        message = f"<{name} data-apparatus> has no shape of apparatus: it may pass for the article"
        yield Complaint(message, top, True)
    for element in top.walk():
        for attribute in element.attributes:
            if attribute in _BARRED or attribute.startswith("on"):
                yield Complaint(f"<{element.name} {attribute}> may cover the words", element, True)
    is_apart = _is_box(top, marked) or _is_isolated(top)
    turning = _TURNING.search("" if is_apart else _text_of(top))
    if turning:
        message = f"U+{ord(turning[0]):04X} in <{name} data-apparatus> turns the words after it"
        yield Complaint(message, top)


def _is_isolated(element: Element) -> bool:
    """Whether what is in the element cannot turn what follows it, as browsers lay out text."""
    return element.name == "bdi" or "dir" in element.attributes


def _text_of(element: Element) -> str:
    return "".join(text for text, _ in element.texts())


def _consists_of(element: Element, names: frozenset[str]) -> bool:
    return all(inner.name in names for inner in element.walk())


# Shapes of an outermost element with data-apparatus; `marked` are the ids of the page's marks.
# What stands in a line must begin with a link, by which a reader knows it from the article's words.


def _is_anchor(top: Element, marked: set[str]) -> bool:
    """A place and nothing in it: of an annotation, or of what stands beside the text."""
    return top.name == "span" and not top.content


def _is_reference(top: Element, marked: set[str]) -> bool:
    links = [element for element in top.walk() if element.name == "a"]
    return (
        _consists_of(top, words("a bdi span sup"))
        and [link.attributes.get("role") for link in links] == ["doc-noteref"]
        and _text_of(top) == _text_of(links[0])
        and _text_of(top).isdecimal()
    )


def _is_marker(top: Element, marked: set[str]) -> bool:
    is_link = top.name == "a" and top.attributes.get("href", "").startswith("#")
    is_sign = _IN_BRACKETS.fullmatch(_text_of(top)) is not None
    return is_link and is_sign and _consists_of(top, _IN_LINES)


def _is_badge(top: Element, marked: set[str]) -> bool:
    is_link = top.name == "a" and "href" in top.attributes and "data-source" in top.attributes
    return is_link and _consists_of(top, _IN_LINES)


def _is_owned(top: Element, marked: set[str]) -> bool:
    """Badges, hops, status, and what else belongs to one annotation."""
    if top.name not in ("span", "bdi") or top.attributes.get("data-for", "") not in marked:
        return False
    first = next((inside for text, inside in top.texts() if not text.isspace()), top)
    around = (first, *first.ancestors())
    is_known = any(_leads_to_apparatus(each) or _is_draft(each) for each in around)
    return _consists_of(top, _IN_LINES) and is_known


def _is_draft(element: Element) -> bool:
    return "draft" in words(element.attributes.get("class", ""))


def _leads_to_apparatus(element: Element) -> bool:
    attributes = element.attributes
    return element.name == "a" and (
        "data-source" in attributes or attributes.get("href", "").startswith("#")
    )


def _is_row(top: Element, marked: set[str]) -> bool:
    """A paragraph of such shapes, as after a block of code."""
    parts = [part for part in top.content if isinstance(part, Element) or not part.isspace()]
    return (top.name == "p" and bool(parts)) and all(
        isinstance(part, Element) and any(has_shape(part, marked) for has_shape in _LINE_SHAPES)
        for part in parts
    )


def _is_strip(top: Element, marked: set[str]) -> bool:
    is_picture = top.name == "svg" and "data-strip" in top.attributes and not _text_of(top)
    return is_picture and _consists_of(top, _DRAWING)


def _is_box(top: Element, marked: set[str]) -> bool:
    is_box = top.name == "aside" and "data-context" in top.attributes
    between = top.parent is not None and "data-article" in top.parent.attributes
    has_heading = any(_HEADING.fullmatch(element.name) for element in top.walk())
    pictures = [element for element in top.walk() if element.name == "img"]
    return (is_box and between and has_heading and _consists_of(top, _FLOW | {"img"})) and all(
        picture.parent and picture.parent.name == "figure" and picture.attributes.get("alt")
        for picture in pictures
    )


_HEADING = re.compile("h[1-6]")
_LINE_SHAPES = (_is_anchor, _is_reference, _is_marker, _is_badge, _is_owned)
_SHAPES = (*_LINE_SHAPES, _is_row, _is_strip, _is_box)
