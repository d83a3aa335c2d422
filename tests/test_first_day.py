"""An editor's first day: the mistakes of people who know nothing yet, and what each is told.

Every answer stands in cases/first_day.txt. It must lead to the fix at first reading: whoever
changes one with `--update-golden` reads it as somebody would who has never seen a YAML file.
"""

from pathlib import Path

from postil.cli import commands
from postil.site.drafting import PLACEHOLDER

ANSWERS = Path(__file__).parent / "cases" / "first_day.txt"
SOURCES = """\
kim: {kind: person, name: Kim}
kcna: {kind: wire, name: KCNA}
voa: {kind: press, name: VOA}
"""
ARTICLE = """\
Reporters were interrogated by North Korean officials for eight hours on Friday.

He was made to sign an apology, the BBC said, for the first time in 36 years.

assertion - n. a statement

China spoke of strong new sanctions. In March, it agreed to them.
"""
HEAD = "title: X\nannotations:\n"
ENTRY = "  - {{id: a, quote: {}, note: 'Kim says so [@kim; @kcna; @voa].'}}\n"
LONG = "  - id: a\n    quote: eight hours\n    note: Long [@kim; @kcna; @voa].\n"
PASTED = "- id: b\n  quote: on Friday\n  note: n\n"
CORRECTION = "corrections:\n  - {date: 2026-01-01, annotation: a, was: x, now: y}\n"


def moved(text: str, columns: int) -> str:
    return "".join(f"{' ' * columns}{line}\n" for line in text.splitlines())


SITE, SOURCES_FILE = "site.yaml", "content/sources.yaml"
ANNOTATIONS, TXT, MD = (f"content/x/{n}" for n in ("annotations.yaml", "article.txt", "article.md"))
MISTAKES = {
    "an entry pasted at the end, below the corrections":
        {ANNOTATIONS: HEAD + LONG + CORRECTION + moved(PASTED, 2)},
    "the same at the beginning of the line": {ANNOTATIONS: HEAD + LONG + CORRECTION + PASTED},
    "an entry that starts too far left": {ANNOTATIONS: HEAD + LONG + PASTED},
    "an entry that starts too far right": {ANNOTATIONS: HEAD + LONG + moved(PASTED, 4)},
    "an entry that is one space off": {ANNOTATIONS: HEAD + LONG + moved(PASTED, 1)},
    "an entry right of others at the beginning of the line":
        {ANNOTATIONS: "title: X\nannotations:\n" + PASTED + moved(PASTED, 2)},
    "a long note in the column of its key": {
        ANNOTATIONS: HEAD + "  - id: a\n    quote: eight hours\n    note: |\n    Long it was.\n",
    },
    "a long note left of its key": {
        ANNOTATIONS: HEAD + "  - id: a\n    quote: eight hours\n    note: |\n  Long it was.\n",
    },
    "a list without its first dash": {ANNOTATIONS: HEAD + LONG.replace("-", " ", 1)},
    "an entry without its dash": {ANNOTATIONS: HEAD + LONG + moved(PASTED, 2).replace("-", " ")},
    "a tab": {ANNOTATIONS: HEAD + LONG.replace("    quote", "\tquote")},
    "a no-break space": {ANNOTATIONS: HEAD + LONG.replace("    quote", "  \u00a0 quote")},
    "a colon in a quote": {ANNOTATIONS: HEAD + LONG.replace("eight hours", "He said: no")},
    "quotation marks in a quote":
        {ANNOTATIONS: HEAD + LONG.replace("eight hours", '"he said "no" to me"')},
    "a comma in braces":
        {ANNOTATIONS: HEAD + ENTRY.format("He was made to sign an apology, the BBC said")},
    "a citation in braces":
        {ANNOTATIONS: HEAD + ENTRY.format("eight hours").replace("\'", "")},
    "words left out with dots":
        {ANNOTATIONS: HEAD + ENTRY.format("interrogated ... for eight hours")},
    "a number in letters":
        {ANNOTATIONS: HEAD + ENTRY.format("for the first time in thirty-six years")},
    "another number": {ANNOTATIONS: HEAD + ENTRY.format("for ten hours")},
    "words that resemble a line elsewhere":
        {ANNOTATIONS: HEAD + ENTRY.format("made to sign a statement")},
    "words that were moved": {ANNOTATIONS: HEAD + ENTRY.format("strong new sanctions in March")},
    "an end that has vanished":
        {ANNOTATIONS: HEAD + ENTRY.format("interrogated by, to: for ten days")},
    "a quote with two places": {ANNOTATIONS: HEAD + ENTRY.format("the")},
    "dates as people write them": {
        ANNOTATIONS: "published: 11/25/2026\nupdated: 27 July 1953\n" + HEAD + LONG,
    },
    "sources that are not listed yet": {
        ANNOTATIONS: HEAD + LONG.replace("@kim", "@nyt")
        + "    sources: [bbc]\n    attributed_to: reuters > voa\n",
        SOURCES_FILE: SOURCES.partition("\n")[2],
    },
    "a box that is not written yet": {ANNOTATIONS: HEAD + LONG + "    context: the-bridge\n"},
    "an arrow": {ANNOTATIONS: HEAD + LONG + "    attributed_to: kim → kcna\n"},
    "a kind of one's own": {SOURCES_FILE: SOURCES.replace("person", "think-tank")},
    "a status that is nearly one": {ANNOTATIONS: HEAD + LONG + "    status: unsourcd\n"},
    "an id of words": {ANNOTATIONS: HEAD + LONG.replace("id: a", "id: The note!")},
    "the standard's names": {ANNOTATIONS: HEAD + LONG.replace("quote", "exact")},
    "a colour without quotation marks": {SITE: "title: S\ntheme:\n  accent: #0b5394\n"},
    "a colour that nobody can read": {SITE: 'title: S\ntheme: {accent: "#ffee00"}\n'},
    "the note that was there to be replaced": {
        ANNOTATIONS: HEAD + LONG.replace("Long", PLACEHOLDER),
    },
    "front matter and HTML in an article": {
        TXT: "", MD: "---\ntitle: My piece\n---\n\n<b>Hello</b> for eight hours.[^1]\n\n[^1]: N.\n",
    },
    "front matter of other programs": {
        TXT: "", MD: '+++\ntitle = "My piece"\n+++\n\nHello for eight hours.\n',
    },
    "a comment, a note and a link that prose does not know": {
        ANNOTATIONS: HEAD + LONG.replace("Long", "So <!-- legal? -->.[^1] [a](https://b.org/c d)"),
    },
    "an address that no link in a note uses": {
        ANNOTATIONS: HEAD + LONG.replace("note: ", "note: |\n      [Kim]: https://b.org\n\n      "),
    },
    "a note whose words are turned round by a reference": {
        ANNOTATIONS: HEAD + LONG.replace("Long", "So &#x202e;said he"),
    },
    "the end of a passage that stands before its beginning": {
        ANNOTATIONS: HEAD + "  - quote: eight hours\n    to: eight\n    note: N.\n",
    },
    "a shortened quote that may be of two passages": {
        TXT: "The mayor said a thing. The mayor said the other thing. Later the end.\n",
        ANNOTATIONS: HEAD + ENTRY.format("'The mayor ... thing'"),
    },
    "BibTeX among the sources": {SOURCES_FILE: "@article{s,\n title = {T}\n}\n"},
    "entries by their ids below references": {SOURCES_FILE: "references:\n  s: {kind: press}\n"},
    "which of how many, written otherwise": {
        ANNOTATIONS: HEAD + LONG + "    occurrence: 1/2\n",
    },
    "a language as a system has it": {SITE: "title: S\nlanguage: en_GB\n"},
}  # fmt: skip


def test_each_mistake_is_told_with_what_to_do(tmp_path, golden, capsys):
    answers = []
    for number, (name, files) in enumerate(MISTAKES.items()):
        root = tmp_path / str(number)
        whole = {SITE: "title: S\n", SOURCES_FILE: SOURCES, TXT: ARTICLE, ANNOTATIONS: HEAD + LONG}
        for path, text in {**whole, **files}.items():
            if text:
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
        commands.run(["check", "--no-report", "--root", str(root)])
        answers.append(f"== {name}\n{capsys.readouterr().out}")
    golden(ANSWERS, "\n".join(answers))
