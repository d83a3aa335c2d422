"""Values that are made when asked for are those of a plain dictionary, however many there are."""

import pickle
from functools import partial

import pytest
from small_site import write_site

from postil import building
from postil.diagnostics.model import Report
from postil.site import laziness
from postil.site.laziness import MadeWhenAsked, OfEach
from postil.site.packing import pack, unpack


def _double(made: list[str], name: str) -> str:
    made.append(name)
    return name * 2


def test_a_value_is_made_once_and_only_if_asked_for():
    made: list[str] = []
    values = MadeWhenAsked({"a": 1, "b": 2}, partial(_double, made))
    assert (len(values), list(values), "a" in values, "c" in values) == (2, ["a", "b"], True, False)
    assert not made
    assert (values["a"], values["a"], values.get("c")) == ("aa", "aa", None)
    assert made == ["a"]
    with pytest.raises(KeyError):
        values["c"]
    assert pickle.loads(pickle.dumps(values)) == dict(values) == {"a": "aa", "b": "bb"}


def test_of_many_the_first_are_made_again(monkeypatch):
    monkeypatch.setattr(laziness, "_MOST", 2)
    made: list[str] = []
    values = MadeWhenAsked({"a", "b", "c"}, partial(_double, made))
    assert [values[name] for name in "abca"] == ["aa", "bb", "cc", "aa"]
    assert made == ["a", "b", "c", "a"]


def test_what_is_below_several_names_is_found_by_its_whole_key():
    values = OfEach({"a": {("a", 1): "x"}, "b": {}, "c": {("c", "d"): "y", ("c",): "z"}})
    assert dict(values) == {("a", 1): "x", ("c", "d"): "y", ("c",): "z"}
    assert (len(values), values.get(("a", 2)), values.get(("d", 1))) == (3, None, None)


def test_what_explainers_share_is_the_same_after_it_was_packed(tmp_path):
    root = write_site(tmp_path / "site")
    shared = building.open_shared(root, Report())
    assert shared is not None
    again = pickle.loads(pickle.dumps(unpack(root, pack(root, shared))))
    for name in (
        "source_references", "context_references", "source_folders", "status_folders", "is_sound"
    ):  # fmt: skip
        assert dict_of(getattr(again, name)) == dict_of(getattr(shared, name))
    for name in ("sources", "contexts"):
        assert dict_of(getattr(again, name).value) == dict_of(getattr(shared, name).value)
    for name in ("source_prose", "context_prose"):
        texts, others = getattr(again, name), getattr(shared, name)
        assert {path: text.text() for path, text in texts.items()} == {
            path: text.text() for path, text in others.items()
        }


def dict_of(value):
    return dict(value) if hasattr(value, "keys") else value
