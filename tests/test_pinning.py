"""An article is the file that was annotated, or the build stops and says what became of it."""

import hashlib
import re
import shutil
import subprocess

import pytest
from conftest import ROOT

from postil.diagnostics.model import Report
from postil.site import loading, pinning

UNIX = b"One line.\n\nAnother.\n"
WINDOWS = UNIX.replace(b"\n", b"\r\n")
MIXED = b"One line.\r\n\nAnother.\n"
MARK = b"\xef\xbb\xbf"


def check(tmp_path, annotated, now, *, case=str.lower):
    """The diagnostics of an article that is `now` and was `annotated`: bytes; None: no hash."""
    folder = tmp_path / "content" / "x"
    folder.mkdir(parents=True)
    (folder / "article.txt").write_bytes(now)
    pin = "" if annotated is None else f"  sha256: {case(hashlib.sha256(annotated).hexdigest())}\n"
    (folder / "annotations.yaml").write_text(f"title: x\narticle:\n  title: x\n{pin}")
    report, others = Report(), Report()
    loaded = loading.read_explainer(tmp_path, "x", others)
    pinning.check_pinned(loading.read_article(tmp_path, "x", others), loaded, report)
    assert not others.failed
    return report.diagnostics


@pytest.mark.parametrize("data", [UNIX, WINDOWS, MIXED, MARK + UNIX])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_the_same_bytes_are_the_same_article(case, data, tmp_path):
    assert check(tmp_path, data, data, case=case) == []


def test_without_a_hash_any_file_will_do(tmp_path):
    assert check(tmp_path, None, UNIX) == []


CHANGES = [
    pytest.param(UNIX, UNIX.replace(b"One", b"No"), "", id="a-word"),
    pytest.param(UNIX, UNIX.rstrip(b"\n"), "", id="the-last-line-break"),
    pytest.param(UNIX, MARK + UNIX, "", id="a-byte-order-mark"),
    pytest.param(UNIX, WINDOWS, "CR LF and ended in LF", id="checked-out-on-windows"),
    pytest.param(WINDOWS, UNIX, "LF and ended in CR LF", id="committed-on-windows"),
    pytest.param(MIXED, UNIX, "", id="mixed-and-now-unix"),
    pytest.param(UNIX, MIXED, "", id="unix-and-now-mixed"),
    pytest.param(UNIX, WINDOWS.replace(b"One", b"No"), "", id="a-word-and-the-ends-of-lines"),
    pytest.param(b"One", b"Two", "", id="no-line-ends"),
]


@pytest.mark.parametrize(("annotated", "now", "why"), CHANGES)
def test_other_bytes_are_named_with_both_hashes_and_a_way_out(annotated, now, why, tmp_path):
    (found,) = check(tmp_path, annotated, now)
    notes, new = dict(found.notes), hashlib.sha256(now).hexdigest()
    assert found.code == "changed-article"
    assert found.place == (4, 11)
    assert notes["annotated"] == hashlib.sha256(annotated).hexdigest()
    assert notes["now"] == f"{new} (article.txt)"
    assert why in notes.get("why", "") and bool(why) == ("why" in notes)
    assert (".gitattributes" in found.help) == bool(why)
    assert (f"sha256: {new}" in found.help) != bool(why)


# ------------------------------------------------------------------ in this repository

EXPLAINERS = sorted(path.parent.name for path in (ROOT / "content").glob("*/annotations.yaml"))


@pytest.mark.parametrize("slug", EXPLAINERS)
def test_the_articles_of_this_site_are_pinned(slug):
    loaded = loading.read_explainer(ROOT, slug, Report())
    assert loaded.value.article.sha256


def git(*arguments):
    done = subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else []


@pytest.mark.skipif(not shutil.which("git") or not git("ls-files"), reason="not in a repository")
def test_git_leaves_every_article_as_it_is():
    articles = [name for name in git("ls-files") if re.search(r"/article\.(txt|md)$", name)]
    assert articles
    assert git("check-attr", "text", "--", *articles) == [f"{n}: text: unset" for n in articles]
