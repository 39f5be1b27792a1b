#!/bin/sh
# Runs the tests, four at a time, and ends with "N passed, N failed". Each test prints "ok …" or "not ok …" lines; a test that ends badly without
# saying so counts as one failure. Logs stay in build/test/. `run.sh unit` runs the unit tests only.
set -u
cd "$(dirname "$0")/.."
only=${1:-all}
out=build/test
rm -rf "$out"
mkdir -p "$out/made"
SW_MADE=$PWD/$out/made # zones that are made once and copied (tests/stack/stack.sh)
export SW_MADE
list=$out/list
: > "$list"

# A test may say which tree it is for, and why ("Tree: build-asan: the reason" in its first comment; both: each). Without a word a unit test runs sanitized,
# a script in both.
meant() { # TREE FILE OTHERWISE
	for_tree=$(sed -n 's/^[#/ *]* Tree: \(both\|build[a-z-]*\): .*/\1/p' "$2" | head -1)
	case ${for_tree:-$3} in both | "$1") return 0 ;; esac
	[ -z "$for_tree" ] || echo "left out in $1: $2 ($(sed -n 's/^[#/ *]* Tree: [a-z-]*: //p' "$2" | head -1))" >&2
	return 1
}
for tree in build build-asan; do
	[ -d "$tree/unit" ] || continue
	find "$tree/unit" -type f -perm -u+x | sort | while read -r t; do
		[ "$only" = unit ] || meant $tree "tests/${t#"$tree"/}.c" build-asan || continue
		echo "$tree.$(echo "${t#"$tree"/}" | tr / .) env CMOCKA_MESSAGE_OUTPUT=TAP $t"
	done >> "$list"
done
if [ "$only" = all ]; then
	for tree in build build-asan; do
		for t in tests/scenario/*.sh tests/audit/*.sh tests/checks/*.sh; do
			[ -f "$t" ] || continue
			# The checks look at sources and symbols: once is enough.
			case $t in tests/checks/*) [ $tree = build ] || continue ;; esac
			meant $tree "$t" both || continue
			echo "$tree.$(echo "${t#tests/}" | tr / .) env SW_BIN=$tree/bin SW_TESTBIN=$tree/testbin sh $t"
		done
	done >> "$list"
	# What the zones keep, on the other database too (45-databases and the unit tests use both themselves).
	for t in build.50-book-copy build.60-portal build.70-walk build-asan.71-kill; do
		tree=${t%%.*}
		echo "$tree.pg.${t#*.} env SW_DB=pg SW_BIN=$tree/bin SW_TESTBIN=$tree/testbin sh tests/scenario/${t#*.}.sh"
	done >> "$list"
fi

cat > "$out/one.sh" <<'ONE'
name=$1; shift
log=build/test/$name.log
start=$(date +%s)
timeout 1500 "$@" > "$log" 2>&1 < /dev/null
rc=$?
[ $rc -eq 0 ] || grep -aq '^not ok' "$log" || echo "not ok - $name ended with $rc" >> "$log"
grep -aq '^\(not \)\{0,1\}ok' "$log" || echo "not ok - $name checked nothing" >> "$log"
times > "$log.times"
took="$(($(date +%s) - start))s, $(awk -F'[ms ]+' 'NR == 2 { printf "%.0f", $1 * 60 + $2 + $3 * 60 + $4 }' "$log.times")s of processor"
rm "$log.times"
if grep -aq '^not ok' "$log"; then
	echo "FAIL $name ($took)"
	grep -av '^ok' "$log" | tail -40 | sed 's/^/    /'
else
	echo "ok   $name ($took)"
fi
ONE
# The long ones first, so that none is left running alone at the end; then one of the list's front and one of its middle in turn: those that only work beside
# those that mostly wait. Four at a time.
long='71-kill|72-links|75-pages|62-rights'
{
	grep -E "$long" "$list"
	grep -vE "$long" "$list" | awk '{ line[NR] = $0 } END { for (i = 1; i <= NR; i++) print line[i % 2 ? (i + 1) / 2 : int((NR + 1) / 2) + i / 2] }'
} | xargs -P4 -I{} sh -c 'sh build/test/one.sh {}'
rm -rf "$SW_MADE"
passed=$(cat "$out"/*.log | grep -ac '^ok')
failed=$(cat "$out"/*.log | grep -ac '^not ok')
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
