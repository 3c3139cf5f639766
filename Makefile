# Everything a contributor runs. `make help` lists the targets.
# Needs a Python >= 3.11 and make; all else is installed into .venv on first use.

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
HTML := build/html

.DEFAULT_GOAL := site
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The one place for the environment of every build and test: quiet, on the CPU, reproducible.
export PATH := $(abspath $(BIN)):$(PATH)
export KERAS_BACKEND ?= tensorflow
export TF_CPP_MIN_LOG_LEVEL := 3
export TF_ENABLE_ONEDNN_OPTS := 0
export CUDA_VISIBLE_DEVICES := -1
export PYTHONHASHSEED := 0
# With one thread the same node of a graph stops first each time; with two processes on two cores it is faster too.
export TF_NUM_INTEROP_THREADS := 1
export TF_NUM_INTRAOP_THREADS := 1
export MPLBACKEND := Agg
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Gallery scripts and pages run in processes of their own, so Sphinx may fork to read and write pages.
SPHINX := sphinx-build -j 2 -c . -b html -n -W --keep-going -d build/doctrees docs $(HTML)

# --- set-up ------------------------------------------------------------------------------------------------

OLD_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c '$(OLD_ENOUGH)' 2>/dev/null && { command -v $$p; break; }; done)

$(STAMPS)/venv:
	@"$(PYTHON)" -c '$(OLD_ENOUGH)' 2>/dev/null || \
		{ echo "unrolled needs Python 3.11 or newer: install one, or name it with make PYTHON=/path/to/python3"; exit 1; }
	@echo "==> creating $(VENV)"
	@"$(PYTHON)" -m venv --clear $(VENV)
	@mkdir -p $(@D) && touch $@

# Python compiles a module when it is first imported: to compile all of them here takes three times as long.
$(STAMPS)/lock: requirements.lock $(STAMPS)/venv
	@echo "==> installing requirements.lock (a minute or two; 2.1 GB, 1.3 of it TensorFlow)"
	@$(BIN)/python -m pip install -qq --no-compile --require-hashes -r requirements.lock
	@touch $@

$(STAMPS)/package: pyproject.toml $(STAMPS)/lock
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: setup
setup: $(STAMPS)/package ## Install everything into .venv

# --- the site ----------------------------------------------------------------------------------------------

# What the reference, the error pages and the checked pages show is run before the pages are read.
RUNS := build/runs/stamp

# Looked at each time, by content and not by time: what did not change does not run, and the stamp stays.
.PHONY: always
$(RUNS): always | $(STAMPS)/package
	@$(BIN)/python docs/_runs/run.py build/runs

.PHONY: runs site page serve offline
runs: $(RUNS) ## Make the runs that the reference, the error pages and the checked pages show

# Sphinx needs seconds to find that nothing has changed: it is started only where something has.
site: setup $(RUNS) ## Build the site (the default); only what changed runs again
	@$(BIN)/python docs/_ext/whole_builds.py $(HTML) || $(SPHINX)
	@echo "==> open $(HTML)/index.html"

page: setup ## Build one gallery page: make page PATTERN=many_to_one
	@test -f $(RUNS) || $(MAKE) $(RUNS)
	@test -n "$(PATTERN)" || { echo "say which page: make page PATTERN=many_to_one"; exit 2; }
	@UNROLLED_PATTERN="$(PATTERN)" $(SPHINX)
	@echo "==> open $(HTML)/auto_gallery, the page of $(PATTERN)"

serve: setup $(RUNS) ## Build, show on localhost and rebuild at every edit (PORT=8000)
	@sphinx-autobuild -c . -b html -n -d build/doctrees --port $(or $(PORT),8000) \
		--watch gallery --watch src --watch conf.py \
		--ignore "$(abspath docs/auto_gallery)/*" --ignore "$(abspath docs/errors)/*" --ignore "$(abspath docs/checked)/*" \
		--ignore "$(abspath docs/questions)/*" --ignore "$(abspath build)/*" \
		docs $(HTML)

offline: site ## Write build/unrolled-site.zip: the site in one file, opens from disk
	@$(BIN)/python tests/site/offline.py $(HTML) build/unrolled-site.zip

# --- checks ------------------------------------------------------------------------------------------------

SAY = @printf '\n=== %s\n'

# What one test computed is kept for the others of its group: tests/conftest.py says which belong together.
PYTEST := -m pytest -n auto --maxprocesses 4 --dist loadgroup

.PHONY: test test-all unit
test: lint site ## Run every check: style, types, the site's build (it runs all examples), tests, the site in a browser
	$(SAY) "library and site"
	@$(BIN)/python tests/site/browser.py
	@$(BIN)/python $(PYTEST)

test-all: export UNROLLED_ALL_PAGES := 1
test-all: export UNROLLED_SEEDS := 300
test-all: test ## Run every check on every page in both themes, and more random models (hours: each night in CI)

# Of long tests a fourth of the cases runs here; in `make test` all do.
unit: export UNROLLED_QUICK := 1
unit: setup ## Run the tests that need no TensorFlow (seconds)
	@$(BIN)/python $(PYTEST) tests/unit

# Only Keras is another one: its environment stands on .venv, so it takes 60 MB and a few seconds. The nightly is
# fetched anew each time.
KERAS_VENV := .venv-keras-$(VERSION)
KERAS_WHEEL := $(if $(filter nightly,$(VERSION)),--pre --upgrade keras-nightly,keras==$(VERSION))
PACKAGES := -c 'import sysconfig; print(sysconfig.get_path("purelib"))'

$(KERAS_VENV)/stamp: $(STAMPS)/package
	@test -n "$(VERSION)" || { echo "say which Keras: make test-keras VERSION=3.13.2"; exit 2; }
	@$(BIN)/python -m venv --clear $(KERAS_VENV)
	@echo "import site; site.addsitedir(r'$$($(BIN)/python $(PACKAGES))')" \
		> "$$($(KERAS_VENV)/bin/python $(PACKAGES))/base.pth"
	@touch $@

.PHONY: test-keras
test-keras: $(KERAS_VENV)/stamp ## Run the library's tests on another Keras: VERSION=3.13.2, or VERSION=nightly
	@$(KERAS_VENV)/bin/python -m pip install -qq --no-deps $(KERAS_WHEEL)
	$(SAY) "library on Keras $(VERSION)"
	@$(KERAS_VENV)/bin/python -c "import keras; print(keras.__version__, keras.__file__)"
	@$(KERAS_VENV)/bin/python $(PYTEST) src tests/unit tests/model $(ARGS)

# JAX and PyTorch each have an environment without TensorFlow; the traces to compare with are made in .venv.
TRACES := build/backends/tensorflow.npz

.PHONY: test-backends test-jax test-torch $(TRACES)
test-backends: test-jax test-torch ## Run the library's tests on JAX and PyTorch, and compare their traces

# All 80 random models would take JAX minutes more: it compiles each operation on each new shape.
test-jax: export UNROLLED_SEEDS := 60
test-jax test-torch: test-%: .venv-%/stamps/package $(TRACES)
	$(SAY) "library on $*"
	@PATH="$(abspath .venv-$*/bin):$$PATH" KERAS_BACKEND=$* .venv-$*/bin/pytest src tests/unit tests/model tests/backends

$(TRACES): $(STAMPS)/package
	$(SAY) "the models to compare, on TensorFlow"
	@KERAS_BACKEND=tensorflow PYTHONPATH=tests/model $(BIN)/python tests/backends/write_traces.py $@

# --no-deps: the lock leaves out what PyTorch asks for, but does not load without a graphics card.
.PRECIOUS: .venv-%/stamps/lock
.venv-%/stamps/lock: tests/backends/%.lock $(STAMPS)/venv
	@echo "==> installing $< into .venv-$* (a minute or two; 0.8 GB for JAX, 4.4 GB for PyTorch)"
	@$(BIN)/python -m venv --clear .venv-$*
	@.venv-$*/bin/python -m pip install -qq --require-hashes --no-deps -r $<
	@mkdir -p $(@D) && touch $@

.venv-%/stamps/package: pyproject.toml .venv-%/stamps/lock
	@.venv-$*/bin/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

# What holds to plain statements: complexity up to 10, one decision a line. The entries are what readers write.
PLAIN := conf.py src docs/_ext docs/_runs gallery tests

.PHONY: lint density
lint: setup ## Check style, spelling, types, and how much is decided in one place
	$(SAY) "lint"
	@ruff check .
	@ruff format --check .
	@codespell
	@complex=$$(radon cc --min C --show-complexity $(PLAIN)); test -z "$$complex" || \
		{ echo "$$complex"; echo "Expected a complexity of at most 10. Fix: give a step of the function a name."; exit 1; }
	@$(BIN)/python tests/lint/plain_statements.py $(PLAIN)
	@mypy

density: setup ## Print the decisions in a hundred lines of each package (30 is much)
	@-$(BIN)/python tests/lint/plain_statements.py --density src docs/_ext docs/_runs tests

$(STAMPS)/conformance $(STAMPS)/bench: $(STAMPS)/%: tests/%/requirements.lock $(STAMPS)/package
	@echo "==> installing what make $* needs besides"
	@$(BIN)/python -m pip install -qq --require-hashes -r $<
	@touch $@

.PHONY: conformance bench
conformance: $(STAMPS)/conformance ## Compare thousands of random models with their cells: ARGS="--help"
	@$(BIN)/python tests/conformance/conformance.py $(ARGS)

# Two of the peers are tools of PyTorch models: they are measured where `make test-torch` has been.
bench: $(STAMPS)/bench ## Measure the library and its peers, for the page Measurements
	@test ! -d .venv-torch || .venv-torch/bin/python -m pip install -qq --require-hashes --no-deps -r tests/bench/torch.lock
	@env -u TF_NUM_INTEROP_THREADS -u TF_NUM_INTRAOP_THREADS $(BIN)/python tests/bench/bench.py $(ARGS)

# --- upkeep ------------------------------------------------------------------------------------------------

.PHONY: picture lock clean help
picture: site ## Take the README's picture from the site
	@cp docs/auto_gallery/10_data_flow/images/plot_10_many_to_one_diagram_1.svg docs/_static/many_to_one.svg

COMPILE = uv pip compile pyproject.toml --extra figures --upgrade --universal --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --python-version 3.11 --fork-strategy fewest --quiet

# What PyTorch's wheel asks for on Linux, but loads only with a graphics card.
WITHOUT := triton cuda-bindings cuda-pathfinder cuda-toolkit nvidia-cuda-cccl nvidia-cusolver nvidia-nvtx

lock: $(STAMPS)/lock ## Compile all lock files anew
	@$(BIN)/python -m pip install -qq uv
	@$(COMPILE) --group dev --output-file requirements.lock
	@for backend in jax torch; do $(COMPILE) --group $$backend --constraint requirements.lock \
		$(WITHOUT:%=--no-emit-package %) --output-file tests/backends/$$backend.lock || exit 1; done
	@for group in conformance bench; do $(COMPILE) --group $$group --constraint requirements.lock \
		--output-file tests/$$group/requirements.lock || exit 1; done
	@$(COMPILE) --group bench-torch --no-deps --constraint requirements.lock --output-file tests/bench/torch.lock

clean: ## Remove what was built; .venv stays
	@rm -rf build docs/auto_gallery docs/errors docs/checked docs/questions

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
