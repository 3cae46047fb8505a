# The few verbs, the same for a newcomer, a hook and CI. `make help` lists them.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PROGRAM := target/release/poly-match
EXAMPLE := examples/shop_floor

export CARGO_TERM_COLOR ?= auto
unexport CARGO_TARGET_DIR
# Tests and measurements find the program that was built here.
export POLY_MATCH_BIN := $(CURDIR)/$(PROGRAM)

.PHONY: help
help: ## List the verbs
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

.PHONY: run
run: program ## Match the example's shoppers to its zones, and draw them
	@mkdir -p out
	$(PROGRAM) match $(EXAMPLE)/shoppers.csv $(EXAMPLE)/zones.csv --max-dist 2 \
		--id id --fields name,kind -o out/matches.csv --plot out/matches.png
	@echo; echo "The first matches, of out/matches.csv:"
	@awk -F, 'NR == 1 || $$5 != ""' out/matches.csv | head -n 6
	@echo; echo "The picture: out/matches.png"

# The oldest libraries have wheels for these Pythons. Where there is none, `make test` leaves them out,
# except in CI.
OLD_PYTHON := $(shell for one in python3.11 python3.10; do $$one -c '' 2> /dev/null && echo $$one && break; done)
OLDEST := $(if $(CI)$(OLD_PYTHON),test-oldest,without-oldest)

# The core's tests also run as users run the core: without checks of overflow, and optimized.
.PHONY: test
test: package files-build ladder-build bench-build ablate-build $(OLDEST) test-duckdb ## Run all tests, Rust and Python
	cargo test --locked --all-features
	cargo test --locked --profile release-test --package poly-match --lib --tests
	target/release/examples/hostile 1000 0
	lacks=$$(sh .ci/programs) && POLY_MATCH_LACKS="$$lacks" $(BIN)/python -m pytest

# The native module is the one of `package`: it fits every Python.
.PHONY: test-oldest
test-oldest: package $(VENV)-oldest/ready ## Run the tests of tables with the oldest libraries that will do
	$(VENV)-oldest/bin/python -m pytest tests/tables

.PHONY: test-duckdb
test-duckdb: package $(VENV)-duckdb/ready ## Run the tests of tables with the newest DuckDB
	POLY_MATCH_LACKS=duckdb_extension_spatial \
		$(VENV)-duckdb/bin/python -m pytest tests/tables -k duckdb

.PHONY: without-oldest
without-oldest:
	@echo "There is no Python 3.11 or 3.10, so tables are not tested with the oldest libraries."

# As many seeds are left between two seconds as a run has cases, so that none comes twice.
CASES = 1000000
SEED = $(shell date +%s)000000

.PHONY: oracle
oracle: ## Run a million random cases of each kind against the oracle: make oracle CASES=1 SEED=7
	POLY_MATCH_CASES=$(CASES) POLY_MATCH_SEED=$(SEED) cargo test --locked --release \
		--package poly-match --lib with_the_oracle -- --nocapture --test-threads 1

.PHONY: mutate
mutate: package ## Load a million changed files: make mutate CASES=1 SEED=7
	$(BIN)/python -m tests.mutate --cases $(CASES) --seed $(SEED)

# FORMATS="csv gpkg" leaves the others out.
.PHONY: hostile
hostile: ## Read a million changed files of every format: make hostile CASES=1 SEED=7 FORMATS=csv
	cargo run --locked --release --package poly-match-io --all-features --example hostile -- \
		$(CASES) $(SEED) $(FORMATS)

.PHONY: lint
lint: package ## Check format, lints, arrows between rooms, types, stubs and docs
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets --all-features -- --deny warnings
	RUSTDOCFLAGS="--deny warnings" cargo doc --locked --no-deps --all-features --quiet
	$(BIN)/python -m tests.arrows
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/python -m mypy.stubtest poly_match_rs
	$(BIN)/numpydoc lint python/poly_match/*.py python/poly_match/dask/*.py \
		python/poly_match/spark/*.py

.PHONY: format
format: package ## Format all code
	cargo fmt --all
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

.PHONY: ladder
ladder: package ladder-build ladder-pypy ## Measure the article's ladder, every rung checked first
	$(BIN)/python -m ladder.measure

.PHONY: profile
profile: $(VENV)/ready ## Record a flamegraph: make profile RUNG=baseline
	$(BIN)/maturin develop --profile profiling --locked --quiet
	$(BIN)/python -m ladder.build profiling
	$(BIN)/python -m ladder.profile $(RUNG)

.PHONY: observe
observe: package ladder-build ## Measure what profilers cost
	$(BIN)/python -m ladder.observe

.PHONY: bench
bench: package bench-build files-build ## Measure poly-match and its peers side by side, every answer checked first
	$(BIN)/python -m bench.measure
	$(BIN)/python -m bench.rules.measure
	$(BIN)/python -m bench.one_shot.measure
	$(BIN)/python -m bench.tables.measure
	$(BIN)/python -m bench.files.measure

.PHONY: one-shot
one-shot: package bench-build ## Measure one shot alone: polygons and points that are matched once
	$(BIN)/python -m bench.one_shot.measure

.PHONY: tables
tables: package ## Measure joins of tables alone: GeoPandas, Polars, pyarrow, DuckDB
	$(BIN)/python -m bench.tables.measure

.PHONY: tables-stream
tables-stream: package ## Measure a join of a hundred million rows, streamed by Polars
	$(BIN)/python -m bench.tables.stream

.PHONY: files
files: package files-build ## Measure the program alone, from files to files, and its memory
	$(BIN)/python -m bench.files.measure
	$(BIN)/python -m bench.files.memory

.PHONY: cluster
cluster: package ## Measure joins on a standalone Spark and on Dask, and kill processes in them
	@sh .ci/jdk
	$(BIN)/python -m bench.cluster.measure

.PHONY: ablate
ablate: package ablate-build ## Measure every path of the engine switched off
	$(BIN)/python -m bench.ablate.measure

.PHONY: instructions
instructions: $(VENV)/ready ## Count the instructions of every path, and what changed in them
	@command -v valgrind > /dev/null || apt-get install -y --no-install-recommends valgrind
	$(BIN)/python -m bench.instructions

.PHONY: install
install: ## Install the Python package and the program where pip does
	python3 -m pip install . ./crates/poly-match-cli

.PHONY: clean
clean: ## Remove what was built
	rm -rf target out $(VENV) $(VENV)-pypy $(VENV)-oldest $(VENV)-duckdb

# What the verbs need.

.PHONY: package program files-build ladder-build bench-build ablate-build ladder-pypy

# The Python package, in an environment of its own.
package: $(VENV)/ready
	@$(BIN)/maturin develop --release --locked --quiet

# Its manual pages and completions are beside it, in target/release/share.
program:
	cargo build --locked --release --package poly-match-cli
	@$(PROGRAM) generate target/release

# The program, the copy by the same crates that it is measured beside, and the reader of hostile files. All
# at once, as each alone would build its dependencies anew, with features of its own.
files-build:
	cargo build --locked --release --package poly-match-cli --package poly-match-io --all-features \
		--bin poly-match --example copy --example hostile
	@$(PROGRAM) generate target/release

ladder-build: $(VENV)/ready
	$(BIN)/python -m ladder.build

bench-build: $(VENV)/ready
	$(BIN)/python -m bench.build

ablate-build: $(VENV)/ready
	$(BIN)/python -m bench.build ablate

ladder-pypy:
	@test -x $(VENV)-pypy/bin/pypy3 || sh ladder/install-pypy.sh || \
		echo "PyPy could not be installed; the table will say so."

$(VENV)/ready: pyproject.toml .ci/venv
	sh .ci/venv $(VENV)
	@touch $@

# The last Python that all of the oldest libraries have wheels for is 3.11.
$(VENV)-oldest/ready: pyproject.toml .ci/venv
	sh .ci/venv $(VENV)-oldest oldest python3.11 python3.10
	@touch $@

$(VENV)-duckdb/ready: pyproject.toml .ci/venv
	sh .ci/venv $(VENV)-duckdb newest-duckdb
	@touch $@
