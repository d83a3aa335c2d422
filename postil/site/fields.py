"""How the models of all files describe their fields to those who type."""

from typing import Any

from msgspec import Meta


def described(
    description: str, *examples: Any, pattern: str | None = None, known: str | None = None
) -> Meta:
    """What an editor is told of a field. `known` says what the value is the id or name of.

    A single example would be typed in by an editor's program: there are none or several.
    """
    return Meta(
        description=description,
        examples=list(examples) or None,
        pattern=pattern,
        extra_json_schema={"known": known} if known else None,
    )
