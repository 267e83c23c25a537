# Every target makes .venv if it is not there, installs into it what the target needs, and leaves it there.
# Needs git, make and python3 (3.11 or newer) with its venv module; no compiler, but for `make kwant`, which fetches its own.

PYTHON ?= python3
python := .venv/bin/python

.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help paper test kwant peers lint format benchmark docs clean

help:
	@echo "make paper      figures, data and claims of the paper, into paper/"
	@echo "make test       all tests; those with Kwant, PythTB and sisl only where these are installed"
	@echo "make kwant      Kwant and MUMPS into .venv, for its tests and benchmarks (Debian, Ubuntu; needs root or sudo once)"
	@echo "make peers      the same, and PythTB and sisl"
	@echo "make lint       style, types, and imports that look only down, without circles"
	@echo "make format     rewrite the sources in the project's style"
	@echo "make benchmark  speed, against the script that a student would write"
	@echo "make docs       the documentation, into docs/_build/html"
	@echo "make clean      remove .venv and all that tools left behind"

paper: .venv/.has-plot
	.venv/bin/floquant warm-up
	.venv/bin/floquant paper

# The kernels are compiled before the tests share the cores, so that they are compiled once. TESTS="-k ring" passes arguments on.
test: .venv/.has-test
	.venv/bin/floquant warm-up --all
	$(python) -m pytest --numprocesses=auto --dist=loadgroup $(TESTS)

kwant: .venv/.has-test
	bash tools/install-kwant

peers: kwant
	$(python) -m pip install --quiet --disable-pip-version-check pythtb sisl

lint: .venv/.has-dev
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy
	.venv/bin/lint-imports --no-logo
	$(python) tools/import_circles.py

format: .venv/.has-dev
	$(python) -m ruff check --fix .
	$(python) -m ruff format .

benchmark: .venv/.has-test
	$(python) benchmarks/run.py

docs: .venv/.has-docs
	$(python) -m sphinx --quiet --fresh-env --fail-on-warning --keep-going -b html docs docs/_build/html

clean:
	rm -rf .venv build dist docs/_build .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

# A stamp for each extra: installed again only when pyproject.toml has changed.
.venv/.has-%: pyproject.toml | .venv/bin/pip
	@echo "Installing floquant[$*] into .venv"
	@$(python) -m pip install --quiet --disable-pip-version-check --editable '.[$*]'
	@touch $@

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("floquant needs Python 3.11 or newer, but $(PYTHON) is " + sys.version.split()[0] + "; name a newer one: make PYTHON=python3.13")'
	@$(PYTHON) -m venv .venv
