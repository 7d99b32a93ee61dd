# zhili: everything that a newcomer, a developer and the build need. `make help` lists it.
# Needed beforehand: make and a Python >= 3.11. All else goes into .venv in this directory.

PYTHON ?= python3
WORKERS ?= 2

BIN := .venv/bin
STAMP := .venv/.complete

PYTEST := $(BIN)/python -m pytest -n $(WORKERS)

.DEFAULT_GOAL := help
.PHONY: help demo test check lint types imports bench docs campaign fuzz mutate clean
.DELETE_ON_ERROR:

help:  ## List the targets
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)/  make \1	\2/p' Makefile

demo: $(STAMP)  ## Simulate a district for three months and audit it
	$(BIN)/zhili demo
	@echo "To look at it in a browser, with a user for every role: $(BIN)/zhili serve"

test: $(STAMP)  ## Run all tests, on a real PostgreSQL too
	$(PYTEST)

check: lint types imports  ## Lint, types, import contracts, then the tests
	$(MAKE) test

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy --strict src
	$(BIN)/pyright

imports: $(STAMP)
	$(BIN)/lint-imports

bench: $(STAMP)  ## Measure, next to the bare library and raw inserts
	$(BIN)/python -m benchmarks

docs: $(STAMP)  ## Render the reference pages from the code
	$(BIN)/python -m docs.render

campaign: $(STAMP)  ## Run the campaigns with their full counts (hours)
	ZHILI_CAMPAIGN=full $(PYTEST) -m "campaign and not fuzz"

contract: $(STAMP)  ## Ask hosts all that /openapi.json describes, and much that it forbids (an hour)
	ZHILI_CAMPAIGN=full $(PYTEST) tests/integrations/test_openapi.py tests/integrations/test_abuse.py

fuzz: $(STAMP)  ## Give random inputs to all that reads any, five million of them (an hour)
	ZHILI_CAMPAIGN=full $(PYTEST) -m fuzz
	$(BIN)/python -m tests.fuzz.with_atheris

mutate: $(STAMP)  ## Switch off each guard of the complaint and each rule of the audit: all noticed
	$(BIN)/python -m tests.mutate_guards --workers $(WORKERS)
	$(BIN)/python -m tests.mutate_audit --workers $(WORKERS)

clean:  ## Remove the environment and everything that can be made again
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	rm -rf .hypothesis .benchmarks
	find src tests docs benchmarks examples -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# $(PYTHON) is asked first; where it is too old, newer ones are tried by name.
$(STAMP): requirements-dev.txt pyproject.toml
	@new='import ensurepip, sys; sys.exit(sys.version_info < (3, 11))'; \
	if $(BIN)/python -c "import pip; $$new" 2>/dev/null; then exit 0; fi; \
	for python in "$(PYTHON)" python3.13 python3.12 python3.11; do \
	    if "$$python" -c "$$new" 2>/dev/null; then \
	        echo "making .venv with $$python"; \
	        exec "$$python" -m venv --clear .venv; \
	    fi; \
	done; \
	echo "zhili needs Python 3.11 or newer with its venv module; '$(PYTHON)' is not that" \
	    "($$("$(PYTHON)" --version 2>&1 | head -n 1))." \
	    "Install one, or name it: make PYTHON=python3.12 test" >&2; \
	exit 1
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e ".[postgres,cli,pages,asgi,fastapi,flask,django,serve]"
	@touch $@
