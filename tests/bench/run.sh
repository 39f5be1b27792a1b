#!/bin/sh
# `make bench`: each part against a raw limit measured in the same run on the same machine. Numbers are read by people: nothing fails by them.
# ratio: our rate divided by the limit's (1.00 is the limit).
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=$PWD/build/bin
size=${BENCH_MIB:-128}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
trap 'kill $(cat "$tmp"/*.pid 2> /dev/null) 2> /dev/null; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
SW_LOG=error
export SW_LOG

# rate COMMAND…: MiB per second, the best of three
rate() {
	best=0
	for _ in 1 2 3; do
		began=$(date +%s%N)
		"$@" > "$tmp/out" 2> "$tmp/err" || { cat "$tmp/err" >&2; return 1; }
		took=$(($(date +%s%N) - began))
		r=$((size * 1000000000 / took))
		[ $r -gt $best ] && best=$r
	done
	echo $best
}
row() { awk -v n="$1" -v a="$2" -v w="$3" -v b="$4" 'BEGIN { printf "%-44s %6d MiB/s   %-30s %6d MiB/s   ratio %.2f\n", n, a, w, b, b ? a / b : 0 }'; }

head -c $((size * 1048576)) /dev/urandom > "$tmp/data"
copy=$(rate sh -c "cat '$tmp/data' > '$tmp/copy' && sync '$tmp/copy'")

# the disc: a small one here, the whole by make bench-burner
QUICK=1 tests/bench/burner.sh

# the diode over the loopback, from file to file
mkdir "$tmp/in" "$tmp/src"
diode() {
	rm -rf "$tmp/in" "$tmp/port" && mkdir "$tmp/in"
	"$bin/diode-recv" --listen 127.0.0.1:0 --port-file "$tmp/port" --into "$tmp/in" --count 1 --timeout 60s 2> "$tmp/recv.err" &
	echo $! > "$tmp/recv.pid"
	while [ ! -s "$tmp/port" ]; do sleep 0.01; done
	"$bin/diode-send" --to "127.0.0.1:$(cat "$tmp/port")" --rate "${BENCH_RATE:-2G}" "$tmp/data" && wait "$(cat "$tmp/recv.pid")"
}
sent=$(rate diode)
rm -f "$tmp/recv.pid"
[ -n "$sent" ] && row "diode, file to file (Reed-Solomon, MAC)" "$sent" "cat and sync" "$copy"
