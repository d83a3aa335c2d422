"""The house: imports go down one list of rooms, doors say what is behind them, nothing is large."""

import re
from importlib import import_module

import grimp
import house
import pytest

ROOT = house.PACKAGE.parent
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

LONGEST_MODULE, LONGEST_FUNCTION = 400, 40  # lines, with comments, docstrings and signatures
# Lines of code, as house.py counts them. The goal of the design is 3,000; with the rooms alone they
# were 3,365; articles as they come, sources as exported, drafts, tracing, the pages of sources and
# statuses, the picture with its counts, findings, figures and the words of each hop, updates with
# their record, annotations whose words are gone, templates compiled our way, and a site's own
# words, licence and policy, the shorter ways that make a build quicker, packed entries, and the
# search of a site have been added since. This holds them where they are: what grows must make room.
FROM_BYTES_TO_PAGE = 7620

# Two modules may need the name of a constant that typing would otherwise have to be loaded for.
IN_SEVERAL_MODULES = {"TYPE_CHECKING"}


def told_rooms() -> dict[str, tuple[str, list[str]]]:
    """By room, from the top, what docs/architecture.md says it is for and which rooms it enters."""
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.*?) ?\|$", ARCHITECTURE, re.MULTILINE)
    return {room: (purpose, re.findall(r"\w+", entered)) for room, purpose, entered in rows}


ROOMS = told_rooms()


@pytest.fixture(scope="module")
def entered() -> dict[str, set[str]]:
    """By room, the other rooms that it imports from, inside of functions too."""
    graph = grimp.build_graph("postil", cache_dir=None, exclude_type_checking_imports=True)
    found: dict[str, set[str]] = {room: set() for room in ROOMS}
    for module in graph.modules - {"postil", "postil.__main__"}:  # the street door
        room = module.split(".")[1]
        for imported in graph.find_modules_directly_imported_by(module) - {"postil"}:
            found[room] |= {imported.split(".")[1]} - {room}
    return found


def test_every_room_is_told_of():
    assert {path.stem for path in house.PACKAGE.iterdir() if path.name[0] not in "_."} == set(ROOMS)


def test_rooms_enter_those_that_the_table_says_and_no_others(entered):
    assert {room: set(rooms) for room, (_, rooms) in ROOMS.items()} == entered


def test_imports_only_go_down():
    below = list(ROOMS)
    for room, (_, rooms) in ROOMS.items():
        below.remove(room)
        assert set(rooms) <= set(below), room
        assert rooms == [each for each in below if each in rooms], f"{room}: in the table's order"


@pytest.mark.parametrize("room", [room for room in ROOMS if (house.PACKAGE / room).is_dir()])
def test_a_door_says_what_is_behind_it(room):
    purpose, rooms = ROOMS[room]
    paragraphs = (import_module(f"postil.{room}").__doc__ or "").strip().split("\n\n")
    told, enters, *_ = (" ".join(paragraph.split()) for paragraph in paragraphs)
    assert told == f"{purpose[0].upper()}{purpose[1:]}."
    assert enters == f"Enters: {', '.join(rooms) or 'nothing'}."


def test_no_import_runs_in_a_circle():
    graph = grimp.build_graph("postil", cache_dir=None, exclude_type_checking_imports=True)
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            assert not graph.chain_exists(imported, module), (module, imported)


@pytest.mark.parametrize("module", house.modules())
def test_nothing_is_large(module):
    source = house.modules()[module].read_text(encoding="utf-8")
    assert source.count("\n") <= LONGEST_MODULE
    assert {f: n for f, n in house.functions(source).items() if n > LONGEST_FUNCTION} == {}


def test_no_public_name_means_two_things():
    assert set(house.shared_names()) <= IN_SEVERAL_MODULES


def test_the_way_from_bytes_to_a_page_is_short():
    assert sum(house.from_bytes_to_page().values()) <= FROM_BYTES_TO_PAGE


def test_only_what_every_build_needs_is_imported_by_the_build():
    loaded = house.loaded_by_a_build(house.SOUND_SITE)
    assert "jinja2" in loaded
    rare = {"livereload", "tornado", "jsonschema_rs", "rapidfuzz", "rich", "asyncio", "difflib"}
    assert not loaded & {*rare, "selectolax", "multiprocessing", "html.parser"}
