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
#          by the processor's time of a process that runs, without its start, its keys and its first pages; so is ours beside them: the second time in one process, as in a daemon.
#
# Beside each rate stands the processor's time of the same runs (user and system, all processes of the pipe), the least of each side: it can be compared on a
# machine that others load, the rates cannot. Beside the primitives it says which share of ours they are. At the pipe's rows, "at most" is the pipe's time by
# that of the primitives: the ratio of a program in which nothing but the primitives takes time, if both keep all processors busy.
#
# At the end one attachment of BENCH_BIG_MIB (1024, QUICK=1: 256), to see that memory stays flat, and one of BENCH_SPARSE_MIB (51200; not with QUICK) of which
# a 64th is random and the rest zeros. QUICK=1: fewer files. Prints a table and writes build/bench/bundle.json. Numbers are read by people: nothing fails by them.
set -u
cd "$(dirname "$0")/../.." || exit 1
prog=${BENCH_BUNDLE:-$PWD/build/testbin/bench-bundle} run=$PWD/build/testbin/bench-run
out=$PWD/build/bench
json=10000 scans=1000 rounds=${BENCH_ROUNDS:-5}
[ "${QUICK:-}" ] && json=5000 scans=300
tmp=$(mktemp -d "${TMPDIR:-/tmp}/bench-bundle.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$out"
cores=$(nproc)
zero=00000000000000000000000000000000
half=$(openssl rand -hex 16)
[ ${#half} = 32 ] || exit 1

value() { awk -v k="$1" '$1 == k { print $2 }' "$tmp/line"; }
# least FILE N: N into FILE if it is less than what is there
least() { [ -s "$1" ] && [ "$(cat "$1")" -le "$2" ] || echo "$2" > "$1"; }
# timed FILE COMMAND…: the least microseconds of the clock into FILE, of the processor into FILE.cpu
timed() {
	best=$1
	shift
	"$run" "$tmp/used" "$@" > "$tmp/line" 2> "$tmp/err" || { cat "$tmp/err" >&2; exit 1; }
	read -r user system _ began ended < "$tmp/used"
	least "$best" $((ended - began))
	least "$best.cpu" $((user + system))
}
both() { echo "$(cat "$1") $(cat "$1.cpu")"; }
ours() { timed "$tmp/ours" "$prog" "$1" "$dir" $suite "$count$2"; }
# The second time in one process.
warm() {
	"$prog" "$1" "$dir" $suite "${count}w" > "$tmp/line" || exit 1
	least "$tmp/warm" "$(value us)"
	least "$tmp/warm.cpu" "$(value cpu_us)"
}
pipe() { timed "$tmp/peers" sh -c "$1"; }
packing="tar -C \"\$dir\" -cf - in | zstd -q -1 | openssl enc -\$cipher -K \$key -iv $zero"
pipe_after() { pipe "$packing > \"\$dir/peer\" && openssl dgst -r -\$digest \"\$dir/peer\" > \"\$dir/sum\""; }
pipe_tee() { pipe "$packing | tee \"\$dir/peer\" | openssl dgst -r -\$digest > \"\$dir/sum2\""; }
pipe_durable() { pipe "$packing | tee \"\$dir/peer\" | openssl dgst -r -\$digest > \"\$dir/sum2\" && sync \"\$dir/peer\""; }
pipe_open() {
	pipe "test \"\$(openssl dgst -r -\$digest \"\$dir/peer\")\" = \"\$(cat \"\$dir/sum\")\" &&
		openssl enc -d -\$cipher -K \$key -iv $zero -in \"\$dir/peer\" | zstd -q -d | tar -xOf - > /dev/null"
}
# What each run of ours begins with: names that are new, nothing to throw away.
fresh() {
	case $1 in
	pack | durable) rm -rf "$dir/out"; mkdir "$dir/out" ;;
	esac
}
rows=
# row NAME OURS PEER PEERS GOAL [PRIMITIVES]: OURS and PEERS are "US CPU_US"; rates in MB/s over the same bytes; PRIMITIVES: microseconds, for what is possible
row() {
	r=$(jq -nc --arg n "$1" --argjson b "$bytes" --argjson us "${2% *}" --argjson cpu "${2#* }" --arg p "$3" --argjson pus "${4% *}" --argjson pcpu "${4#* }" --argjson g "$5" \
		--argjson least "${6:-null}" '($b / $us) as $v | ($b / $pus) as $w | {name: $n, value: $v, unit: "MB/s", peer: $p, peer_value: $w, ratio: ($v / $w), goal: $g, holds: ($v >= $g * $w),
		cpu_ms: ($cpu / 1000), peer_cpu_ms: ($pcpu / 1000), cpu_ratio: ($pcpu / $cpu), at_most: (if $least then $pcpu / $least else null end)}')
	rows="$rows$r
"
	printf '%s' "$r" | jq -r '[.name, .value, .peer, .peer_value, .ratio, .goal, .cpu_ms, .peer_cpu_ms, .cpu_ratio, (.at_most // "")] | @tsv' | awk -F '\t' -v m="$memory" '{
		printf "%-23s %6.1f MB/s   %-39s %6.1f MB/s   ratio %.2f (goal %s)   processor %.0f, %.0f ms: %.2f%s   %d MiB\n", $1, $2, $3, $4, $5, $6, $7, $8, $9,
			$10 ? sprintf(" (at most %.2f)", $10) : "", m }'
}
memory_row() {
	rows="$rows$(jq -nc --arg n "$1, memory" --argjson v "$memory" \
		'{name: $n, value: $v, unit: "MiB", peer: null, peer_value: null, ratio: null, goal: 64, holds: ($v < 64)}')
"
}
# job NAME JOB UNIT PEER…: rounds of ours and of the peers in turn
job() {
	name=$1 what=$2 unit=$3
	shift 3
	rm -f "$tmp"/ours* "$tmp"/peers* "$tmp"/warm*
	for _ in $(seq $rounds); do
		fresh "$name"
		ours "$what" "$unit"
		bytes=$(value bytes) memory=$(($(value memory_kib) / 1024))
		[ "$name" = durable ] || { fresh "$name"; warm "$what"; }
		for p in "$@"; do
			case $name in pack | durable) rm -f "$dir/peer" ;; esac
			$p
		done
	done
}
for suite in gm intl; do
	[ $suite = gm ] && digest=sm3 cipher=sm4-ctr key=$half || digest=sha256 cipher=aes-256-ctr key=$half$half
	export digest cipher key dir
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
		row "$n pack" "$(both "$tmp/ours")" "tar, zstd -1, openssl enc, openssl dgst" "$(both "$tmp/peers")" 2 $raw_pack
		row "$n pack, warm" "$(both "$tmp/warm")" "primitives alone, $cores cores" "$((raw_pack / cores)) $raw_pack" 0.8
		memory_row "$n pack"
		job durable pack d pipe_durable
		row "$n pack, durable" "$(both "$tmp/ours")" "the same pipe, and sync" "$(both "$tmp/peers")" 2 $raw_pack
		fresh pack
		ours pack "" && pipe_after
		job open open "" pipe_open
		row "$n open" "$(both "$tmp/ours")" "the same pipe back, untarred to nothing" "$(both "$tmp/peers")" 2 $raw_open
		row "$n open, warm" "$(both "$tmp/warm")" "primitives alone, $cores cores" "$((raw_open / cores)) $raw_open" 0.8
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
