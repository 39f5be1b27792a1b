#!/bin/sh
# The examples of both manual pages, taken from the pages themselves, run as they stand there (but for the port).
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$(dirname "$0")/lib/diode.sh"
PATH=$(dirname "$send"):$PATH
export PATH

# examples PAGE: one a line
examples() { awk '/^\.Bd -literal/ { on = 1; next } /^\.Ed/ { on = 0 } on { gsub(/\\-/, "-"); print }' "$root/diode/man/$1"; }
examples diode-recv.1 > "$tmp/recv.examples"
examples diode-send.1 > "$tmp/send.examples"
check "each page has its four" sh -c 'test "$(wc -l < "$1")" = 4 && test "$(wc -l < "$2")" = 4' - "$tmp/recv.examples" "$tmp/send.examples"
recv_example() { sed -n "$1s/8110/${2:-8110}/p" "$tmp/recv.examples"; sed -n "$1p" "$tmp/recv.examples" | grep -v 8110; }
send_example() { sed -n "$1s/8110/$port/p" "$tmp/send.examples"; }
mkdir "$tmp/here" && cd "$tmp/here" || exit 1
mkdir -p outgoing/deep incoming
bytes report.pdf 300000
bytes outgoing/one 5000
bytes outgoing/deep/two 900000
# up N: the receiver's example in the background, on a free port, with the file that tells it
up() {
	rm -f port
	sh -c "exec $(recv_example "$1" 0 | sed 's/diode-recv/diode-recv --port-file port/')" 2> recv.log &
	pid=$!
	running="$running $pid"
	await port
	port=$(cat port)
}
example() { # NAME COMMAND
	check "$1: $2" sh -c "$2"
}
until_true() { n=0; until "$@" > /dev/null 2>&1; do n=$((n + 1)); [ $n -lt 400 ] || return 1; sleep 0.05; done; }
example "a key" "$(recv_example 1)"
check "of 32 bytes that nobody else reads" test "$(stat -c '%a %s' link.key)" = "600 32"
up 2
example "a file" "$(send_example 1)"
check "it is there" until_true cmp report.pdf incoming/report.pdf
example "a folder" "$(send_example 2)"
check "it is there" until_true diff -r outgoing/deep incoming/deep
check "status and metrics are written" until_true test -s status.json -a -s diode.prom
stop "$pid"
up 3
example "a stream" "$(send_example 3)"
check "received" ended "$pid" 0
check "it is the archive" sh -c 'mkdir got && tar -xf outgoing.tar -C got && diff -r outgoing got/outgoing'
rm -rf incoming && mkdir incoming
up 2
relay_to=$port
start_relay line "$relay_to" --drop 2000
"$send" --to "127.0.0.1:$relay_port" --key link.key --protect none outgoing/ 2> /dev/null
stop "$relay_pid"
stop "$pid"
example "the list" "$(recv_example 4)"
check "something is missing" jq -e '.missing | length > 0' diode.missing
up 2
example "sent again" "$(send_example 4)"
check "it is there" until_true diff -r -x .diode outgoing incoming
stop "$pid"
exit $failed
