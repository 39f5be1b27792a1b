#!/bin/sh
# States of the law at a running registry, on a case handed in over the gap: 中止 stops acts and terms, 恢复 goes on, the verdict of the review rules is kept
# and a trial finds it again, 撤回 ends the process; the calendar of working days moves the last day. 中止, 公告, 不予登记, 撤回 each reach the applicant with a
# document, a last day and a remedy; a 公告 stands on the portal's open page as long as it runs, is none of the term, and goes on by itself.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
finish() {
	stack_stop
	stack_clean
}
trap finish EXIT
trap 'exit 1' INT TERM
zones_made
# Departments that nobody answers at: what they are to be told waits.
printf '\ntrade:\n  url: http://127.0.0.1:1/api\ntax:\n  url: http://127.0.0.1:1/api\n' >> "$D/extranet/conf/registryd.yaml"
stack_start > "$D/start.log" 2>&1
. tests/stack/walk.sh
# act USER ACTION JSON: the status, with the version as it is now
act() {
	call extranet registrar1 GET "$(kase)"
	desk "$1" "$2" "$3"
	cat "$W/code"
}
see() { call extranet registrar1 GET "$1"; }
# draft N USER: who holds the unit N of the demonstration register sells it to wang
draft() {
	unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | sed -n "$1p")
	s=$(($1 - 1)) b=$(person_of wang)
	jq -nc --arg unit "$unit" --arg sn "$(person $s name)" --arg si "$(person $s id_number)" --arg bn "$(person "$b" name)" --arg bi "$(person "$b" id_number)" \
		'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: "x", price_cents: 2000000000},
		parties: [{role: "transferor", name: $sn, id_number: $si, share_num: 1, share_den: 1}, {role: "transferee", name: $bn, id_number: $bi, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	apply_start transfer-existing-flat "$2" contract
}
refreeze() { call internet zhang POST "$(app)/freeze" "{\"version\":$(field .version)}"; }
sign() { apply_sign "$1" $s 0 && apply_sign wang "$b" 1; }
encoded() { jq -rn --arg v "$1" '$v | @uri'; }
cst() { TZ=UTC-8 date -d "$1" +%F; }
# told USER KIND WORD…: the document of that kind at the applicant's, sealed, field by field what the case says, with all these words
told() {
	who=$1 kind=$2
	shift 2
	reach internet "$who" "$(app)/documents" "[.rows[].kind] | index(\"$kind\") != null" "$kind at the portal" > "$W/reached" || { echo missing; return; }
	paper=$(field --arg k "$kind" '[.rows[] | select(.kind == $k)][-1].number')
	call internet "$who" GET "$(app)/documents/$(encoded "$paper")/pdf"
	pdftotext -raw "$W/reply" - | tr -d ' \n\f' > "$W/paper"
	for word; do grep -qF -- "$word" "$W/paper" || { echo "without $word"; return; }; done
	see "/api/documents/$(encoded "$paper")/check"
	field '"\(.valid) \([.findings[] | .what + " " + .where] | join(","))"'
}
review_office=示例市东城区人民政府 court=示例市东城区人民法院
# published: what the open page of the portal shows, asked without an account's rights
published() {
	call internet zhang POST /api/public-queries '{"kind":"notice","about":""}'
	reach internet zhang "/api/public-queries/$(field .id)" 'has("answer")' "the notices" > "$W/reached"
	jq -r .answer "$W/reply" > "$W/published"
}
hand_in() { draft "$1" "$2" && sign "$2" && reach extranet registrar1 "$(kase)" '.number != ""' "the case at the registry"; }
hand_in 1 zhang || { echo "not ok - a case is handed in"; exit 1; }
equal "the process waits for the acceptance" accept "$(jq -r '.flow.open[0].act' "$W/reply")"
equal "a review before it is refused" 409 "$(act registrar1 review '{"opinion":"可"}')"
equal "accepted" 200 "$(act registrar1 accept '{}')"
see "$(kase)"
due=$(field .deadline)
see "$(kase)/term"
equal "the promised term is counted" 5 "$(field .term.promised.days)"
equal "its last day is the case's" "$due" "$(field .term.promised.due)"
equal "suspended for no ground of the law, or for one of another act" "422 422" "$(act registrar1 suspend '{"reason":"x"}') $(act registrar1 suspend '{"ground":"refuse-law","reason":"x"}')"
equal "suspended" 200 "$(act registrar1 suspend '{"ground":"suspend-court","reason":"司法机关要求"}')"
see "$(kase)/term"
equal "the case is held" true "$(field .term.held)"
equal "the applicant has it with its ground, where and until when it may be contested" "true " "$(told zhang notice-suspension 司法机关要求 民事诉讼法 $review_office $court "$(cst '+60 days')")"
equal "no act while it is suspended" 409 "$(act registrar1 tax '{"voucher_no":"t1","amount_cents":1,"paid_on":"2026-11-24"}')"
equal "nor a second suspension" 409 "$(act registrar1 suspend '{"ground":"suspend-court","reason":"再次"}')"
equal "resumed" 200 "$(act registrar1 resume '{"reason":"情形消除"}')"
equal "tax now" 200 "$(act registrar1 tax '{"voucher_no":"t1","amount_cents":1,"paid_on":"2026-11-24"}')"
# ---- one step back: the voucher is voided with the step that entered it, and may be entered again
see "$(kase)"
equal "the tax may be gone back to, the acceptance not" 'tax ["review"] ["tax"]' "$(field '"\(.state) \([.flow.open[].act]) \(.flow.back)"')"
equal "not without a reason, not to the acceptance" "422 409" "$(act registrar1 back '{"reason":""}') $(act registrar1 back '{"reason":"误","to":"accept"}')"
equal "back" 200 "$(act registrar1 back '{"reason":"凭证号录错"}')"
see "$(kase)"
equal "its compensation is done: no voucher, the tax is waited for, why is in the history" 'accepted false ["tax"] [] back 凭证号录错 back' "$(field '"\(.state) \(.has_tax) \([.flow.open[].act]) \(.flow.back) \([.flow.log[].event] | map(select(. == "back"))[-1]) \(.steps[-1].note) \(.decisions[-1].act)"')"
equal "the voided voucher is kept" "t1 registrar1" "$(stack_sql extranet "SELECT voucher || ' ' || voided_by FROM reg_tax_void")"
equal "entered anew, with the same number" 200 "$(act registrar1 tax '{"voucher_no":"t1","amount_cents":1,"paid_on":"2026-11-24"}')"
# ---- 补正 after the acceptance: the term stands still until the applicants answered
equal "asked for after the acceptance" 200 "$(act registrar1 correct '{"text":"请更正坐落","items":[{"kind":"field","code":"location","text":"与登记簿不一致"}]}')"
see "$(kase)"
equal "the case is in correction and suspended" "correction suspended" "$(field '"\(.state) \(.flow.status)"')"
see "$(kase)/term"
equal "its term is held, for that reason" "true 受理后补正 correction" "$(field '"\(.term.held) \(.term.holds[-1].reason)"')"
equal "it is neither accepted nor rejected again, nor does the office answer for the applicants" "409 409 409" "$(act registrar1 accept '{}') $(act registrar1 reject '{"ground":"reject-party","reason":"x"}') $(act registrar1 resume '{"reason":"x"}')"
equal "both notices are made: of the correction, of the suspension before" '["notice-correction","notice-suspension"]' "$(see "$(kase)/documents"; field '[.rows[].kind | select(. == "notice-correction" or . == "notice-suspension")] | sort | tojson')"
answer() { call internet zhang PUT "$(app)" "{\"version\":$(field .version),\"fields\":{\"location\":\"示例路1号1幢101室（更正）\"}}"; }
reach internet zhang "$(app)" '.state == "correction"' "the correction at the portal" > "$D/reached" && answer
equal "the applicant answers the item" 200 "$(cat "$W/code")"
reach internet zhang "$(app)" '.state != "correction"' "the text to be signed again" refreeze > "$D/reached"
jq -j .canonical "$W/reply" > "$W/canonical"
sign zhang && reach extranet registrar1 "$(kase)" '.state == "tax"' "the answer at the registry" > "$D/reached"
see "$(kase)"
equal "answered: it stands where it stood, its process goes on" "tax running true" "$(field '"\(.state) \(.flow.status) \(.corrections[-1].answered_at != "")"')"
equal "what trade and tax are to be told waits, in its order" "1 trade accepted, 2 tax accepted, 3 trade changed, 4 tax changed" "$(stack_sql extranet "SELECT n || ' ' || who || ' ' || event FROM reg_push WHERE case_id = '$application' AND taken_at = '' ORDER BY n" | paste -sd, | sed 's/,/, /g')"
equal "and only the first of each has been tried" "1 2" "$(stack_sql extranet "SELECT n FROM reg_push WHERE case_id = '$application' AND tries > 0 ORDER BY n" | paste -sd' ')"
see "$(kase)/term"
equal "and its term" false "$(field .term.held)"
due=$(field .term.promised.due)
change() { # USER METHOD PATH [JSON]: the status
	if [ $# -gt 3 ]; then call extranet "$1" "$2" "/api/calendar$3" "$4"; else call extranet "$1" "$2" "/api/calendar$3"; fi
	cat "$W/code"
}
later=$(date -d "$due + 40 days" +%F)
equal "a day off is asked for; while it waits no second change of that day is" "202 409" "$(change registrar1 PUT "/$due" '{"work":false,"name":"示例假日"}') $(change registrar2 PUT "/$due" '{"work":true,"name":"示例"}')"
see "$(kase)/term"
equal "nothing moves before a second person agrees" "$due" "$(field .term.promised.due)"
equal "it is shown as asked for" "$due off registrar1" "$(see /api/calendar; field '.asked[0] | .day + " " + .act + " " + .asked_by')"
equal "not decided by who may not, nor by who asked" "403 202 409" "$(change registrar1 POST -changes/1/confirm '{}') $(change registrar2 PUT "/$later" '{"work":false,"name":"示例"}') $(change registrar2 POST -changes/2/confirm '{}')"
equal "agreed, once" "200 409" "$(change registrar2 POST -changes/1/confirm '{}') $(change registrar2 POST -changes/1/refuse '{}')"
see "$(kase)/term"
equal "the last day moves" true "$(jq --arg d "$due" '.term.promised.due > $d' "$W/reply")"
equal "no such day, no such change, nothing to take back" "422 404 404" "$(change registrar1 PUT /2026-02-30 '{"work":false,"name":"x"}') $(change registrar2 POST -changes/99/confirm '{}') $(change registrar1 DELETE "/$later")"
equal "the day off is taken back by two" "202 200" "$(change registrar1 DELETE "/$due") $(change registrar2 POST -changes/3/confirm '{}')"
see "$(kase)/term"
equal "and the last day with it" "$due" "$(field .term.promised.due)"
# ---- a new version of the business is published; the running case goes by it when somebody says so
step() { see "$(kase)"; act registrar2 "$1" "$2"; }
equal "no version that was never published, no migration to take back" "404 409" "$(step migrate '{"to":4,"reason":"新流程"}') $(step migrate/back '{"reason":"退回"}')"
sed -i 's/^version: 3$/version: 4/; s/^process: tax$/process: tax-approve/' "$D/extranet/share/businesses/transfer-existing-flat/business.yaml"
sed -i 's/^accept_days: 30/accept_days: 0/' "$D/extranet/conf/registryd.yaml"
see /api/reminders
equal "nobody is reminded of a fresh case" 0 "$(field '.rows | length')"
kept=$application
# ---- 公告: a lost certificate is issued anew behind a notice
published
equal "no notice runs" '[]' "$(jq -c .rows "$W/published")"
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | sed -n 3p) s=2
lost=$(jq -r --arg u "$unit" 'select(.table == "fdcq2" and .row.bdcdyh == $u) | .row.bdcqzh' "$D/demo/register.jsonl")
jq -nc --arg unit "$unit" --arg z "$lost" --arg n "$(person $s name)" --arg i "$(person $s id_number)" '{unit_code: $unit, fields: {certificate_no: $z, reason: "不慎遗失"}, parties: [{role: "applicant", name: $n, id_number: $i, share_num: 1, share_den: 1}]}' > "$W/draft.json"
apply_start reissue li statement && apply_sign li $s 0 && reach extranet registrar1 "$(kase)" '.number != ""' "the lost certificate at the registry" || failed=1
published_case=$application
equal "reviewed, its notice begins" "200 200 notice" "$(act registrar1 accept '{}') $(act registrar1 review '{"opinion":"可"}') $(see "$(kase)"; field '.flow.open[0].act')"
from=$(cst today) until=$(stack_sql extranet "SELECT until_day FROM reg_notice WHERE case_id = '$application'")
equal "the applicant has it: matter, last day, who takes objections; what the case says, field by field" "true " "$(told li notice-public "$lost" "$until" "$(person $s name)" 异议书面材料送达示例市东城区不动产登记中心 第二十二条)"
see "$(kase)"
number=$(field .number)
published
equal "everybody reads it on the portal: for whom, what, until when" "$number-GG1 $(person $s name) $from $until" "$(jq -r '.rows[0] | "\(.number) \(.applicants) \(.from) \(.until)"' "$W/published")"
equal "and no number of a person" 0 "$(grep -cF "$(person $s id_number)" "$W/published")"
see "$(kase)/term"
equal "its days are none of the term; the desk's queue says why" "公告 public notice false notice" "$(field '"\(.term.holds[-1].reason) \(.term.held)"') $(see "/api/queue?words=$number"; field '.rows[0].band')"
equal "the applicant sees the step, and until when" "公告 公告期自 $from 起，至 $until 止" "$(reach internet li "$(app)" '.progress[-1].step_zh == "公告"' "the notice's step" > "$W/reached"; field '.progress[-1] | .step_zh + " " + .note')"
equal "it may stand still meanwhile" "200 200" "$(act registrar1 suspend '{"ground":"suspend-court","reason":"法院要求"}') $(act registrar1 resume '{"reason":"情形消除"}')"
application=$kept
# Steps are never changed: an acceptance four working days ago at least is written beside the real one.
number=$(see "$(kase)"; field .number)
stack_write extranet "INSERT INTO reg_step (tenant, case_id, n, state, at, who, note) SELECT tenant, id, -1, 'accepted', '$(date -u -d '-6 days' +%FT%T.000Z)', 'test', '' FROM reg_case WHERE number = '$number'" > "$W/write" 2>&1 || { cat "$W/write"; echo "not ok - an earlier acceptance is written"; failed=1; }
draft 3 li || { echo "not ok - a draft is begun under the first version"; exit 1; }
late=$application
application=$kept
# The last day of the notice is over.
notices_end "instance = '$published_case'" > "$W/write" 2>&1 || { cat "$W/write"; echo "not ok - the notice is due"; failed=1; }
see "$(kase)"
reach extranet registrar1 /api/reminders '.rows | length == 1' "the reminder" > "$W/reached"
equal "at 80 % of its term a case is reminded of, by its number and last day" "$number true" "$(field '.rows[0] | "\(.number) \(.percent >= 80 and (.due | length) == 10)"')"
see "$(kase)/term"
equal "and marked on its own page" true "$(field .term.promised.warning)"
see "$(kase)"
equal "a running case stays with the version it came in by" "3 review" "$(field '"\(.flow.version) \(.flow.open[0].act)"')"
equal "without a reason it does not move; registrars may not move it" "422 403" "$(step migrate '{"to":4,"reason":""}') $(act registrar1 migrate '{"to":4,"reason":"新流程"}')"
equal "it moves, is logged, and what its parties signed stays" "200 4 migrate 3" "$(step migrate '{"to":4,"reason":"新流程"}') $(see "$(kase)"; field '"\(.flow.version) \(.flow.log[-1].event) \(.business_version)"')"
equal "and back, exactly, once" "200 3 review 409" "$(step migrate/back '{"reason":"误操作"}') $(see "$(kase)"; field '"\(.flow.version) \(.flow.open[0].act)"') $(step migrate/back '{"reason":"再"}')"
equal "again forward; by the new drawing two persons review" "200 200 409 approve" "$(step migrate '{"to":4,"reason":"新流程"}') $(act registrar1 review '{"opinion":"可"}') $(act registrar2 enter '{}') $(see "$(kase)"; field '.flow.open[0].act')"
application=$late
sign li && reach internet li "$(app)" '.state == "refused"' "the refusal"
equal "an application under the replaced version is refused when its days are over, with the reason" true "$(field '.reason | contains("replaced by a later one")')"
application=$published_case
reach extranet registrar1 "$(kase)" '.flow.open[0].act == "approve"' "the end of the notice" > "$W/reached"
equal "over, the notice brings the case on by itself, and says so" "approve 公告期满，没有人提出异议 system over" "$(field '"\(.flow.open[0].act) \(.steps[-1].note) \(.steps[-1].by)"') $(stack_sql extranet "SELECT how FROM reg_notice WHERE case_id = '$application'")"
published
equal "it stands on the portal no more" '[]' "$(jq -c .rows "$W/published")"
equal "confirmed; each step was told to the applicant in its order" "200 受理 审核 公告 审核 公告期满 核定" "$(act registrar2 approve '{"opinion":"同意"}') $(reach internet li "$(app)" '.progress[-1].step_zh == "已核定"' "the confirmation" > "$W/reached"; field '[.progress[].step_zh | select(test("受理|已审核|公告|核定")) | ltrimstr("已")] | reduce .[] as $s ([]; if .[-1] == $s then . else . + [$s] end) | join(" ")')"
equal "refused after all" 200 "$(act registrar1 refuse '{"ground":"refuse-dispute","reason":"权属争议尚未解决"}')"
equal "不予登记: ground, where and until when it may be contested" "true " "$(told li notice-refusal 权属争议尚未解决 第二十二条第二项 $review_office $court "$(cst '+60 days')")"
application=$kept
equal "withdrawn at the window" 200 "$(act registrar1 withdraw '{"reason":"申请人撤回"}')"
see "$(kase)"
equal "the process is ended" "withdrawn cancelled" "$(field '.state + " " + .flow.status')"
equal "撤回: why, what becomes of papers and money, where and until when it may be contested" "true " "$(told zhang notice-withdrawal 申请人撤回 第十五条 登记费、税款按原渠道退回 $review_office $court "$(cst '+60 days')")"
equal "and takes no further act" 409 "$(act registrar1 accept '{}')"
see "$(kase)/verdicts"
equal "the rules' verdict on the acceptance is kept" accept "$(field '.rows[0].stage')"
equal "with the rules and their versions" true "$(jq '.rows[0].verdict.rules | length > 0' "$W/reply")"
equal "the wrong certificate number was marked" true "$(jq '[.rows[0].verdict.findings[].rule] | index("certificate-matches") != null' "$W/reply")"
call extranet registrar1 POST /api/rule-trial '{"code":"try","zh":"甲","en":"a","basis":"b","stages":"accept","severity":"block","expr":".form.fields.price_cents > 100"}'
equal "a trial runs on the kept cases" "2 1" "$(field '(.tried | tostring) + " " + (.found | tostring)')"
exit $failed
