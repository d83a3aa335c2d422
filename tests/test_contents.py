"""What is held for certain of the files that a build has read, and what only looks changed."""

import os
from pathlib import Path

import pytest

from postil.record import contents
from postil.record.contents import contents_now, contents_of_young, digest_of, find_changed
from postil.record.states import UNKNOWN, state_of

LATER = 10**12  # nanoseconds


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "a.yaml"
    path.write_text("title: One\n", encoding="utf-8")
    return str(path)


def saved(file: str, text: str = "title: Two\n") -> None:
    Path(file).write_text(text, encoding="utf-8")


def test_a_file_that_stays_as_it_was_is_certain(file):
    states = {file: state_of(file)}
    assert contents_now([file], states, {}) == {file: digest_of(file)}


def test_a_file_that_was_saved_is_not(file):
    states = {file: state_of(file)}
    saved(file)
    assert contents_now([file], states, {}) == {}


def test_nor_is_one_that_is_gone(file):
    states = {file: state_of(file)}
    Path(file).unlink()
    assert contents_now([file], states, {}) == {}


def test_nor_is_one_whose_states_cannot_tell_and_that_held_something_else(file, monkeypatch):
    """Saved twice in a tick of the clock, it looks the same."""
    states = {file: state_of(file)}
    young = contents_of_young(states, int(states[file].split()[3]))
    assert young == {file: digest_of(file)}
    saved(file)
    monkeypatch.setattr(contents, "state_of", states.__getitem__)
    assert contents_now([file], states, young) == {}
    saved(file, "title: One\n")
    assert contents_now([file], states, young) == young


def test_what_is_old_enough_is_young_no_more(file):
    states = {file: state_of(file)}
    assert contents_of_young(states, int(states[file].split()[3]) + LATER) == {}


def test_other_times_are_no_change(file):
    held, inputs = {file: digest_of(file)}, {file: UNKNOWN}
    assert find_changed({file: state_of(file)}, inputs, held) == {}
    saved(file)
    assert find_changed({file: state_of(file)}, inputs, held).keys() == {file}
    assert find_changed({file: state_of(file)}, inputs, {}).keys() == {file}


def test_a_link_is_a_change_whatever_it_leads_to(file):
    held, inputs = {file: digest_of(file)}, {file: UNKNOWN}
    os.rename(file, f"{file}.real")  # noqa: PTH104
    os.symlink(f"{file}.real", file)  # noqa: PTH211
    assert find_changed({file: state_of(file)}, inputs, held).keys() == {file}


@pytest.mark.parametrize("names, is_changed", [("a", False), ("a b", True), ("", True)])
def test_a_folder_has_changed_if_other_names_are_in_it(names, is_changed, tmp_path):
    folder = tmp_path / "x"
    folder.mkdir()
    for name in names.split():
        (folder / name).touch()
    inputs = {str(folder): UNKNOWN, str(folder / "a"): UNKNOWN}
    found = find_changed({str(folder): state_of(str(folder))}, inputs, {})
    assert found.keys() == ({str(folder)} if is_changed else set())


def test_what_cannot_be_read_is_not_certain(tmp_path):
    folder = str(tmp_path)
    assert contents_now([folder], {folder: state_of(folder)}, {}) == {}
