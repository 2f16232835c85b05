.DEFAULT_GOAL := help
.NOTPARALLEL:
MANAGE := .venv/bin/python manage.py

help:  ## This list
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | awk -F '\t' '{ printf "make %-11s %s\n", $$1, $$2 }'

demo:  ## Start a complete Loket with demo content on 127.0.0.1:8000 (PORT=… for another port)
	@scripts/demo

test:  ## Run all checks and tests (installs what they need, PostgreSQL and Chromium included)
	@scripts/test

run: export LOKET_ENV := development
run: develop  ## Start the web server (with reload) and the job worker for development
	@scripts/check port
	@$(MANAGE) migrate --verbosity 0
	@.venv/bin/python scripts/serve

worker: develop  ## Start only the job worker
	@LOKET_ENV=$${LOKET_ENV:-development} $(MANAGE) qcluster

lint: develop  ## Check style, templates and the direction of imports
	@scripts/lint

types: develop  ## Check types, and that no more of them are silenced
	@scripts/types

coverage: export LOKET_ENV := test
coverage: develop  ## Run the tests on PostgreSQL and say which lines none of them reaches (twice as slow)
	@scripts/postgresql .venv/bin/python -m pytest --numprocesses 2 --dist worksteal --cov --cov-report=term

bench: develop  ## Measure what must stay quick, as ratios; on PostgreSQL with a million parties and dossiers too (more than an hour)
	@.venv/bin/python scripts/bench
	@scripts/postgresql .venv/bin/python scripts/bench finding 10000 1000000
	@scripts/postgresql .venv/bin/python scripts/bench volume 1000 1000000

chaos: develop  ## Kill processes during 200 submissions and 600 steps, then let 16 citizens rush in; see that nothing is lost (some minutes)
	@.venv/bin/python scripts/chaos

format: develop  ## Put Python and templates in the house style
	@scripts/lint --fix

messages: develop  ## Collect the texts to translate in locale/nl and compile them (needs gettext)
	@scripts/messages

static:  ## Build the style sheet and script again (needs Node 20 or newer)
	@npm ci --no-audit --no-fund
	@npm run build

screenshots: develop  ## Take the pictures of the manual again (needs Chromium; LOKET=… for a demo that runs already)
	@.venv/bin/python scripts/screenshots

lock: develop  ## Choose the newest allowed versions again and write them to the lock files
	@scripts/lock

develop:
	@scripts/install requirements-dev.lock

.PHONY: help demo test run worker lint types coverage bench chaos format messages static screenshots lock develop
