#!/bin/sh
# `make soak-diode [SOAK_SECONDS=60] [SOAK_RATE=2G]`: files of many sizes through a watched folder over the loopback, each compared by its digest and removed as it
# arrives, until the time is over (the issue's long form: SOAK_SECONDS=1800). Ends with 1 for a wrong or missing byte, or when the resident memory of an end
# in the last quarter is more than a tenth (and 4 MiB) above that of the second one.
set -u
cd "$(dirname "$0")/../.." || exit 1
bin=$PWD/build/bin
: "${SOAK_SECONDS:=60}" "${SOAK_RATE:=2G}"
tmp=$(mktemp -d /dev/shm/soak-diode.XXXXXX) || exit 1
running=
finish() {
	for p in $running; do kill "$p" 2> /dev/null; done
	wait 2> /dev/null
	rm -rf "$tmp"
}
trap finish EXIT
trap 'exit 1' INT TERM
SW_LOG=warn
export SW_LOG
mkdir "$tmp/out" "$tmp/in" "$tmp/sums"
head -c 32 /dev/urandom > "$tmp/key"
chmod 600 "$tmp/key"
head -c 100000000 /dev/urandom > "$tmp/pool"
"$bin/diode-recv" --listen 127.0.0.1:0 --port-file "$tmp/port" --into "$tmp/in" --key "$tmp/key" --status "$tmp/recv.status" 2> "$tmp/recv.log" &
recv=$!
running=$recv
n=0
until [ -s "$tmp/port" ] || [ $n -gt 500 ]; do n=$((n + 1)); sleep 0.01; done
"$bin/diode-send" --to "127.0.0.1:$(cat "$tmp/port")" --key "$tmp/key" --watch "$tmp/out" --then unlink --settle 0ms --rate "$SOAK_RATE" --status "$tmp/send.status" 2> "$tmp/send.log" &
send=$!
running="$recv $send"
resident() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }
began=$(date +%s)
end=$((began + SOAK_SECONDS))
made=0 right=0 wrong=0 bytes=0
# What is there is compared and removed.
look() {
	for f in "$tmp/in"/*; do
		[ -e "$f" ] || continue
		name=${f##*/}
		if [ "$(sha256sum < "$f")" = "$(cat "$tmp/sums/$name")" ]; then
			right=$((right + 1)) bytes=$((bytes + $(stat -c %s "$f")))
		else
			wrong=$((wrong + 1))
			echo "WRONG: $name"
		fi
		rm -f "$f" "$tmp/sums/$name"
	done
}
sample=$began minute=0
while [ "$(date +%s)" -lt $end ]; do
	if [ $((made - right - wrong)) -lt 40 ]; then
		made=$((made + 1))
		case $((made % 10)) in 0) size=0 ;; [1-5]) size=$((made * 7919 % 5000)) ;; [6-8]) size=$((made * 104729 % 3000000)) ;; *) size=$((made * 1299709 % 60000000)) ;; esac
		{ echo $made; tail -c +$((1 + made * 15485863 % 40000000)) "$tmp/pool" | head -c $size; } > "$tmp/next"
		sha256sum < "$tmp/next" > "$tmp/sums/$made"
		mv "$tmp/next" "$tmp/out/$made"
	else
		sleep 0.02
	fi
	look
	if [ "$(date +%s)" -ge $sample ]; then
		set -- $(($(date +%s) - began)) "$(resident $send)" "$(resident $recv)" $bytes
		echo "$*" >> "$tmp/samples"
		[ "$1" -lt $minute ] || { minute=$((minute + 60)); awk -v t="$1" -v s="$2" -v r="$3" -v b="$4" 'BEGIN { printf "%5d s %7.2f GB, resident: sender %d KiB, receiver %d KiB\n", t, b / 1e9, s, r }'; }
		sample=$(($(date +%s) + 1 + SOAK_SECONDS / 100))
	fi
done
n=0
until [ $((right + wrong)) -ge $made ] || [ $n -gt 600 ]; do n=$((n + 1)); sleep 0.1; look; done
jq -c '{datagrams, blocks, objects}' "$tmp/recv.status"
awk -v t=$SOAK_SECONDS -v n=$made -v r=$right -v w=$wrong -v b=$bytes '
	$1 >= t / 4 && $1 < t / 2 { if ($2 > s) s = $2; if ($3 > v) v = $3 }
	$1 >= 3 * t / 4 { if ($2 > S) S = $2; if ($3 > V) V = $3 }
	END {
		printf "%d s: %d files, %.1f GB, all compared; %d wrong, %d missing\n", t, n, b / 1e9, w, n - r - w
		printf "resident: sender %d -> %d KiB, receiver %d -> %d KiB (second and last quarter)\n", s, S, v, V
		exit !(w == 0 && r == n && S <= s * 1.1 + 4096 && V <= v * 1.1 + 4096)
	}' "$tmp/samples"
