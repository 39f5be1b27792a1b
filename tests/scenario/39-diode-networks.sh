#!/bin/sh
# The fibre as root sets it up (conf/diode/setup.sh), both programs without privilege: IPv4, IPv6 and bare Ethernet frames between two network namespaces;
# a capture on the sender's card: no frame of any kind ever comes back.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/lib/diode.sh"
if [ "$(id -u)" != 0 ] || ! unshare -n true 2> /dev/null; then
	echo "ok - left out: network namespaces need root, and this is $(id -un)"
	exit 0
fi
a=swdiode$$a b=swdiode$$b
leave() {
	ip netns del $a 2> /dev/null
	ip netns del $b 2> /dev/null
	finish
}
trap leave EXIT
in_a() { ip netns exec $a "$@"; }
in_b() { ip netns exec $b "$@"; }
chmod 755 "$tmp"
cp "$send" "$recv" "$tmp/"
bytes "$tmp/file" 3000000
chmod 644 "$tmp/file"

ip netns add $a && ip netns add $b
check "a fibre of two cards" in_a ip link add fibre type veth peer name fibre netns $b
in_a ip link set lo up
in_b ip link set lo up
in_a ip link set fibre address 02:00:00:00:00:01
in_b ip link set fibre address 02:00:00:00:00:02

# through NAME USER TO LISTEN MTU: one file, sent and received without root; what came back to the sender is captured
through() {
	name=$1 user=$2 to=$3 listen=$4 mtu=$5
	mkdir -m 777 "$tmp/$name"
	rm -f "$tmp/$name.port"
	ip netns exec $a tcpdump -i fibre -Q in -U -w "$tmp/$name.pcap" 2> "$tmp/$name.tcpdump" &
	capture=$!
	running="$running $capture"
	n=0
	until grep -q 'listening on' "$tmp/$name.tcpdump" || [ $n -gt 500 ]; do n=$((n + 1)); sleep 0.02; done
	ip netns exec $b setpriv --reuid nobody --regid nogroup --clear-groups $user "$tmp/diode-recv" --listen "$listen" --into "$tmp/$name" --status "$tmp/$name/.status" \
		--count 1 --timeout 60s 2> "$tmp/$name.log" &
	receiver=$!
	running="$running $receiver"
	await "$tmp/$name/.status"
	check "$name: sent by nobody" in_a setpriv --reuid nobody --regid nogroup --clear-groups $user "$tmp/diode-send" --to "$to" --mtu "$mtu" --rate 400M "$tmp/file"
	check "$name: received by nobody" ended "$receiver" 0
	check "$name: the same" cmp "$tmp/file" "$tmp/$name/file"
	stop "$capture"
	check "$name: no frame came back" sh -c 'test "$(tcpdump -r "$1" 2> /dev/null | wc -l)" = 0' - "$tmp/$name.pcap"
}
setup=$root/conf/diode/setup.sh
caps='--inh-caps=-all,+net_raw --ambient-caps=-all,+net_raw'
check "IPv4: the sender's card" in_a "$setup" send fibre 10.78.0.1/30 10.78.0.2 02:00:00:00:00:02
check "IPv4: the receiver's card" in_b "$setup" recv fibre 10.78.0.2/30
through four --no-new-privs 10.78.0.2:8110 10.78.0.2:8110 1500
check "IPv6, MTU 9000: the sender's card" in_a "$setup" send fibre fd00:78::1/64 fd00:78::2 02:00:00:00:00:02 8111 9000
check "IPv6, MTU 9000: the receiver's card" in_b "$setup" recv fibre fd00:78::2/64 8111 9000
through six --no-new-privs '[fd00:78::2]:8111' '[fd00:78::2]:8111' 9000
check "Ethernet: the sender's card" in_a "$setup" send fibre ether
check "Ethernet: the receiver's card" in_b "$setup" recv fibre ether
through ether "$caps" ether:fibre/02:00:00:00:00:02 ether:fibre 1500

# Would the capture tell? The receiver's rules are taken away, and somebody there asks for an address.
ip netns exec $a tcpdump -i fibre -Q in -U -w "$tmp/back.pcap" 2> "$tmp/back.tcpdump" &
capture=$!
running="$running $capture"
n=0
until grep -q 'listening on' "$tmp/back.tcpdump" || [ $n -gt 500 ]; do n=$((n + 1)); sleep 0.02; done
ask() { echo back | in_b "$send" --to 10.78.0.1:9 - > /dev/null 2>&1; }
ask
stopped=$(tcpdump -r "$tmp/back.pcap" 2> /dev/null | wc -l)
check "with the rules, what a third program sends back does not leave" test "$stopped" = 0
in_b "$setup" off fibre
in_b ip link set fibre arp on
in_b ip addr replace 10.78.0.2/30 dev fibre
n=0
until [ "$(tcpdump -r "$tmp/back.pcap" 2> /dev/null | wc -l)" -gt 0 ] || [ $n -gt 20 ]; do ask; n=$((n + 1)); done
check "control: without them an ARP request is captured" sh -c 'tcpdump -r "$1" 2> /dev/null | grep -q ARP' - "$tmp/back.pcap"
stop "$capture"
exit $failed
