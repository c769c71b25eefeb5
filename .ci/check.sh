#!/usr/bin/env bash
# check.sh LINTER VERSION: all checks that need no running program. Every check runs, and the failed ones are named at the end.
set -uo pipefail
cd "$(dirname "$0")/.."
packages=(./cmd/... ./internal/... ./web) # not ./...: there are Go files among the npm packages
linter=$1 version=$2
mkdir -p build
failed=()

step() {
	local name=$1 start=$SECONDS
	shift
	echo "== $name"
	if "$@"; then
		echo "   $((SECONDS - start)) s"
	else
		failed+=("$name")
		echo "   FAILED after $((SECONDS - start)) s"
	fi
}

lint() {
	if .ci/linter.sh "$linter" "$version"; then
		"$linter" run "${packages[@]}"
		return
	fi
	echo "golangci-lint cannot be installed here: only go vet and gofmt are checked"
	local unformatted
	unformatted=$(git ls-files '*.go' | xargs -r gofmt -l) || return 1
	[ -z "$unformatted" ] || { echo "not formatted:" && echo "$unformatted" && return 1; }
}

# Generated files are committed, so that a reviewer sees them change and a clone works at once; here they are made anew.
same() {
	diff -u "$1" "$2" >build/stale.diff && return 0
	head -40 build/stale.diff
	echo "$1 is stale: run make gen and commit it"
	return 1
}
openapi() {
	go run ./cmd/heed openapi >build/openapi.json && same api/openapi.json build/openapi.json
}
client() {
	(cd web && npx --no-install openapi-typescript ../api/openapi.json -o ../build/schema.d.ts >/dev/null) &&
		same web/src/api/schema.d.ts build/schema.d.ts
}
web() { (cd web && npm run --silent "$1"); }

step "go vet" go vet "${packages[@]}"
step "lint" lint
step "house rules" go test ./internal/archtest
step "api/openapi.json is fresh" openapi
step "web/src/api/schema.d.ts is fresh" client
step "web: format and lint" web lint
step "web: types" web typecheck

if [ ${#failed[@]} -gt 0 ]; then
	printf '\nmake check failed:\n'
	printf '  %s\n' "${failed[@]}"
	exit 1
fi
printf '\nmake check: all is well\n'
