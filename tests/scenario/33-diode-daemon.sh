#!/bin/sh
# Daemon mode between two spools, from configuration files: hand-over, repeats, restarts, foreign files, forks.
set -u
. "$(dirname "$0")/lib/diode.sh"

head -c 32 /dev/urandom > "$tmp/key"
chmod 600 "$tmp/key"
mkdir -p "$tmp/out/diode/out" "$tmp/into/diode/in" "$tmp/into/diode/quarantine"
out=$tmp/out/diode/out
in=$tmp/into/diode/in

recv_conf() { # listen
	cat > "$tmp/recv.yaml" <<- EOF
		listen: 127.0.0.1:$1
		spool: into
		link: diode
		key: key
		suite: gm
		port_file: recv.port
		status: recv.status
	EOF
}
up_recv() { # port
	recv_conf "$1"
	rm -f "$tmp/recv.port"
	"$recv" -c "$tmp/recv.yaml" 2>> "$tmp/recv.log" &
	receiver=$!
	running="$running $receiver"
	await "$tmp/recv.port"
	port=$(cat "$tmp/recv.port")
}
up_send() {
	"$send" -c "$tmp/send.yaml" 2>> "$tmp/send.log" &
	sender=$!
	running="$running $sender"
}
# hand_over NAME BYTES: appears whole, as the daemon does it
hand_over() {
	bytes "$tmp/out/diode/tmp.$1" "$2"
	cp "$tmp/out/diode/tmp.$1" "$tmp/sent.$1"
	mv "$tmp/out/diode/tmp.$1" "$out/$1"
}
until_true() { # command…
	tries=0
	until "$@" > /dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -lt 750 ] || return 1
		sleep 0.02
	done
}
empty() { test -z "$(ls -A -I .diode "$1")"; }

up_recv 0
cat > "$tmp/send.yaml" <<- EOF
	to: 127.0.0.1:$port
	spool: out
	link: diode
	key: key
	suite: gm
	rate: 200M
	protect: normal
	repeat: 4
	every: 800ms
	heartbeat: 200ms
	rescan: 1s
	status: send.status
EOF
check "configurations hold" sh -c '"$1" -c "$3/send.yaml" --check && "$2" -c "$3/recv.yaml" --check' - "$send" "$recv" "$tmp"
hand_over before.swb 5000
up_send
check "what lay there before is sent" until_true cmp "$tmp/sent.before.swb" "$in/before.swb"
hand_over 0001.swb 1376
hand_over 0002.swb 3000000
hand_over 0003.swb 1
for n in 0001 0002 0003; do
	check "bundle $n arrives" until_true cmp "$tmp/sent.$n.swb" "$in/$n.swb"
done
check "out/ is emptied after the repeats" until_true empty "$out"
check "published once each" until_true jq -e '.objects.published == 4 and .objects.forked == 0' "$tmp/recv.status"
check "sent four times each" until_true jq -e '.objects == 16 and .waiting == 0' "$tmp/send.status"

# The receiver is away for one pass and back on the same port: the repeats bring it.
kill "$receiver"
wait "$receiver"
check "the receiver stops well" test $? -eq 0
hand_over 0004.swb 700000
until_true jq -e '.objects > 16' "$tmp/send.status"
up_recv "$port"
check "a repeat reaches the restarted receiver" until_true cmp "$tmp/sent.0004.swb" "$in/0004.swb"
# Killed, not stopped: what was published stays, nothing half is seen.
kill -9 "$receiver"
wait "$receiver" 2> /dev/null
check "after a kill all four are whole" sh -c 'cd "$1" && for f in *; do cmp "$f" "$2/sent.$f" || exit 1; done' - "$in" "$tmp"
until_true empty "$out"
up_recv "$port"

# The consumer took a bundle away; a later repeat by a restarted sender publishes it again or not at all, never other bytes.
hand_over 0005.swb 2000
until_true cmp "$tmp/sent.0005.swb" "$in/0005.swb"
kill "$sender"
wait "$sender"
check "the sender stops well" test $? -eq 0
up_send
until_true empty "$out"
check "a sender restarted in between empties out/" empty "$out"
check "and the bundle is the same" cmp "$tmp/sent.0005.swb" "$in/0005.swb"

# A fork goes to quarantine with its reason; the first stays.
cp "$tmp/sent.0005.swb" "$tmp/first"
hand_over 0005.swb 2000
check "a fork is kept in quarantine" until_true cmp "$tmp/sent.0005.swb" "$tmp/into/diode/quarantine/0005.swb"
check "with its reason" until_true jq -e '.reason == "FORK" and .size == 2000' "$tmp/into/diode/quarantine/0005.swb.reason"
check "the first stays" cmp "$tmp/first" "$in/0005.swb"
until_true empty "$out"

# What is not a bundle is not sent from a spool; and is not let into one.
echo x > "$out/readme.txt"
ln -s /etc/passwd "$out/0006.swb"
hand_over 0007.swb 10
check "a bundle beside foreign files arrives" until_true cmp "$tmp/sent.0007.swb" "$in/0007.swb"
check "foreign files stay where they are" test -e "$out/readme.txt" -a -L "$out/0006.swb"
check "only bundles came" sh -c '! ls "$1" | grep -v "^[a-z0-9]*\.swb$"' - "$in"
mkdir "$tmp/foreign"
echo y > "$tmp/foreign/evil"
check "a foreign name is sent by hand" "$send" --to "127.0.0.1:$port" --key "$tmp/key" "$tmp/foreign/"
check "and refused" until_true grep -q 'object-refused.*MEMBER' "$tmp/recv.log"
check "it is in quarantine, not in in/" sh -c 'test ! -e "$1/evil" && grep -lq MEMBER "$2"/*.reason' - "$in" "$tmp/into/diode/quarantine"

# Configuration errors name the place.
printf 'to: 127.0.0.1:9\nspool: out\nspeed: 3\n' > "$tmp/bad.yaml"
"$send" -c "$tmp/bad.yaml" 2> "$tmp/bad.err"
check "an unknown key ends with 2" test $? -eq 2
check "and is named with line and column" grep -q '^CONFIG: .*bad.yaml:3:1: .*speed' "$tmp/bad.err"
kill "$sender"
wait "$sender"
kill "$receiver"
wait "$receiver"
exit $failed
