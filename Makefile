# make help lists the targets. What other programs rely on: run, test, build, check, bench.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GOLANGCI_VERSION := v2.15.0
GOLANGCI := .tools/golangci-lint
FUZZTIME ?= 30s
# How many tickets the filled database of the benchmarks has, with three times the messages; a million takes ten minutes.
TICKETS ?= 1000000

# The pages are built again when any of their sources is newer than the stamp.
WEB_SOURCES := $(shell find web -type d \( -name node_modules -o -name dist -o -name test-results \) -prune -o -type f ! -name '*.go' -print 2>/dev/null)
WEB_DEPS := web/node_modules/.package-lock.json
WEB_STAMP := build/web.stamp

.PHONY: help
help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(WEB_DEPS) $(GOLANGCI) ## fetch everything that the other targets need
	go mod download

.PHONY: run
run: build ## build, and start Heed with removable demo data
	bin/heed serve --demo

.PHONY: build
build: $(WEB_STAMP) ## bin/heed: one static binary with the pages inside
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o bin/heed ./cmd/heed

.PHONY: test
test: build ## every test: Go (race detector, both databases), web, browser
	@.ci/test.sh go web e2e

.PHONY: e2e
e2e: build ## only the browser tests, against bin/heed
	@.ci/test.sh e2e

.PHONY: check
check: $(WEB_DEPS) ## format, lint, house rules, generated files
	@.ci/check.sh $(GOLANGCI) $(GOLANGCI_VERSION)

.PHONY: gen
gen: $(WEB_DEPS) ## write api/openapi.json from the code, and the web client's types from it
	@mkdir -p api
	go run ./cmd/heed openapi > api/openapi.json.new
	mv api/openapi.json.new api/openapi.json
	cd web && npm run --silent gen

.PHONY: bench
bench: build ## the benchmarks of docs/performance.md
	@mkdir -p build
	go run ./cmd/heedbench
	go run ./cmd/heedbench -import 100000 -json build/bench-import.json
	go run ./cmd/heedbench -tickets $(TICKETS) -json build/bench-filled.json

.PHONY: fuzz
fuzz: ## each fuzz test for FUZZTIME (30s)
	@grep -rlE '^func Fuzz' --include='*_test.go' cmd internal | while read -r file; do \
		sed -nE 's/^func (Fuzz[A-Za-z0-9_]*).*/\1/p' "$$file" | while read -r name; do \
			echo "== $$name"; go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) "./$$(dirname "$$file")" </dev/null; \
		done; \
	done

.PHONY: clean
clean: ## remove what was built
	rm -rf bin build web/node_modules
	find web/dist -mindepth 1 ! -name .gitkeep -delete

$(WEB_DEPS): web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

# Vite empties dist; .gitkeep stays, because go build needs the folder before the pages are built.
$(WEB_STAMP): $(WEB_DEPS) $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch web/dist/.gitkeep
	@mkdir -p build && touch $@

$(GOLANGCI):
	@.ci/linter.sh $(GOLANGCI) $(GOLANGCI_VERSION)
