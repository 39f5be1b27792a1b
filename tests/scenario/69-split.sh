#!/bin/sh
# 分割 from the portal: the holder of a flat applies online, the drawing goes to the cadastre and its review comes back on a disc, and of each new unit the
# applicant finds a certificate of its own at the portal, sealed, with both its files; the old unit is no longer among the property. Then land that is drawn in
# the cadastre: outlines that are not its ground cannot pass; divided without a rest, the old parcel is past and the new ones stand in its place.
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
# Land of wang, drawn: 100 m by 100 m, beside it a neighbour's.
land=${parcel%90001}80001 west=${parcel%90001}80002 east=${parcel%90001}80003 near=${parcel%90001}80004
x=$(jq '.features[0].geometry.coordinates[0][0][0] | floor' "$D/demo/$graphics") y=$(jq '.features[0].geometry.coordinates[0][0][1] | floor + 1000' "$D/demo/$graphics")
ring() { echo "[[$1,$2],[$(($1 + $3)),$2],[$(($1 + $3)),$(($2 + $4))],[$1,$(($2 + $4))],[$1,$2]]"; }
printf '{"kind":"parcel","code":"%s","ring":%s}\n' "$land" "$(ring ${x}000 ${y}000 100000 100000)" "$near" "$(ring $((x + 100))000 ${y}000 50000 100000)" > "$D/land.cadastre"
"$SW_BIN/cadastred" import -c "$D/intranet/conf/cadastred.yaml" "$D/land.cadastre" > "$D/import.log" 2>&1
equal "and land that is drawn: $(cat "$D/import.log")" 0 $?
jq -c 'select(.table == "zdjbxx")' "$D/demo/register.jsonl" | head -1 | jq -c --arg u "${land}W00000000" --arg p "$land" '.row += {bdcdyh: $u, zddm: $p}' > "$D/land.jsonl"
jq -nc --arg u "${land}W00000000" --arg n "$(person "$wang" name)" --arg i "$(person "$wang" id_number)" '"2020-01-02T00:00:00.000Z" as $at
	| {table: "jsydsyq", row: {bdcdyh: $u, qllx: "3", djlx: "100", djyy: "首次登记", bdcqzh: "京(2020)东城区不动产权第0001001号", fj: "", dbr: "import", djsj: $at, syqmj: 100000000, syqqssj: "2010-01-01", syqjssj: "2079-12-31", qdjg: 0, yxq_q: $at}},
	{table: "qlr", row: {bdcdyh: $u, qltb: "jsydsyq", qlbsm: 2, sxh: 1, qlrmc: $n, zjzl: "1", zjh: $i, qlrlx: "1", gyfs: "0", qlbl: "", qlbl_fz: 1, qlbl_fm: 1, yxq_q: $at}}' >> "$D/land.jsonl"
"$SW_BIN/registryd" import -c "$D/extranet/conf/registryd.yaml" "$D/land.jsonl" > "$D/import.log" 2>&1
equal "which is wang's in the book: $(cat "$D/import.log")" 0 $?
stack_start
jq -nc --arg unit "$flat" --arg units "$(printf '%s|201|400000\n%s|202|600000' "$one" "$two")" --arg n "$(person "$wang" name)" --arg i "$(person "$wang" id_number)" \
	'{unit_code: $unit, fields: {units: $units, reason: "分割"}, parties: [{role: "applicant", name: $n, id_number: $i, share_num: 1, share_den: 1}]}' > "$W/draft.json"
# What stands in draft.json, until its graphics are with the reviewer.
split_to_task() {
	apply_start split-registration wang planning && apply_sign wang "$wang" 0 &&
		reach extranet registrar1 "$(kase)" '.number != ""' "the case at the registry" &&
		reach extranet registrar1 "$(kase)" "$(past accepted cadastral review entry certificate delivered archived)" "the acceptance" do_accept &&
		reach extranet registrar1 "$(kase)" '.steps | map(.state) | index("cadastral") != null' "the graphics" do_graphics &&
		reach intranet reviewer "$(task)" '.state != ""' "the task in the intranet"
}
{
	split_to_task &&
		reach intranet reviewer "$(task)" '.state != "received"' "the cadastral review" do_task_review &&
		reach intranet approver "$(task)" '.state == "passed"' "the approval of the review" do_task_approve &&
		ferry "split" && first_to_certificate
} > "$D/split.log" 2>&1
equal "an application from the portal goes through all three zones and back" 0 $?
[ $failed = 0 ] || { sed 's/^/# /' "$D/split.log"; tail -n 3 "$D"/log/* | sed 's/^/# /'; exit 1; }
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

# ---- land that is drawn
# outlines FILE WIDTH OVER: the western one so wide, the eastern one the rest and so much of the neighbour
outlines() {
	jq -nc --arg a "$west" --arg b "$east" --argjson w "$(ring "$x" "$y" "$2" 100)" --argjson e "$(ring $((x + 40)) "$y" $((60 + $3)) 100)" '{type: "FeatureCollection", features: [[$a, $w], [$b, $e] | {type: "Feature",
		properties: {parcel_code: .[0]}, geometry: {type: "Polygon", coordinates: [.[1]]}}]}' > "$D/demo/$1"
}
outlines land-good.geojson 40 0
# land_to_task FILE: a split of the land into 40 and 60 parts of a hundred, with that file, until it is with the reviewer
land_to_task() {
	graphics=$1
	jq -nc --arg unit "${land}W00000000" --arg units "$(printf '%sW00000000||40000000\n%sW00000000||60000000' "$west" "$east")" --arg n "$(person "$wang" name)" --arg i "$(person "$wang" id_number)" \
		'{unit_code: $unit, fields: {units: $units, reason: "宗地分割"}, parties: [{role: "applicant", name: $n, id_number: $i, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	split_to_task
}
checks() { field '[.checks[] | select(.passed | not) | .name] | join(" ")'; }
outlines land-gap.geojson 30 0
land_to_task land-gap.geojson > "$D/split.log" 2>&1
equal "with a strip left over it is seen: outlines, what fails" "0 2 area whole" "$? $(field '.parcels | length') $(checks)"
call intranet reviewer POST "$(task)/review" "{\"version\":$(field .version),\"verdict\":\"passed\",\"opinion\":\"通过\"}"
equal "it cannot pass" "422 REFUSED" "$(cat "$W/code") $(field .error)"
gap=$application
outlines land-over.geojson 40 5
land_to_task land-over.geojson > "$D/split.log" 2>&1
equal "with five metres of the neighbour's" "0 overlap area whole" "$? $(checks)"
land_to_task land-good.geojson > "$D/split.log" 2>&1
equal "divided without a rest" "0 replace " "$? $(field .change) $(checks)"
{
	reach intranet reviewer "$(task)" '.state != "received"' "the cadastral review" do_task_review &&
		reach intranet approver "$(task)" '.state == "passed"' "the approval of the review" do_task_approve &&
		ferry "land" && reach extranet registrar1 "$(kase)" .has_cadastral "the result from the disc"
} > "$D/split.log" 2>&1
equal "its review comes back" 0 $?
# What was reviewed is what is registered: an answer to a correction that names other parcels is none, and the right one behind it is taken.
lines() { jq -nc --arg u "$(printf '%sW00000000||%s\n%sW00000000||%s' "$west" "$1" "$east" "$2")" '$u'; }
answer() { # UNITS [CONFIRMED]: the correction is answered with them; prints the status
	call internet wang GET "$(app)"
	call internet wang PUT "$(app)" "{\"version\":$(field .version),\"fields\":{\"units\":$1}${2:+,\"confirmed\":$2}}"
	call internet wang GET "$(app)"
	call internet wang POST "$(app)/freeze" "{\"version\":$(field .version)}"
	frozen=$(cat "$W/code")
	[ "$frozen" != 200 ] || apply_sign wang "$wang" 0
	echo "$frozen"
}
call extranet registrar1 GET "$(kase)"
desk registrar1 correct '{"text":"请核对","items":[{"kind":"field","code":"units","text":"请核对"}]}'
reach internet wang "$(app)" '.state == "correction"' "the correction at the portal" > "$D/split.log" 2>&1 || failed=1
equal "an answer with other areas is handed in" 200 "$(answer "$(lines 60000000 40000000)")"
reach internet wang "$(app)" '.state == "correction" and .reason != ""' "the refusal of it" > "$D/split.log" 2>&1 || failed=1
equal "and refused: the intranet reviewed others" "yes correction" "$(field .reason | grep -q 'review was of other parcels' && echo yes) $(call extranet registrar1 GET "$(kase)"; field .state)"
equal "what stood before is no change, but may be confirmed" "422 200" "$(answer "$(lines 40000000 60000000)") $(answer "$(lines 40000000 60000000)" '["fields.units"]')"
{
	reach extranet registrar1 "$(kase)" '.state == "cadastral"' "the right answer behind the refused one" &&
		reach extranet registrar1 "$(kase)" "$(past review entry certificate delivered archived)" "the review" do_review &&
		reach extranet registrar2 "$(kase)" "$(past entry certificate delivered archived)" "the entry" do_enter
} > "$D/split.log" 2>&1
equal "it goes through to the entry" 0 $?
[ $failed = 0 ] || { sed 's/^/# /' "$D/split.log"; head -c 600 "$W/reply"; }
equal "in the cadastre the new parcels stand in the old one's place" "$west 40000000,$east 60000000 $land" \
	"$(stack_sql intranet "SELECT code || ' ' || area_cm2 FROM parcel WHERE code IN ('$land', '$west', '$east') ORDER BY code" | paste -sd,) $(stack_sql intranet "SELECT code FROM parcel_past")"
equal "in the book the land is theirs" "$(printf '%s 40000000\n%s 60000000' "$west" "$east")" \
	"$(stack_sql extranet "SELECT z.zddm || ' ' || j.syqmj FROM zdjbxx z JOIN jsydsyq j ON j.tenant = z.tenant AND j.bdcdyh = z.bdcdyh WHERE z.yxq_z IS NULL AND j.yxq_z IS NULL AND z.zddm IN ('$land', '$west', '$east') ORDER BY 1")"
equal "the log and the messages to the base platform tell the land's own kind of right 国有建设用地使用权" "3, 3" \
	"$(stack_sql extranet "SELECT DISTINCT l.qllx || ', ' || m.qllx FROM djlog l JOIN jrbw m ON m.tenant = l.tenant AND m.xh = l.xh WHERE substr(l.bdcdyh, 1, 19) IN ('$west', '$east')")"
walk_book_equal > "$D/equal.log" 2>&1
equal "book and copy are equal, the auditor finds nothing" 0 $?
application=$gap
call intranet reviewer GET "$(task)"
equal "a second case on the ground that was divided meanwhile: its codes are used" yes "$(checks | grep -q new && echo yes)"
# It is withdrawn at the window: the review that is open is closed by that, and nobody goes on with it.
call extranet registrar1 GET "$(kase)"
desk registrar1 withdraw '{"reason":"申请人撤回"}'
reach intranet reviewer "$(task)" '.state == "withdrawn"' "the end of it in the intranet" || failed=1
call intranet reviewer POST "$(task)/review" "{\"version\":$(field .version),\"verdict\":\"failed\",\"opinion\":\"不通过\"}"
equal "the open review of a withdrawn case is closed, by name" "409 the case ended in the registry: withdrawn" "$(cat "$W/code") $(field .where)"
call intranet reviewer GET "/api/tasks?state=withdrawn"
equal "and listed as that" "$gap" "$(field '[.rows[].id] | join(" ")')"
exit $failed
