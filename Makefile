# make run    install, migrate, load the demo, serve on 127.0.0.1:$(PORT)
# make test   install, run every test on SQLite
# make fast   the tests that need no server, browser or sample district
# make check  what CI runs

SHELL := /bin/sh
.DEFAULT_GOAL := run

PORT ?= 8000
GAWAI_ENV ?= demo
# One worker more than there are cores: some tests wait.
PYTEST_ARGS ?= -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1) --dist loadfile --no-loadscope-reorder
VENV := .venv
BIN := $(VENV)/bin
TYPED := core org assets pledges requests_app handing_over planning personal desks wording documents demo api backoffice config

# The first interpreter that is new enough; PYTHON=... chooses another.
PYTHON ?= $(shell for each in python3.11 python3.12 python3.13 python3; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$each && break; done)

# Where this is set, each worker of each run compiles the tests and their assertions anew: ten seconds of processor time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run free-port install install-dev test fast test-pg check lint format types imports migrations messages icons pictures bench bench-data clean

run: free-port install
	@echo "Preparing the database and the files of the pages (seconds) ..."
	@GAWAI_ENV=$(GAWAI_ENV) $(BIN)/python manage.py migrate --verbosity 0
	@GAWAI_ENV=$(GAWAI_ENV) $(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@if [ "$(GAWAI_ENV)" != production ]; then GAWAI_ENV=$(GAWAI_ENV) $(BIN)/python manage.py load_demo; fi
	@echo "Gawai: http://127.0.0.1:$(PORT)/  (Ctrl+C ends it)"
	@GAWAI_ENV=$(GAWAI_ENV) PORT=$(PORT) exec $(BIN)/gunicorn

# Said before anything is installed.
free-port:
	@test -z "$(PYTHON)" || $(PYTHON) -c 'import socket, sys; port = int(sys.argv[1]); s = socket.socket(); \
		s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", port))' $(PORT) 2>/dev/null || \
		{ echo "Port $(PORT) is taken or no port; choose another: PORT=8001 make run" >&2; exit 1; }

install: $(VENV)/.runtime
install-dev: $(VENV)/.dev

$(BIN)/python:
	@echo "Making the environment of Python in $(VENV) ..."
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed." >&2; exit 1; }
	@if command -v uv >/dev/null 2>&1; then uv venv --quiet --python "$$(command -v $(PYTHON))" $(VENV); \
	else $(PYTHON) -m venv $(VENV); fi

$(VENV)/.runtime: requirements.txt constraints.txt | $(BIN)/python
	$(call packages,requirements.txt)
	@touch $@

$(VENV)/.dev: requirements-dev.txt requirements.txt constraints.txt | $(BIN)/python
	$(call packages,requirements-dev.txt)
	@touch $@ $(VENV)/.runtime

# uv where it is installed, pip elsewhere
define packages
	@echo "Installing what $(1) names (a minute, or as long as the line takes) ..."
	@if command -v uv >/dev/null 2>&1; then \
		uv pip install --python $(BIN)/python --compile-bytecode -r $(1); \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check -r $(1); fi
endef

test: install-dev
	$(BIN)/python -m pytest $(PYTEST_ARGS) --hypothesis-profile=whole tests

# What a developer runs between two edits.
fast: install-dev
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m "not slow" --hypothesis-profile=fast tests

# The same suite on PostgreSQL: at DATABASE_URL, or on 127.0.0.1:5432, or on a server started for the occasion.
test-pg: install-dev
	url="$$(.ci/postgres)" && DATABASE_URL="$$url" $(BIN)/python -m pytest $(PYTEST_ARGS) --hypothesis-profile=whole tests

# The tests hold migrations and messages too.
check: install-dev lint types imports test test-pg

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: install-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: install-dev
	$(BIN)/mypy $(TYPED)

imports: install-dev
	$(BIN)/lint-imports

migrations: install-dev
	$(BIN)/python manage.py makemigrations --check --dry-run

# Every Indonesian text has its English one, and the compiled file is that of the text.
messages: install-dev
	$(BIN)/python -m pytest tests/config/test_messages.py

# The drawings of the menu, after a change of their names.
icons: install-dev
	.ci/icons

# The README's pictures, from the sample that `make run` serves meanwhile.
pictures: install-dev
	PORT=$(PORT) .ci/pictures

bench-data: install-dev
	$(BIN)/python -m benchmarks.data $(N)

bench: install-dev
	$(BIN)/python -m benchmarks.run

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
