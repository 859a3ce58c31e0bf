# What a newcomer types: `make demo` to try the bot, `make test` to check it. Everything lives in .venv.

PYTHON ?=
BIN := .venv/bin
READY := .venv/.ready
# Tests keep their databases in memory where there is room: a commit then waits for no disk.
MEMORY := $(shell [ -w /dev/shm ] && [ "$$(df --output=avail /dev/shm | tail -n 1)" -gt 2000000 ] && echo TMPDIR=/dev/shm)
PYTEST := $(MEMORY) $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# tests and benchmarks start many processes, each of which would compile every module anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo test check types bench torture screenshots constraints clean

help:
	@echo "make demo         the bot against a local stand-in for Telegram; open the page it prints"
	@echo "make test         the tests"
	@echo "make check        style, types, imports, then the tests: what CI runs"
	@echo "make bench        speed and memory, as ratios measured in one run (BENCH_QUICK=1: the small half)"
	@echo "make torture      a year of digests for TEAMS=200 teams, and 2,000 chats due at once (hours)"
	@echo "make screenshots  retakes the pictures in docs/screenshots"
	@echo "make constraints  pins the newest versions that pyproject.toml allows"

setup: $(READY)
	@:

# The stamp makes the second time free; a Python that fits is kept, another is replaced.
$(READY): constraints.txt pyproject.toml
	@.venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(MAKE) -s --no-print-directory venv
	@echo "installing into .venv …"
	@$(BIN)/python -m pip install --quiet --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

.PHONY: venv
venv:
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if $$python -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "making .venv with $$($$python --version)"; rm -rf .venv; exec $$python -m venv .venv; fi; \
	done; \
	echo "Python 3.11 or newer, with its venv module, is needed (Debian: apt install python3-venv)" >&2; exit 1

demo: setup
	@$(BIN)/python -m bot demo $(ARGS)

test: setup
	@$(PYTEST) $(ARGS)

check: setup
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory --jobs 2 types test

types: setup
	@$(BIN)/mypy

bench: setup
	@$(BIN)/python -m tests.benchmarks.bench $(ARGS)

torture: setup
	@CHOT_YEAR_TEAMS=$(or $(TEAMS),200) CHOT_YEAR_DAYS=365 CHOT_DRAIN=2000 CHOT_KILL=1000 $(BIN)/python -m pytest -x tests/torture

screenshots: setup
	@CHOT_RETAKE=1 $(BIN)/python -m pytest tests/browser/test_browser_pictures.py

constraints: setup
	@$(BIN)/pip-compile --quiet --upgrade --all-extras --strip-extras --no-header --no-emit-index-url \
	  --no-emit-trusted-host --no-emit-find-links --no-emit-options --output-file constraints.txt pyproject.toml

clean:
	@rm -rf .venv build dist screenshots *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
