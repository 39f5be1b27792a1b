#!/bin/sh
# Layering: what a folder may include stands in tests/checks/layers; every include is by full path and allowed.
cd "$(dirname "$0")/../.." || exit 1
fail=0
for f in $(git ls-files '*.c' '*.h' | grep -v '^tests/'); do
	dir=$(dirname "$f")
	rule=$(awk -v d="$dir/" '$1 !~ /^#/ && index(d, $1 "/") == 1 { if (length($1) > n) { n = length($1); r = $0 } } END { print r }' tests/checks/layers)
	[ -n "$rule" ] || { echo "# $f: no rule in tests/checks/layers"; fail=1; continue; }
	for inc in $(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$f"); do
		ok=0
		for allowed in $rule; do
			case $inc in "$allowed"/*) ok=1 ;; esac
		done
		[ $ok = 1 ] || { echo "# $f includes $inc, which ${rule%% *} may not"; fail=1; }
	done
done
[ $fail = 0 ] && echo "ok - layering" || { echo "not ok - layering"; exit 1; }
