# make        builds the site into output/
# make test   passes the tests
# make check  is what CI runs: all tests at full volume, lint, types, docs
# make engines  tests the pages in Chromium, Firefox and WebKit, by other programs' checkers, that
#               planted mistakes are noticed, and the preview; on a machine that does nothing else
# Each installs what it needs first. PYTHON=... names another Python (3.11 or later).

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
PY := $(VENV)/bin/python
# Tests of the page in a browser have the machine for themselves: they are about time, too.
PAGES := $(addprefix tests/browser/test_,cards.py layout.py page.py)
SLOW := tests/browser tests/test_preview.py

.PHONY: build test check engines bench clean
build: $(VENV)/installed
	$(PY) build.py

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Postil needs Python 3.11 or later; none was found"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt | $(VENV)/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements.txt tests/node/package.json | $(VENV)/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(PY) tests/install.py
	@touch $@ $(VENV)/installed

test: $(VENV)/installed-dev
	$(PY) -m pytest -q -n auto -m "not checkers and not mutants" $(SLOW:%=--ignore=%)
	$(PY) -m pytest -q -m "not checkers and not mutants" $(PAGES)

check: $(VENV)/installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(PY) build.py check --strict
	POSTIL_TEST_SCALE=6 $(PY) -m pytest -q -n auto -m "not checkers" $(SLOW:%=--ignore=%)
	$(PY) -m pytest -q -m "not checkers and not mutants" $(PAGES)

engines: $(VENV)/installed-dev
	$(PY) tests/install.py --all
	POSTIL_ENGINES=chromium,firefox,webkit $(PY) -m pytest -q $(SLOW) tests/test_schemas.py

bench: $(VENV)/installed-dev
	$(PY) bench/run.py

clean:
	rm -rf $(VENV) .postil
