# Dragoman's two commands: make demo, make test. PYTHON chooses the interpreter (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES := $(shell find indexer search web -name '*.py' -o -path '*/templates/*' -o -path '*/static/*' -o -path '*/data/*')

.PHONY: demo test lint check serve clean

demo: $(VENV)/installed
	$(BIN)/dragoman index seeds
	@echo
	@echo '$$ dragoman search "nuclear weapons" treaty --page-size 3'
	$(BIN)/dragoman search '"nuclear weapons"' treaty --page-size 3
	@echo
	@echo '$$ dragoman search санкции нефть --page-size 3'
	$(BIN)/dragoman search санкции нефть --page-size 3
	@echo
	@echo 'Search on:   $(BIN)/dragoman search Лаврову'
	@echo 'In a browser: make serve, then http://127.0.0.1:8000'

test: $(VENV)/test-installed
	$(BIN)/python -m pytest -n auto

lint: $(VENV)/test-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy

check: test lint

serve: $(VENV)/installed
	$(BIN)/dragoman index seeds
	$(BIN)/dragoman serve

# A strict editable install links each file, so a new file asks for a new install.
$(VENV)/installed: pyproject.toml $(SOURCES)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/test-installed: pyproject.toml $(SOURCES)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
