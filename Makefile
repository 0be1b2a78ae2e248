# The commands of this project. `make` lists them.
# What has been set up is remembered in .venv/, so that a second run starts at once.

PYTHON ?= python3
BIN := .venv/bin
SETUP := .venv/.setup
# Processes that share the tests; 0 for none besides pytest itself.
WORKERS ?= 2
WIDGET_SOURCES := $(shell find widget_js -type f -not -path '*/node_modules/*' -not -path '*/dist/*')

.DEFAULT_GOAL := help
.PHONY: help run test engines lint format bench lock clean

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

run: $(SETUP)/server ## set everything up and serve the demo business on http://127.0.0.1:8000
	@DEMO=$${DEMO-on} DATA_DIR=$${DATA_DIR-./data} $(BIN)/widget-server serve

test: $(SETUP)/server $(SETUP)/dev $(SETUP)/node_dev $(SETUP)/browser ## run every test: Python, widget, browser
	cd widget_js && ../bin/node npm test
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

engines: $(SETUP)/server $(SETUP)/dev $(SETUP)/browser ## install Firefox and WebKit, and book a visit in each
	bin/engines
	$(BIN)/pytest -n 0 tests/browser/test_engines.py

lint: $(SETUP)/server $(SETUP)/dev $(SETUP)/node_dev ## check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd widget_js && ../bin/node npm run lint

format: $(SETUP)/dev $(SETUP)/node_dev ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd widget_js && ../bin/node npm run format

bench: $(SETUP)/server $(SETUP)/dev $(SETUP)/browser ## run the benchmarks
	$(BIN)/python -m benchmarks

lock: ## lock the dependencies anew, with hashes
	bin/lock

clean: ## remove what the commands set up; keeps data/
	rm -rf .venv widget_js/node_modules widget_js/dist

$(SETUP)/venv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …" >&2; exit 1; }
	$(PYTHON) -m venv .venv \
	  || { echo "Python came without venv; on Debian: apt install python3-venv" >&2; exit 1; }
	@mkdir -p $(SETUP) && touch $@

$(SETUP)/server: $(SETUP)/venv requirements/build.txt requirements/run.txt pyproject.toml $(SETUP)/widget
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/run.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(SETUP)/dev: $(SETUP)/venv requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

$(SETUP)/widget: $(SETUP)/node $(WIDGET_SOURCES)
	cd widget_js && ../bin/node npm run --silent build
	@touch $@

# The bundler and what goes into the bundle; linters and test tools come with node_dev.
$(SETUP)/node: $(SETUP)/venv widget_js/package-lock.json requirements/node.txt
	bin/node --install
	cd widget_js && ../bin/node npm ci --omit=dev --no-audit --no-fund --loglevel=error
	@touch $@

$(SETUP)/node_dev: $(SETUP)/node
	cd widget_js && ../bin/node npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(SETUP)/browser: $(SETUP)/dev
	bin/browser --install
	@touch $@
