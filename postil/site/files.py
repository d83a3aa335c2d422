"""A file of the site to its model: what each of them is, and what refuses it."""

from typing import Any

import msgspec

from postil.site import csl, model, settings

FILES: dict[str, Any] = {
    "annotations": model.Explainer,
    "sources": model.Sources,
    "context": model.Contexts,
    "site": settings.Site,
}


def convert(name: str, data: Any) -> Any:
    """A file's data as its model. Raises msgspec.ValidationError if that refuses it."""
    if name == "sources" and isinstance(data, dict):
        data = {id: csl.printed(entry) for id, entry in data.items()}
    return msgspec.convert(data, FILES[name], dec_hook=lambda kind, value: kind.read(value))
