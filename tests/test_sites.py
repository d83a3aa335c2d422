"""Small whole sites, most of them bad: each folder under sites/ is a site and what `check` says.

A folder is named for the diagnostic that it provokes, `CODE` or `CODE--CASE`. `--update-golden`
writes what is expected.
"""

import re
import shutil
from pathlib import Path

import pytest

from postil.cli import commands
from postil.site import searching

SITES = sorted(path for path in (Path(__file__).parent / "sites").iterdir() if path.is_dir())


@pytest.fixture(autouse=True)
def nothing_optional(monkeypatch):
    """What is said without it is said whatever is installed."""
    monkeypatch.setattr(searching, "indexer", lambda: None)


@pytest.mark.parametrize("site", SITES, ids=lambda path: path.name)
def test_a_site_gets_the_diagnostics_that_stand_beside_it(site, golden, capsys, tmp_path):
    root = shutil.copytree(site, tmp_path / "site", symlinks=True)
    code = commands.run(["check", "--no-report", "--root", str(root)])
    printed = capsys.readouterr()

    assert commands.run(["check", "--no-report", "--root", str(root)]) == code
    assert capsys.readouterr() == printed, "the second time, most of it is known already"
    golden(site / "expected.txt", printed.out)
    assert f"[{site.name.partition('--')[0]}]" in printed.out
    assert printed.err == ""
    assert code == (1 if ": error[" in printed.out else 0)


@pytest.mark.parametrize("site", SITES, ids=lambda path: path.name)
def test_every_complaint_has_a_place_and_a_way_out(site):
    text = (site / "expected.txt").read_text(encoding="utf-8")
    complaints = re.split(r"\n\n(?=\S+:\d+:\d+: )", text.rpartition("\n\n")[0])
    for complaint in complaints:
        assert re.match(r"[^:\n]+:\d+:\d+: (error|warning)\[[a-z-]+\] \S", complaint)
        assert " = help: " in complaint


@pytest.mark.parametrize("site", SITES, ids=lambda path: path.name)
def test_an_error_leaves_the_output_as_it_was(site, tmp_path, capsys):
    root = shutil.copytree(site, tmp_path / "site")
    output = root / "output"
    if not output.exists():  # some sites have been published before
        output.mkdir()
        (output / ".postil-manifest.json").write_text("{}\n")
    before = files_in(output)

    code = commands.run(["--root", str(root)])

    if code:
        assert files_in(output) == before
        assert "nothing was written" in capsys.readouterr().out
    else:
        assert (output / "index.html").exists()


def files_in(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
