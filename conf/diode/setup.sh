#!/bin/sh
# Prepares a card for the one-way link 单向光闸; run once by root on each end, and again after a restart. Both programs then need no privilege
# (bare Ethernet frames: CAP_NET_RAW alone).
#   setup.sh send CARD ADDRESS/BITS PEER PEER-MAC [PORT] [MTU]    only datagrams to PEER:PORT leave, nothing that arrives is looked at
#   setup.sh recv CARD ADDRESS/BITS [PORT] [MTU]                  only datagrams to PORT come in, nothing leaves
#   setup.sh send CARD ether | recv CARD ether [MTU]              bare frames (EtherType 0x88b5) instead of IP
#   setup.sh off CARD                                             takes the rules away
# PORT 8110, MTU 1500 where none is given; both ends the same. Addresses may be IPv4 or IPv6. SW_QUEUE: bytes a queue may have (64 MiB).
set -eu
usage() {
	sed -n 's/^#   //p' "$0" >&2
	exit 2
}
[ $# -ge 2 ] || usage
role=$1 card=$2
[ "$(id -u)" = 0 ] || { echo "DENIED: setup.sh, it needs root" >&2; exit 1; }
[ -e "/sys/class/net/$card" ] || { echo "NOTFOUND: $card, no such card" >&2; exit 1; }
nft delete table netdev "diode_$card" 2> /dev/null || true
[ "$role" = off ] && exit 0
queue=${SW_QUEUE:-67108864}
address=${3:-}
[ -n "$address" ] || usage
peer='' mac='' port=8110 mtu=1500
case $role:$address in
send:ether | recv:ether) mtu=${4:-$mtu} ;;
send:*)
	[ $# -ge 5 ] || usage
	peer=$4 mac=$5 port=${6:-$port} mtu=${7:-$mtu}
	;;
recv:*) port=${4:-$port} mtu=${5:-$mtu} ;;
*) usage ;;
esac
case $address in
ether) match='ether type 0x88b5' ;;
*:*) match="ip6 nexthdr udp udp dport $port" ;;
*) match="ip protocol udp udp dport $port" ;;
esac

# The rules stand before the card is up: not one frame slips through.
accept() { # HOOK RULE: of that direction only this passes, of any protocol, ARP and neighbour discovery included
	echo "chain $1 { type filter hook $1 device \"$card\" priority 10; policy drop; $2 }"
}
case $role in
send)
	to=$match
	[ -z "$peer" ] || case $peer in *:*) to="ip6 daddr $peer $match" ;; *) to="ip daddr $peer $match" ;; esac
	rules="$(accept ingress '')
		$(accept egress "$to accept;")"
	;;
recv)
	rules="$(accept ingress "$match accept;")
		$(accept egress '')"
	;;
esac
nft -f - << NFT
table netdev diode_$card {
	$rules
}
NFT

# Nobody is asked for an address, and nobody announces one.
ip link set "$card" mtu "$mtu" arp off
six=/proc/sys/net/ipv6/conf/$card
case $address in
*:*)
	for s in accept_ra=0 autoconf=0 dad_transmits=0 router_solicitations=0 addr_gen_mode=1 disable_ipv6=0; do
		[ ! -e "$six/${s%=*}" ] || echo "${s#*=}" > "$six/${s%=*}"
	done
	;;
*) [ ! -e "$six/disable_ipv6" ] || echo 1 > "$six/disable_ipv6" ;;
esac
[ "$address" = ether ] || ip addr replace "$address" dev "$card" $(case $address in *:*) echo nodad ;; esac)
ip link set "$card" up
[ -z "$peer" ] || ip neigh replace "$peer" lladdr "$mac" dev "$card" nud permanent

# Queues: the kernel's limits for sockets, the card's ring as large as it can be. What a container or a simple card does not have is left as it is.
for s in rmem_max wmem_max; do
	f=/proc/sys/net/core/$s
	[ ! -w $f ] || [ "$(cat $f)" -ge "$queue" ] || echo "$queue" > $f
done
if command -v ethtool > /dev/null; then
	ring=$(ethtool -g "$card" 2> /dev/null | awk '$1 == "RX:" { print $2; exit }')
	[ "${ring:-0}" -gt 0 ] 2> /dev/null && ethtool -G "$card" rx "$ring" 2> /dev/null || true
fi
