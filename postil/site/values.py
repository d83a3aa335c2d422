"""Values that are not what an editor wants: made by escapes, with markup in a title, of no use."""

import re

from postil.diagnostics.model import Report
from postil.site.loading import Loaded
from postil.site.settings import Site
from postil.yaml.reading import Located

# Emphasis, a citation, a link: what the Markdown of prose would be, and a title is not.
_MARKUP = re.compile(
    r"(?<![\w*])(\*{1,2})(?=[^\s*])[^*]*(?<=[^\s*])\1(?![\w*])"
    r"|(?<!\w)(_{1,2})(?=[^\s_])[^_]*(?<=[^\s_])\2(?!\w)"
    r"|\[@[^\[\]]+\]|\[[^\[\]]+\]\([^()\s]+\)"
)


def check_escapes(located: Located, report: Report) -> None:
    """Warn of characters that nobody sees and that a value has by its escapes: `"p. 6\\u202e"`.

    The same of references of HTML, `p. &#x202e;6`, which prose and titles of sources know.
    Those that stand in the file itself have been reported when it was read.
    """
    text = located.source.text
    if "\\" not in text and "&" not in text and not located.elsewhere:
        return
    for path in located.values:
        written = located.written(path)
        if "&" in written or (written.startswith('"') and "\\" in written):
            from postil.site import unseen  # for few values

            unseen.check_value(located, path, report)


def check_titles(located: Located, report: Report) -> None:
    """Warn of markup in the titles of a file: it is printed as it was typed."""
    for path in located.values:
        found = _MARKUP.search(str(located.value(path))) if path[-1:] == ("title",) else None
        if found:
            report.warning(
                "markup-in-title",
                f"`{found[0]}` is printed as it is: a title has no markup",
                located.find(path, found[0]),
                help="write the words alone",
            )


def check_embeds(site: Loaded[Site], report: Report) -> None:
    """Report embeds that nobody could show: they need the site's address."""
    if site.value.embeds and not site.value.base_url:
        report.error(
            "missing-field",
            "embeds need a `base_url`: other sites show them",
            site.located.key_span(("embeds",)),
            help="base_url: https://example.org/",
        )
