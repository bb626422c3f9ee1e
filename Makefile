# Everything on a fresh machine: `make demo` ends with a finished report, `make test` with all tests passed.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
# Python is started hundreds of times, and keeps what it has compiled.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup demo first-study test proof check docs gallery notebooks lock clean

help:
	@echo "make demo   set up, then run all three studies with simulated participants and write their reports"
	@echo "make first-study  set up, then do what docs/first-study.md says, and draw its pictures"
	@echo "make test   set up, including the software that only tests need, then run all tests"
	@echo "make proof  set up, then run the tests that take hours: calibration, thousands of damaged files and kills (docs/proof.md)"
	@echo "make setup  only set up (.venv, system packages on Debian/Ubuntu as root, jsPsych)"
	@echo "make check  ruff, import-linter and mypy"
	@echo "make docs   build the documentation as a site into docs/site: open docs/site/index.html"
	@echo "make gallery  draw the pictures of the documentation's gallery again"
	@echo "make notebooks  run the notebooks in docs/notebooks again, and store their outputs"
	@echo "make lock   pin all dependencies again (needs uv)"

setup: .venv/.ready

.venv/.ready: requirements.lock package-lock.json pyproject.toml scripts/setup.sh scripts/packages.sh
	PYTHON=$(PYTHON) scripts/setup.sh
	@touch $@

.venv/.ready-for-tests: .venv/.ready scripts/setup_tests.sh requirements-signals.lock
	scripts/setup_tests.sh
	@touch $@

demo: setup
	$(BIN)/compassion demo

first-study: setup
	$(BIN)/python scripts/first_study.py build/first-study --pictures

# While one core checks, the other compiles what the processes of the tests would each compile.
test: .venv/.ready-for-tests
	$(BIN)/python -m pytest --collect-only -q >/dev/null & $(MAKE) check && wait
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

# SIZE=0.01 runs a hundredth of the studies, files and kills; ONLY=kill runs only the proofs whose name contains "kill".
SIZE ?= 1
ONLY ?=
proof: .venv/.ready-for-tests
	COMPASSION_PROOF_SIZE=$(SIZE) $(BIN)/python -m pytest -m proof -k "$(ONLY)" -n 2 -rP

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

# mkdocs does not build into the folder of its sources.
docs: setup
	PYTHONPATH=. $(BIN)/python -m scripts.docs_pages
	PYTHONPATH=. NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	rm -rf docs/site && mv build/site docs/site

gallery: setup
	$(BIN)/python scripts/gallery.py

notebooks: setup
	PYTHONPATH=. $(BIN)/jupyter-execute --inplace docs/notebooks/*.ipynb

lock:
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra markers --extra physiology --extra cluster --extra postgres --extra dev -o requirements.lock pyproject.toml

clean:
	rm -rf .venv node_modules demo
