# Two commands do everything on a fresh machine with python3 >= 3.11: make demo, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
EXTRAS := dev,interop,docs
LOCK := constraints.txt
FAST := -m "not e2e and not interop and not matrix"

.PHONY: demo test test-lowest test-newest unit kills pauses floods samples matrix mutants robustness bench docs dist check format lock clean help

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(INSTALLED): pyproject.toml $(LOCK)
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "csms-harness needs Python 3.11 or newer; set PYTHON=python3.12, for example")'
	$(PYTHON) -m venv $(VENV)
	PIP_CONSTRAINT=$(LOCK) PIP_BUILD_CONSTRAINT=$(LOCK) $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[$(EXTRAS)]'
	@touch $@

lock: ## constraints.txt anew: the newest versions that fit, of everything that is installed here
	$(PYTHON) -m venv .venv-lock && .venv-lock/bin/python -m pip install --quiet --disable-pip-version-check uv
	printf 'editables\n' | .venv-lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header \
		--no-annotate --extra dev --extra interop --extra docs --extra postgresql pyproject.toml - --output-file $(LOCK)
	rm -rf .venv-lock

test-lowest: ## the fast tests and a demo on the lowest versions that pyproject.toml allows
	$(PYTHON) -m venv --clear .venv-lowest && .venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv-lowest/bin/uv pip install --quiet --python .venv-lowest/bin/python --resolution lowest-direct --editable '.[$(EXTRAS)]'
	.venv-lowest/bin/python -m pytest -n auto $(FAST)
	.venv-lowest/bin/csms-harness demo

test-newest: ## the same on the newest versions of everything, whatever the lock says
	$(PYTHON) -m venv --clear .venv-newest
	.venv-newest/bin/python -m pip install --quiet --disable-pip-version-check --upgrade --editable '.[$(EXTRAS)]'
	.venv-newest/bin/python -m pytest -n auto $(FAST)
	.venv-newest/bin/csms-harness demo

docs: $(INSTALLED) ## the documents as a site, in the folder site; a warning or a broken link is an error
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

demo: $(INSTALLED) ## start the reference CSMS, run the suite against it, say where the certificate is
	@$(BIN)/csms-harness demo

test: $(INSTALLED) ## all tests: the fast ones and the kill matrix on all cores, then real processes, three files at a time
	@status=0; \
	HYPOTHESIS_PROFILE=thorough $(BIN)/python -m pytest -n auto $(FAST) || status=1; \
	$(BIN)/python -m pytest -m matrix || status=1; \
	$(BIN)/python -m pytest -n 3 --dist loadfile -m "e2e or interop" || status=1; \
	exit $$status

unit: $(INSTALLED) ## the pure tests: no process, no port, no wall clock
	@$(BIN)/python -m pytest -n auto -m "not e2e and not interop and not matrix and not ports"

kills: $(INSTALLED) ## a run killed 100 times at random moments, reported and gone on with; nothing may be lost
	@$(BIN)/python -m tests.support.kills 100

pauses: $(INSTALLED) ## 20 runs that are stopped for seconds at random moments; nobody may be blamed for it
	@$(BIN)/python -m tests.support.pauses 20

floods: $(INSTALLED) ## each kind of flood beside seven honest lanes at the default deadlines: what it costs, and whom
	@$(BIN)/python -m tests.support.flooded

samples: $(INSTALLED) ## reports/samples anew, by real runs; takes a few minutes, because 35 s are really waited for
	@$(BIN)/python tools/samples.py

matrix: $(INSTALLED) ## docs/kill_matrix anew: every fault and noise of the reference CSMS against all cases
	@$(BIN)/csms-harness faults --out docs

mutants: $(INSTALLED) ## what of each member of each frame of the CSMS no case and no rule notices; SHARE=0.1 tries a tenth
	@$(BIN)/python -m tests.support.mutants --share $(or $(SHARE),1)

robustness: $(INSTALLED) ## docs/robustness.md anew: a run against every situation of the hostile Central System
	@$(BIN)/python tools/robustness.py

bench: $(INSTALLED) ## docs/performance.md anew: what judging costs, beside what it could cost
	@$(BIN)/python -m benchmarks

dist: $(INSTALLED) ## the wheel and the sdist of a release, after a look whether the tree is one (docs/releasing.md)
	@$(BIN)/python tools/release.py

check: $(INSTALLED) ## format, lint, types, import rules, scenarios, the documents' site: every step runs, one exit code
	@status=0; \
	for step in "ruff format --check ." "ruff check ." "mypy" "lint-imports" "csms-harness lint" "csms-harness schema --check" \
		"mkdocs build --strict"; do \
		printf '== %s\n' "$$step"; NO_MKDOCS_2_WARNING=1 PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/$$step || status=1; \
	done; exit $$status

format: $(INSTALLED) ## put the code in order
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean: ## remove the environment and all caches
	rm -rf $(VENV) .venv-lowest .venv-newest site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
