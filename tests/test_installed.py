"""Postil as users install it: the wheel of the sdist, in an empty environment, outside of here."""

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

from postil import __version__
from postil.site.drafting import PLACEHOLDER

PYTHONS = ("3.11", "3.12", "3.13")
ARTICLE = "A headline\n\nThe mayor said on Tuesday that the bridge was safe.\n"


def run(*command, cwd, code=0):
    """What a command prints, run without the settings of these tests."""
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(cwd)},
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, made of the sdist alone, so that nothing can be missing from either."""
    folder = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "hatchling", "build")
    subprocess.run([*build, "-t", "sdist", "-d", folder], cwd=ROOT, check=True)
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    source = folder / f"postil-{__version__}"
    subprocess.run([*build, "-t", "wheel", "-d", folder], cwd=source, check=True)
    return next(folder.glob("*.whl"))


def python(version):
    """An interpreter of this version that runs, or None."""
    named = shutil.which(f"python{version}")
    others = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python3"))
    for path in [*filter(None, [named]), *map(str, others)]:
        if subprocess.run([path, "-c", "import venv"], capture_output=True).returncode == 0:
            return path
    return None


@pytest.mark.thorough
@pytest.mark.parametrize("version", PYTHONS)
def test_the_wheel_publishes_a_site(version, wheel, tmp_path):
    found = python(version)
    if found is None:
        pytest.skip(f"there is no Python {version}")
    subprocess.run([found, "-m", "venv", tmp_path / "venv"], check=True)
    scripts = tmp_path / "venv/bin"
    install = [scripts / "python", "-m", "pip", "install", "-q", wheel]
    subprocess.run(install, cwd=tmp_path, check=True)  # with this machine's settings of pip
    postil = scripts / "postil"

    assert run(postil, "--version", cwd=tmp_path) == f"postil {__version__}\n"
    run(postil, "new-site", "desk", cwd=tmp_path)
    (tmp_path / "a.txt").write_text(ARTICLE)
    run(postil, "new", "bridge", "--article", "../a.txt", cwd=tmp_path / "desk")
    annotations = tmp_path / "desk/content/bridge/annotations.yaml"
    text = annotations.read_text().replace("    draft: true\n", "    status: disputed\n")
    annotations.write_text(re.sub("(?m)^draft: true.*\n", "", text).replace(
        PLACEHOLDER, "Nobody else says so."
    ))  # fmt: skip
    workflow = (tmp_path / "desk/.github/workflows/publish.yaml").read_text()
    commands = [line.split() for line in re.findall("run: postil (.+)", workflow)]
    assert len(commands) == 4
    for command in commands:
        run(postil, *command, cwd=tmp_path / "desk")
    assert (tmp_path / "desk/output-drafts-single-file/bridge.html").exists()
    assert "bridge" in run(scripts / "python", "-m", "postil", "verify", cwd=tmp_path / "desk")
    page = (tmp_path / "desk/output/bridge/index.html").read_text()
    assert "Nobody else says so." in page
    assert (tmp_path / "desk/output/static/reader.js").exists()
    assert "nothing has changed" in run(postil, cwd=tmp_path / "desk")


def test_what_the_program_needs_is_pinned_and_has_a_lower_bound():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split("[<>=]", each)[0]: each for each in project["dependencies"]}
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    pinned = dict(line.split("==") for line in lines if "==" in line)
    assert set(wanted) <= set(pinned)
    for name, requirement in wanted.items():
        assert ">=" in requirement
        lowest = tuple(map(int, requirement.split(">=")[1].split(".")))
        assert lowest <= tuple(map(int, re.findall(r"\d+", pinned[name])))


@pytest.mark.parametrize("folder", ["templates", "static"])
def test_all_files_of_the_program_are_in_the_wheel(folder, wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert tracked
    assert {f"postil/{name}" for name in tracked} <= names
    assert "postil/cli/site/_gitignore" in names
