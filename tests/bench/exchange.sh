#!/bin/sh
# `make bench-exchange`: two zones on local spools in one process, every message with its inbox id, two order keys and one row as its effect, all durable.
# latency: 500 messages/s from eight producers, from the commit of the outbox's transaction to the commit of the effect's. Its floor, in the same run: a commit
#   of one row there (with a small file made durable beside it), then a commit of one row here, nothing else. Fewer cannot follow one another: a number is
#   durable before anybody sees it, or after a power cut it could name two contents; and the effect is durable when it is called applied. Both are printed for
#   the disk and for a memory disk, where a sync costs nothing and what is left is the processor's work.
# grouped: messages put in hundreds, until the last is applied; beside rows of the size of a message in and out of the same two databases, 256 a commit.
# cost: one message a bundle, nothing grouped, on a memory disk; by the processor (others may be using the clock's time), of the tenth of the bundles before
#   10,000, 100,000 and 1,000,000, each thousand that is counted beside the first thousand of two other zones, sent just before: what others on the machine take
#   from the processor and its caches they take from both. A million take about 2,500 s of the processor.
# ROWS: which of "latency grouped cost" (all). BENCH_BUNDLES: up to which number (1,000,000; QUICK=1: 10,000); BENCH_GROUP: messages a bundle may hold (256); BENCH_SUITE: gm;
# BENCH_COST_SUITE: intl, whose signatures take less of the time that is to be seen. Prints a table and writes build/bench/exchange.json. Numbers are read by
# people: nothing fails by them.
set -u
cd "$(dirname "$0")/../.." || exit 1
prog=${BENCH_EXCHANGE:-$PWD/build/testbin/bench-exchange}
out=$PWD/build/bench
seconds=20 many=400000 rows=200000 bundles=${BENCH_BUNDLES:-1000000}
all=${ROWS:-latency grouped cost}
[ "${QUICK:-}" ] && seconds=4 many=60000 rows=20000 bundles=${BENCH_BUNDLES:-10000}
memory=${TMPDIR:-/tmp}
[ ! -w /dev/shm ] || memory=/dev/shm
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

raw() { # WHERE FOLDER
	TMPDIR=$2 run raw $rows && mv "$tmp/raw" "$tmp/raw.$1"
}
latency() { # WHERE FOLDER
	raw "$1" "$2"
	TMPDIR=$2 run latency 500 $seconds
	p50=$(value latency p50_us) floor=$(value raw.$1 floor_us)
	row "latency, 500/s, median, $1" "$p50" us "the two commits alone" "$floor" "$(ratio "$p50" "$floor")" "5000 us" "$(holds "$p50" "<" 5000)"
	echo "  reached $(value latency rate)/s in $(value latency bundles) bundles; 90 %: $(value latency p90_us) us, 99 %: $(value latency p99_us) us"
}
# grouped WHERE FOLDER COUNT
grouped() {
	[ -s "$tmp/raw.$1" ] || raw "$1" "$2"
	TMPDIR=$2 run grouped "$3"
	n=$(value grouped per_second) peer=$(value raw.$1 per_second)
	row "grouped, $1" "$n" messages/s "rows through both databases, 256 a commit" "$peer" "$(ratio "$n" "$peer")" "20000/s" "$(holds "$n" ">" 20000)"
}
# mean FROM TO COLUMN: microseconds of the processor, of the bundles behind FROM up to TO that were measured beside first ones (4), and of those (5)
mean() { awk -v from="$1" -v to="$2" -v c="$3" '$1 == "segment" && NF == 5 && $2 > from && $2 <= to { n++; s += $c } END { printf "%.1f", n ? s / n : 0 }' "$tmp/cost"; }
cost() {
	TMPDIR=$memory BENCH_SUITE=${BENCH_COST_SUITE:-intl} run cost "$bundles" 1000
	for to in 10000 100000 1000000; do
		[ $to -le "$bundles" ] || break
		us=$(mean $((to / 10 * 9)) $to 4) first=$(mean $((to / 10 * 9)) $to 5)
		row "a bundle about number $to" "$us" us "one of the first 1000 of others, at the same time" "$first" "$(ratio "$us" "$first")" "1.2" "$(holds "$(ratio "$us" "$first")" "<" 1.2)"
	done
}
for what in $all; do
	case $what in
	latency) latency disk "${TMPDIR:-/tmp}" && latency memory "$memory" ;;
	grouped) grouped disk "${TMPDIR:-/tmp}" $((many / 4)) && grouped memory "$memory" $many ;;
	cost) cost ;;
	esac
done
jq -s . "$tmp/rows" > "$out/exchange.json"
