"""Sources as editors and exporters write them, and what a page prints of them."""

import re
from html import unescape
from pathlib import Path

import msgspec
import pytest
from conftest import ROOT

from postil.site import model

ANNOTATIONS = "title: T\nannotations:\n  - quote: the bridge\n    sources: [s]\n    note: N.\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of one explainer that uses one source, `s`; sources.yaml is to be written."""
    (tmp_path / "content/a").mkdir(parents=True)
    (tmp_path / "site.yaml").write_text("title: A site\n")
    (tmp_path / "content/a/article.txt").write_text("She crossed the bridge.\n")
    (tmp_path / "content/a/annotations.yaml").write_text(ANNOTATIONS)
    return tmp_path


def entry_of(root: Path, source: str = "s") -> str:
    """What a built page says of a source, as HTML."""
    page = (root / "output/a/index.html").read_text(encoding="utf-8")
    found = re.search(rf'<li id="source-{re.escape(source)}">.*?</li>', page, re.DOTALL)
    assert found, source
    return found[0]


def words_of(html: str) -> str:
    """The words of a piece of HTML, as a reader sees them."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


# ------------------------------------------------------------------ what is printed

# A value by which each field can be told on the page, where `field-name` is none.
TELLING = {
    "kind": "wire", "author": '["author"]', "editor": '["editor"]', "translator": '["translator"]',
    "url": "https://e.org/url", "URL": "https://e.org/URL", "archive_url": "https://e.org/archive",
    "DOI": "10.1000/DOI", "issued": "1901", "original-date": "1902", "accessed": "1903",
    "speaks_for": "body", "language": "sv",
}  # fmt: skip
FIELDS = [field.encode_name for field in msgspec.structs.fields(model.Source)]
SAID_NOT_TO_BE = re.search(
    r"^Accepted from exports, and not printed: (.*)\.$",
    (ROOT / "docs/annotations.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


@pytest.mark.parametrize("field", sorted({*FIELDS} - {"kind", "name"}))
def test_every_field_of_a_source_is_printed_or_said_not_to_be(field, site, postil):
    assert SAID_NOT_TO_BE
    value = TELLING.get(field, f"the-{field}")
    (site / "content/sources.yaml").write_text(
        f"s: {{kind: press, name: The name, {field}: {value}}}\nbody: {{kind: un, name: body}}\n"
    )

    done = postil("--root", site)

    assert done.returncode == 0, done.stdout
    is_printed = value.strip('["]') in entry_of(site).replace("The name", "")
    assert is_printed != (f"`{field}`" in SAID_NOT_TO_BE[1])
