# What can be done here; each target says first what it does. `make` alone lists them.
# Needs make and Python 3.11 or newer: everything else comes into .venv.

HOST ?= 127.0.0.1
PORT ?= 8000
PY = .venv/bin/python
switch = $(if $(filter-out 0,$(2)),$(1))
option = $(if $(2),$(1) "$(2)")

.PHONY: help run services test browser screenshots budgets lint assets bench soak faults push-matrix sabotage docs-check

help:
	@echo "make run         set up, load the demo game, play the story, serve: HOST= PORT= STORY=1 RESET_ADMIN=1 PUSH=sim"
	@echo "make services    start a PostgreSQL and a Redis of your own for make run: STOP=1 ends them"
	@echo "make test        all tests: ARGS= goes to pytest, BACKEND=\"sqlite postgresql\" takes both databases"
	@echo "make browser     the tests in Chromium on both databases, write docs/portal-browser.md: ARGS= BACKEND="
	@echo "make screenshots a picture of every page of the portal in var/screenshots: ONLY=page README=1"
	@echo "make budgets     what the portal's pages cost, write docs/portal-budgets.md: ONLY=page SMOKE=1"
	@echo "make lint        ruff and mypy"
	@echo "make assets      bundle the pages' scripts, copy their libraries from npm; needs Node"
	@echo "make bench       measure, write docs/benchmarks.md: ONLY=substring BACKEND=sqlite ROUNDS=3 SMOKE=1"
	@echo "make soak        an hour of load, write docs/soak.md: MINUTES=60 RATE= BACKEND=sqlite"
	@echo "make faults      kill, stop and starve the server, count what is lost: ONLY=name SHORT=1 SABOTAGE= PUSH=sim"
	@echo "make push-matrix every fault of every push provider, write what came of it into docs/push.md"
	@echo "make sabotage    break the code one line at a time; each break must turn its test red: ONLY=name"
	@echo "make docs-check  run the commands that the documentation shows: ONLY=file"

run:
	@echo "Starting Flint with its demo game on $(HOST):$(PORT)"
	@bin/bootstrap run
	@FLINT_DEBUG=$${FLINT_DEBUG:-1} exec $(PY) manage.py demo --host "$(HOST)" --port "$(PORT)" \
		$(call switch,--story,$(STORY)) $(call switch,--reset-admin,$(RESET_ADMIN)) $(call option,--push,$(PUSH))

services:
	@echo "Starting (STOP=1: stopping) PostgreSQL and Redis in var/services; give make run what is printed"
	@bin/bootstrap dev
	@$(PY) bin/services.py $(if $(call switch,1,$(STOP)),stop,start)

test:
	@echo "Running all tests on $(or $(BACKEND),sqlite); a warning fails like an error"
	@bin/bootstrap dev
	@bin/chromium
	@bin/prometheus
	@bin/push_senders
	@status=0; for backend in $(or $(BACKEND),sqlite); do \
		FLINT_TEST_BACKEND=$$backend $(PY) -m pytest -n 4 $(ARGS) || status=1; \
	done; exit $$status

browser:
	@echo "Running the tests that drive Chromium, results of all of them in docs/portal-browser.md"
	@bin/bootstrap dev
	@bin/chromium
	@bin/push_senders
	@mkdir -p var
	@status=0; for backend in $(or $(BACKEND),sqlite postgresql); do \
		TOUR=full FLINT_TEST_BACKEND=$$backend $(PY) -m pytest -n 2 -m browser \
			--junitxml=var/browser-$$backend.xml $(ARGS) || status=1; \
	done; $(if $(ARGS)$(BACKEND),,$(PY) bin/browser_report.py || status=1;) exit $$status

screenshots:
	@echo "Taking pictures of every page of the portal, in var/screenshots"
	@bin/bootstrap dev
	@bin/chromium
	@DJANGO_SETTINGS_MODULE=portal.settings $(PY) -m tests.portal.tour.screenshots \
		$(call option,--only,$(ONLY)) $(call switch,--readme,$(README))

budgets:
	@echo "Measuring the portal's pages, results in docs/portal-budgets.md (leave the machine alone meanwhile)"
	@bin/bootstrap dev
	@bin/chromium
	@$(PY) -m benchmarks.budgets $(call option,--only,$(ONLY)) $(call switch,--smoke,$(SMOKE))

lint:
	@echo "Checking style and formatting (ruff) and types (mypy, strict)"
	@bin/bootstrap dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

assets:
	@echo "Bundling what pages load into static/portal and static/vendor; commit what changed"
	@cd frontend && npm ci --ignore-scripts --no-audit --no-fund && npm run --silent build

bench:
	@echo "Measuring on this machine, results in docs/benchmarks.md (leave the machine alone meanwhile)"
	@bin/bootstrap dev
	@$(PY) -m benchmarks $(call option,--only,$(ONLY)) $(call option,--backend,$(BACKEND)) \
		$(call option,--rounds,$(ROUNDS)) $(call switch,--smoke,$(SMOKE))

soak:
	@echo "Keeping the server busy for $(or $(MINUTES),60) minutes, results in docs/soak.md"
	@bin/bootstrap dev
	@$(PY) -m benchmarks.soak $(call option,--minutes,$(MINUTES)) $(call option,--rate,$(RATE)) \
		$(call option,--backend,$(BACKEND))

faults:
	@echo "Killing, stopping and starving the server under load, results in docs/faults.json"
	@bin/bootstrap dev
	@$(PY) -m benchmarks.faults $(call option,--only,$(ONLY)) $(call switch,--short,$(SHORT)) \
		$(call option,--sabotage,$(SABOTAGE)) $(call option,--push,$(PUSH))

push-matrix:
	@echo "Pushing through every fault of every provider's simulation, results in docs/push.md"
	@bin/bootstrap dev
	@rm -f var/push-matrix.jsonl
	@PUSH_MATRIX=full $(PY) -m pytest -q -n 4 --dist worksteal tests/push/test_matrix.py -k "not page"
	@PUSH_MATRIX=full $(PY) -m pytest -q tests/push/test_matrix.py -k page

sabotage:
	@echo "Breaking the code one line at a time in a copy; each break must turn its test red"
	@bin/bootstrap dev
	@$(PY) bin/sabotage.py $(call option,--only,$(ONLY))

docs-check:
	@echo "Running the documentation's command blocks in a scratch clone"
	@bin/bootstrap dev
	@$(PY) bin/docs_check.py $(call option,--only,$(ONLY))
