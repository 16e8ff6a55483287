# The front door. `make help` lists what can be said here.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

## dev (7 minutes for the first build) or release (15 minutes, faster pictures)
PROFILE ?= dev
## what `make bench` measures: tv, server, console, media, cluster or all
ONLY ?= all

export PROFILE

.PHONY: help
help: ## Say what can be made
	@echo "make TARGET, one of:"
	@awk -F ':[^#]*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "Variables: PROFILE=dev|release (run), ONLY=tv|server|console|media|cluster (bench),"
	@echo "  DATA, BACKEND_PORT, TV_PORT, VIRTUAL, APPROVE_BY_HAND, LAN (run; packaging/run.sh says more)"

.PHONY: run
run: dependencies ## Start the demonstration township and a TV; Ctrl-C stops both
	@packaging/run.sh

.PHONY: cluster
cluster: cluster-dependencies ## Start a whole cluster on this machine; Ctrl-C ends all of it (DATA, PORT)
	@packaging/cluster.sh

.PHONY: cluster-dependencies
cluster-dependencies: dependencies ## Install the Debian packages that `make cluster` needs
	@packaging/install-dependencies.sh cluster

.PHONY: roll-call
roll-call: ## Open a roll call in the demonstration that runs (TITLE, MINUTES)
	@packaging/roll-call.sh

.PHONY: test
test: test-dependencies ## Check everything: format, lints, licences, all tests
	@packaging/test.sh

.PHONY: lint
lint: test-dependencies ## The checks that run no test, and the links of the documentation
	@packaging/test.sh lint

.PHONY: fmt
fmt: ## Format the sources
	@cargo fmt --all
	@cd backend-api/console && npm run --silent format

.PHONY: licences
licences: ## Check licences and sources of all crates against deny.toml (needs cargo-deny)
	@cargo deny --offline check licenses bans sources

.PHONY: bench
bench: test-dependencies demo-media console ## Measure the budgets of docs/TESTING.md (ONLY=tv|server|console|media)
	@cargo run --release --locked -p e2e --bin bench -- --only $(ONLY)

.PHONY: fuzz
fuzz: test-dependencies ## Attack the readers of what comes from outside (FOR seconds each, TARGETS)
	@packaging/fuzz.sh $(or $(FOR),600) $(TARGETS)

.PHONY: screenshots
screenshots: test-dependencies demo-media console ## Render every screen to shots/, and every page of the console to shots/console/
	@cargo run --locked -p e2e --bin screenshots -- shots
	@cargo build --quiet --locked -p tv-app
	@mkdir -p shots/console
	@SHOTS="$(CURDIR)/shots/console" cargo test --locked -p e2e --test end_to_end -- --test-threads=1 console::

.PHONY: demo-media
demo-media: dependencies ## Draw the demonstration township's pictures and films
	@cargo run --quiet --locked -p demo-township -- backend-api/demo/township

.PHONY: console
console: dependencies ## Build the staff's web page into backend-api/console/dist
	@packaging/console.sh build

.PHONY: deb
deb: PROFILE = release
deb: dependencies ## Build the Debian packages into target/debian/
	@packaging/deb.sh

.PHONY: image
image: PROFILE = release
image: ## Build the box's image and update into target/image/ (as root; SERVER, VERSION, KEYS: packaging/image/build.sh)
	@packaging/image/build.sh

.PHONY: image-vm
image-vm: ## Run the image in QEMU, in a window or with VNC=1 on 127.0.0.1:5901
	@packaging/image/vm.py --show target/image/box.img target/image/vm

.PHONY: soak-box
soak-box: ## Prove a box in QEMU: film, update, power cuts, crashes, reset (an hour; packaging/image/soak.sh)
	@packaging/image/soak.sh

.PHONY: soak-packages
soak-packages: ## Install, update and purge the packages in clean Debian 12 and 13 (as root)
	@packaging/tests/packages-in-roots.sh

.PHONY: dependencies
dependencies: ## Install the Debian packages that `make run` needs
	@packaging/install-dependencies.sh run

.PHONY: test-dependencies
test-dependencies: ## The same and what only the tests need
	@packaging/install-dependencies.sh test

.PHONY: clean-data
clean-data: ## Forget what is in ./data: the demonstration's database and the TV's cache
	@rm -rf data
