# Two commands suffice on a machine with Python 3.11+ and git: `make run` and `make test`. Each sets up what
# it needs, and is quick when nothing has changed since.

PYTHON ?= python3
HOST ?= localhost
PORT ?= 8501
PROCESSES ?= 2

# Dozens of processes import the same libraries: with their compiled form kept, each starts in a third of the time.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
# What is installed is told by the contents of the locks, so that a checkout which only touches them is quick.
RUN_READY := $(VENV)/.installed-run-$(shell cat requirements.lock | cksum | tr ' ' '-')
DEV_READY := $(VENV)/.installed-dev-$(shell cat requirements-dev.lock | cksum | tr ' ' '-')
UV := uv>=0.9,<1
# One lock for every interpreter and system; the index it came from is nobody's business.
COMPILE = VIRTUAL_ENV= $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock" $(ARGS)
SOURCES := $(wildcard app.py trial pages tests)
# Where only this machine reaches the app, setting it up asks for no code from the log.
OPEN_SET_UP := $(if $(filter localhost 127.0.0.1,$(HOST)),TRIAL_OPEN_SET_UP=$${TRIAL_OPEN_SET_UP:-1})

.DEFAULT_GOAL := help
.PHONY: help run migrate migration test bench format lock setup setup-dev clean
.PHONY: lint lint-style lint-format lint-types lint-imports

help: ## Show what can be asked for
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# TRIAL_TRUSTED_PROXIES says whose X-Forwarded-For is believed, and not the server below.
run: $(RUN_READY) migrate ## Set up everything and serve the app on http://$HOST:$PORT
	FORWARDED_ALLOW_IPS= $(OPEN_SET_UP) exec $(BIN)/python -m streamlit run app.py --server.address "$(HOST)" --server.port "$(PORT)"

migrate: $(RUN_READY) ## Bring the database to the current tables
	$(BIN)/python -m trial migrate

migration: $(DEV_READY) ## Draft the step to changed tables: make migration M="Keep the time of day of a post"
	@test -n "$$M" || { echo 'Say what it does: make migration M="Keep the time of day of a post"'; exit 1; }
	$(BIN)/python -m trial.store.migrations.draft "$$M"

test: $(DEV_READY) ## Set up everything, a browser included, and run all tests
	$(BIN)/python -m tests.environment.chromium
	$(BIN)/python -m pytest --numprocesses=$(PROCESSES) --dist=loadfile --no-loadscope-reorder $(ARGS)

lint: lint-style lint-format lint-types lint-imports ## Check style, format, types and the direction of imports

lint-style: $(DEV_READY)
	$(BIN)/ruff check .

lint-format: $(DEV_READY)
	$(BIN)/ruff format --check .

lint-types: $(DEV_READY)
	$(BIN)/mypy $(SOURCES)

lint-imports: $(DEV_READY)
	$(BIN)/lint-imports

format: $(DEV_READY) ## Format the code and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV_READY) ## Measure the speed that is promised, as ratios in one run
	$(BIN)/python -m tests.bench

lock: $(BIN)/pip ## Fit the locks to the lists; make lock ARGS=--upgrade takes the newest of everything
	$(BIN)/pip install --quiet --disable-pip-version-check '$(UV)'
	$(COMPILE) requirements.txt -o requirements.lock
	$(COMPILE) -c requirements.lock requirements-dev.txt -o requirements-dev.lock

setup: $(RUN_READY) ## Install what running needs

setup-dev: $(DEV_READY) ## Install what running, testing and checking need

clean: ## Remove the environment and the tools' caches; never data/ and storage/
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis test-results

# Everything that runs also tests, so the larger list satisfies the smaller one.
$(DEV_READY): $(BIN)/pip
	$(call install,requirements-dev.lock)
	@rm -f $(VENV)/.installed-*
	@touch $(DEV_READY) $(RUN_READY)

$(RUN_READY): $(BIN)/pip
	$(call install,requirements.lock)
	@rm -f $(VENV)/.installed-*
	@touch $@

# uv installs in seconds what takes pip half a minute; pip remains for machines where uv cannot be had.
define install
	@echo "Installing $(1) into $(VENV)"
	@$(BIN)/pip install --quiet --disable-pip-version-check '$(UV)' \
		&& VIRTUAL_ENV= $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) \
		|| $(BIN)/pip install --disable-pip-version-check --require-hashes -r $(1)
endef

# Debian keeps a part of venv in a package of its own; root can fetch it, others are told its name by venv itself.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed, $(PYTHON) is not. Name one: make PYTHON=python3.12 …"; exit 1; }
	@if ! $(PYTHON) -c 'import ensurepip' 2>/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
		then apt-get update -q && apt-get install -q -y --no-install-recommends python3-venv; fi
	$(PYTHON) -m venv $(VENV)
