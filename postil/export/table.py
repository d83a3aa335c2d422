"""Every file for other programs that lies beside a page: a row here, a module each, its words."""

from collections.abc import Callable

from msgspec import Struct

from postil.export import jsonld
from postil.site.examining import Placed, Shared


class Export(Struct, frozen=True):
    """One file: its name, its media type, the key of its words, and what makes it."""

    name: str
    media_type: str
    label: str
    make: Callable[[Placed, Shared], bytes]


EXPORTS = (
    Export(jsonld.NAME, "application/ld+json", "download_annotations", jsonld.annotation_page),
)
