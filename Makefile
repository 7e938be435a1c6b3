# Everything a person does here by hand. Variables PORT and DATA_DIR are honoured by `run` and `test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PYTEST_WORKERS ?= 3

.PHONY: run test test-services lint format bench clean

run: $(VENV)/.runtime
	@exec $(BIN)/python manage.py up

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadgroup -q $(ARGS)

test-services: $(VENV)/.dev
	.ci/with-services $(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadgroup -q -m "not in_memory and not embedded" $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev
	PG_FSYNC=on .ci/with-services $(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) data

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime
