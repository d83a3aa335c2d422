"""Browsers, and sites built for them: this one, a torture site, and a page with 500 annotations."""

import os
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest
from browser.engines import INSTALL, Missing, launch
from browser.reading import Reader
from browser.serving import serve

ROOT = Path(__file__).parents[2]
TORTURE = Path(__file__).parent / "torture"
ENGINES = [name for name in os.environ.get("POSTIL_ENGINES", "chromium").split(",") if name]
NODE_MODULES = ROOT / "tests" / "node" / "node_modules"


def pytest_configure(config):
    config.addinivalue_line("markers", "engines(*names): runs in these engines, not in all three")


def pytest_generate_tests(metafunc):
    if "engine" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("engines")
        engines = [name for name in ENGINES if not marker or name in marker.args]
        metafunc.parametrize("engine", engines, scope="session")


@pytest.fixture(scope="session")
def sites(tmp_path_factory):
    """A folder with the built sites: site/, torture/, many/, shelf/."""
    from postil.cli import commands

    folder = tmp_path_factory.mktemp("sites")
    torture = shutil.copytree(TORTURE, folder / "in" / "torture")
    many = write_a_page_with_500_annotations(folder / "in" / "many")
    shelf = write_a_shelf_of_explainers(folder / "in" / "shelf")
    roots = {"site": ROOT, "torture": torture, "many": many, "shelf": shelf}
    for name, root in roots.items():
        arguments = ["--root", str(root), "--output", str(folder / "out" / name)]
        assert commands.run(arguments) == 0
    return folder / "out"


def write_a_page_with_500_annotations(root: Path) -> Path:
    """A site with one explainer: 100 paragraphs, each with 5 annotations of overlapping sorts."""
    explainer = root / "content" / "many"
    explainer.mkdir(parents=True)
    (root / "site.yaml").write_text("title: Many\n")
    (root / "content" / "sources.yaml").write_text(
        "agency: {kind: wire, name: The Agency}\npaper: {kind: press, name: The Paper}\n"
    )
    paragraphs = [
        f"In paragraph {n} alpha{n} beta{n} gamma{n} delta{n} epsilon{n} zeta{n} stand in a row."
        for n in range(100)
    ]
    (explainer / "article.txt").write_text("\n".join(paragraphs))
    annotations = [
        f"  - quote: {quote}\n    note: A note, number {n}.\n    attributed_to: agency > paper\n"
        for n in range(100)
        for quote in (
            f"alpha{n} beta{n}",
            f"beta{n} gamma{n}",
            f"gamma{n} delta{n} epsilon{n}",
            f"delta{n}",
            f"zeta{n}",
        )
    ]
    (explainer / "annotations.yaml").write_text(
        "title: Many\nannotations:\n" + "".join(annotations)
    )
    return root


def write_a_shelf_of_explainers(root: Path) -> Path:
    """A site in Arabic with 60 explainers of four years, on two pages, and a search."""
    (root / "content").mkdir(parents=True)
    (root / "site.yaml").write_text("title: رفّ المقالات\nlanguage: ar\nsearch: true\n")
    (root / "content" / "sources.yaml").write_text(
        "ministry: {kind: government, name: وزارة الخارجية}\n"
        "agency: {kind: wire, name: The Agency, title: A report}\n"
        f"paper: {{kind: press, name: {'Zeitungsverlagsgesellschaft' * 3}}}\n"
    )
    for n in range(60):
        explainer = root / "content" / f"explainer-{n}"
        explainer.mkdir()
        (explainer / "article.txt").write_text(
            f"قالت الوزارة إن الجسر رقم {n} انهار يوم الاثنين.\n\nNobody was hurt on bridge {n}.\n"
        )
        (explainer / "annotations.yaml").write_text(
            f"title: الجسر رقم {n}\nsummary: ما قيل عنه.\npublished: {2020 + n % 4}-01-02\n"
            "article: {outlet: paper, issued: 2019, language: ar}\nannotations:\n"
            f"  - quote: الجسر رقم {n} انهار\n    attributed_to: ministry > agency > paper\n"
            "    status: disputed\n    note: لا يُعرف [@agency, p. 6].\n"
            f"  - {{quote: Nobody was hurt, attributed_to: agency > paper, status: unverified}}\n"
        )
    return root


@pytest.fixture(scope="session")
def address(sites):
    with serve(sites) as address:
        yield address


@pytest.fixture(scope="session")
def start():
    """Start a browser: `start(engine, *preferences)`. Each is started once and kept."""
    with ExitStack() as stack:
        playwright = None
        started = {}

        def start(engine: str, *preferences: str):
            nonlocal playwright
            if engine not in INSTALL:
                raise pytest.UsageError(f"POSTIL_ENGINES: no engine is called {engine}")
            if playwright is None:
                from playwright.sync_api import sync_playwright

                playwright = stack.enter_context(sync_playwright())
            if (engine, preferences) not in started:
                browser = launch(engine, playwright, *preferences)
                started[engine, preferences] = stack.enter_context(browser)
            return started[engine, preferences]

        yield lambda *what: or_say_what_is_missing(start, *what)


def or_say_what_is_missing(start, engine: str, *preferences: str):
    try:
        return start(engine, *preferences)
    except Missing as missing:
        if engine == "chromium" and os.environ.get("POSTIL_BROWSERS") != "skip":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))


@pytest.fixture
def reader(start, engine, address) -> Reader:
    """A reader with a browser of the engine under test."""
    return Reader(start(engine), address)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, for `reader.run`."""
    return node_file("axe-core/axe.min.js").read_text(encoding="utf-8")


def node_file(path: str) -> Path:
    """A file of an npm package; skips the test if it is not installed."""
    file = NODE_MODULES / path
    if not file.exists():
        pytest.skip(f"{path} is not here: run `npm install --ignore-scripts` in tests/node")
    return file
