# `make run` opens Netloom, `make test` checks it; neither needs a step before it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
FAILED := { echo "The packages could not be installed, see above; is the package index reachable?"; exit 1; }

.PHONY: run install test lint unit bench gallery fuzz kill clean
.DELETE_ON_ERROR:

run: $(VENV)/installed
	@$(BIN)/python -m studio.cli.start

install: $(VENV)/installed

test: lint unit

lint: $(VENV)/installed-test
	@$(BIN)/ruff check --no-cache .
	@$(BIN)/ruff format --no-cache --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.lint

unit: $(VENV)/installed-test
	@$(BIN)/python -m studio.cli.qt_libraries
	@OMP_NUM_THREADS=1 QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest --numprocesses auto --dist loadfile

bench: $(VENV)/installed-bench
	@$(BIN)/python -m studio.cli.qt_libraries
	@$(BIN)/python -m tests.bench

gallery: $(VENV)/installed
	@$(BIN)/python -m tests.gallery

fuzz: $(VENV)/installed-test
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.fuzz

kill: $(VENV)/installed-test
	@$(BIN)/python -m tests.kill

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	 { echo "Netloom needs Python 3.11 or newer: install it, or name it with 'make PYTHON=python3.12 …'."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	 { echo "Python's venv is missing: install it (Debian, Ubuntu: apt-get install python3-venv)."; exit 1; }
	@echo "Making a virtual environment in $(VENV)."
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/installed: pyproject.toml | $(BIN)/python
	@echo "Installing what Netloom needs; the first time takes some minutes."
	@$(INSTALL) --editable '.[graphs,metrics]' || $(FAILED)
	@touch $@

$(VENV)/installed-test: pyproject.toml $(VENV)/installed
	@echo "Installing what the tests need."
	@$(INSTALL) --editable '.[test]' || $(FAILED)
	@touch $@

$(VENV)/installed-bench: pyproject.toml $(VENV)/installed-test
	@echo "Installing what the benchmark compares with."
	@$(INSTALL) --editable '.[bench]' || $(FAILED)
	@touch $@
