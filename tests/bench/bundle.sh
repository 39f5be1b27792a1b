#!/bin/sh
# `make bench-bundle`: 10,000 messages of about 2 KB and 1,000 scans of 200 KB are packed and opened, beside a pipe of tar, zstd -1, openssl enc and openssl dgst,
# and beside what the primitives alone would allow. Runs of ours and of the peer alternate, all are timed from outside, from the start of the first process to
# the end of the last one; the best of each counts. Files are read from and written to the page cache on both sides, into a name that is new.
#
# pack     ours: files -> bundles of at most 2,500 messages or 16 MiB, each signed and wrapped, each part digested. The pipe: the same files, either into a file
#          that is digested afterwards or through tee into the digest, whichever is faster. It does not sign, wrap, number or check anything.
# durable  the same, then fsync of each bundle; the pipe: sync of its file.
# open     ours: signature, digest, decryption, unpacking, the form of each message, the digest of each part, then every byte in the caller's memory. The pipe:
#          its file is digested and compared, decrypted, unpacked, and untarred to /dev/null. It checks no single part.
# primitives, N cores: N / sum of the time of each primitive over the bytes that must pass it once, on one thread (bundle_raw.c says which). They are measured
#          in a process that runs, without its start, its keys and its first pages; so is ours beside them: the second time in one process, as in a daemon.
#
# At the end one attachment of BENCH_BIG_MIB (1024, QUICK=1: 256), to see that memory stays flat, and one of BENCH_SPARSE_MIB (51200; not with QUICK) of which
# a 64th is random and the rest zeros. QUICK=1: fewer files. Prints a table and writes build/bench/bundle.json. Numbers are read by people: nothing fails by them.
set -u
cd "$(dirname "$0")/../.." || exit 1
prog=${BENCH_BUNDLE:-$PWD/build/testbin/bench-bundle}
out=$PWD/build/bench
json=10000 scans=1000 rounds=${BENCH_ROUNDS:-5}
[ "${QUICK:-}" ] && json=5000 scans=300
tmp=$(mktemp -d "${TMPDIR:-/tmp}/bench-bundle.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$out"
cores=$(nproc)
zero=00000000000000000000000000000000
key=$(openssl rand -hex 16)
[ ${#key} = 32 ] || exit 1

value() { awk -v k="$1" '$1 == k { print $2 }' "$tmp/line"; }
# timed FILE COMMAND…: microseconds into FILE if they are fewer than what is there
timed() {
	best=$1
	shift
	began=$(date +%s%N)
	"$@" > "$tmp/line" 2> "$tmp/err" || { cat "$tmp/err" >&2; exit 1; }
	us=$((($(date +%s%N) - began) / 1000))
	[ -s "$best" ] && [ "$(cat "$best")" -le $us ] || echo $us > "$best"
}
ours() { "$prog" "$1" "$dir" $suite "$count${2:-}"; }
pipe_after() { sh -c "tar -C '$dir' -cf - in | zstd -q -1 | openssl enc -$cipher -K $peer_key -iv $zero > '$dir/peer' && openssl dgst -r -$digest '$dir/peer' > '$dir/sum'"; }
pipe_tee() { sh -c "tar -C '$dir' -cf - in | zstd -q -1 | openssl enc -$cipher -K $peer_key -iv $zero | tee '$dir/peer' | openssl dgst -r -$digest > '$dir/sum2'"; }
pipe_durable() { pipe_tee && sync "$dir/peer"; }
pipe_open() { sh -c "test \"\$(openssl dgst -r -$digest '$dir/peer')\" = \"\$(cat '$dir/sum')\" && openssl enc -d -$cipher -K $peer_key -iv $zero -in '$dir/peer' | zstd -q -d | tar -xOf - > /dev/null"; }
# What each run of ours begins with: names that are new, nothing to throw away.
fresh() {
	case $1 in
	pack | durable) rm -rf "$dir/out"; mkdir "$dir/out" ;;
	esac
}
rows=
# row NAME OUR_US PEER PEER_US GOAL: rates in MB/s over the same bytes
row() {
	rate=$(awk -v b="$bytes" -v u="$2" 'BEGIN { printf "%.1f", b / u }')
	peer=$(awk -v b="$bytes" -v u="$4" 'BEGIN { printf "%.1f", b / u }')
	printf '%-20s %8.1f MB/s   %-42s %8.1f MB/s   ratio %s (goal %s)   %d MiB\n' "$1" "$rate" "$3" "$peer" \
		"$(awk -v a="$rate" -v b="$peer" 'BEGIN { printf "%.2f", a / b }')" "$5" "$memory"
	rows="$rows$(jq -nc --arg n "$1" --argjson v "$rate" --arg p "$3" --argjson w "$peer" --argjson g "$5" \
		'{name: $n, value: $v, unit: "MB/s", peer: $p, peer_value: $w, ratio: ($v / $w), goal: $g, holds: ($v >= $g * $w)}')
"
}
# warm JOB: microseconds of the second time in one process into $tmp/warm if they are fewer than what is there
warm() {
	fresh "$name"
	"$prog" "$1" "$dir" $suite "${count}w" > "$tmp/line" || exit 1
	us=$(value us)
	[ -s "$tmp/warm" ] && [ "$(cat "$tmp/warm")" -le "$us" ] || echo "$us" > "$tmp/warm"
}
# job NAME JOB UNIT PEER…: rounds of ours and of the peers in turn; $us_ours, $us_warm, $us_peer
job() {
	name=$1 what=$2 unit=$3
	shift 3
	rm -f "$tmp/ours" "$tmp/peers" "$tmp/warm"
	for _ in $(seq $rounds); do
		fresh "$name"
		timed "$tmp/ours" ours "$what" "$unit"
		bytes=$(value bytes) memory=$(($(value memory_kib) / 1024))
		[ "$name" = durable ] || warm "$what"
		for p in "$@"; do
			case $name in pack | durable) rm -f "$dir/peer" ;; esac
			timed "$tmp/peers" "$p"
		done
	done
	us_ours=$(cat "$tmp/ours") us_peer=$(cat "$tmp/peers") us_warm=$(cat "$tmp/warm" 2> /dev/null)
}
memory_row() {
	rows="$rows$(jq -nc --arg n "$1, memory" --argjson v "$memory" \
		'{name: $n, value: $v, unit: "MiB", peer: null, peer_value: null, ratio: null, goal: 64, holds: ($v < 64)}')
"
}
for suite in gm intl; do
	[ $suite = gm ] && digest=sm3 cipher=sm4-ctr peer_key=$key || digest=sha256 cipher=aes-256-ctr peer_key=$key$key
	for shape in json scans; do
		[ $shape = json ] && count=$json || count=$scans
		dir=$tmp/$suite-$shape
		mkdir "$dir"
		"$prog" make "$dir" $suite $shape $count || exit 1
		for _ in 1 2 3; do
			"$prog" raw "$dir" $suite $count > "$tmp/raw.$_" || exit 1
			rm -f "$dir/raw"
		done
		# The best time of each primitive.
		awk '!($1 in v) { o[++n] = $1 } !($1 in v) || $2 < v[$1] { v[$1] = $2 } END { for (i = 1; i <= n; i++) print o[i], v[o[i]] }' "$tmp"/raw.* > "$tmp/raw"
		sed "s/^/# $suite $shape: /; s/\$/ us/; s/bytes \(.*\) us/bytes \1/" "$tmp/raw"
		raw_pack=$(awk '$1 == "pack_us" { print $2 }' "$tmp/raw") raw_open=$(awk '$1 == "open_us" { print $2 }' "$tmp/raw")
		n="$suite $shape"
		job pack pack "" pipe_after pipe_tee
		row "$n pack" "$us_ours" "tar, zstd -1, openssl enc, openssl dgst" "$us_peer" 2
		row "$n pack, warm" "$us_warm" "primitives alone, $cores cores" $((raw_pack / cores)) 0.8
		memory_row "$n pack"
		job durable pack d pipe_durable
		row "$n pack, durable" "$us_ours" "the same pipe, and sync" "$us_peer" 2
		fresh pack
		ours pack > /dev/null && pipe_after || exit 1
		job open open "" pipe_open
		row "$n open" "$us_ours" "the same pipe back, untarred to nothing" "$us_peer" 2
		row "$n open, warm" "$us_warm" "primitives alone, $cores cores" $((raw_open / cores)) 0.8
		memory_row "$n open"
		rm -rf "$dir"
	done
done
big=${BENCH_BIG_MIB:-1024}
[ "${QUICK:-}" ] && big=256
# big SUITE MIB[s]
big() {
	mkdir "$tmp/big" && "$prog" big "$tmp/big" $1 $2 > "$tmp/line" || exit 1
	for memory in $(awk '$1 == "memory_kib" { print int($2 / 1024) }' "$tmp/line"); do
		printf '%-28s %8d MiB of memory\n' "$1 bundle of $2 MiB" "$memory"
		memory_row "$1, bundle of $2 MiB"
	done
	rm -rf "$tmp/big"
}
for suite in gm intl; do big $suite $big; done
[ "${QUICK:-}" ] || big intl "${BENCH_SPARSE_MIB:-51200}s"
printf '%s' "$rows" | jq -s . > "$out/bundle.json"
