"""What explainers share and what each makes can be sent to other processes."""

import multiprocessing
import pickle
from functools import partial

import pytest
from small_site import write_site

from postil import building
from postil.diagnostics.model import Report
from postil.page.rendering import Renderer


def test_what_a_worker_needs_and_makes_is_plain_data(tmp_path):
    root = write_site(tmp_path / "site")
    shared = building.open_shared(root, Report())
    build = partial(building.build_explainer, root=root, shared=shared, drafts=True)
    sent = pickle.loads(pickle.dumps(build))
    made = sent("alpha", Renderer(root))
    assert made.files
    assert pickle.loads(pickle.dumps(made)) == build("alpha", Renderer(root))


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_however_processes_start_they_make_the_same(method, tmp_path, monkeypatch):
    root = write_site(tmp_path / "site")
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: [method])
    assert building.build_site(root, jobs=2) == building.build_site(root, jobs=1)
