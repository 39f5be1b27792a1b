#!/bin/sh
# `make bench-bundle`: 10,000 messages of about 2 KB and 1,000 scans of 200 KB are packed and opened, beside tar | zstd -1 | openssl enc | openssl dgst over
# the same files, and beside what the primitives alone would allow on all processors: cores / sum(time of each primitive over the same bytes, one thread):
# reading the files, the form of messages, digest of content, compression, cipher, digest of ciphertext, writing. The peer is not signed, wrapped, checked or
# numbered. At the end one attachment of BENCH_BIG_MIB (4096, QUICK=1: 256), to see that memory stays flat, and one of BENCH_SPARSE_MIB (51200; not with QUICK) of which a 64th is random and the rest zeros. QUICK=1: fewer files.
# Prints a table and writes build/bench/bundle.json. Numbers are read by people: nothing fails by them.
set -u
cd "$(dirname "$0")/../.." || exit 1
prog=${BENCH_BUNDLE:-$PWD/build/testbin/bench-bundle}
out=$PWD/build/bench
json=10000 scans=1000 rounds=3
[ "${QUICK:-}" ] && json=5000 scans=300 rounds=2
tmp=$(mktemp -d "${TMPDIR:-/tmp}/bench-bundle.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$out"
cores=$(nproc)
zero=00000000000000000000000000000000

value() { awk -v k="$1" '$1 == k { print $2 }' "$tmp/line"; }

# ours JOB: best rate in MB/s -> $rate, and $bytes, $memory (MiB)
ours() {
	rate=0
	for _ in $(seq $rounds); do
		"$prog" "$1" "$dir" $suite $count > "$tmp/line" || exit 1
		bytes=$(value bytes) memory=$(($(value memory_kib) / 1024))
		rate=$(awk -v r="$rate" -v b="$bytes" -v u="$(value us)" 'BEGIN { n = b / u; printf "%.1f", (n > r ? n : r) }')
	done
}
# peer COMMAND…: best rate in MB/s over the same bytes -> $peer
peer() {
	peer=0
	for _ in $(seq $rounds); do
		began=$(date +%s%N)
		"$@" > /dev/null 2> "$tmp/err" || { cat "$tmp/err" >&2; exit 1; }
		peer=$(awk -v r="$peer" -v b="$bytes" -v u=$((($(date +%s%N) - began) / 1000)) 'BEGIN { n = b / u; printf "%.1f", (n > r ? n : r) }')
	done
}
key=$(openssl rand -hex 16)
[ ${#key} = 32 ] || exit 1
peer_pack() { sh -c "tar -C '$dir' -cf - in | zstd -q -1 | openssl enc -$cipher -K $peer_key -iv $zero > '$dir/peer' && openssl dgst -$digest '$dir/peer'"; }
peer_open() { sh -c "openssl dgst -$digest '$dir/peer' && openssl enc -d -$cipher -K $peer_key -iv $zero -in '$dir/peer' | zstd -q -d | tar -xOf -"; }
rows=
row() { # NAME PEER PEER_RATE GOAL
	printf '%-28s %8.1f MB/s   %-44s %8.1f MB/s   ratio %s (goal %s)   %d MiB\n' "$1" "$rate" "$2" "$3" \
		"$(awk -v a="$rate" -v b="$3" 'BEGIN { printf "%.2f", a / b }')" "$4" "$memory"
	rows="$rows$(jq -nc --arg n "$1" --argjson v "$rate" --arg p "$2" --argjson w "$3" --argjson g "$4" \
		'{name: $n, value: $v, unit: "MB/s", peer: $p, peer_value: $w, ratio: ($v / $w), goal: $g, holds: ($v >= $g * $w)}')
"
}
for suite in gm intl; do
	[ $suite = gm ] && digest=sm3 cipher=sm4-ctr peer_key=$key || digest=sha256 cipher=aes-256-ctr peer_key=$key$key
	for shape in json scans; do
		[ $shape = json ] && count=$json || count=$scans
		dir=$tmp/$suite-$shape
		mkdir "$dir"
		"$prog" make "$dir" $suite $shape $count || exit 1
		"$prog" raw "$dir" $suite $count > "$tmp/line" || exit 1
		pack_us=$(value pack_us) open_us=$(value open_us)
		printf '# %s %s: read %s, form %s, compress %s, unpack %s, digest %s, cipher %s, write %s us for %s bytes, packed %s\n' $suite $shape "$(value read)" \
			"$(value form)" "$(value press)" "$(value unpress)" "$(value digest)" "$(value cipher)" "$(value write)" "$(value plain)" "$(value packed)"
		rm -f "$dir/raw"
		for job in pack open; do
			ours $job
			peer peer_$job
			row "$suite $shape $job" "tar, zstd -1, openssl enc, openssl dgst" "$peer" 2
			[ $job = pack ] && us=$pack_us || us=$open_us
			bound=$(awk -v c="$cores" -v b="$bytes" -v u="$us" 'BEGIN { printf "%.1f", c * b / u }')
			row "$suite $shape $job" "primitives alone, $cores cores" "$bound" 0.8
			rows="$rows$(jq -nc --arg n "$suite $shape $job, memory" --argjson v "$memory" \
				'{name: $n, value: $v, unit: "MiB", peer: null, peer_value: null, ratio: null, goal: 64, holds: ($v < 64)}')
"
		done
		rm -rf "$dir"
	done
done
big=${BENCH_BIG_MIB:-4096}
[ "${QUICK:-}" ] && big=256
# big SUITE MIB[s]
big() {
	mkdir "$tmp/big" && "$prog" big "$tmp/big" $1 $2 > "$tmp/line" || exit 1
	for memory in $(awk '$1 == "memory_kib" { print int($2 / 1024) }' "$tmp/line"); do
		printf '%-28s %8d MiB of memory\n' "$1 bundle of $2 MiB" "$memory"
		rows="$rows$(jq -nc --arg n "$1, bundle of $2 MiB, memory" --argjson v "$memory" \
			'{name: $n, value: $v, unit: "MiB", peer: null, peer_value: null, ratio: null, goal: 64, holds: ($v < 64)}')
"
	done
	rm -rf "$tmp/big"
}
for suite in gm intl; do big $suite $big; done
[ "${QUICK:-}" ] || big intl "${BENCH_SPARSE_MIB:-51200}s"
printf '%s' "$rows" | jq -s . > "$out/bundle.json"
