#!/usr/bin/env bash
# test.sh PHASE…: runs the tests of the phases go, web and e2e, and closes with what failed and what this machine could not run.
#
# A test that lacks something of the machine (PostgreSQL, Chromium, Postfix) skips itself with a message that begins
# "NOT RUN HERE:". Those are listed at the end, because a skipped test is easily taken for a passed one; with CI set each is
# a failure. The full output of each phase lies in build/test/.
set -uo pipefail
cd "$(dirname "$0")/.."
packages=(./cmd/... ./internal/... ./web) # not ./...: there are Go files among the npm packages
out=build/test
mkdir -p "$out"
export HEED_BIN="$PWD/bin/heed"
failed=()
times=()

phase() {
	local name=$1 start=$SECONDS
	shift
	printf '\n== %s\n' "$name"
	: >"$out/$name.log"
	"$@" || failed+=("$name")
	times+=("$(printf '%-4s %4d s' "$name" $((SECONDS - start)))")
}

go_tests() {
	# SQLite in Go is C that was translated, and has C's idea of a race: watching it finds nothing and takes four times the CPU.
	local race=(-race '-gcflags=modernc.org/...=-race=false')
	if ! command -v "$(go env CC)" >/dev/null; then
		race=()
		echo "NOT RUN HERE: the race detector, which needs a C compiler" >>"$out/go.log"
	fi
	CGO_ENABLED=${race:+1} go test ${race[@]+"${race[@]}"} -timeout 20m -v "${packages[@]}" 2>&1 | tee -a "$out/go.log" | awk -f .ci/gotest.awk
	local status=${PIPESTATUS[0]}
	printf 'go: %d passed, %d failed, %d skipped\n' \
		"$(grep -cE '^ *--- PASS' "$out/go.log")" "$(grep -cE '^ *--- FAIL' "$out/go.log")" "$(grep -cE '^ *--- SKIP' "$out/go.log")"
	return "$status"
}
npm_run() {
	(cd web && npm run --silent "$2") 2>&1 | tee -a "$out/$1.log"
}

for name in "$@"; do
	case $name in
	go) phase go go_tests ;;
	web) phase web npm_run web test ;;
	e2e) phase e2e npm_run e2e e2e ;;
	*) echo "test.sh: unknown phase $name" >&2 && exit 2 ;;
	esac
done

printf '\n== time\n'
printf '  %s\n' "${times[@]}"
missing=$(cd "$out" && for name in "$@"; do grep -ohE 'NOT RUN HERE:.*' "$name.log"; done | sort | uniq -c)
if [ -n "$missing" ]; then
	printf '\n== not run here\n%s\n' "$missing"
	[ -z "${CI:-}" ] || failed+=("what could not run here, and must in CI")
fi
if [ ${#failed[@]} -gt 0 ]; then
	printf '\n== FAILED\n'
	printf '  %s\n' "${failed[@]}"
	exit 1
fi
printf '\n== all tests passed\n'
