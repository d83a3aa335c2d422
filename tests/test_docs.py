"""Documentation and program agree: every diagnostic, field and command is explained."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from postil.diagnostics.codes import CODES
from postil.diagnostics.model import Report, SourceText
from postil.site import files, model, schemas, settings, vocabulary
from postil.yaml.reading import read

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SITES = ROOT / "tests" / "sites"

# Their sites cannot lie in a repository: they are made by the tests that are named.
MADE_ELSEWHERE = {
    "internal-error": "test_live.py",
    "symlink": "test_untrusted.py",
    "file-too-large": "test_loading.py",
    "unreadable-file": "test_loading.py",
    "yaml-too-large": "test_yaml.py",
}


# `check` judges what is published: only where drafts are shown is a link to one a warning.
WARNED_ELSEWHERE = {"link-to-draft": "test_drafts.py"}

TABLE = {(severity, code) for severity, codes in CODES.items() for code in codes}


def documented() -> list[str]:
    text = (DOCS / "diagnostics.md").read_text(encoding="utf-8")
    return re.findall(r"^## ([a-z-]+)$", text, re.MULTILINE)


def provoked() -> set[tuple[str, str]]:
    """Every severity and code that a site under tests/sites/ provokes, by its expected text."""
    texts = (path.read_text(encoding="utf-8") for path in SITES.glob("*/expected.txt"))
    return {pair for text in texts for pair in re.findall(r" (error|warning)\[([a-z-]+)\]", text)}


def test_every_diagnostic_has_a_section_and_every_section_a_diagnostic():
    assert {code for _, code in TABLE} == set(documented())


def test_every_diagnostic_is_provoked_by_a_site_or_a_test():
    elsewhere = {("error", code) for code in MADE_ELSEWHERE}
    elsewhere |= {("warning", code) for code in WARNED_ELSEWHERE}
    assert provoked() | elsewhere == TABLE


@pytest.mark.parametrize(("code", "file"), [*MADE_ELSEWHERE.items(), *WARNED_ELSEWHERE.items()])
def test_what_is_made_elsewhere_is_made_there(code, file):
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    assert re.search(rf"(?<![\w-]){code}(?![\w-])", text)


@pytest.mark.parametrize("code", documented())
def test_every_code_has_a_site_of_its_name(code):
    assert (SITES / code).is_dir() != (code in MADE_ELSEWHERE)


def test_sections_are_in_alphabetical_order():
    assert documented() == sorted(documented())


def section_on(code: str) -> str:
    text = (DOCS / "diagnostics.md").read_text(encoding="utf-8")
    return re.split(r"^## ", text.partition(f"\n## {code}\n")[2], flags=re.MULTILINE)[0]


@pytest.mark.parametrize("code", documented())
def test_every_section_says_what_to_do(code):
    assert "**Do:**" in section_on(code)
    assert len(section_on(code).split()) > 8


@pytest.mark.parametrize("code", documented())
def test_every_section_says_whether_it_is_about_a_warning(code):
    assert ("warning" in section_on(code)) == (code in CODES["warning"])


STRUCTS = [
    settings.Site, settings.Theme, settings.Kind, settings.Status, settings.Licence,
    settings.Policy, settings.Fonts, model.Source, model.Explainer,
    model.ArticleFacts, model.Target, model.Annotation, model.Use, model.ContextBox,
    model.Correction, model.Hop, model.Figure, model.TimelineEntry, model.Update, model.Reply,
]  # fmt: skip


@pytest.mark.parametrize("struct", STRUCTS, ids=lambda s: s.__name__)
def test_every_field_is_in_the_reference(struct):
    text = (DOCS / "annotations.md").read_text(encoding="utf-8")
    missing = [
        field.encode_name
        for field in msgspec.structs.fields(struct)
        if f"`{field.encode_name}`" not in text
    ]
    assert missing == []


@pytest.mark.parametrize("name", [*vocabulary.KINDS, *vocabulary.STATUSES])
def test_every_kind_and_status_is_in_the_reference(name):
    assert f"`{name}`" in (DOCS / "annotations.md").read_text(encoding="utf-8")


PAGES = [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def yaml_examples():
    for page in PAGES:
        text = page.read_text(encoding="utf-8") if page.exists() else ""
        for number, example in enumerate(
            re.findall(r"^ *```yaml\n(.*?)^ *```$", text, re.M | re.S)
        ):
            yield pytest.param(example, id=f"{page.name}-{number + 1}")


@pytest.mark.parametrize("example", list(yaml_examples()))
def test_every_yaml_example_is_read_without_complaint(example):
    report = Report()
    assert read(SourceText("example.yaml", example), report) is not None
    assert report.diagnostics == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_relative_link_leads_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", files.FILES)
def test_the_schemas_in_the_repository_are_those_of_the_models(name):
    text = (ROOT / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert json.loads(text) == json.loads(json.dumps(schemas.schema(name)))


def blocks_of(page: Path) -> list[tuple[str, bool, str]]:
    """The fenced blocks that name a file: its path, whether they add to it, and their text."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"^```\w+ (\S+?)( \(add\))?\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [(path, bool(add), block) for path, add, block in found]


def test_the_site_of_the_guide_builds_without_complaint(tmp_path, postil):
    for path, add, block in blocks_of(DOCS / "authoring.md"):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text(encoding="utf-8") if add else ""
        file.write_text(before + block, encoding="utf-8")

    done = postil("--root", tmp_path, "--strict", "--drafts")

    assert done.stderr == ""
    assert done.returncode == 0
    assert "7 annotations" in done.stdout


def test_the_complaint_in_the_guide_is_the_one_that_is_printed(tmp_path, postil):
    guide = (DOCS / "authoring.md").read_text(encoding="utf-8")
    for path, add, block in blocks_of(DOCS / "authoring.md"):
        if not add:
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            block = block.replace("quote: the bridge was", "quote: the old bridge was")
            file.write_text(block, encoding="utf-8")

    done = postil("check", "--root", tmp_path)

    complaint = done.stdout[: done.stdout.index("\n\n")]
    assert "error[orphan]" in complaint
    assert complaint in guide
