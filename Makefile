# Everything a newcomer or a maintainer types. The work is in tools/, in the standard library's
# Python, so that it can be read and tested; make only names it.

PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help demo test proof faults pictures bench package lint format setup doctor messages lock clean

help:
	@echo 'make demo      two practice filings, verified; sets up everything first'
	@echo 'make test      the test suite, about ten minutes; sets up everything first'
	@echo 'make proof     every test, the full matrices too'
	@echo 'make faults    tries every fault on the real program: docs/faults.md; half an hour'
	@echo 'make pictures  pictures of all that filer shows, to look at: pictures/; those of docs/ too'
	@echo 'make bench     measures filer beside other tools: docs/bench.md; for a machine at rest'
	@echo 'make package   builds wheel and sdist, installs the wheel elsewhere, files with it'
	@echo 'make lint      formatting, lint and types'
	@echo 'make doctor    can filer run here, and what is missing'
	@echo 'make messages  collect the sentences to translate into the catalogues'
	@echo 'make lock      choose new versions: writes requirements.lock'
	@echo 'make clean     remove what the tools made; evidence stays'

setup:
	@$(PYTHON) tools/setup.py

demo:
	@$(PYTHON) tools/setup.py --for demo
	@$(BIN)/python tools/demo.py

test:
	@$(PYTHON) tools/setup.py --for test
	@$(BIN)/python tools/suite.py -n 4 --dist worksteal -m 'not proof'

proof:
	@$(PYTHON) tools/setup.py --for test
	@$(BIN)/python tools/suite.py -n 4 --dist worksteal

faults:
	@$(PYTHON) tools/setup.py --for test
	@$(BIN)/python -m tests.faults

pictures:
	@$(PYTHON) tools/setup.py --for test
	@$(BIN)/python tools/pictures.py
	@$(BIN)/python tools/pictures.py pictures

bench:
	@$(PYTHON) tools/setup.py --for test
	@$(BIN)/python tools/bench

package:
	@$(PYTHON) tools/setup.py --for test
	@$(BIN)/python tools/package.py

lint:
	@$(PYTHON) tools/setup.py --for lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict filer flows tools hatch_build.py

format:
	@$(PYTHON) tools/setup.py --for lint
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

doctor:
	@$(PYTHON) tools/setup.py --for lint
	@$(BIN)/filer doctor

messages:
	@$(PYTHON) tools/setup.py --for lint
	@$(BIN)/python tools/messages.py

lock:
	@$(PYTHON) tools/lock.py

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find filer flows tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	find filer -name '*.mo' -delete
