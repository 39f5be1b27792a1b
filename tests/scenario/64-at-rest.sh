#!/bin/sh
# Protection at rest: no name and no identity number lies readable in any file of a zone, link or log, nor in a backup or a core; the keys are rotated while
# the services run and are killed, every value is sealed anew, the old keys are forgotten, and everybody still sees what they may see.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
SW_LOG=info
. tests/stack/walk.sh
trap 'stack_stop; rm -rf "$D"' EXIT
daemon() { zone_daemon "$1"; }

zones_made
stack_start
{ walk_transfer && first_to_task 0; } > "$D/walk.log" 2>&1
equal "a case went through, another waits in the intranet" 0 $?
jq -r '.[] | .name, .id_number' "$D/demo/people.json" | sort -u > "$D/secrets"
for z in $ZONES; do "$SW_BIN/$(daemon $z)" backup "$D/$z/backup.db" -c "$D/$z/conf/$(daemon $z).yaml"; done

# What people typed and the simulated identity platform and the generator hold is outside: everything else is looked at, byte by byte.
readable() { grep -rlaFf "$D/secrets" "$D/internet" "$D/extranet" "$D/intranet" "$D/gapd" "$D/diode" "$D/log" "$D"/spool* "$D"/burner* 2> /dev/null | grep -v "$D/log/identity"; }
equal "no name or number is readable in any file" "" "$(readable)"
# The scan does find what is there.
person 0 name > "$D/extranet/data/planted"
equal "the scan finds a planted name" "$D/extranet/data/planted" "$(readable)"
rm "$D/extranet/data/planted"
for z in $ZONES; do
	p=$(cat "$D/pid/$(daemon $z)")
	equal "$z: the process leaves no core" "0 0" "$(awk '/^Max core file size/ { print $5, $6 }' "/proc/$p/limits")"
done

# ---- rotation while everything runs
keys() { "$SW_BIN/$(daemon "$1")" keys "$2" -c "$D/$1/conf/$(daemon "$1").yaml"; }
left() { call "$1" "$2" GET /api/keys && field .left; }
cp "$D/extranet/data/vault.json" "$D/old-vault.json"
call extranet officer POST /api/keys/rotate '{}'
equal "an officer rotates the registry's keys" 202 "$(cat "$W/code")"
kill -9 "$(cat "$D/pid/registryd")"
reach extranet officer /api/keys '.left == 0 and (.keys.column | length) == 2' "the sealing under the new keys"
equal "killed in the middle, it goes on to the end" 0 $?
call extranet registrar1 POST /api/session '{}'
call extranet registrar1 POST /api/keys/rotate '{}'
equal "a registrar may not" 403 "$(cat "$W/code")"
keys internet rotate 2> "$D/busy"
equal "keys are not changed beside the running service" "1 BUSY" "$? $(cut -d: -f1 "$D/busy")"
stack_stop
for z in internet intranet; do
	keys $z rotate > "$D/rotate.log" 2>&1
	equal "$z: rotated by command" 0 $?
	equal "$z: nothing is left under the old keys" 0 "$(keys $z show | jq .left)"
done
for z in $ZONES; do
	keys $z prune
	equal "$z: the old keys are forgotten" "1 1 1" "$(keys $z show | jq -r '[.keys.column, .keys.file, .keys.index | length] | join(" ")')"
done
cp "$D/extranet/data/vault.json" "$D/new-vault.json"
cp "$D/old-vault.json" "$D/extranet/data/vault.json"
"$SW_BIN/registryd" dump -c "$D/extranet/conf/registryd.yaml" > /dev/null 2> "$D/dump.err"
equal "the old keys open nothing any more" 1 $?
cp "$D/new-vault.json" "$D/extranet/data/vault.json"
keys extranet rotate-index > /dev/null
equal "a new key of the blind index while the service is stopped" 0 $?
head -c 32 /dev/urandom > "$D/extranet/keys/master.new" && chmod 600 "$D/extranet/keys/master.new"
"$SW_BIN/registryd" keys master "$D/extranet/keys/master.new" -c "$D/extranet/conf/registryd.yaml"
equal "another master key" 0 $?
"$SW_BIN/registryd" dump -c "$D/extranet/conf/registryd.yaml" > /dev/null 2> "$D/dump.err"
equal "the old master key opens nothing" 1 $?
sed -i 's|^\( *master:\).*|\1 ../keys/master.new|' "$D/extranet/conf/registryd.yaml"
stack_start
call extranet registrar1 GET "/api/cases?state="
equal "the registrar signs in and sees the cases" 200 "$(cat "$W/code")"
id=$(jq -r '.rows[-1].id' "$W/reply")
call extranet registrar1 GET "/api/cases/$id?reveal=checking+the+rotation"
equal "and the parties in full, with a reason" "$(person 0 name)" "$(field '.parties[0].name')"
call internet zhang GET /api/applications
equal "the applicant sees the application" 200 "$(cat "$W/code")"
walk_book_equal > "$D/equal.log" 2>&1
equal "book, log and the intranet's copy are still equal row by row" 0 $?
equal "still nothing is readable" "" "$(readable)"
exit $failed
