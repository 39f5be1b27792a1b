#!/bin/sh
# Standard input to standard output, over a good and a bad line; to a folder; broken.
set -u
. "$(dirname "$0")/lib/diode.sh"

bytes "$tmp/large" 30000000
bytes "$tmp/block" 176128
: > "$tmp/empty"
printf 'one line\n' > "$tmp/line"

for what in large block line empty; do
	start_recv "$what" --into - --timeout 60s
	check "$what: sent" sh -c '"$1" --to "127.0.0.1:$2" - < "$3"' - "$send" "$port" "$tmp/$what"
	check "$what: received" ended "$pid" 0
	check "$what: the same" cmp "$tmp/$what" "$tmp/$what.out"
done

# A slow writer: what it has written comes out before it ends.
mkfifo "$tmp/slow"
start_recv slow --into - --timeout 60s
"$send" --to "127.0.0.1:$port" - < "$tmp/slow" 2> /dev/null &
sender=$!
running="$running $sender"
exec 3> "$tmp/slow"
echo first >&3
await "$tmp/slow.out"
check "slow: the first line is through while the writer lives" grep -qx first "$tmp/slow.out"
echo second >&3
exec 3>&-
check "slow: sender ends" ended "$sender" 0
check "slow: receiver ends" ended "$pid" 0
check "slow: both lines" sh -c 'printf "first\nsecond\n" | cmp - "$1"' - "$tmp/slow.out"

start_recv bad --into - --timeout 60s
receiver=$pid
start_relay bad-relay "$port" --drop 500 --hold 1000 --twice 500
check "bad line: sent" sh -c '"$1" --to "127.0.0.1:$2" --protect strong --rate 200M - < "$3"' - "$send" "$relay_port" "$tmp/large"
check "bad line: received" ended "$receiver" 0
check "bad line: the same" cmp "$tmp/large" "$tmp/bad.out"
stop "$relay_pid"

# Without protection on a bad line: an error in time, and only a true beginning came out.
start_recv hole --into - --timeout 60s
receiver=$pid
start_relay hole-relay "$port" --drop 300
check "hole: sent" sh -c '"$1" --to "127.0.0.1:$2" --protect none --rate 200M - < "$3"' - "$send" "$relay_port" "$tmp/large"
check "hole: the receiver ends with 1" ended "$receiver" 1
check "hole: the reason" grep -q '^TRUNCATED' "$tmp/hole.log"
check "hole: what came out is a beginning" cmp -n "$(stat -c %s "$tmp/hole.out")" "$tmp/large" "$tmp/hole.out"
stop "$relay_pid"

# A stream into a folder becomes a file; a file to standard output is its content; the second object waits outside.
mkdir "$tmp/in"
start_recv folder --into "$tmp/in" --count 1 --timeout 60s
check "into a folder" sh -c '"$1" --to "127.0.0.1:$2" --name taken/dump.bin - < "$3"' - "$send" "$port" "$tmp/large"
ended "$pid" 0 > /dev/null
check "under its name" cmp "$tmp/large" "$tmp/in/taken/dump.bin"
start_recv file --into - --timeout 60s
check "a file to standard output" "$send" --to "127.0.0.1:$port" "$tmp/block" "$tmp/line"
ended "$pid" 0 > /dev/null
check "the first alone" cmp "$tmp/block" "$tmp/file.out"
check "repeating a stream is refused" sh -c '"$1" --to 127.0.0.1:9 --repeat 2 - < /dev/null 2>&1 | grep -q "^USAGE: repeat"' - "$send"
exit $failed
