.DEFAULT_GOAL := help
.PHONY: help setup dev spark demo test check format docs statements lock clean

# Stamps stand in .venv, so that a removed .venv is made anew.
RUN := .venv/.tocsin-run
DEV := .venv/.tocsin-dev

help: ## This list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(RUN) ## .venv/bin/tocsin, with pinned and hashed packages

dev: $(DEV) ## The same with what tests and checks need

spark: $(DEV) ## The same with PySpark (needs Java 17)
	@sh tools/setup.sh spark

$(RUN): requirements/run.txt pyproject.toml tools/setup.sh
	@sh tools/setup.sh run
	@touch $@

$(DEV): requirements/dev.txt pyproject.toml tools/setup.sh
	@sh tools/setup.sh dev
	@touch $@ $(RUN)

demo: setup ## A synthetic month with the 2019 campaign inside: scanned, reported, opened
	@.venv/bin/tocsin demo

test: dev ## The whole test suite
	@.venv/bin/python -m pytest -n auto --maxprocesses 4 --dist loadfile

check: dev ## Lint, format, types, and the map of the rooms
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: dev ## Put the code in the one format
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

docs: dev ## Write docs/cli.md, detections.md, exposure.svg, lint-rules.md, what-logs-show.md, assessment.schema.json and statistics.schema.json anew from the code
	@.venv/bin/python tools/cli_docs.py
	@.venv/bin/python tools/assessment_schema.py
	@.venv/bin/python tools/statistics_schema.py
	@.venv/bin/python tools/coverage_docs.py
	@.venv/bin/python tools/detections_docs.py
	@.venv/bin/python tools/lint_docs.py
	@.venv/bin/python tools/exposure_docs.py

statements: dev ## Write the compiled statements that ship with the package anew, after changes of Ibis expressions
	@PYTHONHASHSEED=0 .venv/bin/python tools/statements.py

lock: dev ## Write requirements/*.txt anew from pyproject.toml (UPGRADE=--upgrade moves the pins)
	@.venv/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements/lock.txt
	@sh tools/lock.sh $(UPGRADE)

clean: ## Remove .venv and caches
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
