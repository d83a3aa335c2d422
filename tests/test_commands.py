"""Every command and option: its exit code, and what goes to which stream."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

SITES = ROOT / "tests" / "sites"
BUILD = ROOT / "build.py"

ALL_WELL, INPUT_ERRORS, OWN_FAILURE = 0, 1, 2


@pytest.fixture
def site(tmp_path):
    """A site of one explainer in which nothing is wrong."""
    root = tmp_path / "site"
    folder = root / "content" / "bridge"
    folder.mkdir(parents=True)
    (root / "site.yaml").write_text("title: A site\n")
    (folder / "article.txt").write_text(
        "The mayor said that the bridge was safe. It opens in May.\n"
    )
    (folder / "annotations.yaml").write_text(
        "title: The bridge\n"
        "annotations:\n"
        "  - {quote: the bridge was safe, note: Nobody else says so.}\n"
        "  - {quote: in May, note: Perhaps., draft: true}\n"
    )
    return root


@pytest.fixture
def warned(site):
    """The same with a warning."""
    (site / "content" / "sources.yaml").write_text("reuters: {kind: wire, name: Reuters}\n")
    return site


@pytest.fixture
def wrong(site):
    """The same with an error."""
    file = site / "content" / "bridge" / "annotations.yaml"
    file.write_text(file.read_text().replace("in May", "in June"))
    return site


# ------------------------------------------------------------------ build


def test_a_build_says_what_it_did_on_standard_output(site, postil):
    done = postil("--root", site)
    first, second, third = done.stdout.splitlines()
    assert re.fullmatch(r"1 explainer, 1 annotation: \d+ files written in \d+\.\d\d s", first)
    assert second == "1 draft left out: bridge#in-may"
    assert third == f"open {site}/output/index.html"
    assert (done.returncode, done.stderr) == (ALL_WELL, "")


def test_the_place_is_named_from_where_one_stands(site):
    done = subprocess.run(
        [sys.executable, BUILD, "--root", "."], cwd=site, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == f"open {Path('output', 'index.html')}"


def test_warnings_go_to_standard_error_and_are_counted(warned, postil):
    done = postil("--root", warned)
    assert done.stderr.startswith("content/sources.yaml:1:1: warning[unused-source]")
    assert "\n0 errors, 1 warning\n" in done.stdout
    assert done.returncode == ALL_WELL


def test_errors_go_to_standard_error_and_nothing_is_written(wrong, postil):
    done = postil("--root", wrong, "--drafts")
    assert "error[orphan]" in done.stderr
    assert done.stdout == "1 error, 0 warnings: nothing was written\n"
    assert done.returncode == INPUT_ERRORS
    assert not (wrong / "output").exists()


def test_strict_counts_warnings_as_errors(warned, postil):
    done = postil("--root", warned, "--strict")
    assert done.returncode == INPUT_ERRORS
    assert done.stdout == "0 errors, 1 warning: nothing was written\n"
    assert not (warned / "output").exists()


def test_output_is_where_it_is_wanted(site, postil, tmp_path):
    done = postil("--root", site, "--output", tmp_path / "public")
    assert done.returncode == ALL_WELL
    assert (tmp_path / "public" / "bridge" / "index.html").exists()
    assert not (site / "output").exists()


def test_a_folder_that_is_somebody_elses_is_refused(site, postil, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    done = postil("--root", site, "--output", tmp_path / "mine")
    assert done.returncode == OWN_FAILURE
    assert "help: " in done.stderr
    assert list((tmp_path / "mine").iterdir()) == [tmp_path / "mine" / "notes.txt"]


def test_drafts_are_built_only_when_wanted_and_into_a_folder_of_their_own(site, postil):
    assert "1 annotation:" in postil("--root", site).stdout
    published = (site / "output" / "bridge" / "index.html").read_bytes()

    done = postil("--root", site, "--drafts")

    assert "2 annotations:" in done.stdout
    assert "left out" not in done.stdout
    assert f"open {site}/output-drafts/index.html" in done.stdout
    assert (site / "output" / "bridge" / "index.html").read_bytes() == published
    assert b"noindex" not in published
    assert b"noindex" in (site / "output-drafts" / "bridge" / "index.html").read_bytes()
    assert postil("verify", "--root", site, "--drafts").returncode == ALL_WELL


def test_drafts_go_where_they_are_wanted(site, postil, tmp_path):
    postil("--root", site, "--drafts", "--output", tmp_path / "for-review")
    assert (tmp_path / "for-review" / "bridge" / "index.html").exists()
    assert not (site / "output-drafts").exists()


def test_a_page_that_becomes_a_draft_is_withdrawn_and_need_not_be_verified(site, postil):
    postil("--root", site)
    file = site / "content" / "bridge" / "annotations.yaml"
    file.write_text("draft: true\n" + file.read_text())

    done = postil("--root", site)

    assert done.stdout.startswith("0 explainers, 0 annotations: ")
    assert "\n1 draft left out: bridge\n" in done.stdout
    assert not (site / "output" / "bridge").exists()
    assert "The bridge" not in (site / "output" / "index.html").read_text()
    assert postil("verify", "--root", site).stderr == "there is no explainer to verify\n"


@pytest.mark.parametrize("form", ["json", "github"])
def test_what_programs_read_is_alone_on_standard_output(form, warned, postil):
    done = postil("--root", warned, "--format", form)
    assert done.returncode == ALL_WELL
    if form == "json":
        assert [each["code"] for each in json.loads(done.stdout)] == ["unused-source"]
    else:
        assert done.stdout.startswith("::warning file=content/sources.yaml,line=1,col=1,title=")
        assert done.stdout.count("\n") == 1
    assert "files written" in done.stderr


@pytest.mark.parametrize("order", ["before", "after"])
def test_options_may_stand_before_or_after_the_command(order, wrong, postil):
    options = ["--root", wrong, "--format", "json", "--drafts"]
    done = postil(*options, "check") if order == "before" else postil("check", *options)
    assert [each["code"] for each in json.loads(done.stdout)] == ["orphan"]


# ------------------------------------------------------------------ check


def test_check_prints_all_to_standard_output_and_writes_what_it_knows_alone(warned, postil):
    before = sorted(warned.rglob("*"))
    done = postil("check", "--root", warned)
    diagnostics, report = done.stdout.split("\n\n")[:2]
    assert diagnostics.startswith("content/sources.yaml:1:1: warning[unused-source]")
    assert report.startswith("bridge: The bridge\n  1 annotation: 1 with a note; 1 draft\n")
    assert done.stdout.endswith("\n\n0 errors, 1 warning\n")
    assert (done.returncode, done.stderr) == (ALL_WELL, "")
    assert [p for p in sorted(warned.rglob("*")) if ".postil" not in p.parts] == before


def test_check_without_a_report_prints_diagnostics_and_their_number(warned, postil):
    done = postil("check", "--root", warned, "--no-report")
    assert done.stdout.count("\n\n") == 1
    assert done.stdout.endswith("\n\n0 errors, 1 warning\n")


def test_errors_come_before_any_report(wrong, postil):
    done = postil("check", "--root", wrong, "--drafts")
    assert done.returncode == INPUT_ERRORS
    assert "error[orphan]" in done.stdout
    assert "1 annotation" not in done.stdout
    assert done.stdout.endswith("\n\n1 error, 0 warnings\n")


@pytest.mark.parametrize("options, code", [([], ALL_WELL), (["--strict"], INPUT_ERRORS)])
def test_check_is_as_strict_as_it_is_told(options, code, warned, postil):
    assert postil("check", "--root", warned, *options).returncode == code


def test_json_is_one_array_and_with_a_report_one_object(warned, postil):
    array = json.loads(postil("check", "--root", warned, "--format", "json").stdout)
    whole = json.loads(postil("check", "--root", warned, "--format", "json", "--report").stdout)
    assert [each["code"] for each in array] == ["unused-source"]
    assert whole["diagnostics"] == array
    assert [each["slug"] for each in whole["explainers"]] == ["bridge"]
    assert whole["unused_sources"] == ["reuters"]


def test_json_of_a_site_with_errors_has_no_surveys(wrong, postil):
    done = postil("check", "--root", wrong, "--format", "json", "--report", "--drafts")
    whole = json.loads(done.stdout)
    assert [each["code"] for each in whole["diagnostics"]] == ["orphan"]
    assert (whole["explainers"], whole["unused_sources"]) == ([], [])


def test_github_gets_warnings_and_notices_and_closing_words_stay_out(warned, postil):
    done = postil("check", "--root", warned, "--format", "github")
    kinds = [line.split(" ")[0] for line in done.stdout.splitlines()]
    assert kinds == ["::warning", "::notice"]
    assert done.stderr == "0 errors, 1 warning\n"
    done = postil("check", "--root", warned, "--format", "github", "--no-report")
    assert "::notice" not in done.stdout


def test_boxes_are_past_review_on_the_day_given(site, postil):
    box = "{title: Then, body: b, review_by: 2026-01-01}"
    (site / "content" / "bridge" / "annotations.yaml").write_text(
        f"title: A\nannotations:\n  - {{quote: in May, context: {box}}}\n"
    )
    late = postil("check", "--root", site, "--today", "2026-01-02").stdout
    assert "1 context box is past review" in late
    assert "review" not in postil("check", "--root", site, "--today", "2026-01-01").stdout
    assert "1 context box is past review" in postil("check", "--root", site).stdout


def test_a_build_does_not_depend_on_the_day(site, postil):
    assert postil("--root", site, "--today", "2026-01-01").returncode == OWN_FAILURE


# ------------------------------------------------------------------ verify, schema


def test_verify_answers_by_its_exit_code(site, postil):
    postil("--root", site)
    page = site / "output" / "bridge" / "index.html"
    verified = postil("verify", "--root", site)
    assert verified.returncode == ALL_WELL
    assert "stylesheets and scripts" in verified.stdout.splitlines()[-1]
    assert postil("verify", "--root", site, page).returncode == ALL_WELL
    page.write_text(page.read_text(encoding="utf-8").replace("safe", "unsafe"), encoding="utf-8")
    assert postil("verify", "--root", site).returncode == INPUT_ERRORS


def test_schema_writes_one_for_each_file_of_a_site(site, postil):
    done = postil("schema", "--root", site)
    names = ["annotations", "sources", "context", "site"]
    assert done.stdout.splitlines() == [f"schema/{name}.schema.json" for name in names]
    for name in names:
        own = (site / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
        assert own == (ROOT / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")


def test_a_schema_is_written_through_no_link(site, postil, tmp_path):
    (tmp_path / "theirs").write_text("theirs")
    (site / "schema").mkdir()
    (site / "schema/site.schema.json").symlink_to(tmp_path / "theirs")
    assert postil("schema", "--root", site).returncode == ALL_WELL
    assert (tmp_path / "theirs").read_text() == "theirs"
    assert "$schema" in (site / "schema/site.schema.json").read_text(encoding="utf-8")

    (site / "schema").rename(tmp_path / "elsewhere")
    (site / "schema").symlink_to(tmp_path / "elsewhere")
    done = postil("schema", "--root", site)
    assert done.returncode == OWN_FAILURE
    assert "is a symbolic link" in done.stderr


@pytest.mark.parametrize("output", ["content/out", "static/out", "templates/out", "static"])
def test_a_site_is_not_built_into_what_it_is_made_from(output, site, postil):
    (site / "static").mkdir()
    done = postil("--root", site, "--output", site / output)
    assert done.returncode == OWN_FAILURE
    assert "which the site is made from" in done.stderr
    assert not (site / output / "index.html").exists()


LITTER = [
    *("Thumbs.db", "thumbs.db", "ehthumbs.db", "desktop.ini", "Desktop.ini", ".DS_Store"),
    *("a.css~", "#a.css#", ".#a.css", ".a.css.swp", "__MACOSX~/a.css"),
]


def test_what_systems_and_editors_leave_is_not_published(site, postil):
    for name in (*LITTER, "a.css", "_b/#c.css"):
        (site / "static" / name).parent.mkdir(parents=True, exist_ok=True)
        (site / "static" / name).write_text("")
    assert postil("--root", site).returncode == ALL_WELL
    published = {path.name for path in (site / "output/static").rglob("*")}
    assert {"a.css", "#c.css"} <= published
    assert not published & {Path(name).name for name in LITTER} - {"a.css"}
    assert not (site / "output/static/__MACOSX~").exists()
    assert (site / "output/.nojekyll").read_bytes() == b""


def test_the_schema_of_a_site_has_its_ids(warned, postil):
    done = postil("schema", "--site", "--root", warned)
    assert done.returncode == ALL_WELL
    text = (warned / "schema" / "annotations.schema.json").read_text(encoding="utf-8")
    assert '"const": "reuters"' in text
    postil("schema", "--root", warned)
    assert "reuters" not in (warned / "schema" / "sources.schema.json").read_text(encoding="utf-8")


def test_the_schema_of_a_site_that_cannot_be_read_is_not_made(site, postil):
    (site / "content" / "sources.yaml").write_text("reuters: {kind: wire}\n")
    done = postil("schema", "--site", "--root", site)
    assert done.returncode == INPUT_ERRORS
    assert "error[missing-field]" in done.stderr
    assert not (site / "schema").exists()


# ------------------------------------------------------------------ wrong use, and failures


WRONG = {
    "an unknown command": ["bild"],
    "an unknown option": ["--fast"],
    "a format that is none": ["--format", "xml"],
    "no processes": ["--jobs", "0"],
    "processes without number": ["--jobs", "many"],
    "a day that is none": ["check", "--today", "2026-02-30"],
    "a new one without a name": ["new"],
    "a new one without an article": ["new", "bridge"],
    "a port that is none": ["serve", "--port", "70000"],
}


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG)
def test_wrong_use_is_told_on_standard_error_with_exit_code_2(arguments, postil):
    done = postil(*arguments)
    assert done.returncode == OWN_FAILURE
    assert done.stdout == ""
    assert "usage: build.py" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [[], ["check"], ["schema", "--site"]], ids=" ".join)
def test_a_folder_that_is_not_there_is_an_error_with_a_place(command, postil, tmp_path):
    done = postil(*command, "--root", tmp_path / "gone")
    assert done.returncode == INPUT_ERRORS
    assert "error[missing-" in done.stdout + done.stderr
    assert command[:1] == ["schema"] or str(tmp_path / "gone") in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_what_the_system_refuses_is_told_in_one_line(site, postil):
    (site / "schema").write_text("a file where a folder belongs")
    done = postil("schema", "--root", site)
    assert done.returncode == OWN_FAILURE
    assert done.stderr.count("\n") == 1
    assert str(site / "schema") in done.stderr


COMMANDS = ["build", "check", "serve", "verify", "new", "new-site", "schema"]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(command, postil):
    done = postil(*filter(None, [command]), "--help")
    assert done.returncode == ALL_WELL
    assert done.stdout.startswith(f"usage: build.py {command}".rstrip())
    assert "--root DIR" in done.stdout


def test_a_reader_that_goes_away_is_no_failure_to_talk_about(site):
    (site / "content" / "bridge" / "annotations.yaml").write_text(
        "title: A\nannotations:\n" + "  - {quote: nowhere at all, note: n}\n" * 2000
    )
    done = subprocess.run(
        f'"{sys.executable}" "{BUILD}" check --root "{site}" | head -n 1',
        shell=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.startswith("content/bridge/annotations.yaml:")
    assert done.stderr == ""


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_any_encoding_of_the_surroundings_gets_all_characters(encoding, site, postil):
    article = site / "content" / "bridge" / "article.txt"
    article.write_text("قال العمدة “إن الجسر آمن” ✓\n", encoding="utf-8")
    (site / "content" / "bridge" / "annotations.yaml").write_text("title: A\n")
    done = postil("check", "--root", site, PYTHONIOENCODING=encoding)
    assert "قال العمدة “إن الجسر آمن” ✓" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [[], ["check"], ["schema"], ["new", "x", "--article", "-"]])
def test_missing_packages_are_one_line_with_a_way_out(arguments, site):
    """`-S` leaves out installed packages, as a Python does in which none were installed."""
    done = subprocess.run(
        [sys.executable, "-S", "-E", BUILD, *arguments, "--root", site],
        input="", capture_output=True, text=True,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
    )  # fmt: skip
    assert done.returncode == OWN_FAILURE
    assert done.stdout == ""
    assert re.fullmatch(r"this Python lacks \w+: run `make` once, then .*\n", done.stderr)


# ------------------------------------------------------------------ what the documentation says


def test_the_commands_of_the_workflow_in_the_docs_succeed(site, postil):
    text = (ROOT / "docs" / "checking.md").read_text(encoding="utf-8")
    commands = re.findall(r"^ +- run: python build\.py *(.*)$", text, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        done = postil(*command.split(), "--root", site)
        assert done.returncode == ALL_WELL, done.stdout + done.stderr


@pytest.mark.parametrize("page", ["docs/checking.md", "docs/editors.md", "README.md"])
def test_every_option_that_is_named_in_the_docs_exists(page, postil):
    text = (ROOT / page).read_text(encoding="utf-8")
    helps = "".join(postil(*filter(None, [command]), "--help").stdout
                    for command in ("", "check", "serve", "verify", "new", "schema"))  # fmt: skip
    named = set(re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", text)) - {"--help"}
    assert {option for option in named if option not in helps} == set()


def test_one_site_does_not_disturb_another(site, postil, tmp_path):
    other = shutil.copytree(site, tmp_path / "other")
    postil("--root", site)
    assert not (other / "output").exists()


STEERING = "a\x1b[31m\u202e"
NAMED = [
    ["verify", f"{STEERING}.html"],
    ["new", STEERING, "--article", "b"],
    ["new", "y", "--article", STEERING],
    ["--root", STEERING],
    ["serve", "--host", STEERING],
    ["serve", "--public-url", STEERING],
]


@pytest.mark.parametrize("arguments", NAMED, ids=" ".join)
def test_no_name_steers_the_terminal(site, postil, arguments):
    root = [] if "--root" in arguments else ["--root", site]
    done = postil(*root, *arguments)

    assert done.returncode in (INPUT_ERRORS, OWN_FAILURE)
    assert "\ufffd[31m" in done.stdout + done.stderr
    assert not {"\x1b", "\u202e"} & set(done.stdout + done.stderr)


def test_no_output_folder_steers_the_terminal(site, postil):
    done = postil("--root", site, "--output", site / STEERING)

    assert "a\ufffd[31m" in done.stdout
    assert not {"\x1b", "\u202e"} & set(done.stdout + done.stderr)
