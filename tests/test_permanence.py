"""Addresses that readers have: what is said when one would be lost or lead to other words."""

import shutil

import pytest
from small_site import write_site

from postil import building
from postil.cli import commands
from postil.site.published import PublishedPassage, expect, find_now
from postil.text.anchoring import prepare

ARTICLE = (
    "The mayor said the bridge was safe.\n\nEngineers had warned of the bridge in March.\n\n"
    "On Tuesday the bridge fell, and nobody was hurt.\n"
)
ENTRIES = [
    "{id: safe, quote: the bridge was safe, note: No.}",
    "{quote: the bridge in March, note: They did.}",
    "{quote: nobody was hurt, note: So it was.}",
]


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "site"
    (root / "content/x").mkdir(parents=True)
    (root / "site.yaml").write_text("title: S\n")
    (root / "content/sources.yaml").write_text("{}\n")
    (root / "content/x/article.txt").write_text(ARTICLE)
    annotate(root, ENTRIES)
    return root


def annotate(root, entries, head=""):
    lines = "".join(f"  - {entry}\n" for entry in entries)
    (root / "content/x/annotations.yaml").write_text(f"title: X\n{head}annotations:\n{lines}")


def publish(root, *options):
    return commands.run(["--root", str(root), *options])


def warned(root, **options):
    """Code, line and message of what is said of addresses."""
    published = options.pop("published", root / "output")
    site = building.build_site(root, published=published, **options)
    return [
        (d.code, d.place[0], d.message, d.help.partition("\n")[0])
        for d in site.report.in_order()
        if d.code.endswith("-address")
    ]


CHANGES = [
    ("nothing", ENTRIES, []),
    (
        "an annotation is taken out",
        ENTRIES[1:],
        [
            (
                "lost-address",
                2,
                "the published address #safe disappears: links to it will lead to no passage",
                "bring the annotation back, with a line: id: safe",
            )
        ],
    ),
    (
        "a given id is another",
        [ENTRIES[0].replace("id: safe", "id: unsafe"), *ENTRIES[1:]],
        [
            (
                "lost-address",
                3,
                "the published address #safe disappears: its passage is called unsafe now",
                "to keep it: id: safe",
            )
        ],
    ),
    (
        "more words are quoted, so that another id is made of them",
        [*ENTRIES[:2], "{quote: and nobody was hurt, note: So it was.}"],
        [
            (
                "lost-address",
                5,
                "the published address #nobody-was-hurt disappears: "
                "its passage is called and-nobody-was-hurt now",
                "to keep it: id: nobody-was-hurt",
            )
        ],
    ),
    (
        "an annotation becomes a draft",
        [ENTRIES[0].replace("note:", "draft: true, note:"), *ENTRIES[1:]],
        [
            (
                "lost-address",
                3,
                "the published address #safe disappears: it is a draft now",
                "take `draft: true` out of it",
            )
        ],
    ),
    (
        "an id is given to other words",
        ["{id: safe, quote: On Tuesday, note: No.}", *ENTRIES[1:]],
        [
            (
                "changed-address",
                3,
                "the published address #safe leads to another passage now",
                "give this annotation an id of its own; "
                "the one on the old passage is to have: id: safe",
            )
        ],
    ),
    ("fewer words are quoted", ["{id: safe, quote: was safe, note: No.}", *ENTRIES[1:]], []),
    ("an annotation comes first", ["{quote: The mayor, note: Hm.}", *ENTRIES], []),
    ("the order in the file is another", ENTRIES[::-1], []),
    ("a place is added", [ENTRIES[0].replace("note:", "also: [fell], note:"), *ENTRIES[1:]], []),
]


@pytest.mark.parametrize("entries, said", [c[1:] for c in CHANGES], ids=[c[0] for c in CHANGES])
def test_what_becomes_of_published_addresses_is_said(root, entries, said):
    publish(root)
    annotate(root, entries)
    assert warned(root) == said


def test_the_same_words_at_another_place_are_another_passage(root):
    repeated = ["{quote: the bridge, occurrence: 2 of 3, note: Warned of.}"]
    annotate(root, repeated)
    publish(root)
    annotate(root, ["{quote: the bridge, occurrence: 1 of 3, note: Safe?}", *repeated])
    assert [(code, line) for code, line, *_ in warned(root)] == [("changed-address", 3)]


def test_a_changed_article_explains_other_words(root):
    publish(root)
    article = ARTICLE.replace("the bridge was safe", "it would hold").replace("The", "A new\n\nThe")
    (root / "content/x/article.txt").write_text(article)
    annotate(root, ["{id: safe, quote: it would hold, note: No.}", *ENTRIES[1:]])
    assert warned(root) == []


def test_a_changed_article_does_not_explain_other_words_where_the_old_ones_still_stand(root):
    publish(root)
    (root / "content/x/article.txt").write_text(f"A new line.\n\n{ARTICLE}")
    assert warned(root) == []
    annotate(root, ["{id: safe, quote: A new line, note: No.}", *ENTRIES[1:]])
    assert [code for code, *_ in warned(root)] == ["changed-address"]


def test_a_quote_that_is_nowhere_is_not_a_lost_address_as_well(root):
    publish(root)
    annotate(root, ["{id: safe, quote: the bridge was steady, note: No.}", *ENTRIES[1:]])
    assert warned(root) == []


@pytest.mark.parametrize("change", ["draft", "gone"])
def test_a_page_that_disappears_is_one_warning(root, change):
    publish(root)
    if change == "draft":
        annotate(root, ENTRIES, "draft: true\n")
    else:
        shutil.rmtree(root / "content/x")
        write_site(root.parent / "other")
        shutil.copytree(root.parent / "other/content/beta", root / "content/beta")
    for drafts in (True, False):
        (said,) = warned(root, drafts=drafts)
        assert said[:3] == (
            "lost-address",
            1,
            "the page x/ was published and disappears, with 3 addresses",
        )


def test_once_published_all_is_quiet(root, capsys):
    publish(root)
    annotate(root, ENTRIES[1:])
    capsys.readouterr()
    assert publish(root, "--strict") == 1  # which publishes nothing
    assert publish(root) == 0
    assert capsys.readouterr().err.count("lost-address") == 2
    for _ in range(2):  # the second time nothing is looked at
        assert publish(root) == 0
        assert publish(root, "--strict") == 0
    assert "lost-address" not in capsys.readouterr().err


def test_an_answer_that_nothing_has_changed_says_nothing_of_addresses(root, capsys, monkeypatch):
    monkeypatch.setattr("postil.record.keeping.is_settled", lambda state, now: True)
    publish(root)
    annotate(root, ENTRIES[1:])
    publish(root)
    capsys.readouterr()
    publish(root)
    printed = capsys.readouterr()
    assert "nothing has changed" in printed.out and "lost-address" not in printed.err


def test_what_is_made_does_not_depend_on_what_was_published(root):
    publish(root)
    annotate(root, ENTRIES[1:])
    with_output = building.build_site(root, published=root / "output")
    without = building.build_site(root)
    assert with_output.report.diagnostics and with_output.files == without.files


@pytest.mark.parametrize("page", [b"", b"{}", b"[1]", b'{"items": [{"id": 1}]}', b"\xff", None])
def test_a_file_that_is_none_of_ours_is_none_of_our_business(root, page):
    publish(root)
    file = root / "output/x/annotations.jsonld"
    if page is None:
        file.rename(root / "elsewhere")
        file.symlink_to(root / "elsewhere")
    else:
        file.write_bytes(page)
    annotate(root, ENTRIES[1:])
    assert warned(root) == []


def test_check_compares_with_the_folder_that_is_to_hold_the_site(root, capsys):
    publish(root)
    publish(root, "--output", str(root / "elsewhere"))
    shutil.rmtree(root / "output")
    annotate(root, ENTRIES[1:])
    capsys.readouterr()
    check = ["check", "--no-report", "--root", str(root)]
    assert commands.run(check) == 0 and "address" not in capsys.readouterr().out
    assert commands.run([*check, "--output", str(root / "elsewhere")]) == 0
    assert "lost-address" in capsys.readouterr().out
    assert commands.run([*check, "--drafts", "--output", str(root / "elsewhere")]) == 0
    assert "address" not in capsys.readouterr().out


# ------------------------------------------------------------------ the old position, as a hint


def test_a_quote_that_is_nowhere_is_looked_for_where_it_was(root, capsys):
    """Two passages are about as near; the one at the published place is offered."""
    (root / "content/x/article.txt").write_text(
        "The cat ran home.\n\nNothing else happened that day.\n\nThe cot ran home.\n"
    )
    annotate(root, ["{id: home, quote: The cot ran home, note: So.}"])
    publish(root)
    changed = "An editor's note.\n\nThe cat ran home.\n\nNothing else happened that day.\n\n"
    (root / "content/x/article.txt").write_text(f"{changed}The cow ran home.\n")
    annotate(root, ["{id: home, quote: The cot ran home, note: So.}"])
    site = building.build_site(root, published=root / "output")
    assert [d.help for d in site.report.diagnostics] == ["quote: The cow ran home"]
    site = building.build_site(root)
    assert "as near" in dict(site.report.diagnostics[0].notes)


HAYSTACK = "One. The bridge fell. Two. The bridge fell. Three."


@pytest.mark.parametrize(
    "passage, now",
    [
        (PublishedPassage("The bridge", "", "", 5), 5),
        (PublishedPassage("The bridge", "", "", 0), None),  # which of the two?
        (PublishedPassage("The bridge", "ne. ", " fell", 5), 5),  # cut within a word
        (PublishedPassage("The bridge", "Two. ", " fell. Three.", 0), 27),
        (PublishedPassage("Three", "elsewhere it said ", "", 2), 44),
        (PublishedPassage("Four", "", "", 2), None),
    ],
)
def test_a_published_passage_is_found_again_only_if_that_is_certain(passage, now):
    found = find_now(passage, prepare(HAYSTACK))
    assert (found and found.start) == now


@pytest.mark.parametrize(
    "passages, at",
    [
        ([], None),
        ([PublishedPassage("The bridge", "Two. ", "", 3)], 27),
        ([PublishedPassage("The bridge", "gone", ". Two.", 3)], 10),
        ([PublishedPassage("The bridge", "gone", "gone", 3)], 3),
        ([PublishedPassage("One"), PublishedPassage("The bridge", start=5)], 5),
    ],
)
def test_a_published_passage_is_expected_where_its_context_stands(passages, at):
    assert expect(passages, "The bridge", HAYSTACK) == at
