#!/bin/sh
# Protection at rest: no name and no identity number lies readable in any file of a zone, link or log, nor in a backup or a core; the data keys and the key
# of the blind index are rotated while the services run and are killed, holders are found at every moment of it, the old keys are forgotten, the master key
# moves from its file to a token (SoftHSM), and everybody still sees what they may see.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
SW_LOG=info
. tests/stack/walk.sh
trap 'stack_stop; stack_clean' EXIT
daemon() { zone_daemon "$1"; }

zones_made
ulimit -c unlimited # what the programs themselves allow is looked at
stack_start
{ walk_transfer && first_to_task 0; } > "$D/walk.log" 2>&1
equal "a case went through, another waits in the intranet" 0 $?
jq -r '.[] | .name, .id_number' "$D/demo/people.json" | sort -u > "$D/secrets"
for z in $ZONES; do "$SW_BIN/$(daemon $z)" backup "$D/$z/backup.db" -c "$D/$z/conf/$(daemon $z).yaml"; done

# What people typed and the simulated identity platform and the generator hold is outside: everything else is looked at, byte by byte.
readable() { grep -rlaFf "$D/secrets" "$D/internet" "$D/extranet" "$D/intranet" "$D/gapd" "$D/diode" "$D/log" "$D"/spool* "$D"/burner* $([ "$SW_DB" != pg ] || echo "$D.pg/data") 2> /dev/null | grep -v "$D/log/identity"; }
equal "no name or number is readable in any file" "" "$(readable)"
# The scan does find what is there.
person 0 name > "$D/extranet/data/planted"
equal "the scan finds a planted name" "$D/extranet/data/planted" "$(readable)"
rm "$D/extranet/data/planted"
for z in $ZONES; do
	p=$(cat "$D/pid/$(daemon $z)")
	equal "$z: the process leaves no core" "0 0" "$(awk '/^Max core file size/ { print $5, $6 }' "/proc/$p/limits")"
done

# ---- spatial graphics pass through encrypted and stay until the intranet's receipt
graphics() { # how many of those handed in lie among the stored files
	stack_sql extranet "SELECT $(stack_hex blob) FROM reg_graphics" > "$D/names"
	find "$D/extranet/data/blobs" -type f | tr -d / | grep -cFf "$D/names"
}
point=$(jq -r '.features[0].geometry.coordinates[0][1] | join(",")' "$D/demo/handed-in-0.geojson" | cut -d, -f1)
equal "the drawing waits in the registry, sealed to the intranet" "1 " "$(graphics) $(grep -rlaF "$point" "$D/extranet" "$D"/spool* 2> /dev/null)"
equal "the same search finds it where it was handed in from" yes "$(grep -qaF "$point" "$D/demo/handed-in-0.geojson" && echo yes)"

case $(cat /proc/sys/kernel/core_pattern) in
core)
	(cd "$D" && sh -c 'kill -ABRT $$') 2> /dev/null
	equal "another program leaves its memory in a core" 1 "$(find "$D" -maxdepth 1 -name 'core*' | wc -l)"
	rm -f "$D"/core*
	place=$(readlink "/proc/$(cat "$D/pid/registryd")/cwd")
	before=$(find "$place" -maxdepth 1 -name 'core*' | wc -l)
	kill -ABRT "$(cat "$D/pid/registryd")"
	reach extranet officer /api/keys '.left == 0' "the service after a fault"
	equal "the registry, ended by a fault, leaves none" "0 $before" "$? $(find "$place" -maxdepth 1 -name 'core*' | wc -l)"
	;;
*) echo "ok - cores go to a collector of this machine: that programs leave none is shown by their limits alone" ;;
esac

# ---- rotation while everything runs
keys() { "$SW_BIN/$(daemon "$1")" keys "$2" -c "$D/$1/conf/$(daemon "$1").yaml"; }
# How many units each person holds, by number: the search of the book and the portal's mirror both stand on the blind index.
jq -r '.[].id_number' "$D/demo/people.json" | head -4 > "$D/numbers"
holdings() {
	while read -r number; do
		call extranet registrar1 POST /api/register/search "{\"holder\": \"$number\", \"reason\": \"checking the rotation\"}"
		printf '%s ' "$(field '.rows | length')"
	done < "$D/numbers"
	call internet zhang GET /api/applications
	field '.rows | length'
}
held=$(holdings)
equal "somebody holds something, and zhang has applications" yes "$(echo "$held" | grep -q '[1-9].* [1-9]' && echo yes || echo "$held")"
cp "$D/extranet/data/vault.json" "$D/old-vault.json"
call extranet officer POST /api/keys/rotate '{}'
equal "an officer rotates the registry's keys" 202 "$(cat "$W/code")"
kill -9 "$(cat "$D/pid/registryd")"
equal "in the middle nothing is readable" "" "$(readable)"
equal "and holders are found" "$held" "$(holdings)"
reach extranet officer /api/keys '.left == 0 and (.keys.column | length) == 2' "the sealing under the new keys"
equal "killed in the middle, it goes on to the end" 0 $?
call extranet officer POST /api/keys/rotate-index '{}'
equal "and the key of the blind index" 202 "$(cat "$W/code")"
kill -9 "$(cat "$D/pid/registryd")"
equal "holders are found in the middle of it" "$held" "$(holdings)"
reach extranet officer /api/keys '.left == 0 and (.keys.index | length) == 2' "the index under the new key"
equal "killed in the middle, it goes on to the end" 0 $?
equal "holders are found behind it" "$held" "$(holdings)"
equal "no index is under the old key" 0 "$(stack_sql extranet "SELECT count(*) FROM qlr WHERE zjh_index NOT LIKE '2:%'")"
equal "what is left is also told to the watch" "sanwang_reseal_rows_left 0" "$(curl -s "$(url extranet)/metrics" | grep '^sanwang_reseal_rows_left')"
call extranet registrar1 POST /api/keys/rotate '{}'
equal "a registrar may not" 403 "$(cat "$W/code")"
call extranet registrar1 POST /api/keys/rotate-index '{}'
equal "nor the index" 403 "$(cat "$W/code")"
keys internet rotate 2> "$D/busy"
equal "keys are not changed beside the running service" "1 BUSY" "$? $(cut -d: -f1 "$D/busy")"
stack_stop
for z in internet intranet; do
	keys $z rotate > "$D/rotate.log" 2>&1
	equal "$z: rotated by command" 0 $?
	equal "$z: nothing is left under the old keys" 0 "$(keys $z show | jq .left)"
done
keys internet rotate-index > /dev/null
equal "the portal's index is brought under a new key" "0 0" "$? $(stack_sql internet "SELECT count(*) FROM application_party WHERE id_index NOT LIKE '2:%'")"
for z in $ZONES; do
	keys $z prune
	equal "$z: the old keys are forgotten" "1 1" "$(keys $z show | jq -r '[.keys.column, .keys.file | length] | join(" ")')"
done
cp "$D/extranet/data/vault.json" "$D/new-vault.json"
cp "$D/old-vault.json" "$D/extranet/data/vault.json"
"$SW_BIN/registryd" dump -c "$D/extranet/conf/registryd.yaml" > /dev/null 2> "$D/dump.err"
equal "the old keys open nothing any more" 1 $?
cp "$D/new-vault.json" "$D/extranet/data/vault.json"
keys extranet rotate-index > /dev/null
equal "another key of the blind index while the service is stopped" "0 3" "$? $(keys extranet show | jq '.keys.index | length')"

# ---- the master key
conf=$D/extranet/conf/registryd.yaml
master() { sed -i "s|^\( *master:\).*|\1 $1|" "$conf"; }
dump() { "$SW_BIN/registryd" dump -c "$conf" > /dev/null 2> "$D/dump.err"; }
head -c 32 /dev/urandom > "$D/extranet/keys/master.new" && chmod 600 "$D/extranet/keys/master.new"
"$SW_BIN/registryd" keys master "$D/extranet/keys/master.new" -c "$conf"
equal "another master key" 0 $?
dump
equal "the old master key opens nothing" 1 $?
master ../keys/master.new
# SoftHSM ends its own memory by itself: what it keeps is not ours to look for.
export SOFTHSM2_CONF="$D/softhsm.conf" ASAN_OPTIONS=detect_leaks=0
module=/usr/lib/softhsm/libsofthsm2.so
mkdir "$D/tokens" && printf 'directories.tokendir = %s/tokens\nlog.level = ERROR\n' "$D" > "$SOFTHSM2_CONF"
printf '7351\n' > "$D/extranet/keys/pin" && printf '0000\n' > "$D/extranet/keys/other-pin" && chmod 600 "$D/extranet/keys/pin" "$D/extranet/keys/other-pin"
softhsm2-util --init-token --free --label registry --so-pin 5555 --pin 7351 > /dev/null
uri() { echo "pkcs11:token=${2:-registry};object=${1:-master}?module-path=$module&pin-source=file:$D/extranet/keys/${3:-pin}"; }
"$SW_BIN/registryd" keys master "$(uri)" -c "$conf" 2> "$D/dump.err"
equal "the master key moves to a token, which makes it" 0 $?
dump
equal "the file opens nothing any more" 1 $?
rm "$D/extranet/keys/master.new" "$D/extranet/keys/master.key"
equal "the token does not give the key away" "never extractable" \
	"$(pkcs11-tool --module $module --token-label registry --login --pin 7351 --list-objects --type secrkey 2> /dev/null | grep -o 'never extractable')"
# opened_by NAME REASON URI
opened_by() {
	master "$(echo "$3" | sed 's/&/\\&/g')"
	dump
	equal "$1: $2" "1 $2" "$? $(cut -d: -f1 "$D/dump.err")"
}
opened_by "another PIN" DENIED "$(uri master registry other-pin)"
opened_by "another object" KEY "$(uri another)"
opened_by "another token" KEY "$(uri master lost)"
"$SW_BIN/registryd" keys master "$(uri second)" -c "$conf" 2> /dev/null
equal "who cannot open the vault gives it no other master key" 1 $?
master "$(uri | sed 's/&/\\&/g')"
dump
equal "the right one opens it" 0 $?
grep -q 7351 "$D/dump.err" "$D"/log/* && echo "not ok - the PIN is told nowhere" || echo "ok - the PIN is told nowhere"
stack_start
call extranet registrar1 GET "/api/cases?state="
equal "the registrar signs in and sees the cases" 200 "$(cat "$W/code")"
id=$(jq -r '.rows[-1].id' "$W/reply")
call extranet registrar1 GET "/api/cases/$id?reveal=checking+the+rotation"
equal "and the parties in full, with a reason" "$(person 0 name)" "$(field '.parties[0].name')"
call internet zhang GET /api/applications
equal "the applicant sees the application" 200 "$(cat "$W/code")"
equal "holders are found" "$held" "$(holdings)"
call extranet officer POST /api/keys/rotate '{}'
reach extranet officer /api/keys '.left == 0 and (.keys.column | length) == 2' "the sealing under a master key on a token"
equal "with the master key on the token the data keys rotate" 0 $?
walk_book_equal > "$D/equal.log" 2>&1
equal "book, log and the intranet's copy are still equal row by row" 0 $?
equal "still nothing is readable" "" "$(readable)"
{
	reach intranet reviewer "$(task)" '.state != "received"' "the cadastral review" do_task_review && reach intranet approver "$(task)" '.state == "passed"' "the approval" do_task_approve &&
		ferry "cadastral result" && first_to_certificate && reach extranet registrar1 "$(kase)" '.steps | map(.state) | index("delivered") != null' "the certificate"
} > "$D/walk.log" 2>&1
equal "the waiting case goes to its end" 0 $?
n=1200
until [ "$(graphics)" = 0 ] || [ $n = 0 ]; do n=$((n - 1)); sleep 0.1; done
equal "behind the receipt on the disc no drawing is left in the registry" "0 " "$(graphics) $(grep -rlaF "$point" "$D/extranet" 2> /dev/null)"
exit $failed
