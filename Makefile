# Rhetorica: 'make' alone lists the verbs. Only make, bash and Python 3.11 or later are assumed;
# whatever else a verb needs is installed into .venv, once, from the lock files.

SHELL := bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin

.PHONY: help figures verify lab check test lock clean distclean

help: ## list the verbs (what 'make' alone does)
	@echo "make VERB, where VERB is one of"
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

figures: .venv/.runtime ## run the notebooks and draw every figure into figures/
	@$(BIN)/rhetorica run

verify: .venv/.runtime ## make every figure again, elsewhere, and compare with figures/
	@$(BIN)/rhetorica verify

lab: .venv/.runtime ## explore the texts in JupyterLab
	@$(BIN)/rhetorica lab

check: .venv/.dev ## look for faults without running: style, format, types, layers
	@echo "Style and likely faults (ruff check) ..."
	@$(BIN)/ruff check --quiet --output-format concise
	@echo "Format (ruff format --check) ..."
	@$(BIN)/ruff format --check --quiet || { $(BIN)/ruff format --check; exit 1; }
	@echo "Types (mypy) ..."
	@$(BIN)/mypy --no-error-summary
	@echo "Layers (lint-imports) ..."
	@found=$$($(BIN)/lint-imports --no-logo --no-cache 2>&1) || { echo "$$found"; exit 1; }

test: check ## check, then run the tests
	@echo "Tests (pytest) ..."
	@$(BIN)/pytest

lock: .venv/.runtime ## resolve the dependencies again into the lock files (UPGRADE=yes: newest)
	@bash tools/lock.sh

clean: ## remove build/, data/processed and caches (keeps .venv and figures/)
	@echo "Removing build/, the contents of data/processed and caches; keeping .venv and figures/."
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@if [ -d data/processed ]; then find data/processed -mindepth 1 ! -name .gitkeep -delete; fi
	@find src tests tools notebooks -depth -type d \
	    \( -name __pycache__ -o -name .ipynb_checkpoints \) -exec rm -rf {} + 2>/dev/null || true

distclean: clean ## clean, and remove .venv too
	@echo "Removing .venv."
	@rm -rf .venv

# The environment. The stamps are written last, so an interrupted installation is not taken for
# a finished one. .dev holds everything of .runtime, and waits for it, so 'make -j' is safe.

.venv/.runtime: requirements.lock pyproject.toml
	@bash tools/environment.sh $<
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@bash tools/environment.sh $<
	@touch .venv/.runtime $@

# A .venv that was moved with its folder, or whose Python is gone, is made again.
.PHONY: again
ifeq ($(realpath $(BIN)/python),)
.venv/.runtime: again
else ifneq ($(shell cat .venv/.folder 2>/dev/null),$(CURDIR))
.venv/.runtime: again
endif
