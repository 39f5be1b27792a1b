#!/bin/sh
# What a diode's receiver misses goes back on a disc: the list that diode-recv --report prints is what the disc carries, byte for byte, and what
# diode-send --again reads. Nothing that is no such list goes on a disc under that name.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
set -u
. "$(dirname "$0")/lib/diode.sh"
lib=$(cd "$(dirname "$0")/lib" && pwd)
bin=$(cd "$SW_BIN" && pwd)
mkdir "$tmp/desk"
cd "$tmp/desk" || exit 1
. "$lib/burner.sh"
keys_make intranet keys he lin
mkdir spool in

bytes "$tmp/large" 4000000
mkdir "$tmp/in"
start_recv first --into "$tmp/in"
receiver=$pid
start_relay line "$port" --drop 100
"$send" --to "127.0.0.1:$relay_port" --protect none --rate 200M "$tmp/large" 2> /dev/null
stop "$relay_pid"
stop "$receiver"
"$recv" --report --into "$tmp/in" > list
check "something is missing" jq -e '.missing | length == 1' list

for bad in '{"format":1,"kind":"other","missing":[]}' '{"format":2,"kind":"diode-missing","missing":[]}' '{"kind":"diode-missing","format":1,"missing":[]}' 'no JSON'; do
	echo "$bad" > spool/diode.missing
	check "not a list: $bad" refused FORMAT burner stage --json --store out --bundles spool --reason test
done
head -c -1 list > spool/diode.missing
check "not a list: cut off" refused FORMAT burner stage --json --store out --bundles spool --reason test
cp list spool/diode.missing
bundles 1
disc=$(stage)
check "staged beside a bundle" sh -c 'burner list --json --store out | jq -e --arg d "$1" ".rows[] | select(.disc == \$d)" > /dev/null && [ -z "$(ls spool)" ]' - "$disc"
check "approved and burnt" carry "$disc" a.iso
check "another program unpacks the disc" unpack a.iso tree
check "the list on it is the one printed, byte for byte" cmp list tree/bundles/diode.missing
check "imported" burner import a.iso --trust keys/ca.pem --store there --into in
check "it is there as it was printed" cmp list "in/$disc.diode.missing"

start_recv second --into "$tmp/in" --count 1 --timeout 60s
check "sent again by what the disc brought" "$send" --to "127.0.0.1:$port" --rate 200M --again "in/$disc.diode.missing" "$tmp/large"
check "completed" ended "$pid" 0
check "the same" cmp "$tmp/large" "$tmp/in/large"
exit $failed
