"""Reading files: limits, encodings, and what may not be read at all."""

import os

import pytest

from postil.diagnostics.model import Report
from postil.diagnostics.render import headline
from postil.site import decoding, loading

SITE = {
    "site.yaml": "title: A site\n",
    "content/x/article.txt": "The bridge fell.\n",
    "content/x/annotations.yaml": "title: The bridge\n",
}


@pytest.fixture
def root(tmp_path):
    for path, text in SITE.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("site.yaml", loading.YAML_LIMIT),
        ("content/x/annotations.yaml", loading.YAML_LIMIT),
        ("content/sources.yaml", loading.SHARED_LIMIT),
        ("content/context.yaml", loading.SHARED_LIMIT),
        ("content/x/article.txt", loading.ARTICLE_LIMIT),
    ],
)
def test_a_file_over_its_limit_is_refused(path, size, root, postil):
    (root / path).write_bytes(b"#" * (size + 1))

    done = postil("check", "--root", root)

    assert f"{path}:1:1: error[file-too-large] this file is over {size >> 20} MB" in done.stdout
    assert done.returncode == 1


def test_what_explainers_share_is_refused_before_any_of_them_is_read(root, postil):
    (root / "content/sources.yaml").write_bytes(b"#" * (loading.SHARED_LIMIT + 1))
    (root / "content/x/annotations.yaml").write_text("title: [")

    done = postil("check", "--root", root)

    assert "content/x" not in done.stdout
    assert "= help: take out what nothing uses" in done.stdout


def test_a_site_may_have_more_sources_than_a_file_of_an_explainer_has_bytes(root, postil):
    entry = "source-{0}:\n  kind: wire\n  name: Agency number {0}\n  title: {1}\n"
    entries = "".join(entry.format(number, "A long title " * 8) for number in range(8000))
    assert len(entries) > loading.YAML_LIMIT
    (root / "content/sources.yaml").write_text(entries)

    done = postil("check", "--root", root, "--no-report")

    assert "8000 warnings" in done.stdout.splitlines()[-1]


def test_a_file_that_the_system_refuses_is_named(root, postil):
    (root / "site.yaml").unlink()
    (root / "site.yaml").mkdir()

    done = postil("check", "--root", root)

    assert "site.yaml:1:1: error[unreadable-file]" in done.stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
@pytest.mark.parametrize(
    "path",
    ["site.yaml", "content/sources.yaml", "content/x/article.txt", "content/x/annotations.yaml"],
)
def test_a_pipe_is_not_waited_for(path, root, postil):
    (root / path).unlink(missing_ok=True)
    os.mkfifo(root / path)

    done = postil("check", "--root", root)

    assert f"{path}:1:1: error[unreadable-file]" in done.stdout
    assert done.returncode == 1


def test_every_missing_file_is_named_at_once(tmp_path, postil):
    (tmp_path / "content" / "x").mkdir(parents=True)

    done = postil("check", "--root", tmp_path)

    assert "site.yaml:1:1: error[missing-file]" in done.stdout
    assert "content/x/article.txt:1:1: error[missing-article]" in done.stdout
    assert "content/x/annotations.yaml:1:1: error[missing-file]" in done.stdout


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"caf\xe9", "1:4"),
        (b"one\ntwo \xff\xfe", "2:5"),
        ("Ä\nÖ".encode("utf-16"), "1:1"),
        (b"\xef\xbb\xbf\xe9", "1:1"),
    ],
)
def test_a_wrong_byte_is_reported_at_its_line_and_column(data, place):
    report = Report()
    assert loading.decode("f.txt", data, report) is None
    assert headline(report.diagnostics[-1]).startswith(f"f.txt:{place}: error[encoding] byte 0x")


def test_folders_that_begin_with_a_dot_or_an_underscore_are_left_alone(root):
    for name in (".git", "_ideas"):
        (root / "content" / name).mkdir()
    report = Report()
    assert loading.slugs(root, report) == ["x"]
    assert report.diagnostics == []


@pytest.mark.parametrize("name", ["con", "LPT1", "Ünïcode", "a--b", "-a", "a b", "a.b"])
def test_a_folder_that_cannot_be_an_address_is_reported(name, root):
    (root / "content" / name).mkdir()
    report = Report()
    assert loading.slugs(root, report) == ["x"]
    assert report.failed


def test_names_that_differ_in_capitals_only_are_reported(root):
    (root / "content" / "X").mkdir()
    report = Report()
    loading.slugs(root, report)
    assert {diagnostic.code for diagnostic in report.diagnostics} == {"slug-clash"}


def test_of_many_odd_characters_the_first_are_shown_and_the_rest_counted(root):
    (root / "content" / "x" / "article.txt").write_text("a\u200bb" * 40)
    report = Report()
    loading.read_article(root, "x", report)
    messages = [diagnostic.message for diagnostic in report.diagnostics]
    assert len(messages) == decoding.SHOWN_OF_A_KIND
    assert messages[-1].endswith("(and 35 more)")
    assert "more" not in messages[0]


def test_only_the_first_byte_order_mark_is_left_out(root, postil):
    """A second one is a character of the text, and is published."""
    (root / "content/x/article.txt").write_bytes("\ufeff\ufeffThe bridge fell.\n".encode())

    postil("--root", root)

    assert "<p>\ufeffThe bridge fell.</p>" in (root / "output/x/index.html").read_text("utf-8")
    assert postil("verify", "--root", root).returncode == 0


def test_a_title_that_the_article_begins_with_does_not_stand_above_it(root, postil):
    (root / "content/x/article.txt").write_text("The  bridge fell\n\nIt fell on Monday.\n")
    (root / "content/x/annotations.yaml").write_text(
        "title: What is known\narticle: {title: The bridge fell}\n"
    )
    postil("--root", root)
    html = (root / "output/x/index.html").read_text("utf-8")
    shown = html.partition('<script type="application/ld+json">')[0]  # then comes what no one sees
    assert shown.count("bridge fell") == 1


def test_a_page_is_verified_by_the_name_of_its_explainer(root, postil):
    postil("--root", root)
    assert postil("verify", "--root", root, "x").returncode == 0
    page = root / "output/x/index.html"
    page.write_text(page.read_text("utf-8").replace("The bridge fell.", "The bridge fel."), "utf-8")
    assert postil("verify", "--root", root, "x").returncode == 1


def test_nothing_to_verify_is_no_proof(tmp_path, postil):
    assert postil("verify", "--root", tmp_path).returncode == 1
    assert postil("verify", "--root", tmp_path / "nowhere").returncode == 1


def test_check_finds_what_is_wrong_with_drafts_too(root, postil):
    (root / "content/x/annotations.yaml").write_text(
        "title: x\nannotations: [{quote: The bridge flew, note: No., draft: true}]\n"
    )
    assert "error[orphan]" in postil("check", "--root", root).stdout
    assert postil("--root", root).returncode == 0
