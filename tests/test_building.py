"""What is sent to other processes, and what a site has for hosts and other programs."""

import multiprocessing
import pickle
import re
from functools import partial
from pathlib import Path

import pytest
from small_site import write_site

from postil import building
from postil.diagnostics.model import Report
from postil.page.rendering import Renderer


def test_what_a_worker_needs_and_makes_is_plain_data(tmp_path):
    root = write_site(tmp_path / "site")
    shared = building.open_shared(root, Report())
    build = partial(building.build_explainer, root=root, shared=shared, drafts=True)
    sent = pickle.loads(pickle.dumps(build))
    made = sent("alpha", Renderer(root))
    assert made.files
    assert pickle.loads(pickle.dumps(made)) == build("alpha", Renderer(root))


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_however_processes_start_they_make_the_same(method, tmp_path, monkeypatch):
    root = write_site(tmp_path / "site")
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: [method])
    assert building.build_site(root, jobs=2) == building.build_site(root, jobs=1)


def test_a_page_asks_for_styles_and_scripts_by_their_content(tmp_path):
    root = write_site(tmp_path / "site")
    before = building.build_site(root, jobs=1).files

    (root / "static").mkdir(exist_ok=True)
    (root / "static" / "postil.css").write_text("body {}\n")
    after = building.build_site(root, jobs=1).files

    assert _asset("postil.css", before) != _asset("postil.css", after)
    assert _asset("reader.js", before) == _asset("reader.js", after)
    assert "?v=" not in building.build_site(root, hosted=False).files["alpha/index.html"].decode()


def _asset(name: str, files: dict[str, bytes]) -> str:
    """The address by which a page asks for a file in static/, the same on every page."""
    pages = [data.decode() for path, data in files.items() if path == "alpha/index.html"]
    (address,) = {found for page in pages for found in re.findall(rf'"(\S+/{name}\?v=\w+)"', page)}
    return address


def test_a_site_is_for_hosts_that_know_nothing_of_it(tmp_path):
    files = building.build_site(write_site(tmp_path / "site"), jobs=1).files

    assert files[".nojekyll"] == b""
    assert b"There is no page at this address." in files["404.html"]


@pytest.mark.parametrize(
    "base_url, root",
    [("", ""), ("https://example.org", "/"), ("https://example.org/a/b/", "/a/b/")],
)
def test_a_page_that_stands_at_any_depth_links_from_the_top_if_it_can(tmp_path, base_url, root):
    html = _with_base_url(tmp_path, base_url)["404.html"].decode()

    assert f'href="{root}static/postil.css?v=' in html
    assert (f'href="{root}index.html"' in html) is bool(base_url)
    assert "canonical" not in html


def test_a_page_says_to_other_programs_what_it_is_and_where(tmp_path):
    html = _with_base_url(tmp_path, "https://example.org/p/")["alpha/index.html"].decode()

    for line in (
        '<link rel="canonical" href="https://example.org/p/alpha/">',
        '<meta property="og:url" content="https://example.org/p/alpha/">',
        '<meta property="og:image" content="https://example.org/p/',
        '<meta property="og:description" content="',
    ):
        assert line in html


def test_a_site_that_does_not_know_its_address_names_none(tmp_path):
    html = _with_base_url(tmp_path, "")["alpha/index.html"].decode()
    assert "og:url" not in html and "canonical" not in html and "og:image" not in html
    assert "og:description" in html


def _with_base_url(folder: Path, base_url: str) -> dict[str, bytes]:
    root = write_site(folder / "site")
    site = root / "site.yaml"
    site.write_text(
        site.read_text(encoding="utf-8") + f'\nbase_url: "{base_url}"\n' * bool(base_url)
    )
    return building.build_site(root, jobs=1).files


def test_a_mistake_in_what_all_share_is_told_and_makes_no_page_fail(tmp_path):
    root = write_site(tmp_path / "site")
    (root / "site.yaml").write_text("title: S\ndescription: As [see @nobody] says.\n")
    report = building.build_site(root).report
    assert {d.code for d in report.diagnostics} >= {"bad-citation"}
