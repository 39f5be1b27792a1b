#!/bin/sh
# Every fuzz target over its corpus, in every build.
set -u
: "${SW_TESTBIN:=build/testbin}"
bin=$(cd "$SW_TESTBIN" && pwd)
cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp "${TMPDIR:-/tmp}/corpus.XXXXXX")
trap 'rm -f "$log"' EXIT
failed=0
for f in tests/fuzz/fuzz_*.c; do
	name=$(basename "$f" .c)
	if [ -d "tests/fuzz/corpus/$name" ] && "$bin/replay-${name#fuzz_}" "tests/fuzz/corpus/$name"/* > "$log" 2>&1 && ! grep -q '^0 inputs' "$log"; then
		echo "ok - $name: $(tail -1 "$log")"
	else
		echo "not ok - $name"
		sed 's/^/# /' "$log" | tail -20
		failed=1
	fi
done
exit $failed
