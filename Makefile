# make demo: see it work    make test: run the tests    make check: lint and types
# make quality: how well labelled pages are read, against floors
PYTHON ?= python3
BIN := .venv/bin
PIP := PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check

ROOT := $(if $(filter 0,$(shell id -u)),,sudo)

.PHONY: demo test check package quality format schema docs clean debian scrapyd fuzz kills bench bench-check

demo: .venv/.run
	$(BIN)/scrapy crawl sputnik -a replay=fixtures -O articles.jsonl --loglevel=WARNING
	@echo
	@$(BIN)/scrapy summary articles.jsonl
	@echo
	@echo 'Next: docs/tutorial.md. Live crawls without a network: .venv/bin/python -m newswire.simulator'

# crawls wait more than they work, so there are more workers than cores
test: .venv/.test debian
	$(BIN)/python -m pytest --numprocesses=4 --dist=loadfile --no-loadscope-reorder

check: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m benchmarks.quality --brief

# wheel and source distribution in clean environments of each Python that is there
package: .venv/.test
	$(BIN)/python -m tools.check_package

quality: .venv/.run
	$(BIN)/python -m benchmarks.quality

format: .venv/.test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# a node on loopback, with its ledger and logs in .scrapyd; needs NEWSWIRE_SCRAPYD_PASSWORD
scrapyd: .venv/.scrapyd
	mkdir -p .scrapyd && cp deploy/scrapyd.conf .scrapyd
	cd .scrapyd && exec $(CURDIR)/$(BIN)/scrapyd

# mutated pages against every parser, MINUTES in all
fuzz: .venv/.fuzz
	$(BIN)/python -m fuzz --minutes $(or $(MINUTES),5)

# crawls that are killed at random, RUNS of them
kills: .venv/.test debian
	$(BIN)/python -m benchmarks.kills $(or $(RUNS),36)

# beside the peers, 25 minutes on an idle machine: docs/benchmarks.md; QUICK=1: 3, build/bench
bench: .venv/.test build/peers/.done
	$(BIN)/python -m benchmarks.speed $(if $(QUICK),--quick)

# what got slower since it was recorded
bench-check: .venv/.test build/peers/.done
	$(BIN)/python -m benchmarks.speed --check

# a peer that cannot be installed is left out, and the page says so
build/peers/.done: benchmarks/speed/peers.txt
	$(PYTHON) -m venv build/peers
	while read -r peer; do \
		build/peers/bin/python -m pip install --quiet --disable-pip-version-check "$$peer" < /dev/null \
			|| echo "not installed: $$peer" >&2; \
	done < benchmarks/speed/peers.txt
	@touch $@

schema: .venv/.run
	$(BIN)/python -m tools.build_schema

# build/docs/index.html; a warning is an error
docs: .venv/.docs
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/docs
	@echo build/docs/index.html

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .import_linter_cache .pytest_cache .hypothesis articles.jsonl
	find . -name __pycache__ -prune -exec rm -rf {} +

# Debian keeps venv in a package of its own
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "newswire needs Python 3.11 or newer: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv .venv || { \
		rm -rf .venv; \
		$(ROOT) apt-get update -q && $(ROOT) apt-get install -qy python3-venv; \
		$(PYTHON) -m venv .venv; }

# the server and the browser that tests talk to
debian:
	@{ test -x /usr/bin/chromium && ls /usr/lib/postgresql/*/bin/initdb; } > /dev/null 2>&1 || { \
		$(ROOT) apt-get update -q && \
		$(ROOT) apt-get install -qy --no-install-recommends chromium postgresql; }

.venv/.run: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable .
	@touch $@

.venv/.test: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable '.[test,lint]'
	$(SCRAPYD)
	@touch .venv/.run .venv/.scrapyd $@

.venv/.docs: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable '.[docs]'
	@touch .venv/.run $@

.venv/.fuzz: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable '.[fuzz]'
	@touch .venv/.run $@

# for tools/fit_*.py
.venv/.fit: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable '.[fit]'
	@touch $@

# it asks for a setuptools of before 2026, which only the runner needs that ours replaces
SCRAPYD := PIP_CONSTRAINT= $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps scrapyd==1.6.0

.venv/.scrapyd: pyproject.toml constraints.txt | .venv/bin/python
	$(PIP) --editable '.[scrapyd]'
	$(SCRAPYD)
	@touch .venv/.run $@
