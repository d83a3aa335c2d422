"""Words as YAML that can be pasted."""

import msgspec

from postil.text.characters import notable_characters
from postil.yaml.composer import PLAIN, composed


def as_scalar(text: str) -> str:
    """The text as it can be pasted after `key: `: as it is if YAML allows that, else in quotes."""
    pasted = f"key: {text}"
    found = composed(pasted, PLAIN)
    complaints = found.refused or found.warnings or notable_characters(pasted, 1)
    return text if found.data == {"key": text} and not complaints else quoted(text)


def quoted(text: str) -> str:
    """The text as a YAML value in quotation marks; escapes only where it has line ends."""
    if "\n" in text:
        return msgspec.json.encode(text).decode()
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"
