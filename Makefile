# chibo. Two commands: make run, make test. Needs make and Python 3.11 or newer with venv, nothing else.
#
#   make run       sets up what running needs and starts everything; Ctrl-C stops it
#   make test      sets up what testing needs, checks the code, runs the tests (at most 15 minutes)
#   make setup     only prepares .venv, tools for testing included
#   make check     lint, format, types and walls, without tests
#   make versions  rules, contracts and a start on the other Python versions found here
#   make faults    the long searches for lost or doubled facts
#   make bench     measures; report in docs/benchmarks.md
#   make lock      writes requirements/*.lock anew (needs uv)
#   make clean     removes the environments and caches; data stay where they are
#
#   PYTHON=…       the interpreter for .venv (after make clean)
#   PYTHONS=…      further interpreters for make versions

.PHONY: help run test setup check pytest versions faults bench lock clean
.NOTPARALLEL:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PARALLEL := --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder
LOCKED := install -q --no-input --disable-pip-version-check --require-hashes --only-binary :all:
PROJECT := install -q --no-input --disable-pip-version-check --no-deps --no-build-isolation --editable .
USABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
UV ?= uv

# An environment knows its own path: after the checkout was moved or copied it must be made anew.
ifneq ($(shell cat $(VENV)/made-in 2>/dev/null),$(CURDIR))
$(shell rm -f $(VENV)/*.installed $(BIN)/python)
endif

help:
	@sed -n '1,/^$$/s/^# \{0,1\}//p' Makefile

run: $(VENV)/run.installed $(VENV)/project.installed
	@exec $(BIN)/chibo up

setup: $(VENV)/test.installed $(VENV)/project.installed

$(BIN)/python:
	@for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python); do \
	  if $$python -c '$(USABLE)' >/dev/null 2>&1; then \
	    echo "environment: $(VENV) with $$($$python --version)"; \
	    $$python -m venv --clear $(VENV) && echo '$(CURDIR)' >$(VENV)/made-in && exit 0; \
	  fi; \
	done; \
	rm -rf $(VENV); \
	echo "chibo needs Python 3.11 or newer with its venv module; none of these is: $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python)." >&2; \
	echo "On Debian and Ubuntu: apt install python3 python3-venv. Elsewhere: make PYTHON=/path/to/python3 …" >&2; \
	exit 1

$(VENV)/run.installed: requirements/run.lock | $(BIN)/python
	@echo "environment: installing what running needs"
	@$(BIN)/python -m pip $(LOCKED) -r $<
	@touch $@

$(VENV)/test.installed: requirements/test.lock | $(BIN)/python
	@echo "environment: installing what running and testing need"
	@$(BIN)/python -m pip $(LOCKED) -r $<
	@touch $(VENV)/run.installed $@

$(VENV)/project.installed: pyproject.toml requirements/run.in
	@echo "environment: installing chibo itself"
	@$(BIN)/python -m pip $(PROJECT)
	@touch $@

test: check pytest versions

# Tools that talk much are shown only when they complain.
quietly = said=$$($(1) 2>&1) || { printf '%s\n' "$$said"; exit 1; }

check: setup
	@echo "check: lint"
	@$(BIN)/ruff check --quiet .
	@echo "check: format"
	@$(BIN)/ruff format --check --quiet . || { $(BIN)/ruff format --check .; exit 1; }
	@echo "check: types, and walls beside"
	@( $(call quietly,$(BIN)/lint-imports) ) & walls=$$!; $(call quietly,$(BIN)/mypy); wait $$walls

pytest: setup
	@echo "test: the whole suite on $$($(BIN)/python --version)"
	@$(BIN)/pytest --quiet $(PARALLEL) --durations=15 --durations-min=1

versions: setup
	@own=$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	pyenv=$$(pyenv root 2>/dev/null)/versions; \
	for version in 3.11 3.12 3.13; do \
	  [ $$version = $$own ] && continue; \
	  found=; \
	  for python in $(PYTHONS) python$$version $$(ls -d "$$pyenv"/$$version.*/bin/python$$version 2>/dev/null | sort -rV); do \
	    if [ "$$($$python -c '$(USABLE)' >/dev/null 2>&1 && $$python -c 'import sys; print("%d.%d" % sys.version_info[:2])')" = $$version ]; then \
	      found=$$python; break; \
	    fi; \
	  done; \
	  if [ -z "$$found" ]; then echo "versions: Python $$version not found here, not tried"; continue; fi; \
	  echo "versions: rules, contracts and a start on $$($$found --version)"; \
	  other=.venv-$$version; \
	  if ! { cmp -s requirements/test.lock $$other/test.lock && [ "$$(cat $$other/made-in)" = '$(CURDIR)' ] && $$other/bin/python -c ''; }; then \
	    $$found -m venv --clear $$other && \
	    $$other/bin/python -m pip $(LOCKED) --no-compile -r requirements/test.lock && \
	    $$other/bin/python -m pip $(PROJECT) && \
	    echo '$(CURDIR)' >$$other/made-in && cp requirements/test.lock $$other/test.lock || exit 1; \
	  fi; \
	  $$other/bin/chibo --version && $$other/bin/pytest --quiet -p no:cacheprovider $(PARALLEL) -m rules --hypothesis-profile=brief || exit 1; \
	done

faults: setup
	@$(BIN)/pytest --quiet -m faults --timeout=7200 --durations=15

bench: setup
	@$(BIN)/python -m tests.benches

lock:
	@for name in run test; do \
	  $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header requirements/$$name.in --output-file requirements/$$name.lock; \
	done

clean:
	@rm -rf $(VENV) .venv-3.* .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist *.egg-info
	@find services shared tests -name __pycache__ -type d -prune -exec rm -rf {} +
