# Dragoman's two commands: make demo, make test. PYTHON chooses the interpreter (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DRAGOMAN := $(BIN)/dragoman --index index_data
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
# A strict editable install links each file, so a new name asks for a new install; C is compiled.
NAMES := $(shell (find indexer search web -type f ! -name '*.pyc' ! -name '*.so' | sort; \
	cat */kernel/*) | cksum | tr -d ' ')
INSTALLED := $(VENV)/installed-$(NAMES)
TESTABLE := $(VENV)/testable-$(NAMES)

.PHONY: demo test test-cluster lint check serve clean

# FORCE_COLOR shows the highlights in a log too.
demo: $(INSTALLED)
	$(DRAGOMAN) index seeds || $(DRAGOMAN) index --full seeds
	@echo
	@echo '$$ dragoman search "nuclear weapons" treaty --page-size 3'
	@FORCE_COLOR=1 $(DRAGOMAN) search '"nuclear weapons"' treaty --page-size 3
	@echo
	@echo '$$ dragoman search санкции нефть --page-size 3'
	@FORCE_COLOR=1 $(DRAGOMAN) search санкции нефть --page-size 3
	@echo
	@echo 'Search on:     $(BIN)/dragoman search Лаврову'
	@echo 'In a browser:  $(BIN)/dragoman serve   and open http://127.0.0.1:8000'

test: $(TESTABLE)
	$(BIN)/python -m pytest -n auto

# A real OpenSearch cluster of three nodes on this machine: needs Java 17 or 21 and Maven Central.
# ONLY=--last-failed for what failed the last time.
test-cluster: $(TESTABLE)
	$(BIN)/python -m pytest -n 0 -m cluster $(ONLY) tests/cluster tests/search/opensearch

lint: $(TESTABLE)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy

check: test lint

serve: $(INSTALLED)
	$(DRAGOMAN) index seeds || $(DRAGOMAN) index --full seeds
	$(DRAGOMAN) serve

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Dragoman needs Python 3.11 or newer: make PYTHON=python3.11 …'; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): pyproject.toml | $(VENV)/bin/python
	$(PIP) -e .
	@rm -f $(VENV)/installed-* $(VENV)/testable-*
	@touch $@

$(TESTABLE): pyproject.toml | $(VENV)/bin/python
	$(PIP) -e '.[test]'
	@rm -f $(VENV)/installed-* $(VENV)/testable-*
	@touch $@ $(INSTALLED)

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
