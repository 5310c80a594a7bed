# Everything that is done to this repository by hand or by CI; `make` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
TRANSLATIONS := $(wildcard */locale/*/LC_MESSAGES/django.po plugins/*/locale/*/LC_MESSAGES/django.po)
TEST_TRANSLATIONS := $(wildcard tests/plugins/*/*/locale/*/LC_MESSAGES/django.po)
VERIFIER := tests/skills_graph/openbadges/verifier
LOCKS := pyproject.toml requirements-build.lock requirements.lock

.PHONY: help install install-dev verifier demo test lint format bench translations lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(VENV)/.installed $(TRANSLATIONS:.po=.mo) ## Make .venv with the locked packages and the command lxp
	@:
install-dev: $(VENV)/.installed-dev $(TRANSLATIONS:.po=.mo) $(TEST_TRANSLATIONS:.po=.mo) ## The same, with the tools for tests and checks
	@:

$(VENV)/.installed: $(LOCKS)
	@bin/install requirements.lock
	@touch $@

$(VENV)/.installed-dev: $(LOCKS) requirements-dev.lock tests/plugins/testdummy/pyproject.toml
	@bin/install requirements-dev.lock
	@touch $@ $(VENV)/.installed

# The other implementation that checks our credentials in the tests. Without Node those tests are skipped; in CI they fail.
verifier: $(VERIFIER)/node_modules/.package-lock.json ## Install the npm verifier that the tests compare ours with
	@:
$(VERIFIER)/node_modules/.package-lock.json: $(VERIFIER)/package-lock.json
	@if command -v npm >/dev/null && (cd $(VERIFIER) && npm ci --silent); then touch $@; else echo "npm cannot be used here." >&2; fi

%.mo: %.po | $(VENV)/.installed
	@$(BIN)/pybabel -q compile --input-file $< --output-file $@

demo: export LXP_BASE_URL ?= http://localhost:$(PORT)
demo: export LXP_PLUGINS_DISABLED ?= testdummy
demo: install ## Start with the demo library: PORT=8000, RESET=1 to begin anew
	@$(BIN)/lxp serve --demo --port $(PORT) $(if $(filter-out 0,$(RESET)),--reset)

test: ## Everything that CI checks: lint, types, imports, tests on SQLite and on PostgreSQL, browser tests
	@bin/test

lint: install-dev ## The checks that need no tests, in seconds
	@bin/lint

format: install-dev ## Format the code
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

bench: install-dev ## The workloads of docs/performance.md
	@$(BIN)/python -m tests.benchmarks.run

translations: install-dev ## Bring the .po files up to date with the code; needs gettext
	@bin/translations
	@$(MAKE) install

lock: install-dev ## Renew the three locks from pyproject.toml
	@bin/lock

clean: ## Remove what the tools made; keeps var/ and .venv/
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist *.egg-info
	@find . -path ./$(VENV) -prune -o \( -name __pycache__ -o -name '*.mo' \) -print0 | xargs -0 rm -rf
