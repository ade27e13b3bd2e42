# Everything a person or a machine runs here. `make` alone explains.
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
N ?= 30
DEMO_FOR ?=

.PHONY: help demo test bench faults lint format docs lock deb test-deb clean

help:  ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*##/  make \1\t/p' Makefile | expand -t 16

demo: $(VENV)/.with-demo  ## a collector, an agent on this machine and a simulated commune; DEMO_FOR=60 stops by itself
	@DEMO_FOR='$(DEMO_FOR)' exec $(RUN) -m socle_collector.demo

test: $(VENV)/.with-dev  ## all tests; sets up what they need when root
	@sh packaging/set-up-tests.sh
	@exec $(RUN) -m pytest

bench: $(VENV)/.with-dev  ## measure agent and collector beside their peers: a table and build/bench.json
	@sh packaging/set-up-tests.sh
	@exec $(RUN) -m tests.bench

faults: $(VENV)/.with-dev  ## N=… schedules of kills and cuts, and a million inputs for the decoder
	@sh packaging/set-up-tests.sh
	@$(RUN) -m tests.e2e.faults --schedules $(N)
	@exec $(RUN) -m tests.fuzz_decoder --inputs 1000000

lint: $(VENV)/.with-dev  ## ruff and mypy
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@exec $(VENV)/bin/mypy

format: $(VENV)/.with-dev  ## let ruff lay out the code
	@$(VENV)/bin/ruff check --fix
	@exec $(VENV)/bin/ruff format

docs: $(VENV)/.with-dev  ## write again the documents that are generated from the code
	@$(RUN) -m socle_core.settings.document
	@$(RUN) -m socle_agent.health.document
	@$(RUN) -m socle_agent.document
	@exec $(RUN) -m socle_core.wire.document

lock:  ## resolve the newest versions allowed by pyproject.toml into requirements.lock
	@exec sh packaging/lock.sh '$(PYTHON)'

deb:  ## build the Debian packages of the last commit into dist/
	@exec sh packaging/build-deb.sh

test-deb: $(VENV)/.with-dev  ## build the packages twice, judge them, install and purge them on a booted Debian 12 and 13
	@sh packaging/set-up-tests.sh
	@exec $(RUN) -m pytest tests/packaging -s

clean:  ## remove the environment, the demo's state and what was built
	@rm -rf $(VENV) var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.with-%: pyproject.toml requirements.lock packaging/environment.sh
	@sh packaging/environment.sh '$(PYTHON)' $*
