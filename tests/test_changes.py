"""The preview's page on what changed in an article, and who is led there."""

import hashlib

import pytest
from previewing import opened, previewing

from postil.cli import commands
from postil.preview import changes
from postil.preview.news import OURS

# See `watching.listen`, whose own filter pytest takes away.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning:watchdog")

OLD = "The mayor said <so> on Tuesday.\n\nThe bridge fell.\n"
NEW = OLD.replace("Tuesday", "Wednesday")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "site"
    (root / "content/x").mkdir(parents=True)
    (root / "site.yaml").write_text("title: S\n")
    (root / "content/sources.yaml").write_text("{}\n")
    (root / "content/x/article.txt").write_text(OLD)
    (root / "content/x/annotations.yaml").write_text(
        f"title: X\narticle: {{sha256: {digest(OLD)}}}\n"
        "annotations:\n  - {quote: on Tuesday, note: N}\n"
    )
    return root


def page(root, shown=None):
    made = changes.changes_page(root, "x", (shown or {}).get)
    return made.decode() if made else made


def update(root):
    (root.parent / "new.txt").write_text(NEW)
    given = ["update", "x", "--article", str(root.parent / "new.txt"), "--root", str(root)]
    commands.run([*given, "--today", "2026-11-26", "--yes"])


def test_an_updated_article_is_compared_with_the_version_before(root):
    update(root)
    said = page(root)
    assert "<code>content/x/versions/2026-11-26/article.txt</code>" in said
    assert "The mayor said &lt;so&gt; on <del>Tuesday.</del> <ins>Wednesday.</ins>" in said
    assert "<del>gone</del>: 1, <ins>new</ins>: 1" in said
    assert "The bridge fell" not in said


def test_a_changed_file_is_compared_with_what_the_last_good_page_was_made_of(root):
    (root / "content/x/article.txt").write_text(NEW)
    assert "<del>Tuesday.</del>" in page(root, {"x/article.txt": OLD.encode()})
    assert "is not known" in page(root, {"x/article.txt": NEW.encode()})
    assert "is not known" in page(root)


def test_a_changed_file_is_compared_with_what_was_published(root):
    assert commands.run(["--root", str(root)]) == 0
    (root / "content/x/article.txt").write_text(NEW)
    assert "<code>x/article.txt</code>" in page(root)


def test_without_an_article_there_is_no_page(root):
    (root / "content/x/article.txt").unlink()
    assert page(root) is None


CODES = [
    ("changed-article", False, True),
    ("changed-article", True, True),
    ("orphan", False, False),
    ("orphan", True, True),
    ("bad-date", True, False),
]


@pytest.mark.parametrize("code, has_versions, leads", CODES)
def test_who_is_led_there(code, has_versions, leads, root):
    if has_versions:
        update(root)
    address = changes.comparison_of(code, "content/x/annotations.yaml", root)
    assert address == ("changes/x" if leads else "")
    assert changes.comparison_of(code, "content/sources.yaml", root) == ""


def test_a_change_by_hand_leads_there_from_the_overlay(root):
    with previewing(root) as running, opened(running, "/x/") as open_page:
        running.save("content/x/article.txt", NEW)
        news = open_page.hear_until(lambda news: news["problems"])
        (problem,) = [each for each in news["problems"] if each["code"] == "changed-article"]
        answer = running.get(f"{OURS}/{problem['compared']}")
        assert "<del>Tuesday.</del> <ins>Wednesday.</ins>" in answer.text
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'self'"
        assert running.get(f"{OURS}/changes/nothing").status == 404
