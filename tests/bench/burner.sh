#!/bin/sh
# `make bench-burner`: a disc of results is staged, burnt (image, repair data, read back), verified and imported, beside xorriso -as mkisofs and a digest of
# the same files in the same run. QUICK=1 takes a small disc. Prints a table and writes build/bench/burner.json. Numbers are read by people: nothing fails
# by them. Images are files: no real drive is measured here.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=$PWD/build/bin
mib=4100 files=1600
[ "${QUICK:-}" ] && mib=256 files=100
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

# rate COMMAND…: MiB per second, and its largest resident memory in MiB -> $rate $memory
rate() {
	sync
	began=$(date +%s%N)
	"$@" > out.log 2> err.log &
	pid=$! memory=0
	while kill -0 $pid 2> /dev/null; do
		kb=$(awk '/^VmHWM/ { print $2 }' /proc/$pid/status 2> /dev/null)
		[ "${kb:-0}" -gt $memory ] && memory=$kb
		sleep 0.05
	done
	wait $pid || { cat err.log >&2; exit 1; }
	took=$((($(date +%s%N) - began) / 1000000))
	rate=$((mib * 1000 / (took > 0 ? took : 1)))
	memory=$((memory / 1024))
}
rows=
row() { # NAME RATE PEER PEER_RATE GOAL
	printf '%-44s %6d MiB/s   %-36s %6d MiB/s   ratio %s (goal %s)   %d MiB\n' "$1" "$2" "$3" "$4" \
		"$(awk -v a="$2" -v b="$4" 'BEGIN { printf "%.2f", b ? a / b : 0 }')" "$5" "$memory"
	rows="$rows$(jq -nc --arg n "$1" --argjson v "$2" --arg p "$3" --argjson w "$4" --argjson g "$5" \
		'{name: $n, value: $v, unit: "MiB/s", peer: $p, peer_value: $w, ratio: ($v / ([$w, 1] | max)), goal: $g, holds: ($v >= $g * $w)}')
$(jq -nc --arg n "$1, memory" --argjson v "$memory" '{name: $n, value: $v, unit: "MiB", peer: null, peer_value: null, ratio: null, goal: 64, holds: ($v < 64)}')
"
}

for suite in gm intl; do
	[ $suite = gm ] && dgst=sm3 goal=0.6 || dgst=sha256 goal=1
	rm -rf keys spool out there in ./*.iso one.swb
	suite=$suite keys_make intranet keys he lin
	mkdir spool in
	# One sealed bundle, under as many names as the disc has bundles.
	signer=keys signer_name=intranet
	pack_one() {
		rm -rf sealing && mkdir sealing
		{ printf '%%PDF-1.7\n'; head -c $((mib * 1048576 / files)) /dev/urandom; } > sealing/0000.00.pdf
		digest=$(openssl dgst -$dgst -r sealing/0000.00.pdf | cut -d' ' -f1)
		printf '{"attachments":[{"digest":"%s","media":"application/pdf","name":"deed.pdf","size":%d}],"body":{"note":"x"},"created":"2026-11-24T03:42:00.123Z","dest":"extranet","epoch":1,"id":"01936000-0000-7000-8000-000000000001","keys":[{"id":"20261124-1","kind":"case","n":1}],"origin":"intranet","suite":"%s","tenant":"110101","type":"application.submitted","version":1}' \
			"$digest" "$(wc -c < sealing/0000.00.pdf)" $suite > sealing/0000.json
		"$bin/swbundle" pack --key keys/intranet.sign.key --cert keys/intranet.sign.pem --recipient keys/intranet.encrypt.pem --recipient-trust keys/ca.pem \
			--link disc --to extranet --epoch 1 --seq 1 --out one.swb sealing > /dev/null
	}
	pack_one
	i=0
	while [ $i -lt $files ]; do
		i=$((i + 1))
		cp one.swb "spool/disc-intranet-000001-$(printf %012d $i)-0a1b2c3d.swb"
	done
	rate sh -c "xorriso -as mkisofs -quiet -J -R -o peer.iso spool 2> /dev/null && sync peer.iso && openssl dgst -$dgst spool/* > /dev/null"
	peer=$rate
	rm -f peer.iso
	rate "$bin/burner" stage --json --store out --bundles spool --reason bench --suite $suite
	disc=$(jq -r .disc out.log)
	row "$suite: burner stage (checked, digested, durable)" "$rate" "mkisofs, sync, openssl dgst -$dgst" "$peer" $goal
	for p in he lin; do approve "$disc" $p > /dev/null || exit 1; done
	rate "$bin/burner" burn "$disc" --store out --to disc.iso
	row "$suite: burner burn (image, repair data, read back)" "$rate" "mkisofs, sync, openssl dgst -$dgst" "$peer" $goal
	rate sh -c "openssl dgst -$dgst disc.iso"
	peer=$rate
	rate "$bin/burner" verify disc.iso --trust keys/ca.pem
	row "$suite: burner verify (digests, every sector)" "$rate" "openssl dgst -$dgst" "$peer" $goal
	rate "$bin/burner" import disc.iso --trust keys/ca.pem --store there --into in
	row "$suite: burner import (verified, then durable)" "$rate" "openssl dgst -$dgst" "$peer" 0.5
done
printf '%s' "$rows" | jq -s . > "$out/burner.json"
