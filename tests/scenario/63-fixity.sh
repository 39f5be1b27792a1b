#!/bin/sh
# Stored files: a whole sweep, then one file with a changed byte, one that is gone, one that no row names: each told with its case and file, in the
# command's answer, at the officer's page, in the health and the audit log; nothing else is touched.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
trap 'stack_stop; rm -rf "$D"' EXIT

zones_made
stack_start
walk_transfer > "$D/walk.log" 2>&1
equal "a case went through" 0 $?
call extranet registrar1 GET "$(kase)"
number=$(field .number)
call internet zhang GET "$(app)"
held=$(field .certificate.number)
sweep() { "$SW_BIN/registryd" fixity -c "$D/extranet/conf/registryd.yaml" > "$D/sweep" 2> "$D/sweep.err"; }
sweep
equal "everything is whole" 0 $?
files=$(find "$D/extranet/data/blobs" -path '*/??/*' -type f | wc -l)
[ "$files" -ge 2 ] && [ "$(cut -d' ' -f1 "$D/sweep")" -ge "$files" ]
equal "every one of the $files files was read" 0 $?

# The files that the certificate's and the material's rows name.
blob() { find "$D/extranet/data/blobs" -path "*/$(echo "$1" | cut -c1-2)/$(echo "$1" | cut -c3-)"; }
certificate=$(blob "$(stack_sql extranet "SELECT $(stack_hex blob) FROM bdcqzs WHERE bdcqzh = '$held'")")
material=$(blob "$(stack_sql extranet "SELECT $(stack_hex blob) FROM reg_material LIMIT 1")")
hex() { echo "$1" | awk -F/ '{ print $(NF - 1) $NF }'; }
size=$(stat -c %s "$material")
printf '\377' | dd of="$material" bs=1 seek=$((size / 2)) conv=notrunc 2> /dev/null
rm "$certificate"
mkdir -p "$D/extranet/data/blobs/00"
echo stray > "$D/extranet/data/blobs/00/$(printf '%062d' 7)"
touch -d '3 days ago' "$D/extranet/data/blobs/00/$(printf '%062d' 7)"
sweep
equal "damage ends with 1" 1 $?
jq -r .text "$D/sweep.err" 2> /dev/null > "$D/told"
grep -q "what=material subject=\"$number\" file=$(hex "$material") problem=\"changed\"" "$D/told"
equal "the changed material is told with case and file" 0 $?
grep -q "what=certificate subject=\"$held\" file=$(hex "$certificate") problem=\"missing\"" "$D/told"
equal "the missing certificate is told" 0 $?
equal "the stray file is counted" 1 "$(awk '{ print $7 }' "$D/sweep")"
equal "and left alone" stray "$(cat "$D/extranet/data/blobs/00/$(printf '%062d' 7)")"
reach extranet officer /api/fixity '.rows[0].damaged >= 2' "the report"
equal "the officer sees it: newest sweep, damaged" "changed missing" "$(jq -r '[.rows[0].findings[].problem] | unique | join(" ")' "$W/reply")"
equal "and that the sweep before was whole" 0 "$(field '.rows[1].damaged')"
call extranet registrar1 GET /api/fixity
equal "a registrar has no business there" 403 "$(cat "$W/code")"
exit $failed
