"""Explainers that nobody wrote: alike in size, and the same ones every time."""

import random
import re
from collections.abc import Iterator
from typing import NamedTuple

NOTES, BADGES, BOXES = 12, 8, 4  # what every explainer has
SENTENCES_PER_PARAGRAPH = 3
PARAGRAPHS = 8
QUOTED_WORDS = 6  # at least; a quote grows until it is unique in its article


class Source(NamedTuple):
    """An entry of the source list; `fields` are CSL's names and Postil's own, in file order."""

    id: str
    kind: str
    name: str
    fields: dict[str, str]


class Use(NamedTuple):
    """A use of a source: which, and where in it."""

    source: str
    locator: str


class Box(NamedTuple):
    """A context box; `shared` ones stand in a file that all explainers use."""

    id: str
    title: str
    body: str
    sources: tuple[Use, ...]
    shared: bool


class Annotation(NamedTuple):
    """One marked passage with its note and, where it has them, attribution, sources and box."""

    id: str
    quote: str
    note: str
    chain: tuple[str, ...]
    sources: tuple[Use, ...]
    box: Box | None


class Explainer(NamedTuple):
    """One page's worth: an article of about 3 KB and twelve annotations."""

    slug: str
    title: str
    summary: str
    published: str
    article_title: str
    article_url: str
    paragraphs: tuple[str, ...]
    annotations: tuple[Annotation, ...]


class Role(NamedTuple):
    """What the annotation at one place of the article carries besides its note."""

    chain: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    cites: str = ""
    box: str = ""


# `report` is each explainer's own, `official` that of every tenth; the others are used by all.
ROLES = (
    Role(chain=("official", "northern-wire")),
    Role(chain=("harbour-gazette",), cites="report"),
    Role(sources=("report",), box="shared"),
    Role(),
    Role(chain=("official", "state-radio"), cites="district-court"),
    Role(sources=("district-court",), box="own"),
    Role(chain=("interior-ministry",)),
    Role(cites="relief-commission"),
    Role(chain=("watch-group", "harbour-gazette"), box="shared"),
    Role(),
    Role(chain=("river-institute",), cites="northern-wire"),
    Role(box="own"),
)

COMMON_SOURCES = (
    ("northern-wire", "wire", "Northern Wire"),
    ("harbour-gazette", "press", "Harbour Gazette"),
    ("interior-ministry", "government", "Interior Ministry"),
    ("relief-commission", "un", "Relief Commission"),
    ("watch-group", "ngo", "Watch Group"),
    ("district-court", "court", "District Court"),
    ("state-radio", "state-media", "State Radio"),
    ("river-institute", "academic", "River Institute"),
)

SOURCES = len(COMMON_SOURCES) + 2  # on every page: the common ones, an official and a report
OFFICIALS = 10  # each of them is on every tenth page

SLOT = re.compile(r"\{(\w+)\}")
WORDS = {
    "body": (
        "the harbour authority",
        "the provincial council",
        "the water board",
        "the census office",
        "the border guard",
        "the public prosecutor",
        "the grain reserve",
    ),
    "city": (
        "Port Alder",
        "Vessel Bay",
        "Kessing",
        "Marrow Ford",
        "Tarn Hollow",
        "Lower Quay",
        "Ostermouth",
        "Brackwell",
        "Fennimore",
    ),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "month": (
        "January",
        "February",
        "March",
        "April",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
    ),
    "things": (
        "closed wells",
        "missing shipments",
        "damaged bridges",
        "contested ballots",
        "unpaid invoices",
        "empty warehouses",
        "stranded families",
        "cancelled permits",
    ),
    "verb": (
        "counted twice",
        "moved without a record",
        "left out of the tables",
        "repaired at public cost",
        "sold before the hearing",
        "reported by nobody",
    ),
    "said": ("said", "told reporters", "wrote in a letter", "told the inquiry", "conceded"),
    "fragment": (
        "neither finished nor abandoned",
        "a matter for the courts",
        "in the hands of the council",
        "what anybody would have done",
        "far from the whole story",
        "not a promise but a hope",
        "as good as settled",
    ),
    "claim": (
        "We have nothing to add to the published figures",
        "Nobody who was there can have missed it",
        "The numbers speak for themselves, and they always did",
        "That is not what the agreement says",
        "I’d rather be late than wrong about this",
        "There wasn’t a single complaint from the people concerned",
    ),
    "reason": (
        "because the bridge at the northern approach had been shut",
        "after two of its inspectors were turned away at the gate",
        "although the tender had closed three weeks before",
        "while the council was still waiting for its lawyers",
        "in spite of a ruling that nobody had appealed",
    ),
}

SENTENCES = (
    "{official} {said} in {city} on {day} that {body} had recorded {many} {things} since {month}.",
    "“{claim},” {surname} {said}, adding that the plan for {city} was “{fragment}.”",
    "According to the Northern Wire, {few} of the {many} {things} near {city} had been {verb}.",
    "The report, which was finished in {month}, put the number between {few} and {many}, {reason}.",
    "In {month}, {body} published a list of {many} {things}, of which {few} were {verb}.",
    "Asked about {city}, a spokesman for {body} called the affair “{fragment}” and left {reason}.",
    "Residents of {city} described {few} {things} that were {verb} {reason}.",
    "{surname} was “{fragment}” on the question of {city}, the Harbour Gazette reported on {day}.",
    "“{claim}. ‘{claim},’ my predecessor used to say,” the official {said} on {day}.",
    "A list of {few} names reached {body} in {month}; {many} {things} were struck off {reason}.",
    "By {month} the cost had reached {many} crowns a week, {few} more than {body} had set aside.",
    "State Radio said on {day} that the {things} of {city} were “{fragment},” {reason}.",
)

NOTE_SENTENCES = (
    "The wire copy that we found gives *{few}*, not {many}, and dates the count to {month}",
    "Two other outlets carried the sentence without the words about {city}",
    "The figure for {city} includes {few} {things} that *were not* inspected",
    "An earlier version named {body} here; the change was made without a correction in {month}",
    "The transcript has a pause before these words, and the question put on {day} was about {city}",
    "Nobody else has confirmed that {many} {things} were {verb}",
)

# One for each note of a page, so that every note can be told from the others.
ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth",
    "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip

BOX_SENTENCES = (
    "The dispute over {city} began when {body} announced that {many} {things} were {verb}.",
    "An inquiry heard {few} witnesses; its findings on the {things} were *not binding*.",
    "Since then {body} has answered {few} of {many} requests for the underlying tables.",
)

FIRST_NAMES = ("Maren", "Tobias", "Ilse", "Conrad", "Petra", "Anselm", "Judith", "Rufus")
LAST_NAMES = (
    "Holloway",
    "Lindqvist",
    "Okafor",
    "Teasdale",
    "Varga",
    "Brandt",
    "Morrow",
    "Achterberg",
)


def make_sources(pages: int) -> list[Source]:
    """Every source that `pages` explainers use: eight in common, officials, each one's report."""
    common = [Source(id, kind, name, _source_fields(id, 0)) for id, kind, name in COMMON_SOURCES]
    officials = map(_official_source, range(min(pages, OFFICIALS)))
    return [*common, *officials, *map(_report, range(pages))]


def make_shared_boxes(pages: int) -> list[Box]:
    """The context boxes that several explainers use: two for every ten explainers."""
    return [_shared_box(number) for number in range(2 * ((pages + 9) // 10))]


def slug(number: int) -> str:
    """The name of explainer `number`: its folder and its page."""
    return f"explainer-{number:04}"


def make_explainer(number: int) -> Explainer:
    """Explainer `number`, counted from 0; the same one for every size of site."""
    rng = random.Random(f"explainer {number}")
    official = _official(number)
    sentences = _sentences(rng, official)
    paragraphs = tuple(_paragraphs(sentences))
    quotes = _quotes(rng, sentences, "\n".join(paragraphs))
    city = rng.choice(WORDS["city"])
    return Explainer(
        slug=slug(number),
        title=f"What stands behind the {rng.choice(WORDS['things'])} of {city}",
        summary=f"Who counted them, and what *{_official(number)[1]}* said about it.",
        published=f"2024-{1 + number % 12:02}-{1 + number % 28:02}",
        article_title=f"Council defends its figures for {city}",
        article_url=f"https://example.org/gazette/{number}",
        paragraphs=paragraphs,
        annotations=tuple(
            _annotation(rng, number, place, quote) for place, quote in enumerate(quotes)
        ),
    )


def _official(number: int) -> tuple[str, str]:
    """First and last name of the official whom explainer `number` quotes."""
    rng = random.Random(f"official {number % OFFICIALS}")
    return rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)


def _official_source(number: int) -> Source:
    first, last = _official(number)
    # What the benchmark edits, in one source of every tenth page.
    title = f"Deputy Secretary No. {number} since round 0"
    fields = {"title": title, "speaks_for": "interior-ministry"}
    return Source(f"official-{number}", "official", f"{first} {last}", fields)


def _report(number: int) -> Source:
    fields = _source_fields(f"report-{number:04}", number)
    return Source(f"report-{number:04}", "document", f"Report {number}", fields)


def _source_fields(id: str, number: int) -> dict[str, str]:
    day = f"2024-{1 + number % 9:02}-{1 + number % 27:02}"
    return {
        "title": f"Findings on the state of the northern districts, part {number}",
        "issued": day,
        "url": f"https://example.org/{id}/{number}",
        "archive_url": f"https://archive.example.org/{id}/{number}",
        "accessed": "2024-12-20",
    }


def _shared_box(number: int) -> Box:
    rng = random.Random(f"shared box {number}")
    title = f"Background {number}: the inquiry at {rng.choice(WORDS['city'])}"
    body = _box_body(rng, "relief-commission")
    return Box(f"background-{number}", title, body, (_use(rng, "relief-commission"),), shared=True)


def _own_box(rng: random.Random, number: int, place: int) -> Box:
    title = f"The {rng.choice(WORDS['things'])} of {rng.choice(WORDS['city'])}"
    body = _box_body(rng, f"report-{number:04}")
    return Box(f"box-{place}", title, body, (_use(rng, "river-institute"),), shared=False)


def _box_body(rng: random.Random, cited: str) -> str:
    told = " ".join(_fill(rng, sentence) for sentence in BOX_SENTENCES)
    return f"{told} The tables are public [@{cited}, p. {rng.randrange(2, 90)}]."


def _annotation(rng: random.Random, number: int, place: int, quote: str) -> Annotation:
    role = ROLES[place]
    own = {"official": f"official-{number % OFFICIALS}", "report": f"report-{number:04}"}
    return Annotation(
        id=f"claim-{place}",
        quote=quote,
        note=_note(rng, place, own.get(role.cites, role.cites)),
        chain=tuple(own.get(hop, hop) for hop in role.chain),
        sources=tuple(_use(rng, own.get(id, id)) for id in role.sources),
        box=_box(rng, role, number, place),
    )


def _use(rng: random.Random, source: str) -> Use:
    return Use(source, f"p. {rng.randrange(2, 90)}")


def _note(rng: random.Random, place: int, cited: str) -> str:
    opening, remark = (_fill(rng, rng.choice(NOTE_SENTENCES)) for _ in range(2))
    citation = f" [@{cited}, p. {rng.randrange(2, 90)}]" if cited else ""
    # What the benchmark edits, in one note of a page.
    compared = " Last compared with the record in round 0." if place == 0 else ""
    return f"{opening}; so does the {ORDINALS[place]} table{citation}. {remark}.{compared}"


def _box(rng: random.Random, role: Role, number: int, place: int) -> Box | None:
    if role.box == "shared":
        return _shared_box(2 * (number // 10) + (place > 5))
    return _own_box(rng, number, place) if role.box else None


def _sentences(rng: random.Random, official: tuple[str, str]) -> list[str]:
    """All sentences of an article, no two of them alike."""
    sentences: dict[str, None] = {}
    while len(sentences) < PARAGRAPHS * SENTENCES_PER_PARAGRAPH:
        sentences[_fill(rng, rng.choice(SENTENCES), official)] = None
    return list(sentences)


def _fill(rng: random.Random, pattern: str, official: tuple[str, str] = ("", "")) -> str:
    """`pattern` with a word chosen for every slot."""
    return SLOT.sub(lambda slot: _word(rng, slot[1], official), pattern)


def _word(rng: random.Random, slot: str, official: tuple[str, str]) -> str:
    match slot:
        case "official":
            return " ".join(official)
        case "surname":
            return official[1]
        case "few":
            return str(rng.randrange(12, 98))
        case "many":
            return f"{rng.randrange(1000, 60_000):,}"
        case _:
            return rng.choice(WORDS[slot])


def _paragraphs(sentences: list[str]) -> Iterator[str]:
    for start in range(0, len(sentences), SENTENCES_PER_PARAGRAPH):
        yield " ".join(sentences[start : start + SENTENCES_PER_PARAGRAPH])


def _quotes(rng: random.Random, sentences: list[str], article: str) -> list[str]:
    """One passage from every other sentence, each of which stands in the article once."""
    every_other = sentences[:: len(sentences) // NOTES]
    return [_unique_passage(rng, sentence, article) for sentence in every_other]


def _unique_passage(rng: random.Random, sentence: str, article: str) -> str:
    words = sentence.rstrip(".”").split(" ")
    start = rng.randrange(0, len(words) - QUOTED_WORDS)
    for first in range(start, -1, -1):
        for end in range(start + QUOTED_WORDS, len(words) + 1):
            passage = " ".join(words[first:end]).rstrip(",.”’")
            if _stands_once(passage, article):
                return passage
    raise ValueError(f"no passage of this sentence is unique in its article: {sentence}")


def _stands_once(passage: str, article: str) -> bool:
    first = article.find(passage)
    return article.find(passage, first + 1) < 0
