"""Sources in several files are one list of sources, and every mistake is in its own file."""

import json
import shutil
import time

import pytest
from small_site import SOURCES, write_site
from test_live import told

from postil import building
from postil.building import updating
from postil.cli import commands
from postil.diagnostics.model import Report, SourceText
from postil.preview.live import LiveSite
from postil.preview.watching import Watcher
from postil.site import loading
from postil.site.inputs import read_sources
from postil.yaml.reading import Located, read

ENTRIES = [f"{each.strip()}\n" for each in SOURCES.replace("\n  ", "\0").splitlines()]
ENTRIES = [entry.replace("\0", "\n  ") for entry in ENTRIES]
IDS = ["reuters", "state", "jones", "report"]


@pytest.fixture
def root(tmp_path):
    return write_site(tmp_path / "site")


def put(root, files: dict[str, str]) -> None:
    """Write files of content/, in the place of all that has sources now."""
    (root / "content/sources.yaml").unlink(missing_ok=True)
    shutil.rmtree(root / "content/sources", ignore_errors=True)
    for name, text in files.items():
        path = root / "content" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def complaints(root, *ways) -> list[tuple[str, str, int]]:
    site = building.build_site(root, jobs=1)
    return [(each.code, each.span.source.path, each.place[0]) for each in site.report.in_order()]


SPREAD = {
    "one file": {"sources.yaml": SOURCES},
    "one further file": {"sources/all.yaml": SOURCES},
    "beside the usual one": {
        "sources.yaml": ENTRIES[0] + ENTRIES[1],
        "sources/court-desk.yaml": ENTRIES[2] + ENTRIES[3],
    },
    "a file a letter": {
        f"sources/{letter}.yaml": f"# {letter}\n{entry}"
        for letter, entry in zip("abcd", ENTRIES, strict=True)
    },
    "a file without any": {"sources.yaml": SOURCES, "sources/none.yaml": "# none yet\n"},
    "as exported": {
        "sources.yaml": ENTRIES[0] + ENTRIES[1] + ENTRIES[2],
        "sources/z.yaml": json.dumps(
            [
                {
                    "id": "report",
                    "kind": "document",
                    "name": "A report",
                    "note": "Written for [@state].",
                }
            ]
        ),
    },
    "beside what is none": {
        "sources.yaml": SOURCES,
        "sources/README.md": "Ask the desk.",
        "sources/a.yaml~": "reuters: [",
        "sources/.a.yaml.swp": "reuters: [",
    },
}


@pytest.mark.parametrize("files", SPREAD.values(), ids=SPREAD)
def test_however_sources_are_spread_the_site_is_the_same(files, root):
    wanted = building.build_site(root, jobs=1)
    put(root, files)

    made = building.build_site(root, jobs=1)

    assert wanted.report.diagnostics == made.report.diagnostics == []
    assert made.files == wanted.files


def test_sources_are_in_the_order_of_the_files_names(root):
    put(
        root,
        {"sources/b.yaml": ENTRIES[0], "sources/a.yaml": ENTRIES[1], "sources.yaml": ENTRIES[2]},
    )
    sources = read_sources(root, Report())
    assert sources and list(sources.value) == ["jones", "state", "reuters"]


MISTAKES = {
    "an id in two files": (
        {"sources.yaml": SOURCES, "sources/a.yaml": f"\n{ENTRIES[0]}"},
        [("duplicate-key", "content/sources/a.yaml", 2)],
    ),
    "an id in three": (
        {"sources.yaml": SOURCES, "sources/a.yaml": ENTRIES[0], "sources/b.yaml": ENTRIES[0]},
        [("duplicate-key", f"content/sources/{letter}.yaml", 1) for letter in "ab"],
    ),
    "a kind that is none": (
        {"sources.yaml": SOURCES, "sources/a.yaml": "extra:\n  kind: wir\n  name: Extra\n"},
        [("unknown-kind", "content/sources/a.yaml", 2)],
    ),
    "mistakes in each file": (
        {
            "sources.yaml": SOURCES.replace("name: Reuters", "names: Reuters"),
            "sources/a.yaml": "extra: {kind: wire}\n",
            "sources/b.yaml": "extra: [\n",
        },
        [
            ("missing-field", "content/sources.yaml", 1),
            ("unknown-key", "content/sources.yaml", 3),
            ("missing-field", "content/sources/a.yaml", 1),
            ("yaml-syntax", "content/sources/b.yaml", 1),
        ],
    ),
    "no one to speak for": (
        {
            "sources.yaml": SOURCES,
            "sources/a.yaml": "extra:\n  kind: wire\n  name: E\n  speaks_for: stat\n",
        },
        [("unknown-source", "content/sources/a.yaml", 4)],
    ),
    "a citation of nobody": (
        {
            "sources.yaml": SOURCES,
            "sources/a.yaml": "extra:\n  kind: wire\n  name: E\n  note: As [@reuters; @nob].\n",
        },
        [("unknown-source", "content/sources/a.yaml", 4)],
    ),
    "an escape": (
        {
            "sources.yaml": f"# {'x' * 90}\n{SOURCES}",
            "sources/a.yaml": 'extra:\n  kind: wire\n  name: "E\\u200b"\n',
        },
        [
            ("unused-source", "content/sources/a.yaml", 1),
            ("invisible-character", "content/sources/a.yaml", 3),
        ],
    ),
    "nothing uses it": (
        {"sources.yaml": SOURCES, "sources/a.yaml": "\nextra:\n  kind: wire\n  name: E\n"},
        [("unused-source", "content/sources/a.yaml", 2)],
    ),
    "another ending": (
        {"sources.yaml": SOURCES, "sources/A.yml": "extra: {kind: wire, name: E}\n"},
        [("missing-file", "content/sources/a.yaml", 1)],
    ),
    "an explainer of that name": (
        {"sources.yaml": SOURCES, "sources/annotations.yaml": "title: Sources\n"},
        [("slug-clash", "content/sources", 1)],
    ),
}


@pytest.mark.parametrize(("files", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_where_it_is(files, expected, root):
    put(root, files)
    assert complaints(root) == expected


def test_an_id_in_two_files_names_both_places(root):
    put(root, {"sources.yaml": f"# Those we have.\n{SOURCES}", "sources/a.yaml": ENTRIES[0]})
    (complaint,) = building.build_site(root, jobs=1).report.diagnostics
    assert complaint.message == "`reuters` is taken already, at content/sources.yaml:2"


def test_each_file_has_the_limit_of_a_file_of_sources(root):
    put(root, {"sources.yaml": SOURCES, "sources/a.yaml": "#" * (loading.SHARED_LIMIT + 1)})
    site = building.build_site(root, jobs=1)
    (complaint,) = site.report.diagnostics
    assert complaint.code == "file-too-large"
    assert complaint.span.source.path == "content/sources/a.yaml"
    assert "content/sources/" in complaint.help


def test_nothing_is_read_through_a_link(root, tmp_path):
    put(root, {"sources.yaml": SOURCES})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/a.yaml").write_text("extra: [")
    (root / "content/sources").symlink_to(tmp_path / "elsewhere")
    assert complaints(root) == [("symlink", "content/sources", 1)]
    (root / "content/sources").unlink()
    (root / "content/sources").mkdir()
    (root / "content/sources/a.yaml").symlink_to(tmp_path / "elsewhere/a.yaml")
    assert complaints(root) == [("symlink", "content/sources/a.yaml", 1)]


def test_the_work_of_joining_files_grows_with_what_is_in_them():
    def seconds(files: int) -> float:
        texts = (
            "".join(f"s{file}-{n}: {{kind: wire, name: N}}\n" for n in range(20))
            for file in range(files)
        )
        found = [read(SourceText(f"{n}.yaml", text), Report()) for n, text in enumerate(texts)]
        started = time.process_time()
        joined = Located.of_several([each for each in found if each])
        took = time.process_time() - started
        assert isinstance(joined.data, dict) and len(joined.data) == 20 * files
        return took

    small, large = min(seconds(50) for _ in range(3)), min(seconds(800) for _ in range(2))
    assert large < 16 * 4 * small


# ------------------------------------------------------------------ what depends on them


def test_a_changed_file_makes_only_pages_stale_that_use_what_changed(root, capsys):

    put(root, {f"sources/{id}.yaml": entry for id, entry in zip(IDS, ENTRIES, strict=True)})
    built: list[str] = []
    build = updating.build_explainer

    def noted(slug, renderer, **same):
        built.append(slug)
        return build(slug, renderer, **same)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(updating, "build_explainer", noted)
        for old, new, expected in [
            ("", "", {"alpha", "beta", "gamma", "delta"}),
            ("Stuart Jones", "Stuart E. Jones", {"beta"}),
            ("A report", "The report", {"gamma", "delta"}),
            ("jones:", "# a remark\njones:", set()),
        ]:
            built.clear()
            for path in (root / "content/sources").iterdir():
                path.write_text(path.read_text().replace(old, new) if old else path.read_text())
            assert commands.run(["--root", str(root), "--jobs", "1"]) == 0
            assert set(built) == expected


def test_the_preview_follows_every_file(root):
    live, watcher = LiveSite(root, jobs=1), Watcher(root)

    def follow(files: dict[str, str]) -> set[str]:
        put(root, files)
        names = watcher.look()
        live.note(names)
        live.rebuild()
        assert told(live.report) == told(building.build_site(root, drafts=True).report)
        return {str(each.code) for each in live.report.diagnostics}

    spread = SPREAD["a file a letter"]
    assert follow(spread) == set()
    assert follow(spread | {"sources/a.yaml": ENTRIES[0].replace("Reuters", "AFP")}) == set()
    assert "AFP" in (live.file("alpha/index.html") or b"").decode()
    assert follow(spread | {"sources/a.yaml": "reuters: ["}) == {"yaml-syntax"}
    assert follow(spread | {"sources/e.yaml": ENTRIES[0]}) == {"duplicate-key"}
    assert follow({"sources.yaml": SOURCES}) == set()
    places = live.places("alpha").sources
    assert {place.file for place in places.values()} == {"content/sources.yaml"}


def move(root):
    put(root, {"sources/a.yaml": f"# moved\n{ADDRESSED}"})


def remark(root):
    path = root / "content/context.yaml"
    path.write_text(f"# a remark\n{path.read_text()}")


def remark_on_sources(root):
    put(root, {"sources.yaml": f"# a remark\n{ADDRESSED}"})


ADDRESSED = SOURCES.replace("name: Reuters", "name: Reuters\n  url: https://example.org/")


@pytest.mark.parametrize("change", [move, remark, remark_on_sources])
def test_what_is_said_of_an_entry_names_the_line_that_it_has_now(change, root, capsys):

    def said() -> str:
        commands.run(["check", "--root", str(root), "--format", "json", "--report", "--jobs", "1"])
        return capsys.readouterr().out

    context = root / "content/context.yaml"
    context.write_text(
        context.read_text().replace("harbour:\n", "harbour:\n  review_by: 2001\n")
        + "idle:\n  title: Idle\n  body: Nobody uses it.\n"
    )
    put(root, {"sources.yaml": ADDRESSED})
    before = said()
    change(root)
    after = said()
    shutil.rmtree(root / ".postil")
    assert after == said()
    assert after != before
