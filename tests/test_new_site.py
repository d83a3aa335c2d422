"""A new site builds as it stands, in any folder, and nothing that was there is touched."""

import json
import subprocess
import sys

import pytest
from conftest import ROOT

from postil import __version__, building
from postil.cli.new_site import make_site
from postil.diagnostics.refusal import Refusal


def diagnostics(root, **options):
    return [each.code for each in building.build_site(root, jobs=1, **options).report.in_order()]


def test_a_new_site_has_nothing_to_complain_of_with_its_draft_and_without(tmp_path):
    written, kept = make_site(tmp_path / "court-desk")

    assert kept == []
    assert {"site.yaml", ".gitignore", ".github/workflows/publish.yaml"} <= set(written)
    assert "\ntitle: Court desk\n" in (tmp_path / "court-desk/site.yaml").read_text()
    assert diagnostics(tmp_path / "court-desk", drafts=True) == []
    assert diagnostics(tmp_path / "court-desk") == []


def test_its_example_is_a_draft(tmp_path):
    make_site(tmp_path)
    assert building.build_site(tmp_path, jobs=1).left_out == ("example",)


@pytest.mark.parametrize("name", ["a: b", "yes", "---", "#x", "ünï"])
def test_any_name_of_a_folder_makes_a_title(name, tmp_path):
    make_site(tmp_path / name)
    assert diagnostics(tmp_path / name, drafts=True) == []


def test_the_schemas_are_those_of_this_postil(tmp_path):
    make_site(tmp_path)
    for path in (ROOT / "schema").iterdir():
        made = json.loads((tmp_path / "schema" / path.name).read_text(encoding="utf-8"))
        assert made == json.loads(path.read_text(encoding="utf-8"))


def test_what_is_there_stays_and_is_named(tmp_path):
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "content").mkdir()
    (tmp_path / ".gitignore").symlink_to("nowhere")

    written, kept = make_site(tmp_path)

    assert (tmp_path / "README.md").read_text() == "mine"
    assert sorted(kept) == [".gitignore", "README.md"]
    assert not [name for name in written if name.startswith("content/")]
    assert not (tmp_path / "nowhere").exists()


def test_a_site_is_not_begun_twice_and_a_file_is_no_folder(tmp_path):
    make_site(tmp_path / "a")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")}
    with pytest.raises(Refusal, match=r"has a site\.yaml already"):
        make_site(tmp_path / "a")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")} == before
    (tmp_path / "b").write_text("")
    with pytest.raises(Refusal, match="is not a folder"):
        make_site(tmp_path / "b")


def test_the_site_installs_the_postil_that_made_it(tmp_path):
    make_site(tmp_path)
    assert (tmp_path / "requirements.txt").read_text() == f"postil=={__version__}\n"


def run(*arguments, cwd, program=("-m", "postil")):
    command = [sys.executable, *program, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env={
        "PYTHONPATH": str(ROOT), "PATH": "", "POSTIL_DEBUG": "1"
    })  # fmt: skip


def test_the_next_steps_work_where_one_stands(tmp_path):
    done = run("new-site", "desk", cwd=tmp_path)
    assert "  cd desk\n  postil serve --open " in done.stdout
    (tmp_path / "a.txt").write_text("A headline\n\nThe mayor said so on Tuesday.\n")
    started = run("new", "my-first", "--article", "../a.txt", cwd=tmp_path / "desk")
    assert started.returncode == 0, started.stderr
    assert "  postil check " in started.stdout
    built = run("build", "--drafts", cwd=tmp_path / "desk")
    assert (built.returncode, built.stderr) == (0, "")
    assert (tmp_path / "desk/output-drafts/my-first/index.html").exists()


def test_build_py_names_the_site_in_its_next_steps(tmp_path):
    done = run("new-site", "desk", cwd=tmp_path, program=(ROOT / "build.py",))
    assert "  python build.py serve --open --root desk\n" in done.stdout
