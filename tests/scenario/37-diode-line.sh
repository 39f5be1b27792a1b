#!/bin/sh
# Silence, loss and a dead fibre are told apart within three seconds, by the receiver's status, by its metrics and on a terminal.
# Tree: build: what it proves is told within seconds, which the sanitizers stretch
set -u
. "$(dirname "$0")/lib/diode.sh"

mkdir -p "$tmp/in" "$tmp/src"
state() { jq -r .link.state "$tmp/line.status"; }
# within STATE: it is told. The deadline is generous; that it takes at most three seconds is the unit test's (tests/unit/diode/recv/test_link.c), where time is given.
within() {
	n=0
	until [ "$(state)" = "$1" ]; do
		n=$((n + 1))
		[ $n -lt 400 ] || { echo "it is $(state)"; return 1; }
		sleep 0.05
	done
}
start_recv line --into "$tmp/in" --metrics "$tmp/line.prom"
receiver=$pid
check "before anything came: waiting" within waiting
start_relay fibre "$port"
fibre=$relay_pid to=$relay_port
"$send" --to "127.0.0.1:$to" --watch "$tmp/src" --settle 0ms --rate 50M --protect none --heartbeat 200ms 2> /dev/null &
sender=$!
running="$running $sender"
check "heartbeats alone: silent" within silent
truncate -s 1G "$tmp/large"
mv "$tmp/large" "$tmp/src/large"
check "data: receiving" within receiving
# The same fibre, a worse one: the relay is replaced on its port.
stop "$fibre"
check "the fibre is cut: dead" within dead
"$relay" --listen "127.0.0.1:$to" --to "127.0.0.1:$port" --drop 500 2> /dev/null &
fibre=$!
running="$running $fibre"
check "it is back and drops one in twenty: loss" within loss
check "the metrics say so" sh -c 'n=0; until grep -q "^diode_recv_link_state{state=\"loss\"} 1" "$1" || [ $n -gt 500 ]; do n=$((n + 1)); sleep 0.02; done; [ $n -le 500 ]' - "$tmp/line.prom"
stop "$fibre"
check "cut again: dead" within dead
# Only strangers are heard.
i=0
head -c 100000 /dev/urandom > "$tmp/noise"
head -c 32 /dev/urandom > "$tmp/other"
chmod 600 "$tmp/other"
"$send" --to "127.0.0.1:$port" --key "$tmp/other" --rate 100K "$tmp/noise" 2> /dev/null &
stranger=$!
running="$running $stranger"
check "only what is not genuine arrives: noise" within noise
stop "$stranger"
"$relay" --listen "127.0.0.1:$to" --to "127.0.0.1:$port" 2> /dev/null &
fibre=$!
running="$running $fibre"
check "the fibre is whole again: receiving" within receiving
stop "$sender"
check "the sender says that it ends: ended" within ended
stop "$fibre"
stop "$receiver"
check "each change is logged" sh -c 'for s in dead loss noise; do grep -q "state=$s" "$1" || exit 1; done' - "$tmp/line.log"

# On a terminal: one line with bar, amount, rate, loss and what was repaired.
if command -v script > /dev/null; then
	mkdir "$tmp/shown"
	bytes "$tmp/file" 6000000
	rm -f "$tmp/shown.port"
	script -qec "stty cols 150; exec $recv --listen 127.0.0.1:0 --port-file $tmp/shown.port --into $tmp/shown --count 1 --timeout 100s" "$tmp/shown.tty" > /dev/null 2>&1 < /dev/null &
	terminal=$!
	running="$running $terminal"
	await "$tmp/shown.port"
	start_relay shown "$(cat "$tmp/shown.port")" --drop 300
	script -qec "stty cols 120; $send --to 127.0.0.1:$relay_port --rate 20M --protect normal $tmp/file" "$tmp/sent.tty" > /dev/null 2>&1 < /dev/null
	check "received on a terminal" ended "$terminal" 0
	stop "$relay_pid"
	for what in '\[#*\.*\] *[0-9]* %' '[0-9.]* MB' '[0-9.]* [kM]B/s' 'lost [0-9.]* %' 'repaired [1-9]' 'receiving\|loss' ' file'; do
		check "the receiver's line shows $what" grep -q "$what" "$tmp/shown.tty"
	done
	for what in '\[#*\.*\] *[0-9]* %' '[0-9.]* [kM]B/s' ' file'; do
		check "the sender's line shows $what" grep -q "$what" "$tmp/sent.tty"
	done
else
	echo "ok - left out: script(1) is not installed, no terminal to show anything on"
fi
exit $failed
