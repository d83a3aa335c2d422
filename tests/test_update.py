"""`update`: what a newer version does is told; it is written as a whole or not at all."""

import hashlib
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from test_html_articles import PAGE

from postil.cli import commands, updating
from postil.diagnostics.model import Report, SourceText
from postil.diagnostics.refusal import Refusal
from postil.yaml import editing, reading

DAY = "2026-11-26"
OLD = """\
The mayor said that the bridge was “perfectly safe”, according to the Courier.

It fell on Monday. Nobody was hurt. It had been inspected in May, a person who knows it said.

Costs are unknown, the Courier reported. The mayor resigned on Tuesday.
"""
ANNOTATIONS = """\
title: The bridge
article:
  outlet: courier
  sha256: {sha256} # of the file
annotations:
  - {{id: safe, quote: the bridge was "perfectly safe", note: No.}}
  - {{id: hurt, quote: Nobody was hurt, note: So it was.}}
  - {{id: inspected, quote: inspected in May, note: Twice.}}
  - {{id: costs, quote: Costs are unknown, note: Still., draft: true}}
"""


def digest(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).hexdigest()


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "site"
    (root / "content/x").mkdir(parents=True)
    (root / "site.yaml").write_text("title: S\n")
    (root / "content/sources.yaml").write_text("courier: {kind: press, name: Courier}\n")
    (root / "content/x/article.txt").write_text(OLD)
    (root / "content/x/annotations.yaml").write_text(ANNOTATIONS.format(sha256=digest(OLD)))
    return root


def article(root, data, name="new.txt"):
    file = root.parent / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def update(root, data, *options, name="new.txt"):
    """The exit code; what is printed is to be read by who called."""
    file = article(root, data, name)
    given = ["update", "x", "--article", str(file), "--root", str(root), "--today", DAY, *options]
    return commands.run(given)


def files(root):
    folder = root / "content"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# ------------------------------------------------------------------ what is told


CASES = {
    "a word elsewhere": (
        lambda text: text.replace("Tuesday", "Wednesday"),
        "1 paragraph changed; 1 word gone, 1 new",
        "4 annotations: 4 hold",
        {"near": ["costs"]},
    ),
    "a word of a quote": (
        lambda text: text.replace("perfectly", "quite"),
        "1 paragraph changed; 1 word gone, 1 new",
        "4 annotations: 3 hold, 1 broke",
        {"broken": ["safe"], "paste": ['quote: the bridge was "quite safe"']},
    ),
    "a sentence is gone": (
        lambda text: text.replace("Nobody was hurt. ", ""),
        "1 paragraph changed; 3 words gone, 0 new",
        "4 annotations: 3 hold, 1 broke",
        {"near": ["inspected"], "broken": ["hurt"]},
    ),
    "a paragraph comes in before all": (
        lambda text: f"A headline\n\n{text}",
        "1 paragraph new; 0 words gone, 2 new",
        "4 annotations: 4 hold",
        {},
    ),
    "a sentence goes to another paragraph": (
        lambda text: text.replace("Nobody was hurt. ", "") + "\nNobody was hurt.\n",
        "1 paragraph changed, 1 new; 3 words gone, 3 new",
        "4 annotations: 3 hold, 1 moved",
        {"near": ["inspected"], "moved": ["hurt (article.txt, line 3 → 7)"]},
    ),
    "a quote is there twice": (
        lambda text: text.replace("Tuesday.", "Tuesday. Costs are unknown."),
        "1 paragraph changed; 0 words gone, 3 new",
        "4 annotations: 3 hold, 1 broke",
        {"broken": ["costs"], "paste": ["add the prefix or suffix of the place that you mean"]},
    ),
    "white space alone": (
        lambda text: text.replace(" ", "  "),
        "the words are the same; marks or white space differ",
        "4 annotations: 4 hold",
        {},
    ),
}


@pytest.mark.parametrize("change, article_line, annotations_line, more", CASES.values(), ids=CASES)
def test_what_a_version_does_is_told(
    change, article_line, annotations_line, more, root, capsys
):  # fmt: skip
    before = files(root)
    assert update(root, change(OLD)) == 1
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert f"content/x/article.txt: {article_line}" in lines
    assert annotations_line in lines
    told = {"near": [], "moved": []}
    for line in lines:
        if line.startswith("  hold, but"):
            found = told["near"]
        elif line.startswith("  moved to"):
            found = told["moved"]
        elif match := re.match(r"    content/x/annotations.yaml:\d+: (.*)", line):
            found.append(match[1])
    assert [each.partition(" ")[0] for each in told["near"]] == more.get("near", [])
    assert told["moved"] == more.get("moved", [])
    errors = re.findall(r"^content/x/annotations.yaml:(\d+):\d+: error", printed, re.MULTILINE)
    assert len(errors) == len(more.get("broken", []))
    for words in more.get("paste", []):
        assert f"= help: {words}" in printed
    assert printed.endswith("nothing was written\n")
    assert files(root) == before, "without a terminal and without --yes"


def test_the_words_are_shown_with_signs_and_without_what_is_far_away(root, capsys):
    new = OLD.replace("Nobody was hurt. ", "").replace("Costs are", "The costs of it all are")
    update(root, new)
    assert (
        "~words~ are gone, +words+ are new\n\n"
        "3 | It fell on Monday. ~Nobody was hurt.~ It had been inspected in May, a person who …\n"
        "5 | ~Costs~ +The costs of it all+ are unknown, the Courier reported. The mayor resigned\n"
        "  | on Tuesday.\n"
    ) in capsys.readouterr().out


def test_what_is_shown_cannot_steer_a_terminal(root, capsys):
    update(root, OLD.replace("Tuesday", "Tuesday\x1b[2J"))
    assert "\x1b" not in capsys.readouterr().out


def test_lines_to_paste_are_offered_and_hold(root, capsys):
    update(root, OLD.replace("Nobody was hurt. ", ""), "--yes")
    printed = capsys.readouterr().out
    assert f"with a line in: hurt\n    withdrawn: {DAY}\n" in printed
    changes = printed[printed.index("  changes:") :].partition("\n\n")[0]
    file = root / "content/x/annotations.yaml"
    text = file.read_text().replace("note: So it was.", f"note: So it was., withdrawn: {DAY}")
    file.write_text(text.replace("annotations:", f"{changes}\nannotations:"))
    assert commands.run(["--strict", "--root", str(root)]) == 0
    page = (root / "output/x/index.html").read_text()
    assert "Changed by its publisher November 26, 2026" in page and 'id="hurt"' in page


def test_lines_of_complaints_are_those_of_the_file_as_it_will_be(root, capsys):
    changed = OLD.replace("Nobody was hurt. ", "")
    update(root, changed, "--yes")
    (place,) = re.findall(r"^content/x/annotations.yaml:\d+:\d+: error.*", capsys.readouterr().out,
                          re.MULTILINE)  # fmt: skip
    commands.run(["check", "--no-report", "--root", str(root)])
    assert place in capsys.readouterr().out


# ------------------------------------------------------------------ what is written


def test_with_yes_the_version_takes_its_place_and_the_old_one_is_kept(root, capsys):
    new = OLD.replace("Tuesday", "Wednesday")
    assert update(root, new, "--yes") == 0
    written = files(root)
    assert written["x/article.txt"] == new.encode()
    assert written[f"x/versions/{DAY}/article.txt"] == OLD.encode()
    assert written["x/annotations.yaml"].decode() == ANNOTATIONS.format(sha256=digest(new)).replace(
        "  outlet", f"  accessed: {DAY}\n  outlet"
    )
    assert commands.run(["check", "--strict", "--no-report", "--root", str(root)]) == 0
    assert commands.run(["--root", str(root)]) == 0
    assert not (root / "output/x/versions").exists()
    capsys.readouterr()
    assert update(root, new, "--yes") == 0
    assert capsys.readouterr().out == "nothing to do: the article of x is this text already\n"
    assert files(root) == written


def test_a_version_that_was_kept_is_never_overwritten(root):
    for number in range(3):
        assert update(root, f"{OLD}\nNumber {number}.\n", "--yes") == 0
    kept = {path: data for path, data in files(root).items() if "versions" in path}
    assert list(kept) and {path.split("/")[2]: data.decode().count("Number") for path, data
                           in kept.items()} == {DAY: 0, f"{DAY}-2": 1, f"{DAY}-3": 1}  # fmt: skip


def test_written_with_broken_annotations_it_is_a_content_error(root):
    assert update(root, OLD.replace("Nobody was hurt. ", ""), "--yes") == 1
    assert f"x/versions/{DAY}/article.txt" in files(root)


@pytest.mark.parametrize("answer, code", [("y", 0), ("YES", 0), ("n", 1), ("", 1), ("\x04", 1)])
def test_at_a_terminal_a_yes_is_asked_for(answer, code, root):
    new = OLD.replace("Tuesday", "Wednesday")
    command = [sys.executable, ROOT / "build.py", "update", "x", "--article", article(root, new),
               "--root", root, "--today", DAY]  # fmt: skip
    leader, follower = pty.openpty()
    done = subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower)
    os.close(follower)
    shown = b""
    while b"[y/N]" not in shown:
        shown += os.read(leader, 4096)
    os.write(leader, answer.encode() if answer == "\x04" else f"{answer}\n".encode())
    try:
        while os.read(leader, 4096):
            pass
    except OSError:  # closed at the other end
        pass
    os.close(leader)
    assert done.wait() == code
    assert (files(root)["x/article.txt"] == new.encode()) == (code == 0)


def test_plain_text_may_become_markdown(root):
    new = f"# A bridge\n\n{OLD}"
    assert update(root, new, "--yes", name="new.md") == 0
    written = files(root)
    assert "x/article.txt" not in written and written["x/article.md"] == new.encode()
    assert written[f"x/versions/{DAY}/article.txt"] == OLD.encode()
    assert commands.run(["check", "--strict", "--no-report", "--root", str(root)]) == 0


def test_a_web_page_is_kept_as_received_and_its_hash_with_it(root, capsys):
    first, second = PAGE, PAGE.replace("on Tuesday", "on Friday")
    (root / "content/x/annotations.yaml").unlink()
    (root / "content/x/article.txt").unlink()
    (root / "content/x").rmdir()
    new = ["new", "x", "--article", str(article(root, first, "a.html")), "--root", str(root)]
    assert commands.run(new) == 0
    before = files(root)
    assert update(root, second, "--yes", name="b.html") == 0
    written = files(root)
    assert written["x/received.html"] == second.encode()
    assert written[f"x/versions/{DAY}/received.html"] == first.encode()
    assert written[f"x/versions/{DAY}/article.md"] == before["x/article.md"]
    assert digest(second) in written["x/annotations.yaml"].decode()
    assert digest(first) not in written["x/annotations.yaml"].decode()
    assert "~Tuesday.~ +Friday.+" in capsys.readouterr().out
    assert update(root, OLD, "--yes", name="c.txt") == 1, "the example has lost its words"
    assert "x/received.html" not in files(root), "the article is not made of it any more"
    assert b"Made from" not in files(root)["x/annotations.yaml"]
    assert files(root)[f"x/versions/{DAY}-2/received.html"] == second.encode()


def test_pictures_come_along_and_those_that_they_replace_are_kept(root):
    (root / "content/x/a.png").write_bytes(b"old")
    (root.parent / "a.png").write_bytes(b"new")
    (root.parent / "b.png").write_bytes(b"b")
    assert update(root, f"![a](a.png) ![b](b.png)\n\n{OLD}", "--yes", name="new.md") == 0
    written = files(root)
    assert (written["x/a.png"], written["x/b.png"]) == (b"new", b"b")
    assert written[f"x/versions/{DAY}/a.png"] == b"old"


# ------------------------------------------------------------------ a file that was changed by hand


def on_one_line(capsys):
    """What was printed, with lines that were only wrapped joined again."""
    return capsys.readouterr().out.replace("\n  | ", " ")


def change_by_hand(root):
    (root / "content/x/article.txt").write_text(OLD.replace("Tuesday", "Thursday"))


def test_what_was_published_is_what_a_changed_file_is_compared_with(root, capsys):
    assert commands.run(["--root", str(root)]) == 0
    change_by_hand(root)
    capsys.readouterr()
    hand = (root / "content/x/article.txt").read_text()
    assert update(root, hand, "--yes") == 0
    assert "~Tuesday.~ +Thursday.+" in on_one_line(capsys)
    assert not (root / "content/x/versions").exists(), "nothing is replaced"
    assert commands.run(["check", "--strict", "--no-report", "--root", str(root)]) == 0


def test_so_is_a_version_that_was_kept(root, capsys):
    new = OLD.replace("Tuesday", "Wednesday")
    update(root, new, "--yes")
    text = (root / "content/x/annotations.yaml").read_text()
    (root / "content/x/annotations.yaml").write_text(text.replace(digest(new), digest(OLD)))
    capsys.readouterr()
    update(root, new)
    assert "~Tuesday.~ +Wednesday.+" in on_one_line(capsys)


def test_a_version_that_nobody_has_is_said_not_to_be_known(root, capsys):
    change_by_hand(root)
    hand = (root / "content/x/article.txt").read_text()
    update(root, hand.replace("Nobody was hurt. ", ""))
    printed = capsys.readouterr().out
    assert "the version that was annotated is not known" in printed and "error[orphan]" in printed
    assert "changes:" not in printed


# ------------------------------------------------------------------ what is refused


def no_explainer(root):
    (root / "content/x/annotations.yaml").unlink()


def bad_yaml(root):
    (root / "content/x/annotations.yaml").write_text("title: [\n")


def two_articles(root):
    (root / "content/x/article.md").write_text(OLD)


def linked(root):
    (root / "content/x/article.txt").rename(root / "elsewhere.txt")
    (root / "content/x/article.txt").symlink_to(root / "elsewhere.txt")


def in_braces(root):
    text = f"{{title: X, annotations: [], summary: {'x' * 40}}}\n"
    (root / "content/x/annotations.yaml").write_text(text)


@pytest.mark.parametrize(
    "deed, said",
    [
        (no_explainer, "there is no content/x/annotations.yaml"),
        (bad_yaml, "error[yaml-syntax]"),
        (two_articles, "error[several-articles]"),
        (linked, "error[symlink]"),
        (in_braces, "the new hash cannot be written"),
    ],
)
def test_what_cannot_be_updated_is_refused_and_stays(deed, said, root, capsys):
    deed(root)
    before = files(root)
    assert update(root, f"{OLD}\nMore.\n", "--yes") == 2
    assert said in capsys.readouterr().err
    assert files(root) == before


def test_what_is_no_article_is_refused(root, capsys):
    assert update(root, b"{\\rtf1\\ansi Words.\\par}", "--yes") == 2
    assert "is RTF" in capsys.readouterr().err


# ------------------------------------------------------------------ all of it or nothing


def newer(root):
    """A version that replaces, adds and removes: article, page, picture, annotations."""
    (root / "content/x/a.png").write_bytes(b"old")
    (root / "content/x/received.html").write_bytes(b"<p>old")
    (root.parent / "a.png").write_bytes(b"new")
    file = article(root, f"![a](a.png)\n\n{OLD}", "new.md")
    return updating.compare_versions(root, "x", file, DAY, root / "output")


@pytest.mark.parametrize("step", range(12))
@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_at_any_step_puts_everything_back(step, failure, root, monkeypatch):
    version = newer(root)
    before, steps = files(root), iter(range(100))

    def failing(method):
        def call(self, *arguments, **options):
            if next(steps) == step:
                raise failure
            return method(self, *arguments, **options)

        return call

    with monkeypatch.context() as patch:
        for name in ("write_bytes", "replace", "unlink"):
            patch.setattr(Path, name, failing(getattr(Path, name)))
        try:
            updating.write(root, version)
            is_done = True
        except (Refusal, KeyboardInterrupt):
            is_done = False
    assert is_done == (next(steps) <= step)
    if not is_done:
        assert files(root) == before
        assert not (root / "content/x/versions").exists()
    assert {path.name for path in (root / "content").iterdir()} == {"x", "sources.yaml"}


KILL = """
import os, sys
from pathlib import Path
from postil.cli import commands
steps = iter(range(100))
def dying(method):
    def call(self, *arguments, **options):
        if next(steps) == {step}:
            os._exit(9)
        return method(self, *arguments, **options)
    return call
for name in ("write_bytes", "replace"):
    setattr(Path, name, dying(getattr(Path, name)))
sys.exit(commands.run(sys.argv[1:]))
"""


@pytest.mark.parametrize("step", range(6))
def test_killed_at_any_step_nothing_is_lost_and_the_command_completes_it(step, root, capsys):
    new = OLD.replace("Tuesday", "Wednesday")
    given = ["update", "x", "--article", str(article(root, new)), "--root", str(root),
             "--today", DAY, "--yes"]  # fmt: skip
    script = KILL.format(step=step)
    done = subprocess.run([sys.executable, "-c", script, *given], cwd=ROOT, capture_output=True)
    assert done.returncode == 9, done.stderr
    assert OLD.encode() in files(root).values()
    assert files(root)["x/article.txt"] in (OLD.encode(), new.encode())
    assert commands.run(given) == 0
    written = files(root)
    assert written["x/article.txt"] == new.encode()
    assert OLD.encode() in [data for path, data in written.items() if "versions" in path]
    assert commands.run(["check", "--strict", "--no-report", "--root", str(root)]) == 0


# ------------------------------------------------------------------ fields of YAML

FIELDS = {"sha256": "a1", "accessed": DAY}
FORMS = {
    "fields that are there": (
        'title: x\narticle: # about\n  sha256: "b" # c\n  accessed:\n  url: >-\n    a\n',
        f"title: x\narticle: # about\n  sha256: a1 # c\n  accessed: {DAY}\n"
        "  url: >-\n    a\n",
    ),
    "new ones, with the indentation of the others": (
        "title: x\narticle:\n    # y\n    title: A\n",
        f"title: x\narticle:\n    # y\n    sha256: a1\n    accessed: {DAY}\n    title: A\n",
    ),
    "between braces": (
        "article: {title: x, sha256: y}\n", f"article: {{accessed: {DAY}, title: x, sha256: a1}}\n"
    ),
    "between braces over lines": (
        "article: {title: x,\n  accessed: }\n",
        f"article: {{sha256: a1, title: x,\n  accessed: {DAY} }}\n",
    ),
    "empty braces": ("article: {}\n", f"article: {{sha256: a1, accessed: {DAY}}}\n"),
    "an entry without anything": (
        "title: x\narticle: # c\nannotations: []\n",
        f"title: x\narticle: # c\n  sha256: a1\n  accessed: {DAY}\nannotations: []\n",
    ),
    "at the end of the file": (
        "title: x\narticle:", f"title: x\narticle:\n  sha256: a1\n  accessed: {DAY}\n"
    ),
    "no entry": (
        "# c\n\ntitle: x\n", f"# c\n\narticle:\n  sha256: a1\n  accessed: {DAY}\ntitle: x\n"
    ),
    "lines that end as on Windows": (
        "title: x\r\narticle:\r\n  title: y\r\n",
        f"title: x\r\narticle:\r\n  sha256: a1\r\n  accessed: {DAY}\r\n  title: y\r\n",
    ),
    "all in one pair of braces": ("{title: x}\n", None),
    "an entry that is text": ("article: x\n", None),
}  # fmt: skip


@pytest.mark.parametrize("text, wanted", FORMS.values(), ids=FORMS)
def test_fields_are_set_and_all_else_stays(text, wanted):
    located = reading.read(SourceText("a.yaml", text), Report()).without_nothing()
    made = editing.with_fields(located, "article", FIELDS)
    assert (made and made.source.text) == wanted


def test_a_byte_order_mark_stays(root):
    file = root / "content/x/annotations.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert update(root, f"{OLD}\nMore.\n", "--yes") == 0
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbftitle") and data.count(b"\n") == data.count(b"\r\n")
