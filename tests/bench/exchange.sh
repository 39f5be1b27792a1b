#!/bin/sh
# `make bench-exchange`: two zones on local spools in one process, every message with its inbox id, two order keys and one row as its effect, all durable.
# latency: 500 messages/s, from the commit of the outbox's transaction to the commit of the effect's; beside a commit at each end, a small file made durable
#   and two syncs of its folder, one after the other in the same run: what a message alone needs of this disk.
# grouped: messages put in hundreds, until the last is applied; beside rows of the size of a message in and out of the same two databases, 256 a commit.
# cost: one message a bundle; a bundle of the last window beside one of the first.
# BENCH_BUNDLES: up to which number (1,000,000; QUICK=1: 20,000; TMPDIR on a memory disk makes it bearable); BENCH_GROUP: messages a bundle may hold (256);
# BENCH_SUITE: gm. Prints a table and writes build/bench/exchange.json. Numbers are read by people: nothing fails by them.
set -u
cd "$(dirname "$0")/../.." || exit 1
prog=${BENCH_EXCHANGE:-$PWD/build/testbin/bench-exchange}
out=$PWD/build/bench
seconds=20 many=400000 rows=200000 bundles=${BENCH_BUNDLES:-1000000} window=5000
[ "${QUICK:-}" ] && seconds=6 many=60000 rows=40000 bundles=${BENCH_BUNDLES:-4000} window=500
tmp=$(mktemp -d "${TMPDIR:-/tmp}/bench-exchange.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$out"
SW_LOG=error
export SW_LOG
value() { awk -v k="$2" '$1 == k { print $2 }' "$tmp/$1"; }
run() { # JOB ARGUMENTS…
	"$prog" "$@" > "$tmp/$1" || { echo "bench-exchange $*: failed" >&2; exit 1; }
}
# row NAME VALUE UNIT PEER PEER_VALUE RATIO GOAL HOLDS
row() {
	printf '%-34s %10s %-11s %-46s %10s   ratio %s (aim: %s)\n' "$1" "$2" "$3" "$4" "$5" "$6" "$7"
	jq -nc --arg n "$1" --argjson v "$2" --arg u "$3" --arg p "$4" --argjson pv "$5" --argjson r "$6" --arg g "$7" --argjson h "$8" \
		'{name: $n, value: $v, unit: $u, peer: $p, peer_value: $pv, ratio: $r, goal: $g, holds: $h}' >> "$tmp/rows"
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", b ? a / b : 0 }'; }
holds() { awk -v a="$1" -v op="$2" -v b="$3" 'BEGIN { print (op == "<" ? a <= b : a >= b) ? "true" : "false" }'; }

run raw $rows
run latency 500 $seconds
p50=$(value latency p50_us) alone=$(value raw alone_us)
row "latency, 500/s, median" "$p50" us "commits, file and syncs alone" "$alone" "$(ratio "$p50" "$alone")" "5000 us" "$(holds "$p50" "<" 5000)"
echo "  reached $(value latency rate)/s in $(value latency bundles) bundles; 90 %: $(value latency p90_us) us, 99 %: $(value latency p99_us) us"
run grouped $many
n=$(value grouped per_second) peer=$(value raw per_second)
row "grouped" "$n" messages/s "rows through both databases, 256 a commit" "$peer" "$(ratio "$n" "$peer")" "20000/s" "$(holds "$n" ">" 20000)"
run cost $bundles $window
first=$(value cost first_us) last=$(value cost last_us)
row "a bundle at number $bundles" "$last" us "a bundle among the first $window" "$first" "$(ratio "$last" "$first")" "1.2" "$(holds "$(ratio "$last" "$first")" "<" 1.2)"
jq -s . "$tmp/rows" > "$out/exchange.json"
