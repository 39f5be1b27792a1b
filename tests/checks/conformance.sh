#!/bin/sh
# tests/README.md: each number of a group stands there once and none is left out, and every test it names exists.
cd "$(dirname "$0")/../.." || exit 1
fail=0
rows=$(sed -n '/^## Conformance/,$ s/^| \([A-Z][0-9]*+\{0,1\}\) |.*/\1/p' tests/README.md)
[ -n "$rows" ] || { echo "not ok - tests/README.md has a conformance table"; exit 1; }
double=$(echo "$rows" | tr -d + | sort | uniq -d | tr '\n' ' ')
[ -z "$double" ] && echo "ok - every number stands once" || { echo "not ok - numbers that stand twice: $double"; fail=1; }
holes=
for g in T P R C L S O A; do
	n=1
	for have in $(echo "$rows" | tr -d + | sed -n "s/^$g//p" | sort -n); do
		while [ $n -lt "$have" ]; do holes="$holes $g$n"; n=$((n + 1)); done
		n=$((n + 1))
	done
	[ $n -gt 1 ] || holes="$holes $g1"
done
[ -z "$holes" ] && echo "ok - no number is left out" || { echo "not ok - numbers left out:$holes"; fail=1; }
missing=
for t in $(sed -n '/^## Conformance/,$ p' tests/README.md | grep -o '`tests/[^`]*`' | tr -d '`' | sort -u); do
	file=${t%%:*}
	[ -f "$file" ] || { missing="$missing $t"; continue; }
	[ "$file" = "$t" ] || grep -qw "${t#*:}" "$file" || missing="$missing $t"
done
[ -z "$missing" ] && echo "ok - every test that is named exists" || { echo "not ok - named tests that do not exist:$missing"; fail=1; }
bare=$(sed -n '/^## Conformance/,$ p' tests/README.md | grep '^| [A-Z][0-9]' | grep -v 'not yet' | grep -vc '`tests/')
[ "$bare" = 0 ] && echo "ok - every row names a test or says not yet" || { echo "not ok - $bare rows name nothing"; fail=1; }
exit $fail
