#!/bin/sh
# `make bench-diode` (root): the diode from file to file on tmpfs, over a veth between two network namespaces it makes: MTU 1500 and 9000; no loss, 0.1, 1, 5 and
# 10 % (nftables, numgen random, datagram by datagram: the card's segmentation is off in these rows, as the loss would take 64 KB at a time otherwise), gaps
# of 100 ms (tests/relay); beside the raw GSO/GRO blast over the same line (before and after each row), udpcast --async --fec and UFTP (which asks back over
# a return path that a diode does not have). A row's rate is the best of a list of the sender's rates at which nothing was lost for good; beside it what of it
# crossed the line, heads and repair data included; CPU seconds per GB and resident memory are both ends'. The tmpfs has large pages (huge=within_size), as a disc's
# file system gives them; two rows are of one with 4 KB pages, where the kernel spends more on pages than on bytes.
# Memory that a virtual machine hands out for the first time costs more than all else; each row begins with a file of that size written and removed.
# Also: what a 2 KB file waits beside a 50 GB one, many small files at 1 % loss (BENCH_FILES=1000000), a flood of forged datagrams, files with a digest.
# QUICK=1 takes a quarter and MTU 1500 alone; the whole takes seven minutes. ROWS="clean loss burst urgent small flood" chooses.
# Prints a table and writes build/bench/diode.json. Numbers are read by people: nothing fails by them.
set -u
cd "$(dirname "$0")/../.." || exit 1
[ "$(id -u)" = 0 ] || { echo "left out: the two network namespaces need root"; exit 0; }
for c in udp-sender:udpcast uftp:uftp ethtool:ethtool; do
	command -v "${c%:*}" > /dev/null || apt-get -qq install -y --no-install-recommends "${c#*:}" > /dev/null 2>&1 ||
		echo "left out: ${c#*:} is not installed and cannot be"
done
bin=$PWD/build/bin
test=$PWD/build/testbin
out=$PWD/build/bench
mkdir -p "$out"
tmp=$(mktemp -d /dev/shm/bench-diode.XXXXXX) || exit 1
plain=$(mktemp -d /dev/shm/bench-plain.XXXXXX) || exit 1
mount -t tmpfs -o size=10G,huge=within_size,mode=700 bench-diode "$tmp" || echo "without large pages: they cannot be mounted"
a=bench$$a b=bench$$b
mb=1000 mtus='1500 9000'
[ "${QUICK:-}" ] && mb=250 mtus=1500
: "${ROWS:=clean loss burst urgent small flood}"
: "${BENCH_FILES:=20000}"
SW_LOG=error
export SW_LOG
start=$(date +%s)
running=
finish() {
	for p in $running; do kill "$p" 2> /dev/null; done
	ip netns del $a 2> /dev/null
	ip netns del $b 2> /dev/null
	umount "$tmp" 2> /dev/null
	rm -rf "$tmp" "$plain"
}
trap finish EXIT
trap 'exit 1' INT TERM
in_a() { ip netns exec $a "$@"; }
in_b() { ip netns exec $b "$@"; }
await() {
	n=0
	until [ -s "$1" ]; do
		n=$((n + 1))
		[ $n -lt 500 ] || return 1
		sleep 0.01
	done
}
calc() { awk "BEGIN { printf \"%.${2:-2}f\", ($1) }"; }

# line MTU LOSS: the veth anew; loss of 10000
line() {
	mtu=$1
	ip netns del $a 2> /dev/null
	ip netns del $b 2> /dev/null
	ip netns add $a && ip netns add $b && in_a ip link add fibre type veth peer name fibre netns $b || exit 1
	for n in $a $b; do
		ip netns exec $n ip link set lo up
		ip netns exec $n ip link set fibre mtu "$mtu" up
	done
	in_a ip addr add 10.88.0.1/24 dev fibre
	in_b ip addr add 10.88.0.2/24 dev fibre
	for n in $a $b; do ip netns exec $n ip route add 224.0.0.0/4 dev fibre; done
	in_a ip neigh replace 10.88.0.2 lladdr "$(in_b cat /sys/class/net/fibre/address)" dev fibre nud permanent
	[ "$2" = 0 ] && return
	in_a ethtool -K fibre tx-udp-segmentation off > /dev/null 2>&1
	in_b nft -f - << NFT
table netdev bench { chain loss { type filter hook ingress device "fibre" priority 0; meta l4proto udp numgen random mod 10000 < $2 drop; }; }
NFT
}

# blast: what arrives, MB/s -> $blast
blast() {
	ip netns exec $b "$test/udp-blast" recv 10.88.0.2 9999 > "$tmp/blast" 2>&1 &
	p=$!
	sleep 0.1
	in_a "$test/udp-blast" send 10.88.0.2 9999 $((mtu - 28)) 700 > /dev/null
	wait $p
	blast=$(awk '$1 == "bytes" { printf "%d", $2 / $4 }' "$tmp/blast")
}

# spent BYTES: of the two ends that ran -> $cpu (s per GB), $memory (MiB of both), $goodput, $wire (MB/s from the sender's start to the receiver's end)
spent() {
	bytes=$1
	set -- $(cat "$tmp/send") $(cat "$tmp/recv")
	cpu=$(calc "($1 + $2 + $6 + $7) / 1e6 / ($bytes / 1e9)")
	memory=$((($3 + $8) / 1024))
	goodput=$(calc "$bytes / (${10} - $4)" 0)
	wire=$(jq -r '.datagrams.bytes' "$tmp/status" 2> /dev/null || echo 0)
	wire=$(calc "${wire:-0} / (${10} - $4)" 0)
}

# one LEVEL MBIT SOURCE COUNT [MEMORY [PORT]]: -> as above, $goodput 0 when something was lost
one() {
	rm -rf "$into" "$tmp/status" "$tmp/port" "$tmp/recv" "$tmp/send"
	mkdir "$into"
	ip netns exec $b "$test/bench-run" "$tmp/recv" "$bin/diode-recv" --listen 10.88.0.2:8110 --port-file "$tmp/port" --into "$into" --count "$4" --timeout 600s \
		--key "$tmp/key" --memory "${5:-256M}" --status "$tmp/status" 2> "$tmp/recv.err" &
	r=$!
	running=$r
	await "$tmp/port"
	in_a "$test/bench-run" "$tmp/send" "$bin/diode-send" --to "10.88.0.2:${6:-8110}" --key "$tmp/key" --mtu "$mtu" --rate "$2M" --protect "$1" \
		--memory "${5:-128M}" $digest "$3" 2> "$tmp/send.err"
	# Everything was sent: what does not come within some seconds does not come.
	n=0
	while kill -0 $r 2> /dev/null && [ $n -lt "${patience:-40}" ]; do n=$((n + 1)); sleep 0.05; done
	{ kill $r; wait $r; } 2> /dev/null
	code=$?
	running=
	bytes=$(du -sb --apparent-size "$3" | cut -f1)
	spent "$bytes"
	[ $code = 0 ] || goodput=0
}
digest='' patience='' into=$tmp/in

rows=
printf '%-52s %7s %7s %6s %6s %8s %6s\n' "" "MB/s" "blast" "share" "wire" "CPU s/GB" "MiB"
# row NAME VALUE PEER PEER_VALUE GOAL(ratio) CPU MEMORY [WIRE]
row() {
	printf '%-52s %7s %7s %6s %6s %8s %6s\n' "$1" "$2" "$4" "$(calc "$4 > 0 ? $2 / $4 : 0")" "$([ "${8:-0}" = 0 ] && echo - || calc "$4 > 0 ? $8 / $4 : 0")" "$6" "$7"
	note "$1" "$2" MB/s "$3" "$4" "$5"
	[ "$6" = - ] || { note "$1, CPU" "$6" s/GB "" 0 0; note "$1, memory" "$7" MiB "" 0 0; }
}
note() { # NAME VALUE UNIT PEER PEER_VALUE GOAL
	rows="$rows$(jq -nc --arg n "$1" --argjson v "$2" --arg u "$3" --arg p "$4" --argjson w "$5" --argjson g "$6" \
		'{name: $n, value: $v, unit: $u, peer: (if $p == "" then null else $p end), peer_value: (if $p == "" then null else $w end),
		ratio: (if $w > 0 then $v / $w else null end), goal: (if $g > 0 then $g else null end), holds: (if $g > 0 then $v >= $g * $w else null end)}')
"
}
# best NAME LEVEL SOURCE COUNT GOAL SHARES [MEMORY [PORT]]: over shares of the blast as the sender's rate, from high to low, the best at which nothing is lost,
# until a lower one is worse
best() {
	rm -rf "$into"
	mkdir "$into"
	cat "$tmp/file" > "$into/warm"
	blast
	before=$blast best=0
	for share in $6; do
		one "$2" "$(calc "$before * 8 * $share" 0)" "$3" "$4" "${7:-}" "${8:-}"
		[ "$goodput" -ge $best ] || break
		best=$goodput best_cpu=$cpu best_memory=$memory best_wire=$wire
	done
	blast
	[ $best = 0 ] && best_cpu=0 best_memory=0 best_wire=0
	row "$1" $best blast $(((before + blast) / 2)) "$5" $best_cpu $best_memory $best_wire
}

udpcast() { # FEC BLOCK -> $goodput
	goodput=0
	command -v udp-sender > /dev/null || return
	rm -f "$tmp/cast"
	ip netns exec $b "$test/bench-run" "$tmp/recv" udp-receiver --nokbd --rcvbuf 4194304 --interface fibre --ttl 1 --mcast-rdv-address 234.1.1.1 --file "$tmp/cast" \
		--start-timeout 10 --receive-timeout 10 > /dev/null 2>&1 &
	r=$!
	running=$r
	sleep 0.2
	in_a timeout 20 "$test/bench-run" "$tmp/send" udp-sender --nokbd --interface fibre --async --fec "$1" --autostart 1 --mcast-rdv-address 234.1.1.1 --ttl 1 \
		--full-duplex --blocksize "$2" --file "$tmp/peer" > /dev/null 2>&1
	n=0
	while kill -0 $r 2> /dev/null && [ $n -lt 40 ]; do n=$((n + 1)); sleep 0.05; done
	{ kill $r; wait $r; } 2> /dev/null
	running=
	cmp -s "$tmp/peer" "$tmp/cast" || return
	spent "$(stat -c %s "$tmp/peer")"
}
uftp() { # -> $goodput
	goodput=0
	command -v uftpd > /dev/null || return
	rm -rf "$tmp/ftp"
	mkdir "$tmp/ftp"
	ip netns exec $b "$test/bench-run" "$tmp/recv" uftpd -d -D "$tmp/ftp" -I fibre -M 230.4.4.1 -B 4194304 > /dev/null 2>&1 &
	r=$!
	running=$r
	sleep 0.3
	in_a timeout 20 "$test/bench-run" "$tmp/send" uftp -I fibre -M 230.4.4.1 -P 230.5.5.1 -B 4194304 -R 3000000 -b 1400 "$tmp/peer" > /dev/null 2>&1
	{ kill $r; wait $r; } 2> /dev/null
	running=
	cmp -s "$tmp/peer" "$tmp/ftp/peer" || return
	size=$(stat -c %s "$tmp/peer")
	spent "$size"
	goodput=$(awk -v n="$size" '{ printf "%d", n / ($5 - $4) }' "$tmp/send") # it ends when the receiver has told that all is there
}
# peers WHAT: udpcast at the best of three codes (with large cards two sizes of its blocks each), UFTP once; blast of the same line -> $cast
peers() {
	cast=0 cast_cpu=0 cast_memory=0 code=none
	for fec in 8x2/128 8x8/128 8x16/128; do
		for size in 1456 $([ "$mtu" -gt 1500 ] && echo $((mtu - 44))); do
			udpcast $fec "$size"
			[ "$goodput" -gt $cast ] && cast=$goodput cast_cpu=$cpu cast_memory=$memory code="$fec, blocks of $size"
		done
	done
	blast
	row "udpcast --async --fec $code, $1" $cast blast "$blast" 0 "$cast_cpu" "$cast_memory"
	uftp
	[ "$goodput" = 0 ] && cpu=0 memory=0
	row "UFTP (asks back), $1" "$goodput" blast "$blast" 0 "$cpu" "$memory"
}

head -c 32 /dev/urandom > "$tmp/key"
chmod 600 "$tmp/key"
head -c $((mb * 1000000)) /dev/urandom > "$tmp/file"
head -c $((mb * 200000)) "$tmp/file" > "$tmp/peer"
mkdir "$tmp/tree"
split -b 2500000 -a 4 "$tmp/peer" "$tmp/tree/f"
head -c $((mb * 100000)) "$tmp/file" > "$tmp/tree/large"
many=$(ls "$tmp/tree" | wc -l)

clean() {
	for m in $mtus; do
		line "$m" 0
		best "none, MTU $m" none "$tmp/file" 1 0.35 "0.55 0.47 0.40 0.34 0.28 0.20"
		none=$best
		best "normal, MTU $m" normal "$tmp/file" 1 0.35 "0.60 0.52 0.44 0.36 0.29 0.23 0.16"
		normal=$best
		best "strong, MTU $m" strong "$tmp/file" 1 0.35 "0.40 0.33 0.27 0.22 0.16 0.11"
		strong=$best
		if [ "$m" = 1500 ]; then
			into=$plain/in
			cp "$tmp/file" "$plain/file"
			for l in none normal; do best "$l, MTU $m, pages of 4 KB" $l "$plain/file" 1 0 "0.50 0.42 0.35 0.28 0.20 0.15"; done
			rm -rf "$plain/in" "$plain/file"
			into=$tmp/in
		fi
		[ "$m" = 1500 ] && { digest=--digest; best "normal with a digest of each file, MTU $m" normal "$tmp/file" 1 0 "0.42 0.35 0.29 0.23 0.16 0.10"; digest=; }
		peers "MTU $m"
		for l in none normal strong; do
			eval "v=\$$l"
			note "$l beside udpcast, MTU $m" "$v" MB/s udpcast "$cast" 8
			printf '%-52s %7s times\n' "$l beside udpcast, MTU $m" "$(calc "$cast > 0 ? $v / $cast : 0" 1)"
		done
		note "none, GB a second, MTU $m" "$(calc "$none / 1000")" GB/s "one GB a second" 1 1
	done
}
loss() {
	head -c $((mb * 50000)) "$tmp/file" > "$tmp/peer"
	for m in $mtus; do
		for l in 10 100 500 1000; do
			line "$m" $l
			percent=$(calc "$l / 100" 1)
			[ $l -le 500 ] && best "normal, $many files, MTU $m, $percent % lost" normal "$tmp/tree/" "$many" 0 "0.80 0.65 0.50 0.40 0.30 0.20"
			best "strong, $many files, MTU $m, $percent % lost" strong "$tmp/tree/" "$many" 0 "0.80 0.65 0.50 0.40 0.30 0.20"
			peers "MTU $m, $percent % lost"
		done
	done
}
# Gaps of 100 ms each second, alone and at 10 % loss: nothing is to fail. Memory for what is on its way meanwhile: rate x 0.8 s.
burst() {
	for l in 0 1000; do
		line 1500 $l
		rm -f "$tmp/relay"
		ip netns exec $b "$test/udp-relay" --listen 10.88.0.2:8109 --to 10.88.0.2:8110 --port-file "$tmp/relay" --gap 100ms --gap-every 1s 2> /dev/null &
		relay=$!
		await "$tmp/relay"
		best "strong, $many files, gaps of 100 ms, $((l / 100)) % lost" strong "$tmp/tree/" "$many" 0 "0.30 0.25 0.20 0.15 0.10 0.05" 1G 8109
		kill $relay
		wait $relay
	done
}

# limit NAME VALUE UNIT MOST: a figure that is to stay below
limit() {
	printf '%-60s %10s %s (at most %s)\n' "$1" "$2" "$3" "$4"
	rows="$rows$(jq -nc --arg n "$1" --argjson v "$2" --arg u "$3" --argjson m "$4" \
		'{name: $n, value: $v, unit: $u, peer: null, peer_value: null, ratio: null, goal: $m, holds: ($v <= $m)}')
"
}
# A message of 2 KB put into the watched folder while 50 GB are under way: until the whole file is there.
urgent() {
	line 1500 0
	mkdir -p "$tmp/watch" "$tmp/through"
	rm -f "$tmp/port"
	ip netns exec $b "$bin/diode-recv" --listen 10.88.0.2:8110 --port-file "$tmp/port" --into "$tmp/through" --key "$tmp/key" --status "$tmp/status" 2> /dev/null &
	r=$!
	await "$tmp/port"
	truncate -s 50G "$tmp/watch/huge"
	for level in normal strong; do
		ip netns exec $a "$bin/diode-send" --to 10.88.0.2:8110 --key "$tmp/key" --watch "$tmp/watch" --settle 0ms --then unlink --rate 1G --protect $level 2> /dev/null &
		s=$!
		running="$r $s"
		sleep 1.5
		: > "$tmp/took"
		for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			head -c 2048 /dev/urandom > "$tmp/message"
			began=$(date +%s%N)
			mv "$tmp/message" "$tmp/watch/$level$i"
			n=0
			until [ -e "$tmp/through/$level$i" ] || [ $n -gt 1000 ]; do n=$((n + 1)); sleep 0.001; done
			echo $(($(date +%s%N) - began)) >> "$tmp/took"
		done
		limit "2 KB beside 50 GB, $level, the slowest of 20" "$(sort -n "$tmp/took" | awk 'END { printf "%.1f", $1 / 1e6 }')" ms 50
		limit "2 KB beside 50 GB, $level, the median" "$(sort -n "$tmp/took" | awk 'NR == 10 { printf "%.1f", $1 / 1e6 }')" ms 50
		{ kill $s; wait $s; } 2> /dev/null
	done
	{ kill $r; wait $r; } 2> /dev/null
	running=
	rm -rf "$tmp/watch" "$tmp/through"
}
# Many small files in one run at 1 % loss: a tenth first, to see that memory does not grow with their number.
small() {
	line 1500 100
	for files in $((BENCH_FILES / 10)) "$BENCH_FILES"; do
		rm -rf "$tmp/small"
		mkdir "$tmp/small"
		head -c $((files * 200)) "$tmp/file" | (cd "$tmp/small" && split -b 200 -a 6)
		patience=600
		one normal 500 "$tmp/small/" "$files"
		patience=
		seconds=$(awk '{ print ($5 - $4) / 1e6 }' "$tmp/send")
		printf '%-60s %10d files/s, %d MiB, %s\n' "$files files of 200 bytes, normal, 1 % lost" "$(calc "$files / $seconds" 0)" "$memory" \
			"$([ "$goodput" -gt 0 ] && echo "all there" || echo "NOT ALL THERE: $(jq -c .objects "$tmp/status")")"
		note "$files small files, 1 % lost" "$(calc "$files / $seconds" 0)" files/s "" 0 0
		note "$files small files, memory" "$memory" MiB "" 0 0
	done
	rm -rf "$tmp/small"
}
# Forged datagrams as fast as this machine makes them, beside a true stream: noise, of a session nobody opened, and under the true one's name, where only
# the tag tells.
flood() {
	line 1500 0
	mbit=1500
	[ "${QUICK:-}" ] && mbit=500
	one normal $mbit "$tmp/file" 1
	alone=$goodput
	for kind in noise forge old true; do
		[ $kind = old ] && old=$(jq -r '.sessions[0][0]' "$tmp/in/.diode/sessions.json")
		rm -rf "$tmp/in"
		(
			session=
			[ $kind = old ] && session=$old
			[ $kind = true ] && until session=$(jq -er '.sessions[0][0]' "$tmp/in/.diode/sessions.json" 2> /dev/null); do sleep 0.02; done
			[ $kind = noise ] && mode=send || mode=forge
			# shellcheck disable=SC2086
			exec ip netns exec $a "$test/udp-blast" $mode 10.88.0.2 8110 1472 60000 $session > /dev/null
		) &
		f=$!
		one normal $mbit "$tmp/file" 1
		{ kill $f; wait $f; } 2> /dev/null
		case $kind in noise) what='noise' ;; forge) what='a session nobody opened' ;; old) what='a session that is over' ;; *) what='the true session' ;; esac
		row "normal at $mbit Mbit/s, flood of $what" "$goodput" "without" "$alone" 0.5 "$cpu" "$memory"
		jq -r '.datagrams | "    refused: \(.format) for their form, \(.key) for their session, \(.digest) for their tag; \(.overflow) dropped by the kernel, \(.lost) true ones lost"' "$tmp/status"
		[ ! -e "$tmp/in/file" ] || cmp "$tmp/file" "$tmp/in/file" || echo "A WRONG FILE"
	done
}

for what in $ROWS; do $what; done
echo "$(($(date +%s) - start)) s"
printf '%s' "$rows" | jq -s . > "$out/diode.json"
