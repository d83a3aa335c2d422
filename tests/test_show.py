"""At a terminal there is colour, and a bar when it takes long; the words are those of a pipe."""

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time

import pytest
from conftest import ROOT

from postil import paths
from postil.cli import show

SITES = ROOT / "tests" / "sites"
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")
PLAIN = {"NO_COLOR": "", "COLORTERM": "", "TERM": "xterm-256color", "TERM_PROGRAM": ""}


def at_terminal(*arguments, columns=120, code=None, timeout=60, until=None, **environment):
    """What a terminal gets from `python build.py ARGUMENTS` on both streams, and the exit code.

    What does not end by itself is ended as soon as it has printed the bytes `until`.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    program = ["-c", code] if code else [ROOT / "build.py"]
    # A test runner that works in several processes tells them how wide its own terminal is.
    foreign = {*show._LINKING, "COLUMNS", "LINES"}
    env = {key: value for key, value in os.environ.items() if key not in foreign}
    process = subprocess.Popen(
        [sys.executable, *program, *map(str, arguments)],
        stdin=slave, stdout=slave, stderr=slave, cwd=ROOT, env={**env, **PLAIN, **environment},
    )  # fmt: skip
    os.close(slave)
    shown, end = b"", time.monotonic() + timeout
    while time.monotonic() < end:
        ready, _, _ = select.select([master], [], [], 0.1)
        if ready:
            try:
                data = os.read(master, 1 << 16)
            except OSError:  # how a terminal says that the other side has gone
                break
            shown += data
            if until and until in shown:
                break
        elif process.poll() is not None:
            break
    process.kill()
    os.close(master)
    return shown.decode().replace("\r\n", "\n"), process.wait()


def bare(text):
    return ESCAPE.sub("", text)


@pytest.fixture
def in_a_pipe(postil):
    def run(*arguments, **environment):
        done = postil(*arguments, **environment)
        return done.stdout + done.stderr

    return run


@pytest.mark.parametrize("name", ["orphan", "unused-source", "yaml-tag", "bidi-character"])
def test_the_words_are_those_of_a_pipe(name, in_a_pipe):
    shown, _ = at_terminal("check", "--root", SITES / name)
    assert shown != bare(shown)
    assert bare(shown) == in_a_pipe("check", "--root", SITES / name)


def test_the_parts_of_a_diagnostic_are_told_apart():
    shown, code = at_terminal("check", "--root", SITES / "orphan")
    headline = shown.split("\n")[0]
    assert code == 1
    assert re.match(r"\x1b\[1mcontent/x/annotations\.yaml:3:12\x1b\[0m: ", headline)
    assert re.search(r"\x1b\[1;31merror\[orphan\]\x1b\[0m", headline)
    assert re.search(r"\x1b\[1;31m\^+\x1b\[0m", shown)
    assert re.search(r"\x1b\[32mhelp\x1b\[0m: ", shown)
    assert re.search(r"\x1b\[1;31m\d errors, 0 warnings\x1b\[0m\n$", shown)


def test_warnings_are_yellow_and_so_is_what_the_report_leaves_open():
    shown, code = at_terminal("check", "--root", SITES / "unused-source")
    assert code == 0
    assert re.search(r"\x1b\[1;33mwarning\[unused-source\]", shown)
    assert re.search(r"\x1b\[33m  1 source is used nowhere\x1b\[0m", shown)
    assert shown.endswith("\x1b[33m0 errors, 1 warning\x1b[0m\n")


PLAINLY = [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "unknown"}]


@pytest.mark.parametrize("environment", PLAINLY, ids=str)
def test_who_wants_no_colour_gets_none(environment, in_a_pipe):
    shown, _ = at_terminal("check", "--root", SITES / "orphan", **environment)
    assert shown == in_a_pipe("check", "--root", SITES / "orphan")


@pytest.mark.parametrize("form", ["json", "github"])
def test_what_programs_read_is_never_coloured(form, in_a_pipe):
    arguments = ("check", "--root", SITES / "orphan", "--format", form)
    shown, _ = at_terminal(*arguments)
    assert bare(shown) == in_a_pipe(*arguments)
    *read, _closing = shown.rstrip("\n").split("\n")
    assert "\x1b" not in "".join(read)


def test_an_excerpt_is_cut_so_that_its_carets_stand_below_it(tmp_path):
    root = shutil.copytree(SITES / "orphan", tmp_path / "site")
    text = "title: T\nannotations:\n  - {note: n, quote: " + "far from it " * 20 + "}\n"
    (root / "content/x/annotations.yaml").write_text(text)
    shown, _ = at_terminal("check", "--root", root, columns=60)
    excerpt, carets = (line for line in bare(shown).split("\n") if re.match(r" *\d* \| *\S", line))
    assert len(excerpt) <= 60 and len(carets) <= 60
    assert excerpt[carets.index("^")] == "f"


def test_a_report_is_cut_at_the_edge_of_the_terminal():
    shown, _ = at_terminal("check", columns=70)
    places = [line for line in bare(shown).split("\n") if re.match(r"    \S+:\d+: ", line)]
    assert any(line.endswith("…") for line in places)
    assert max(map(len, places)) <= 70


def test_paths_are_links_only_where_the_terminal_is_known_to_make_them():
    link = f"\x1b]8;id=[0-9-]+;file://{SITES}/orphan/content/x/annotations.yaml\x1b\\\\"
    known, _ = at_terminal("check", "--root", SITES / "orphan", KITTY_WINDOW_ID="1")
    unknown, _ = at_terminal("check", "--root", SITES / "orphan")
    assert len(re.findall(link, known)) == known.count("error[") > 1
    assert "\x1b]8" not in unknown
    assert bare(known) == bare(unknown)


def test_a_code_is_a_link_to_its_section():
    section = re.escape((ROOT / "docs/diagnostics.md").as_uri()) + "#orphan"
    shown, _ = at_terminal("check", "--root", SITES / "orphan", KITTY_WINDOW_ID="1")
    linked = re.findall(rf"\x1b]8;id=[0-9-]+;{section}\x1b\\([^\x1b]*(?:\x1b\[[^m]*m)?)", shown)
    assert len(linked) == shown.count("error[orphan]") > 1


def test_the_preview_paints_what_is_wrong_too():
    shown, _ = at_terminal("serve", "--port", 0, "--root", SITES / "orphan", until=b"Ctrl-C")
    assert re.search(r"\x1b\[1;31merror\[orphan\]\x1b\[0m", shown)


def test_a_place_in_the_programs_own_templates_leads_there():
    for site in ("orphan", "template-error"):
        for name in ("templates/page.html", "content/x/annotations.yaml"):
            own = paths.file(SITES / site, name)
            assert own.exists()
            assert own.is_relative_to(SITES / site) == (SITES / site / name).exists()


# ------------------------------------------------------------------ building


def test_a_build_says_what_how_long_and_where(tmp_path):
    root = shutil.copytree(SITES / "unused-source", tmp_path / "site")
    shown, code = at_terminal("--root", root)
    lines = bare(shown).rstrip("\n").split("\n")
    assert code == 0
    assert re.fullmatch(
        r"1 explainer, \d+ annotations?: \d+ files written in \d+\.\d\d s", lines[-3]
    )
    assert lines[-2:] == ["0 errors, 1 warning", f"open {root}/output/index.html"]


def test_what_was_remembered_is_coloured_too(tmp_path):
    root = shutil.copytree(SITES / "unused-source", tmp_path / "site")
    for path in root.rglob("*"):
        os.utime(path, (time.time() - 60, time.time() - 60.5))
    first, _ = at_terminal("--root", root, columns=50)
    second, _ = at_terminal("--root", root, columns=120, KITTY_WINDOW_ID="1")
    assert "nothing has changed\n" in second
    assert re.search(r"\x1b\[1;33mwarning\[unused-source\]", second)
    assert "docs/diagnostics.md#unused-source" in second
    assert bare(first).split("\n")[0] == bare(second).split("\n")[0]


SLOWLY = """
import sys, time
from postil.building import updating
from postil.cli import commands, show
show.WORTH_A_BAR = 0.2
quickly = updating.work_on
def slowly(*arguments):
    for built in quickly(*arguments):
        time.sleep(0.3)
        yield built
updating.work_on = slowly
sys.exit(commands.run(sys.argv[1:]))
"""


@pytest.fixture
def five(tmp_path):
    root = tmp_path / "site"
    for name in "abcde":
        folder = root / "content" / name
        folder.mkdir(parents=True)
        (folder / "article.txt").write_text("The bridge is safe.\n")
        (folder / "annotations.yaml").write_text("title: A\n")
    (root / "site.yaml").write_text("title: T\n")
    return root


def test_a_long_build_shows_how_far_it_has_come_and_cleans_up(five):
    shown, code = at_terminal("--root", five, "--jobs", 1, code=SLOWLY)
    assert code == 0
    assert re.search(r"explainers .*[1-4]/5", bare(shown))
    erased = shown.rpartition("/5")[2]
    assert "\x1b[2K" in erased and "\x1b[?25h" in erased  # the line and the cursor's hiding
    assert bare(shown).rstrip().endswith("output/index.html")


def test_a_long_build_is_quiet_in_a_pipe(five):
    done = subprocess.run(
        [sys.executable, "-c", SLOWLY, "--root", five, "--jobs", "1"],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.stderr == ""
    assert "/5" not in done.stdout


def test_a_short_build_shows_no_bar(five):
    shown, _ = at_terminal("--root", five)
    assert "/5" not in shown


# ------------------------------------------------------------------ what a pipe is spared

LOADED = """
import sys
from postil.cli import commands
commands.run(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [[], ["check", "--no-report"]], ids=["build", "check"])
def test_in_a_pipe_nothing_is_loaded_for_looks_or_reports(arguments, tmp_path):
    root = shutil.copytree(SITES / "unused-source", tmp_path / "site")
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments, "--root", root],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    loaded = set(done.stderr.split())
    assert "postil.building" in loaded
    assert not loaded & {"rich", "postil.coverage", "postil.language.cues"}
