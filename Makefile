# `make setup` once; every other target does it first when it is needed.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
JAVASCRIPT := tests/up/javascript/node_modules/.package-lock.json

.PHONY: help setup demo up down test lint check bench fuzz requirements clean
.DEFAULT_GOAL := help

help:  ## Say what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(INSTALLED)  ## Create .venv and install everything, pinned by hash

$(INSTALLED): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Omnibus needs Python 3.11 or later; say which with: make PYTHON=python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the pinned requirements (about a minute) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(JAVASCRIPT): tests/up/javascript/package.json tests/up/javascript/package-lock.json
	@command -v npm > /dev/null || { echo "The tests need npm, of Node.js 20 or later: they try its AWS SDK." >&2; exit 1; }
	@echo "Installing the AWS SDK for JavaScript, which the tests try ..."
	@cd $(<D) && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

demo: $(INSTALLED)  ## Run 1,000 real retail orders through the whole platform
	@$(BIN)/bus demo

up: $(INSTALLED)  ## Run the platform here, behind AWS's own protocols, until Ctrl-C
	@$(BIN)/bus up

down: $(INSTALLED)  ## Stop it, from another terminal; what was acknowledged is there at the next make up
	@$(BIN)/bus down

test: $(INSTALLED) $(JAVASCRIPT)  ## Run the tests
	@$(BIN)/python -m pytest -n auto --dist worksteal

lint: $(INSTALLED)  ## ruff, mypy, import-linter, cfn-lint, fresh models
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/cfn-lint bus/infra/template.yaml services/*/template.yaml
	@$(BIN)/bus schemas generate --check

check: lint test  ## Everything that must pass before a change lands

bench: $(INSTALLED)  ## Run the benchmarks of tests/speed
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements/bench.txt
	@for program in tests/speed/*.py; do echo "== $$program"; PYTHONPATH=. $(BIN)/python $$program || exit 1; done

FUZZ_SECONDS ?= 60

fuzz: $(INSTALLED)  ## Feed event patterns what nobody would write, for a minute (FUZZ_SECONDS=60)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/fuzz.txt
	@mkdir -p .omnibus
	@$(BIN)/python -m tests.fuzz.patterns -dict=tests/fuzz/patterns.dict -timeout=10 -artifact_prefix=.omnibus/ -max_total_time=$(FUZZ_SECONDS)

requirements:  ## Pin the requirements anew from pyproject.toml
	@$(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --all-extras pyproject.toml -o requirements/dev.txt

clean:  ## Remove what the other targets made
	rm -rf .venv .omnibus .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache ./*.egg-info tests/up/javascript/node_modules
