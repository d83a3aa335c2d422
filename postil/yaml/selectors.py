"""A selector as an editor would type it."""

from postil.text.anchoring import Selector
from postil.yaml.writing import as_scalar


def selector_lines(selector: Selector) -> list[str]:
    """A selector as the lines of an entry of annotations.yaml, `quote` first."""
    words = {
        "quote": selector.quote,
        "to": selector.to,
        "prefix": selector.prefix,
        "suffix": selector.suffix,
    }
    lines = [f"{key}: {as_scalar(value)}" for key, value in words.items() if value]
    if selector.occurrence:
        lines.append("occurrence: {} of {}".format(*selector.occurrence))
    return lines
