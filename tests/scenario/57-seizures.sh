#!/bin/sh
# 查封 at a running registry, as courts bring it: who comes first has it, who comes later waits in order of receipt; a release moves the next one up, a renewal
# keeps its place, a term that is over lapses by itself and moves the queue; nothing else is entered meanwhile, and each step stands in the book and its log.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
# Of the fifth flat one seizure is over since yesterday, another waits.
fifth() { jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | sed -n 5p; }
over() {
	jq -nc --arg u "$(fifth)" --arg y "$(TZ=Asia/Shanghai date -d yesterday +%F)" '{table: "cfdj", row: {djlx: "800", sdsj: "", fj: "", dbr: "import", djsj: "2024-01-02T00:00:00.000Z", yxq_q: "2024-01-02T00:00:00.000Z", bdcdyh: $u}}
		| (.row += {cfjg: "甲市人民法院", cflx: "1", cfwh: "(2024)甲执字第1号", cfqssj: "2024-01-02", cfjssj: $y}), (.row += {cfjg: "乙市人民法院", cflx: "2", cfwh: "(2024)乙执字第1号", cfqssj: "2024-01-03", cfjssj: "2024-07-01"})' > "$D/over.jsonl"
	"$SW_BIN/registryd" import -c "$D/extranet/conf/registryd.yaml" "$D/over.jsonl"
}
trap '[ -z "$running" ] || kill "$running" 2> /dev/null; wait; stack_clean' EXIT
trap 'exit 1' INT TERM
zones_made over
registry_start
flat=$(fifth)
watch_replies extranet
. tests/stack/walk.sh
. tests/scenario/lib/window.sh
act() { # USER ACTION JSON: the status
	call extranet registrar1 GET "/api/cases/$application"
	desk "$1" "$2" "$3"
	cat "$W/code"
}
# order BUSINESS UNIT COURT FIELDS: what the court asks, as far as it comes; the last status
order() {
	scan && first=$upload && scan || return 1
	jq -nc --arg b "$1" --arg u "$2" --arg c "$3" --argjson f "$4" --arg one "$first" --arg two "$upload" '{business: $b, channel: "department", unit_code: $u, attested: true,
		parties: [{role: "court", name: $c, id_kind: "6", id_number: "11110000000000001X", share_num: 1, share_den: 1}], fields: ($f + {court: $c}), materials: [{code: "ruling", upload: $one}, {code: "assistance", upload: $two}]}' > "$W/order.json"
	call extranet registrar1 POST /api/window/cases "$(cat "$W/order.json")"
	application=$(field .id)
	[ "$(cat "$W/code")" = 201 ] && [ "$(act registrar1 accept '{}')" = 200 ] && [ "$(act registrar1 review '{"opinion":"可"}')" = 200 ] && act registrar2 enter '{}' > "$W/entered"
	cat "$W/code"
}
seize() { order seizure "$unit" "$1市人民法院" "{\"document_no\":\"(2026)$1执字第1号\",\"term_from\":\"2026-01-0$2\",\"term_to\":\"2028-12-31\"${3:+,\"seizure_kind\":\"$3\"}}"; }
release() { order seizure-release "$unit" "$1市人民法院" "{\"document_no\":\"(2026)$1执解字第1号\",\"seizure_no\":\"$2\"}"; }
reason() { field ".where | split(\":\")[0]"; }
# queue UNIT: each seizure in force by its document: its kind, 1 in force, 2 waiting
queue() {
	call extranet registrar1 GET "/api/register/units/$1"
	field '[.cfdj // [] | sort_by(.cfwh)[] | "\(.cfwh[6:7])\(.cflx)"] | sort | join(" ")'
}
call extranet registrar1 GET /api/session
call extranet registrar2 GET /api/session
mortgage 1 || { echo "not ok - a mortgage is handed in"; exit 1; }
mortgage=$application unit=$(jq -r .unit_code "$W/window.json")

equal "the first court has it" "200 甲1" "$(seize 甲 1) $(queue "$unit")"
equal "the second and the third wait behind it" "200 200 丙2 乙2 甲1" "$(seize 乙 2) $(seize 丙 1) $(queue "$unit")"
equal "the same document counts once" "409 DUPLICATE" "$(seize 甲 1) $(reason)"
application=$mortgage
equal "meanwhile nothing is entered, and why is said" "409 BLOCKED seizure-in-force" "$(act registrar1 accept '{}') $(field '"\(.error) \(.where)"')"
equal "another court does not release it" "409 COURT" "$(release 乙 '(2026)甲执字第1号') $(reason)"
equal "renewed it keeps its place" "200 丙2 乙2 甲1" "$(order seizure-renew "$unit" 甲市人民法院 '{"document_no":"(2026)甲执续字第1号","seizure_no":"(2026)甲执字第1号","term_to":"2031-12-31"}') $(queue "$unit")"
equal "who came first moves up, whatever dates were ordered" "200 丙2 乙1" "$(release 甲 '(2026)甲执续字第1号') $(queue "$unit")"
equal "its term begins with the day of its turn" "$(TZ=Asia/Shanghai date +%F) 乙" "$(call extranet registrar1 GET "/api/register/units/$unit"; field '.cfdj[] | select(.cflx == "1") | "\(.cfqssj) \(.cfwh[6:7])"')"
equal "one that waits is released: nobody moves" "200 乙1" "$(release 丙 '(2026)丙执字第1号') $(queue "$unit")"
equal "the last one" "200 " "$(release 乙 '(2026)乙执字第1号') $(queue "$unit")"
application=$mortgage
equal "now the mortgage is accepted" 200 "$(act registrar1 accept '{}')"
see_log() { stack_sql extranet "SELECT count(*) FROM djlog WHERE bdcdyh = '$unit' AND djlx = '800'"; }
equal "each of the seven orders that were entered has its row in the log" 7 "$(see_log)"
equal "a term that is over lapsed by itself, the next one has it from the day behind" "乙1 $(TZ=Asia/Shanghai date +%F) system" \
	"$(queue "$flat") $(field '.cfdj[0].cfqssj') $(stack_sql extranet "SELECT dbr FROM djlog WHERE bdcdyh = '$flat' ORDER BY xh DESC LIMIT 1")"
"$SW_BIN/registryd" audit-book -c "$D/extranet/conf/registryd.yaml" > "$D/audit" 2>&1
equal "the auditor finds the book whole" 0 $?
exit $failed
