#!/bin/sh
# `make lab` (root): the walk with every zone, the guard and both ends of the diode in a network namespace of its own. Between them there is one cable,
# the diode's. nftables counts every frame on it, and every packet anywhere that is not on a loopback: nothing crosses but diode-send's datagrams,
# and nothing ever comes back.
set -u
cd "$(dirname "$0")/../.." || exit 1
SW_BIN=${SW_BIN:-$PWD/build/bin}
SW_TESTBIN=${SW_TESTBIN:-$PWD/build/testbin}
SW_LOG=${SW_LOG:-info}
export SW_LOG
. tests/stack/stack.sh
[ "$(id -u)" = 0 ] || die "make lab needs root for its network namespaces (make run does without)"

D=$(mktemp -d "${TMPDIR:-/tmp}/sanwang.XXXXXX")
lab=sw$$
PLACES='internet gap extranet send recv intranet'
rc=0
finish() {
	stack_stop
	for p in $PLACES; do ip netns del "$lab-$p" 2> /dev/null; done
	stack_clean
}
trap finish EXIT
trap 'exit 1' INT TERM

program_at() {
	case $1 in
	identity | payment | intaked) echo "ip netns exec $lab-internet" ;;
	registryd) echo "ip netns exec $lab-extranet" ;;
	cadastred) echo "ip netns exec $lab-intranet" ;;
	gapd-switch) echo "ip netns exec $lab-gap" ;; # its halves leave it for empty ones of their own
	diode-send) echo "ip netns exec $lab-send" ;;
	diode-recv) echo "ip netns exec $lab-recv" ;;
	esac
}
person_at() { echo "ip netns exec $lab-$1"; }
at() { p=$1; shift; ip netns exec "$lab-$p" "$@"; }

# A fibre of one direction, made as a site makes it: conf/diode/setup.sh. The counters look at frames before its rules do.
networks() {
	for p in $PLACES; do ip netns add "$lab-$p" && at "$p" ip link set lo up || return 1; done
	at send ip link add fibre type veth peer name fibre netns "$lab-recv" || return 1
	at send ip link set fibre address 02:00:00:00:00:01
	at recv ip link set fibre address 02:00:00:00:00:02
	for p in $PLACES; do count_packets "$p" || return 1; done
	for p in send recv; do count_frames $p || return 1; done
	at recv "$PWD/conf/diode/setup.sh" recv fibre 10.77.0.2/30 || return 1
	at send "$PWD/conf/diode/setup.sh" send fibre 10.77.0.1/30 10.77.0.2 02:00:00:00:00:02
}
# What is not on the loopback is counted in every place.
count_packets() {
	at "$1" nft -f - << 'NFT'
table inet lab {
	counter in {}
	counter out {}
	chain input { type filter hook input priority 0; iifname != "lo" counter name in; }
	chain output { type filter hook output priority 0; oifname != "lo" counter name out; }
}
NFT
}
# On the fibre every frame of any protocol is counted where it arrives; one that is not the diode's counts apart.
count_frames() {
	at "$1" nft -f - << 'NFT'
table netdev lab {
	counter frames {}
	counter others {}
	chain arriving {
		type filter hook ingress device "fibre" priority 0;
		counter name frames
		ip daddr 10.77.0.2 udp dport 8110 accept
		counter name others
	}
}
NFT
}
# packets PLACE FAMILY COUNTER
packets() { at "$1" nft -j list counter "$2" lab "$3" | jq '.nftables[] | .counter? // empty | .packets'; }
expect() { # NAME WANTED GOT
	if [ "$2" = "$3" ] || { [ "$2" = some ] && [ "$3" -gt 0 ]; }; then say "  ok   $1: $3"; else say "  FAIL $1: $3"; rc=1; fi
}

(stack_make_zones) > "$D/make.log" 2>&1 || { cat "$D/make.log"; exit 1; }
sed -i 's|^to: .*|to: 10.77.0.2:8110|' "$D/diode/conf/send.yaml"
sed -i 's|^listen: .*|listen: 10.77.0.2:8110|' "$D/diode/conf/recv.yaml"
networks || die "the network namespaces cannot be made here"
stack_start
say "six places without a way between them but the fibre; started"
. tests/stack/walk.sh
walk_transfer && walk_first && walk_book_equal && walk_logs_agree || rc=1

say "every process in its own network:"
here=$(readlink /proc/self/ns/net)
seen=" $here"
for n in intaked registryd cadastred gapd-switch gapd-outer gapd-inner diode-send diode-recv; do
	for pid in $(pgrep -x "$n"); do
		tr '\0' ' ' < "/proc/$pid/cmdline" 2> /dev/null | grep -qF "$D/" || continue
		net=$(readlink "/proc/$pid/ns/net")
		case $seen in *"$net"*) say "  FAIL $n shares $net"; rc=1 ;; *) say "  ok   $n: $net" ;; esac
		seen="$seen $net"
	done
done
say "packets outside of a loopback:"
for p in internet gap extranet intranet; do
	expect "$p, arrived" 0 "$(packets $p inet in)"
	expect "$p, left" 0 "$(packets $p inet out)"
done
say "frames on the fibre:"
expect "arrived at diode-recv" some "$(packets recv netdev frames)"
expect "of them not the diode's" 0 "$(packets recv netdev others)"
expect "left diode-recv" 0 "$(packets recv inet out)"
expect "came back to diode-send, of any protocol" 0 "$(packets send netdev frames)"
# Something is sent back on purpose: the rules stop it. Would the counters tell? The receiver's rules are taken away and it is sent once more.
at recv ip neigh add 10.77.0.1 lladdr 02:00:00:00:00:01 dev fibre nud permanent
back() { echo back | at recv "$SW_BIN/diode-send" --to 10.77.0.1:9 - > /dev/null 2>&1; }
back
expect "sent back on purpose, stopped on the card" 0 "$(packets send netdev frames)"
at recv "$PWD/conf/diode/setup.sh" off fibre
back
expect "control: without the rules it is seen leaving" some "$(packets recv inet out)"
expect "control: and arriving" some "$(packets send netdev frames)"
[ $rc = 0 ] && say "the lab holds" || say "the lab has failed"
[ $rc = 0 ] || tail -n 3 "$D"/log/*
exit $rc
