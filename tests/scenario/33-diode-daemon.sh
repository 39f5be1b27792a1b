#!/bin/sh
# Daemon mode between two spools, from configuration files: hand-over, repeats, restarts, foreign files, forks; and the log that each end keeps of it: intent before
# each file, result after, signed, nothing sent or published without a record.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
set -u
. "$(dirname "$0")/lib/diode.sh"

head -c 32 /dev/urandom > "$tmp/key"
chmod 600 "$tmp/key"
mkdir -p "$tmp/out/diode/out" "$tmp/into/diode/in" "$tmp/into/diode/quarantine"
out=$tmp/out/diode/out
in=$tmp/into/diode/in

bin=$(cd "$SW_BIN" && pwd)
for z in extranet:diode-send intranet:diode-recv; do
	"$bin/swbundle" keygen ca --zone "${z%:*}" --suite gm --out "$tmp/${z%:*}" > /dev/null
	"$bin/swbundle" keygen station --ca "$tmp/${z%:*}" --use sign --link log --name "${z#*:}" --out "$tmp/${z%:*}" > /dev/null
done
# told LOG ACTION SUBJECT FILTER: what the details of these entries say, one behind the other
told() {
	case $1 in sent.log) zone=extranet ;; *) zone=intranet ;; esac
	"$bin/swaudit" export --live --action "$2" --subject "$3" --trust "$tmp/$zone/ca.pem" "$tmp/$1" | jq -c ".detail$4" | tr '\n' ' '
}
# whole LOG: how swaudit finds it
whole() {
	case $1 in sent.log) zone=extranet ;; *) zone=intranet ;; esac
	"$bin/swaudit" verify --json --trust "$tmp/$zone/ca.pem" "$tmp/$1" | jq -r '"\(.origin) \(.signed) \(.signatures_checked) \(.beyond)"'
}

recv_conf() { # listen
	cat > "$tmp/recv.yaml" <<- EOF
		listen: 127.0.0.1:$1
		spool: into
		link: diode
		key: key
		suite: gm
		port_file: recv.port
		status: recv.status
		audit: published.log
		audit_key: intranet/diode-recv.sign.key
		audit_cert: intranet/diode-recv.sign.pem
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
	audit: sent.log
	audit_key: extranet/diode-send.sign.key
	audit_cert: extranet/diode-send.sign.pem
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

# What both logs say of it.
check "intent and result of each of four passes" test "$(told sent.log object.send 0002.swb .bytes)$(told sent.log object.sent 0002.swb .passes)" = "3000000 3000000 3000000 3000000 3 2 1 0 "
check "and of its publishing" test "$(told published.log object.publish 0002.swb '')$(told published.log object.published 0002.swb '')" = '{"bytes":3000000} {"bytes":3000000,"new":true} '
check "the fork was to be published and was refused" test "$(told published.log object.refused 0005.swb .reason | cut -d' ' -f1)" = '"FORK"'
evil=$(printf evil | openssl dgst -sm3 -r | cut -d' ' -f1)
check "a name that is no bundle's stands there as its digest" test "$(told published.log object.refused "$evil" .reason)" = '"MEMBER" '
check "what was not sent is not there" test -z "$(told sent.log object.send readme.txt '')"
: > "$tmp/tick"
cp "$tmp/tick" "$out/diode-extranet-000001-000000000009-00000000-tick-2026.swb"
cp "$tmp/tick" "$out/diode-extranet-000001-000000000009-00000000.swb"
until_true empty "$out"
check "a tick leaves no record" test -z "$(told sent.log object.send diode-extranet-000001-000000000009-00000000-tick-2026.swb '')"
check "what is none does" test -n "$(told sent.log object.send diode-extranet-000001-000000000009-00000000.swb '')"

# Entries are kept a year, whoever asks; not while the log is written.
check "the log is not shortened while it is written" sh -c '"$1" -c "$2/send.yaml" --prune-log 2020-01-01 2>&1 | grep -q "^BUSY"' - "$send" "$tmp"
kill "$sender"
wait "$sender"
kill "$receiver"
wait "$receiver"
check "entries of this year are not deleted" sh -c '"$1" -c "$2/send.yaml" --prune-log "$(date +%F)" 2>&1 | grep -q "^REFUSED: entries of the last 365"' - "$send" "$tmp"
check "nor at the other end" sh -c '"$1" -c "$2/recv.yaml" --prune-log "$(date +%F)" 2>&1 | grep -q "^REFUSED: entries of the last 365"' - "$recv" "$tmp"
check "who asked stands there" test "$(told sent.log log.prune-refused log .who)$(told published.log log.prune-refused log .who)" = '"diode-send" "diode-recv" '
check "the sender's log is whole and signed to its end" test "$(whole sent.log)" = "extranet/diode-send true true 0"
check "the receiver's too" test "$(whole published.log)" = "intranet/diode-recv true true 0"

# No record, no action: a log that cannot be written.
up_recv "$port"
hand_over 0008.swb 4000
n=$("$bin/swaudit" verify --json "$tmp/sent.log" | jq .entries)
(trap "" XFSZ; ulimit -f 0; "$send" -c "$tmp/send.yaml" 2>&1; echo "ended with $?") | cat > "$tmp/full.err"
check "a sender that cannot write its log does not begin" grep -q "^ended with 2" "$tmp/full.err"
check "and says why" grep -q "^NOSPACE: .*sent.log" "$tmp/full.err"
check "and sent nothing" test ! -e "$in/0008.swb" -a -e "$out/0008.swb"
check "and wrote nothing" test "$("$bin/swaudit" verify --json "$tmp/sent.log" | jq .entries)" = "$n"
up_send
check "with room again it is sent" until_true cmp "$tmp/sent.0008.swb" "$in/0008.swb"
until_true empty "$out"
kill "$sender"
wait "$sender"
kill "$receiver"
wait "$receiver"
# small LOG COMMAND…: with that log on a disk of its own of a few pages; exec: the program keeps the process number
small() {
	small_log=$tmp/$1
	shift
	mkdir -p "$small_log.small"
	exec unshare -Urm sh -c 'mount -t tmpfs -o size=256k none "$1.small" && cp -r "$1/." "$1.small" && mount --bind "$1.small" "$1" && shift && exec "$@"' - "$small_log" "$@"
}
if unshare -Urm true 2> /dev/null; then
	# A receiver whose log lies on a full disk goes on without publishing; a repeat brings what it did not.
	rm -f "$tmp/recv.port"
	small published.log "$recv" -c "$tmp/recv.yaml" 2>> "$tmp/full.log" &
	receiver=$!
	running="$running $receiver"
	await "$tmp/recv.port"
	sed "s/^to: .*/to: 127.0.0.1:$(cat "$tmp/recv.port")/; s/^repeat: .*/repeat: 20/" "$tmp/send.yaml" > "$tmp/send.new" && mv "$tmp/send.new" "$tmp/send.yaml"
	disk=/proc/$receiver/root$tmp/published.log
	cat /dev/zero > "$disk/fill" 2> /dev/null
	# the page in use has room for some entries yet
	up_send
	n=0
	until grep -q 'reason=AUDIT' "$tmp/full.log"; do
		n=$((n + 1))
		[ $n -lt 100 ] || break
		hand_over "full$n.swb" 100
		sleep 0.1
	done
	last=full$n
	check "what cannot be recorded is not published" test $n -lt 100 -a ! -e "$in/$last.swb"
	rm -f "$disk/fill"
	check "with room again a repeat is" until_true cmp "$tmp/sent.$last.swb" "$in/$last.swb"
	cp -r "$disk" "$tmp/full.copy"
	check "and its record is there" test -n "$("$bin/swaudit" export --live --action object.published --subject "$last.swb" "$tmp/full.copy")"
	kill "$sender"
	wait "$sender"
	# A sender whose log's disk fills ends; what it has not sent stays.
	until_true empty "$out"
	rm -f "$tmp/send.status"
	small sent.log "$send" -c "$tmp/send.yaml" 2> "$tmp/full.err" &
	sender=$!
	running="$running $sender"
	await "$tmp/send.status"
	cat /dev/zero > "/proc/$sender/root$tmp/sent.log/fill" 2> /dev/null
	n=0
	while kill -0 "$sender" 2> /dev/null && [ $n -lt 100 ]; do
		n=$((n + 1))
		hand_over "end$n.swb" 100
		sleep 0.1
	done
	wait "$sender"
	check "a sender whose log's disk is full ends" test $? -eq 1 -a $n -lt 100
	check "and says why" grep -q "^AUDIT: " "$tmp/full.err"
	# Whichever record failed, that it is to be sent or that it was.
	check "what could not be recorded is still there" test -e "$out/end$n.swb"
	rm -f "$out"/*.swb
	kill "$receiver"
	wait "$receiver"
fi
sed 's/^audit.*//' "$tmp/send.yaml" > "$tmp/bare.yaml"
"$send" -c "$tmp/bare.yaml" 2> "$tmp/bare.err"
check "a spool without a log is not served" test $? -eq 2 -a "$(cut -d: -f1,2 "$tmp/bare.err")" = "CONFIG: audit"
"$recv" --listen 127.0.0.1:0 --into "$tmp/foreign" --timeout 100ms 2> "$tmp/bare.err"
check "a folder without a log is, and that is said" grep -q "no-log" "$tmp/bare.err"

# Configuration errors name the place.
printf 'to: 127.0.0.1:9\nspool: out\nspeed: 3\n' > "$tmp/bad.yaml"
"$send" -c "$tmp/bad.yaml" 2> "$tmp/bad.err"
check "an unknown key ends with 2" test $? -eq 2
check "and is named with line and column" grep -q '^CONFIG: .*bad.yaml:3:1: .*speed' "$tmp/bad.err"
exit $failed
