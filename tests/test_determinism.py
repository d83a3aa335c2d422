"""The same input gives the same bytes, wherever and however it is built."""

import shutil

import pytest
from conftest import ROOT

SURROUNDINGS = [
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Apia", "LC_ALL": "C.UTF-8", "LANG": "tr_TR.UTF-8"},
    {"PYTHONHASHSEED": "3", "TZ": "America/St_Johns", "LC_ALL": "POSIX", "PYTHONUTF8": "0"},
]


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="session")
def reference(tmp_path_factory):
    import subprocess
    import sys

    output = tmp_path_factory.mktemp("reference") / "output"
    subprocess.run([sys.executable, ROOT / "build.py", "--output", output], check=True)
    return contents(output)


@pytest.mark.parametrize("environment", SURROUNDINGS, ids=lambda e: e["TZ"])
def test_builds_in_other_places_and_surroundings_are_identical(
    environment, reference, postil, tmp_path
):
    site = tmp_path / "somewhere else"
    site.mkdir()
    shutil.copy(ROOT / "site.yaml", site)
    shutil.copytree(ROOT / "content", site / "content")

    done = postil("--root", site, "--jobs", 2, **environment)

    assert done.returncode == 0, done.stderr
    assert contents(site / "output") == reference


def test_a_second_build_writes_nothing(reference, postil, tmp_path):
    output = tmp_path / "output"
    postil("--output", output)
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file()}

    done = postil("--output", output, "--jobs", 1)

    after = {path: path.stat().st_mtime_ns for path in output.rglob("*") if path.is_file()}
    assert done.returncode == 0
    assert after == before
