#!/usr/bin/env bash
# linter.sh PATH VERSION: puts golangci-lint at PATH. It is kept out of go.mod, where it would add some two hundred lines
# and pull our own dependencies up; the version is pinned so that a new linter never breaks an old commit.
set -euo pipefail
path=$1 version=$2
if "$path" version 2>/dev/null | grep -q "version ${version#v} "; then
	exit 0
fi
echo "installing golangci-lint $version (a few minutes, once)"
mkdir -p "$(dirname "$path")"
GOTOOLCHAIN=local GOBIN="$(cd "$(dirname "$path")" && pwd)" GOFLAGS=-mod=mod \
	go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$version"
