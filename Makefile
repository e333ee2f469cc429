# Two commands do everything on a fresh machine with python3 >= 3.11: make demo, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: demo test unit samples matrix bench check format clean help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(INSTALLED): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "csms-harness needs Python 3.11 or newer; set PYTHON=python3.12, for example")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,interop]'
	@touch $@

demo: $(INSTALLED) ## start the reference CSMS, run the suite against it, say where the certificate is
	@$(BIN)/csms-harness demo

test: $(INSTALLED) ## all tests: first the fast ones on all cores, then real processes one after another
	@status=0; \
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -n auto -m "not e2e and not interop" || status=1; \
	$(BIN)/python -m pytest -m "e2e or interop" || status=1; \
	exit $$status

unit: $(INSTALLED) ## the pure tests: no process, no port, no wall clock
	@$(BIN)/python -m pytest -n auto -m "not e2e and not interop and not ports"

samples: $(INSTALLED) ## reports/samples anew, by real runs; takes a few minutes, because 35 s are really waited for
	@$(BIN)/python tools/samples.py

matrix: $(INSTALLED) ## docs/kill_matrix anew: every fault and noise of the reference CSMS against all cases
	@$(BIN)/csms-harness faults --out docs

bench: $(INSTALLED) ## docs/performance.md anew: what judging costs, beside what it could cost
	@$(BIN)/python -m benchmarks

check: $(INSTALLED) ## format, lint, types, import rules, scenarios: every step runs, one exit code
	@status=0; \
	for step in "ruff format --check ." "ruff check ." "mypy" "lint-imports" "csms-harness lint" "csms-harness schema --check"; do \
		printf '== %s\n' "$$step"; PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/$$step || status=1; \
	done; exit $$status

format: $(INSTALLED) ## put the code in order
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean: ## remove the environment and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
