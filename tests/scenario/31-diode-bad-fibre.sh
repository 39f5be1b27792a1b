#!/bin/sh
# A bad fibre: datagrams dropped, doubled, out of order, damaged, forged, replayed; a wrong key.
# Tree: build: its budget of losses is the fibre's; a receiver slowed by the sanitizers drops more than the code repairs
set -u
. "$(dirname "$0")/lib/diode.sh"

head -c 32 /dev/urandom > "$tmp/key"
head -c 32 /dev/urandom > "$tmp/other"
chmod 600 "$tmp/key" "$tmp/other"
mkdir -p "$tmp/src/small"
bytes "$tmp/src/large" 20971520
i=0
while [ $i -lt 200 ]; do
	bytes "$tmp/src/small/$i" $((i * 37))
	i=$((i + 1))
done

# over NAME PROTECT OBJECTS RELAY-OPTIONS…: the tree through the bad fibre, compared
over() {
	fibre=$1 protect=$2
	shift 2
	mkdir "$tmp/$fibre"
	start_recv "$fibre" --into "$tmp/$fibre" --key "$tmp/key" --count 201 --timeout 100s
	receiver=$pid
	start_relay "$fibre-relay" "$port" "$@"
	check "$fibre: sent" "$send" --to "127.0.0.1:$relay_port" --key "$tmp/key" --protect "$protect" --rate 200M "$tmp/src/"
	check "$fibre: all arrived" ended "$receiver" 0
	check "$fibre: all equal" same_tree "$tmp/src" "$tmp/$fibre"
	stop "$relay_pid"
}

over drop5 normal --drop 500
check "drop5: it was that bad" status drop5 '.blocks.repaired > 500'
over drop10 strong --drop 1000
check "drop10: it was that bad" status drop10 '.blocks.repaired > 1000'
over disorder normal --hold 2000 --twice 1000
check "disorder: doubled ones were seen" status disorder '.datagrams.replay > 500'
over damage strong --damage 500
check "damage: damaged ones were dropped" status damage '.datagrams.digest + .datagrams.format + .datagrams.key > 500'
over forge normal --forge 3000
check "forge: forged ones were dropped" status forge '.datagrams.digest + .datagrams.format + .datagrams.key > 3000'
# 100 ms at 200 Mbit/s, by number: a busy machine must not make them longer.
over burst strong --gap-many 1667 --gap-after 10000
check "burst: it was that bad" sh -c 'jq -e ".dropped > 1500" "$1" && jq -e ".blocks.repaired > 10" "$2"' - "$tmp/burst-relay.report" "$tmp/burst.status"
over worst strong --drop 300 --damage 200 --hold 1000 --twice 500 --forge 500 --seed 7

# Forged datagrams under the true session's number, as fast as they go: never a wrong byte, and what they cost the true ones a repeat mends.
mkdir "$tmp/flood"
start_recv flood --into "$tmp/flood" --key "$tmp/key" --count 1 --timeout 100s
receiver=$pid
(
	n=0
	until session=$(jq -er '.sessions[0][0]' "$tmp/flood/.diode/sessions.json" 2> /dev/null) || [ $n -gt 500 ]; do n=$((n + 1)); sleep 0.01; done
	exec "$blast" forge 127.0.0.1 "$port" 1472 1000 "$session" > /dev/null
) &
flood=$!
"$send" --to "127.0.0.1:$port" --key "$tmp/key" --rate 80M --repeat 5 --every 100ms "$tmp/src/large" 2> /dev/null &
sender=$!
check "flood: it arrived" ended "$receiver" 0
stop "$sender"
wait $flood
check "flood: equal" cmp "$tmp/src/large" "$tmp/flood/large"
check "flood: it was one" status flood '.datagrams.digest > 100000'

# Without protection a loss stays a loss: it is reported, and a repeat mends it.
mkdir "$tmp/none"
start_recv none --into "$tmp/none" --key "$tmp/key" --count 1 --timeout 100s
receiver=$pid
start_relay none-relay "$port" --drop 100
check "none: sent eight times" "$send" --to "127.0.0.1:$relay_port" --key "$tmp/key" --protect none --rate 300M --repeat 8 \
	--every 20ms "$tmp/src/large"
check "none: the repeats complete it" ended "$receiver" 0
check "none: equal" cmp "$tmp/src/large" "$tmp/none/large"
stop "$relay_pid"

mkdir "$tmp/hole"
start_recv hole --into "$tmp/hole" --key "$tmp/key"
receiver=$pid
start_relay hole-relay "$port" --drop 100
check "hole: sent once" "$send" --to "127.0.0.1:$relay_port" --key "$tmp/key" --protect none --rate 300M "$tmp/src/large"
stop "$relay_pid"
stop "$receiver"
check "hole: nothing half is shown" sh -c 'test -z "$(ls -A -I .diode "$1")"' - "$tmp/hole"
check "hole: it is counted" status hole '.objects.incomplete == 1 and .objects.holes == 1'
check "hole: the report names it, with its ranges" report hole '.kind == "diode-missing" and .missing[0].name == "large" and (.missing[0].ranges | length) > 1'
start_recv alone --into "$tmp/hole" --key "$tmp/key" --count 1 --timeout 300ms
check "hole: a receiver with a limit gives up in time" ended "$pid" 1

# An object of which nothing came is known from the heartbeats. The relay lets through only the small ones (heartbeats).
mkdir "$tmp/gone"
start_recv gone --into "$tmp/gone" --key "$tmp/key"
receiver=$pid
start_relay gone-relay "$port" --largest 700
"$send" --to "127.0.0.1:$relay_port" --key "$tmp/key" --watch "$tmp/src/small" --then keep --settle 0ms --rescan 100ms \
	--heartbeat 200ms 2> /dev/null &
sender=$!
running="$running $sender"
n=0
until jq -e '.missing[] | select(.name == "99")' "$tmp/gone/.diode/missing.json" > /dev/null 2>&1 || [ $n -gt 500 ]; do
	n=$((n + 1))
	sleep 0.05
done
stop "$sender"
stop "$receiver"
stop "$relay_pid"
check "gone: counted as missing" status gone '.objects.missing > 0 and .objects.holes > 0 and .sessions[0].objects_sent == 200 and .link.state == "loss"'
check "gone: the report names it, whole" report gone '.missing | map(select(.name == "99" and .ranges == [[0, .size]] and .k == 0)) | length == 1'

# Another key: nothing gets in, and it is said.
mkdir "$tmp/wrong"
start_recv wrong --into "$tmp/wrong" --key "$tmp/key"
receiver=$pid
check "wrong key: sent" "$send" --to "127.0.0.1:$port" --key "$tmp/other" "$tmp/src/small/9"
check "no key: sent" "$send" --to "127.0.0.1:$port" "$tmp/src/small/9"
check "other suite: sent" "$send" --to "127.0.0.1:$port" --key "$tmp/key" --suite intl "$tmp/src/small/9"
stop "$receiver"
check "wrong key: nothing arrived" sh -c 'test -z "$(ls -A -I .diode "$1")"' - "$tmp/wrong"
check "wrong key: counted" status wrong '.datagrams.key > 3 and .datagrams.format > 3 and .blocks.symbols == 0'
check "wrong key: logged" grep -q 'datagram-refused' "$tmp/wrong.log"

# Everything once more, recorded on the line: dropped as heard before, nothing doubled.
mkdir "$tmp/replay"
start_recv replay --into "$tmp/replay" --key "$tmp/key"
receiver=$pid
start_relay replay-relay "$port" --replay 1
check "replay: sent" "$send" --to "127.0.0.1:$relay_port" --key "$tmp/key" "$tmp/src/small"
stop "$relay_pid"
stop "$receiver"
check "replay: arrived once" same_tree "$tmp/src/small" "$tmp/replay/small"
check "replay: dropped as heard before" status replay '.datagrams.replay + .datagrams.surplus > 2000 and .datagrams.replay > 3 and .objects.published == 200 and .objects.same == 0'
exit $failed
