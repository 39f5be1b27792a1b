#!/bin/sh
# `make bench-burner`: a disc of 100,000 results is built (staged, approved by two, burnt: image, repair data, read back), verified and imported, beside
# xorriso -as mkisofs, its extraction and sha256sum over the same files in the same run; all of it durable on both sides. QUICK=1 takes a sixteenth,
# FILES=N so many of the 1,600 bundles, SUITES=gm or intl one of them.
# Prints a table and writes build/bench/burner.json. Numbers are read by people: nothing fails by them. Images are files: no real drive is measured here.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=$PWD/build/bin
# So many bundles of so many results of so many bytes each.
files=1600 messages=63 bytes=42000
[ "${QUICK:-}" ] && files=100
files=${FILES:-$files}
tmp=$(mktemp -d "${TMPDIR:-/tmp}/bench.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
lib=$PWD/tests/scenario/lib
out=$PWD/build/bench
mkdir -p "$out"
cd "$tmp" || exit 1
SW_LOG=error
export SW_LOG
. "$lib/burner.sh"

# rate COMMAND…: MiB per second of the bundles' bytes, and the largest resident memory of burner in MiB -> $rate $memory $took
rate() {
	sync
	began=$(date +%s%N)
	"$@" > out.log 2> err.log &
	pid=$! memory=0
	while kill -0 $pid 2> /dev/null; do
		for p in $pid $(pgrep -P $pid); do
			kb=$(awk '/^VmHWM/ { print $2 }' "/proc/$p/status" 2> /dev/null)
			[ "${kb:-0}" -gt $memory ] && memory=$kb
		done
		sleep 0.05
	done
	wait $pid || { cat err.log >&2; exit 1; }
	took=$((($(date +%s%N) - began) / 1000000))
	rate=$((size / 1048576 * 1000 / (took > 0 ? took : 1)))
	memory=$((memory / 1024))
}
rows=
row() { # NAME RATE PEER PEER_RATE GOAL
	printf '%-52s %5d MiB/s   %-44s %5d MiB/s   ratio %s (goal %s)   %d MiB\n' "$1" "$2" "$3" "$4" \
		"$(awk -v a="$2" -v b="$4" 'BEGIN { printf "%.2f", b ? a / b : 0 }')" "$5" "$memory"
	rows="$rows$(jq -nc --arg n "$1" --argjson v "$2" --arg p "$3" --argjson w "$4" --argjson g "$5" \
		'{name: $n, value: $v, unit: "MiB/s", peer: $p, peer_value: $w, ratio: ($v / ([$w, 1] | max)), goal: $g, holds: ($v >= $g * $w)}')
$(jq -nc --arg n "$1, memory" --argjson v "$memory" '{name: $n, value: $v, unit: "MiB", peer: null, peer_value: null, ratio: null, goal: 64, holds: ($v < 64)}')
"
}
# One sealed bundle of $messages results.
pack_one() { # SUITE DIGEST
	rm -rf sealing && mkdir sealing
	i=0
	while [ $i -lt $messages ]; do
		n=$(printf %04d $i)
		i=$((i + 1))
		{ printf '%%PDF-1.7\n'; head -c $bytes /dev/urandom; } > sealing/$n.00.pdf
		printf '{"attachments":[{"digest":"%s","media":"application/pdf","name":"deed.pdf","size":%d}],"body":{"note":"x"},"created":"2026-11-24T03:42:00.123Z","dest":"extranet","epoch":1,"id":"01936000-0000-7000-8000-%012d","keys":[{"id":"20261124-1","kind":"case","n":%d}],"origin":"intranet","suite":"%s","tenant":"110101","type":"application.submitted","version":1}' \
			"$(openssl dgst "-$2" -r sealing/$n.00.pdf | cut -d' ' -f1)" "$(wc -c < sealing/$n.00.pdf)" $i $i "$1" > sealing/$n.json
	done
	"$bin/swbundle" pack --key keys/intranet.sign.key --cert keys/intranet.sign.pem --recipient keys/intranet.encrypt.pem --recipient-trust keys/ca.pem \
		--link disc --to extranet --epoch 1 --seq 1 --out one.swb sealing > /dev/null || exit 1
}
build() { # what makes a disc of a folder of bundles
	"$bin/burner" stage --json --store out --bundles spool --reason bench --suite "$suite" > staged || exit 1
	disc=$(jq -r .disc staged)
	for p in he lin; do approve "$disc" $p > /dev/null || exit 1; done
	"$bin/burner" burn "$disc" --store out --to disc.iso
}
for suite in ${SUITES:-gm intl}; do
	[ $suite = gm ] && dgst=sm3 goal=0.6 || dgst=sha256 goal=1
	rm -rf keys spool out there in peer ./*.iso one.swb
	suite=$suite keys_make intranet keys he lin
	mkdir spool in
	pack_one $suite $dgst
	size=$(($(wc -c < one.swb) * files))
	i=0
	while [ $i -lt $files ]; do
		i=$((i + 1))
		cp one.swb "spool/disc-intranet-000001-$(printf %012d $i)-0a1b2c3d.swb"
	done
	[ -n "$rows" ] || echo "$((files * messages)) results in $files bundles, $((size / 1000000)) MB; no real drive was tried"
	rate sh -c "xorriso -as mkisofs -quiet -J -R -o peer.iso spool 2> /dev/null && sync peer.iso && sha256sum spool/* > /dev/null"
	peer=$rate
	rm -f peer.iso
	rate build
	row "$suite: build (stage, approve, burn, repair data)" "$rate" "xorriso -as mkisofs, sync, sha256sum" "$peer" $goal
	rate sh -c "sha256sum disc.iso"
	peer=$rate
	rate "$bin/burner" verify disc.iso --trust keys/ca.pem
	row "$suite: verify (signatures, digests, every sector)" "$rate" "sha256sum" "$peer" $goal
	rm -rf spool out
	rate sh -c "xorriso -report_about SORRY -osirrox on -indev disc.iso -extract /bundles peer 2> /dev/null && sync -f peer && sha256sum peer/* > /dev/null"
	peer=$rate
	chmod -R u+w peer && rm -rf peer
	rate "$bin/burner" import disc.iso --trust keys/ca.pem --store there --into in
	row "$suite: import (verified, then durable)" "$rate" "xorriso -osirrox, sync, sha256sum" "$peer" $goal
done
printf '%s' "$rows" | jq -s . > "$out/burner.json"
