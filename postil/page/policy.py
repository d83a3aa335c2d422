"""What a page may load, as the Content-Security-Policy in its head says it."""

import re
from collections.abc import Iterator
from functools import lru_cache

from markupsafe import Markup, escape
from msgspec import structs

from postil.diagnostics.model import Report
from postil.site.settings import Policy
from postil.yaml.reading import Located

_ALLOWED = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "base-uri": ("'none'",),
    "form-action": ("'none'",),
}
# What pages of a sort need besides: a form, and a search, whose index is read by WebAssembly.
_FOR: dict[str, dict[str, tuple[str, ...]]] = {
    "": {},
    "form": {"form-action": ("'self'",)},
    "search": {"form-action": ("'self'",), "script-src": ("'self'", "'wasm-unsafe-eval'")},
}
# An origin, or what is below a path of it. Nothing that ends a source, a directive or an attribute.
_ORIGIN = re.compile(r"https://([a-z0-9-]+\.)+[a-z0-9-]+(:[0-9]{1,5})?(/[\w./~-]*)?", re.ASCII)
_FAMILY = re.compile(rf"https://\*\.{_ORIGIN.pattern.removeprefix('https://')}", re.ASCII)
_HASH = re.compile(r"'sha(256|384|512)-[A-Za-z0-9+/]+={0,2}'")
# What may be loaded from where beyond origins: code from nothing that somebody else can fill.
_CODE = {"script-src", "style-src"}
_SCHEMES = {"img-src": ("data:", "blob:"), "media-src": ("'self'", "data:", "blob:"),
            "font-src": ("data:",), "frame-src": ("'self'",)}  # fmt: skip


@lru_cache(16)  # most pages of a site have the same
def policy_of(policy: Policy, allows: str = "") -> Markup:
    """The policy of a page, with what the site adds, for an attribute in double quotes.

    `allows` is "form" for a page with the field of a search, "search" for the one that searches.
    """
    allowed = _ALLOWED | _FOR[allows]
    added = {name: sources for name, sources in _added(policy) if sources}
    whole = {name: (*sources, *added.pop(name, ())) for name, sources in allowed.items()}
    directives = (" ".join([name, *sources]) for name, sources in {**whole, **added}.items())
    return Markup(str(escape("; ".join(directives))).replace("&#39;", "'"))


def _added(policy: Policy) -> Iterator[tuple[str, tuple[str, ...]]]:
    return ((each.encode_name, getattr(policy, each.name)) for each in structs.fields(Policy))


def check_policy(policy: Policy, located: Located, report: Report) -> None:
    """Report `unsafe-policy` for what would let in more than is named."""
    for name, sources in _added(policy):
        for index, source in enumerate(sources):
            if not _is_narrow(name, source):
                wanted = "as in https://stats.example"
                if name in _CODE:
                    wanted += ", whole and without *; or the 'sha256-…' of what stands in a page"
                report.error(
                    "unsafe-policy",
                    f"`{source}` in {name} would let in more than you can vouch for",
                    located.span(("policy", name, index)),
                    help=f"name an address that begins with https://, {wanted}",
                )


def _is_narrow(name: str, source: str) -> bool:
    """Whether a source of a directive is one that can be told by name."""
    if name in _CODE:
        return bool(_ORIGIN.fullmatch(source) or _HASH.fullmatch(source))
    is_named = _ORIGIN.fullmatch(source) or _FAMILY.fullmatch(source)
    return bool(is_named) or source in _SCHEMES.get(name, ())
