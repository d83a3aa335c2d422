# make        builds the site into output/
# make test   passes the tests
# make check  is what CI runs: all tests at full volume, lint, types, docs; the behaviour of the
#             cards in Firefox and WebKit too, if they are there
# make engines  installs all three browsers and tests everything that a browser shows in each
# Each installs what it needs first. PYTHON=... names another Python (3.11 or later).

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
PY := $(VENV)/bin/python
PAGES := $(addprefix tests/browser/test_,cards.py fragments.py layout.py page.py places.py single_file.py)
FURTHER := $(addprefix tests/browser/test_,budgets.py picture.py search.py shared_pages.py mutants.py)
BROWSER := tests/browser tests/test_preview.py
PYTEST := $(PY) -m pytest -q
EVERYDAY := not thorough and not checkers and not mutants

.PHONY: build test check engines bench clean
build: $(VENV)/installed
	$(PY) build.py

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Postil needs Python 3.11 or later; none was found"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements.txt | $(VENV)/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(PY) -m compileall -q build.py postil  # so that the first run takes no longer than the next
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements.txt tests/node/package.json | $(VENV)/bin/python
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(PY) tests/install.py
	@touch $@ $(VENV)/installed

test: $(VENV)/installed-dev
	POSTIL_TEST_SCALE=0.5 $(PYTEST) -n auto -m "$(EVERYDAY)" $(BROWSER:%=--ignore=%)
	$(PYTEST) -n auto -m "$(EVERYDAY)" $(PAGES)

# Last the preview, which is about time and has the machine for itself.
check: $(VENV)/installed-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(PY) build.py check --strict
	POSTIL_TEST_SCALE=6 $(PYTEST) -n auto tests/test_weaving.py
	POSTIL_TEST_SCALE=3 $(PYTEST) -n auto --ignore=tests/test_weaving.py $(BROWSER:%=--ignore=%)
	$(PYTEST) -n auto $(PAGES) $(FURTHER)
	POSTIL_ENGINES=firefox,webkit $(PYTEST) -n auto tests/browser/test_cards.py
	POSTIL_TEST_SCALE=6 $(PYTEST) tests/test_preview.py
	$(PYTEST) tests/browser/test_preview.py

engines: $(VENV)/installed-dev
	$(PY) tests/install.py --all
	POSTIL_ENGINES=chromium,firefox,webkit $(PYTEST) tests/browser

bench: $(VENV)/installed-dev
	$(PY) bench/run.py

clean:
	rm -rf $(VENV) .postil
