"""A build that would change nothing is answered from memory, and only such a build is."""

import os
import shutil
import time

import pytest
from conftest import ROOT

SITE = ROOT / "tests" / "sites" / "unused-source"


@pytest.fixture
def site(tmp_path, postil):
    """A built site whose files are old enough to be remembered."""
    root = shutil.copytree(SITE, tmp_path / "site")
    old = time.time() - 60
    for path in root.rglob("*"):
        os.utime(path, (old, old + 0.5))
    assert "written" in postil("--root", root).stdout
    return root


def test_a_build_without_changes_says_so_and_repeats_its_warnings(site, postil):
    done = postil("--root", site)
    assert done.stdout == "nothing has changed\n"
    assert "warning[unused-source]" in done.stderr
    assert done.returncode == 0


CHANGES = {
    "an article": lambda root: (root / "content/x/article.txt").write_text("Mayor"),
    "the time of a file": lambda root: os.utime(root / "site.yaml"),
    "a new file": lambda root: (root / "content/context.yaml").write_text(""),
    "a renamed file": lambda root: (root / "content/sources.yaml").rename(root / "content/s.yaml"),
    "a removed explainer": lambda root: shutil.rmtree(root / "content/x"),
    "a template of the site's own": lambda root: (root / "templates").mkdir(),
    "a page that somebody changed": lambda root: (root / "output/index.html").write_text("x"),
    "a page that somebody removed": lambda root: (root / "output/index.html").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_noticed(change, site, postil):
    CHANGES[change](site)
    assert "nothing has changed" not in postil("--root", site).stdout


@pytest.mark.parametrize("options", [["--drafts"], ["--format", "json"], ["--output", "other"]])
def test_another_way_of_building_is_another_build(options, site, postil, tmp_path):
    options = [tmp_path / option if option == "other" else option for option in options]
    done = postil("--root", site, *options)
    assert "nothing has changed" not in done.stdout + done.stderr


def test_a_file_changed_just_now_is_not_trusted_to_stay(site, postil):
    (site / "site.yaml").write_text("title: Now\n")
    assert "written" in postil("--root", site).stdout
    (site / "site.yaml").write_text("title: Not\n")  # same size, perhaps within one tick

    assert "nothing has changed" not in postil("--root", site).stdout
    assert "Not" in (site / "output/index.html").read_text()


def test_a_failed_build_is_not_remembered(site, postil):
    (site / "content/x/annotations.yaml").write_text("title: x\nannotations: [{quote: nowhere}]\n")
    first, second = postil("--root", site), postil("--root", site)
    assert first.returncode == second.returncode == 1
    assert first.stderr == second.stderr
