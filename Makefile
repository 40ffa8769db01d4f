# The one door for people and CI: `make help` lists what it does.
# Every command runs from the checkout's own .venv; tools/environment.sh makes it and keeps it on the pins.

.DEFAULT_GOAL := help
.PHONY: help run gateway demo setup setup-dev browser clients simulator test check types structure format bench docs lock clean

py := .venv/bin/python
npm := tests/clients/node_modules/.installed
pin := --quiet --upgrade --universal --python-version 3.11 --custom-compile-command "make lock"

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'

run: setup ## start the console on 127.0.0.1 [PORT=8501]
	@exec $(py) -m tools.console --port "$(PORT)"

gateway: setup ## start the gateway alone on 127.0.0.1 [PORT=4000] [WORKERS=1]
	@exec $(py) -m gateway --port "$(or $(PORT),4000)" --workers "$(or $(WORKERS),1)"

demo: setup ## fill the log with 30 days of simulated sample traffic, or REMOVE=1 it again [DAYS=30]
	@exec $(py) -m signalbox demo $(if $(REMOVE),--remove,--days "$(or $(DAYS),30)")

simulator: PORT ?= 8602
simulator: setup ## start the offline provider on 127.0.0.1 [PORT=8602]
	@exec $(py) -m simulator --port "$(PORT)"

setup: ## make .venv with the pins of requirements.txt [PYTHON=python3.12]
	@PYTHON="$(PYTHON)" tools/environment.sh requirements.txt

setup-dev: setup ## add what tests and checks need
	@PYTHON="$(PYTHON)" tools/environment.sh requirements-dev.txt

browser: setup-dev ## find a Chromium for the browser tests, or get one
	@$(py) -m tools.chromium

clients: setup-dev $(npm) ## fetch the npm package that tests ask the gateway with

$(npm): tests/clients/package-lock.json | setup-dev
	@cd tests/clients && PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

test: setup-dev ## run everything: checks, unit, contract, page and browser tests
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target types structure browser clients
	@status=0; \
	$(py) -m pytest -n 3 --ignore=tests/browser --ignore=tests/structure || status=1; \
	$(py) -m pytest -n 3 --dist loadfile --no-loadscope-reorder tests/browser || status=1; \
	exit $$status

check: types structure ## ruff, mypy strict, the import directions

types: setup-dev
	$(py) -m ruff check .
	$(py) -m ruff format --check .
	$(py) -m mypy

structure: setup-dev
	$(py) -m pytest -q tests/structure

format: setup-dev ## let ruff order and format the sources
	$(py) -m ruff check --fix-only .
	$(py) -m ruff format .

bench: setup-dev ## measure what the README quotes, into benchmarks/results.json
	$(py) -m benchmarks

docs: setup ## write the reference in docs/ from the code
	$(py) -m docs.generate

lock: setup-dev ## pin requirements*.in into requirements*.txt
	$(py) -m uv pip compile $(pin) requirements.in -o requirements.txt
	$(py) -m uv pip compile $(pin) requirements-dev.in -o requirements-dev.txt

clean: ## remove .venv and caches; databases in var/ stay
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
