#!/bin/sh
# What a receiver reports as missing is sent again by its list alone: only the objects it names, of them only the blocks that are missing.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
set -u
. "$(dirname "$0")/lib/diode.sh"

mkdir -p "$tmp/src/tree" "$tmp/in"
bytes "$tmp/src/large" 8000000
bytes "$tmp/src/tree/second" 3000000
bytes "$tmp/src/whole" 1500000
: > "$tmp/src/tree/empty"
start_recv first --into "$tmp/in"
receiver=$pid
start_relay line "$port" --drop 60
check "sent over a bad line without repair data" "$send" --to "127.0.0.1:$relay_port" --protect none --rate 200M "$tmp/src/"
stop "$relay_pid"
stop "$receiver"
check "not everything arrived" status first '.objects.incomplete > 0'
"$recv" --report --into "$tmp/in" > "$tmp/list"
check "the list names what is missing, part by part" jq -e '.kind == "diode-missing" and ([.missing[] | select(.name == "large") | .ranges | length] | first > 1)' "$tmp/list"
missing=$(jq '[.missing[].ranges[] | .[1] - .[0]] | add' "$tmp/list")
whole=$(jq '[.missing[].size] | add' "$tmp/list")
check "a part of the bytes: $missing of $whole" test "$missing" -lt "$whole"

start_recv second --into "$tmp/in" --timeout 60s
check "sent again by the list" "$send" --to "127.0.0.1:$port" --protect none --rate 200M --again "$tmp/list" --status "$tmp/again.status" "$tmp/src/"
objects=$(jq '.missing | length' "$tmp/list")
check "no object more than it names" jq -e ".objects == $objects" "$tmp/again.status"
check "no more bytes than are missing, and the heads" jq -e ".bytes < $missing * 1.2 + 10000" "$tmp/again.status"
until_same() { n=0; until same_tree "$tmp/src" "$tmp/in" > /dev/null; do n=$((n + 1)); [ $n -lt 500 ] || return 1; sleep 0.02; done; }
check "everything is there" until_same
stop "$pid"
"$recv" --report --into "$tmp/in" > "$tmp/after"
check "nothing is missing any more" jq -e '.missing == [] and .unnamed == 0' "$tmp/after"

# Other measures than the first time: what the list tells still fits, or all of the object leaves.
for how in "--mtu 9000" "--mtu 900" "--protect 20+4"; do
	rm -rf "$tmp/in" && mkdir "$tmp/in"
	start_recv other --into "$tmp/in"
	receiver=$pid
	start_relay line "$port" --drop 100
	"$send" --to "127.0.0.1:$relay_port" --protect none --rate 200M "$tmp/src/large" 2> /dev/null
	stop "$relay_pid"
	stop "$receiver"
	"$recv" --report --into "$tmp/in" > "$tmp/list"
	start_recv other --into "$tmp/in" --count 1 --timeout 60s
	# shellcheck disable=SC2086
	check "again with $how" "$send" --to "127.0.0.1:$port" --rate 200M $how --again "$tmp/list" "$tmp/src/large"
	check "completed" ended "$pid" 0
	check "the same" cmp "$tmp/src/large" "$tmp/in/large"
done

# What is listed and not there any more, or has changed, is told.
touch "$tmp/src/large"
"$send" --to 127.0.0.1:9 --again "$tmp/list" "$tmp/src/large" 2> "$tmp/told"
check "a changed file makes exit code 1" test $? -eq 1
check "and is named" grep -q 'not-sent.*NOTFOUND.*large' "$tmp/told"
echo '{"kind":"other"}' > "$tmp/bad"
"$send" --to 127.0.0.1:9 --again "$tmp/bad" "$tmp/src/large" 2> "$tmp/told"
check "another list is refused" test $? -eq 2
check "with its reason" grep -q '^SCHEMA: .*kind' "$tmp/told"
check "a list without paths is refused" sh -c '"$1" --to 127.0.0.1:9 --again "$2" 2>&1 | grep -q "^USAGE: "' - "$send" "$tmp/list"
exit $failed
