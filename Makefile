# Everything a developer or an operator of one machine types. `make help` lists it.
# Works with GNU make 3.81 and newer; needs Python 3.11 or newer and nothing else from the system.

VENV := .venv
PY := $(VENV)/bin/python
# The first Python that is new enough and really starts (a shim may stand there without one behind it).
PYTHON := $(shell for p in python3.11 python3.12 python3.13 python3.14 python3; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; break; fi; done)

RUN_READY := $(VENV)/.installed-run
DEV_READY := $(VENV)/.installed-dev
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
APPS := contributors payments api web config demo

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.DEFAULT_GOAL := help
.PHONY: help run test check format bench bench-api bench-royalty bench-statements chaos fuzz long mutate services-test browser-test screenshots guide-pictures clean setup

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: $(RUN_READY) $(TRANSLATIONS)  ## Start everything on this machine and show the demo (ARGS=--no-demo: without it)
	@exec $(PY) -m config.serve $(ARGS)

test: $(DEV_READY) $(TRANSLATIONS)  ## The tests, on throw-away engines of their own
	@$(PY) -m pytest -n 2 -m "not browser and not services and not long" $(ARGS)

check: $(DEV_READY)  ## Style, types, floors, nothing left unfinished
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --check --quiet .
	@$(PY) -m mypy $(APPS)
	@$(VENV)/bin/lint-imports
	@! grep -rnE --include='*.py' --include='*.html' --include='*.js' --include='*.css' --include='*.md' \
		--include='*.toml' --include='*.yaml' --include='*.yml' --exclude-dir=.venv --exclude-dir=.git --exclude-dir=var \
		'\b(TO''DO|FIX''ME|XX''X|HA''CK)\b|NotImplemented''Error' . \
		|| { echo 'check: unfinished work is not taken in (see the lines above)' >&2; exit 1; }
	@! grep -rnE --include='*.py' '\bquantize\(|\bround\(|\b(ceil|floor)\(|ROUND_[A-Z]' payments \
		|| { echo 'check: money is rounded by payments.royalty.money.round_dong alone' >&2; exit 1; }
	@! grep -rnE --include='*.py' --exclude-dir=papers --exclude=rate_yaml.py '\bfloat\(|[:>|] *float\b' payments \
		|| { echo 'check: no float in payments (points on paper, and the reader that refuses them, aside)' >&2; exit 1; }

format: $(DEV_READY)  ## Let ruff lay out the code
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format --quiet .

bench: $(DEV_READY)  ## Measure (bench/*.py, one after the other)
	@set -e; for file in bench/[a-z]*.py; do name=$$(basename $$file .py); echo "== $$name"; $(PY) -m bench.$$name; done

bench-royalty: $(DEV_READY)  ## A royalty run against COPY, at 10 thousand, 100 thousand and a million credits
	@$(PY) -m bench.royalty_run 3333 33333 333333

bench-statements: $(DEV_READY)  ## Statements from issue to files, the payment list, a page and its rivals (ARGS='300 --lines 20': smaller)
	@$(PY) -m bench.statements $(or $(ARGS),1000 3000 10000 --list 5000 20000 100000)

bench-api: $(DEV_READY)  ## A list, a piece and a submit of a million pieces under load, beside plain psycopg and a plain ModelViewSet
	@$(PY) -m bench.api $(ARGS)

chaos: $(DEV_READY)  ## Break a run by 500 faults and compare it with the unbroken one (ARGS='--faults 50 --seed 7')
	@$(PY) -m tests.chaos $(ARGS)

fuzz: $(DEV_READY)  ## Generated requests to the API as every caller, all checks (ARGS='--cases 2000 --seed 7 --only /runs/')
	@$(PY) -m pytest -s tests/contract/test_fuzz.py --cases 20000 --seed $$(date +%s) $(ARGS)

mutate: $(DEV_READY)  ## Mutants of the royalty engine in var/mutate (some hours; ARGS='payments.royalty.money*': only those)
	@$(PY) -m pip install --quiet --requirement requirements-mutate.txt
	@rm -rf var/mutate && mkdir -p var/mutate/payments var/mutate/tests/payments && touch var/mutate/payments/__init__.py
	@cp -R payments/royalty payments/rates var/mutate/payments/ && cp -R tests/payments/royalty var/mutate/tests/payments/
	@cp tests/mutation/pyproject.toml tests/mutation/conftest.py var/mutate/ && mkdir var/mutate/docs && cp docs/change-a-rate.md var/mutate/docs/
	@cd var/mutate && nice -n 15 ../../$(PY) -m mutmut run --max-children 2 $(ARGS); ../../$(PY) -m mutmut results

long: $(DEV_READY) $(TRANSLATIONS)  ## The tests that take long
	@$(PY) -m pytest -m "long and not browser and not services" $(ARGS)
	@$(PY) -m pytest -m "long and browser" $(ARGS)

services-test: $(DEV_READY) $(TRANSLATIONS)  ## Tests against your own DATABASE_URL and REDIS_URL
	@test -n "$$DATABASE_URL" && test -n "$$REDIS_URL" || { echo 'set DATABASE_URL and REDIS_URL' >&2; exit 2; }
	@$(PY) -m pytest -m services $(ARGS)

browser-test: $(DEV_READY) $(TRANSLATIONS)  ## Tests in a real Chromium
	@$(PY) -m pytest -n 2 -m "browser and not long" $(ARGS)

screenshots: $(DEV_READY) $(TRANSLATIONS)  ## Every page at phone and desk width, light and dark, in screenshots/
	@SCREENSHOTS=screenshots $(PY) -m pytest -m "browser and long" tests/browser/test_every_page_in_browser.py $(ARGS)

guide-pictures: $(DEV_READY)  ## The guides' pictures anew, from a running demo that nobody has worked in (ARGS='--base http://…')
	@$(PY) tests/browser/guide_pictures.py $(ARGS)

clean:  ## Remove caches and pictures; var/ (your data) and .venv stay
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis screenshots
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
	@find locale -name '*.mo' -delete

setup: $(DEV_READY) $(TRANSLATIONS)  ## Only install what is needed

# Each stamp holds the checksum of its list: a new checkout date alone installs nothing.
$(RUN_READY): requirements.txt
	@$(call install,requirements.txt,requirements.txt)

$(DEV_READY): requirements.txt requirements-dev.txt | $(RUN_READY)
	@$(call install,requirements-dev.txt,requirements.txt requirements-dev.txt)

# $(1) the list to install, $(2) the files that decide whether it changed.
define install
set -e; \
if ! $(PY) -c '' >/dev/null 2>&1; then \
	test -n "$(PYTHON)" || { echo 'Python 3.11 or newer is needed and was not found.' >&2; exit 1; }; \
	$(PYTHON) -m venv --clear $(VENV) >$(VENV).log 2>&1 || { cat $(VENV).log >&2; rm -f $(VENV).log; \
		echo 'No virtual environment could be made (on Debian and Ubuntu: apt-get install python3-venv).' >&2; exit 1; }; \
	rm -f $(VENV).log; \
fi; \
sum=$$(cat $(2) | $(PY) -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'); \
if [ "$$sum" != "$$(cat $@ 2>/dev/null)" ]; then \
	echo 'Installing packages (once, until $(1) changes)…' >&2; \
	$(PY) -m pip install --quiet --requirement $(1) \
		|| { echo 'pip could not install $(1): is there a network or a package index? The lines above say what is missing.' >&2; exit 1; }; \
	echo "$$sum" >$@; \
fi; \
touch $@
endef

%.mo: %.po | $(RUN_READY)
	@$(PY) -m babel.messages.frontend --quiet compile --input-file $< --output-file $@
