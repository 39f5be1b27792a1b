#!/bin/sh
# 分割 from the portal: the holder of a flat applies online, the drawing goes to the cadastre and its review comes back on a disc, and of each new unit the
# applicant finds a certificate of its own at the portal, sealed, with both its files; the old unit is no longer among the property.
# Tree: build: no program does anything here that others do not run sanitized
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_stop; stack_clean' EXIT
. tests/stack/walk.sh
zones_made
# A flat of wang on a parcel that the cadastre has not drawn yet.
wang=$(person_of wang)
graphics=parcel-good.geojson
parcel=$(jq -r '.features[0].properties.parcel_code' "$D/demo/$graphics")
flat=${parcel}F00010101 one=${parcel}F00010201 two=${parcel}F00010202
for t in h fdcq2 qlr zdjbxx; do jq -c --arg t $t 'select(.table == $t)' "$D/demo/register.jsonl" | head -1; done |
	jq -c --arg unit "$flat" --arg parcel "$parcel" --arg n "$(person "$wang" name)" --arg i "$(person "$wang" id_number)" '.row.bdcdyh = $unit
		| if .table == "h" then .row += {zddm: $parcel, zrzh: "", jzmj: 1000000}
		elif .table == "zdjbxx" then .row += {bdcdyh: ($parcel + "W00000000"), zddm: $parcel}
		elif .table == "qlr" then .row += {qlbsm: 2, qlrmc: $n, zjh: $i}
		else .row.bdcqzh = "京(2020)东城区不动产权第0000999号" end' > "$D/flat.jsonl"
"$SW_BIN/registryd" import -c "$D/extranet/conf/registryd.yaml" "$D/flat.jsonl" > "$D/import.log" 2>&1
equal "wang has a flat: $(cat "$D/import.log")" 0 $?
stack_start
jq -nc --arg unit "$flat" --arg units "$(printf '%s|201|400000\n%s|202|600000' "$one" "$two")" --arg n "$(person "$wang" name)" --arg i "$(person "$wang" id_number)" \
	'{unit_code: $unit, fields: {units: $units, reason: "分割"}, parties: [{role: "applicant", name: $n, id_number: $i, share_num: 1, share_den: 1}]}' > "$W/draft.json"
{
	apply_start split-registration wang planning && apply_sign wang "$wang" 0 &&
		reach extranet registrar1 "$(kase)" '.number != ""' "the case at the registry" &&
		reach extranet registrar1 "$(kase)" "$(past accepted cadastral review entry certificate delivered archived)" "the acceptance" do_accept &&
		reach extranet registrar1 "$(kase)" '.steps | map(.state) | index("cadastral") != null' "the graphics" do_graphics &&
		reach intranet reviewer "$(task)" '.state != ""' "the task in the intranet" &&
		reach intranet reviewer "$(task)" '.state != "received"' "the cadastral review" do_task_review &&
		reach intranet approver "$(task)" '.state == "passed"' "the approval of the review" do_task_approve &&
		ferry "split" && first_to_certificate
} > "$D/split.log" 2>&1
equal "an application from the portal goes through all three zones and back" 0 $?
[ $failed = 0 ] || { sed 's/^/# /' "$D/split.log"; tail -3 "$D"/log/* | sed 's/^/# /'; exit 1; }
numbers=$(stack_sql extranet "SELECT r.bdcqzh FROM fdcq2 r WHERE r.yxq_z IS NULL AND r.bdcdyh IN ('$one', '$two') ORDER BY r.bdcdyh")
equal "each new unit has a right in force with a number of its own" 2 "$(echo "$numbers" | sort -u | grep -c .)"
mine() { field '.rows[] | select(.kind == "certificate-title") | .number' | sort; }
reach internet wang "$(app)/documents" '[.rows[] | select(.kind == "certificate-title")] | length == 2' "both certificates at the portal" > "$D/reach.log" 2>&1
equal "the applicant finds the certificate of each at the portal" "$(echo "$numbers" | sort)" "$(mine)"
for number in $(mine); do
	for format in pdf ofd; do
		call internet wang GET "$(app)/documents/$(printf %s "$number" | jq -sRr @uri)/$format"
		equal "$number: $format" "200 $(case $format in pdf) echo %PDF ;; *) printf 'PK\003\004' ;; esac)" "$(cat "$W/code") $(head -c 4 "$W/reply")"
	done
done
call internet li GET "$(app)/documents"
equal "nobody else does" 404 "$(cat "$W/code")"
exit $failed
