#!/bin/sh
# Documents of a running registry: 受理, 补正, 不予受理, 审批表, 查询结果, 证书: made of the case and the book, the same words in PDF and OFD, sealed; a changed byte
# and a book that says otherwise are found.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
departments=
finish() {
	kill $departments 2> /dev/null
	stack_stop
	stack_clean
}
trap finish EXIT
trap 'exit 1' INT TERM
zones_made
# Trade 房屋交易 and taxes 税务, which are told of every case 一窗受理
for d in trade tax; do
	mkdir -p "$D/$d"
	password > "$D/extranet/keys/$d.token"
	"$SW_TESTBIN/dept-trade" --dir "$D/$d" --token "$(cat "$D/extranet/keys/$d.token")" --port-file "$D/$d/port" 2>> "$D/log/$d" &
	departments="$departments $!"
	await "$D/$d/port"
	printf '\n%s:\n  url: http://127.0.0.1:%s/api\n  token_file: ../keys/%s.token\n' $d "$(cat "$D/$d/port")" $d >> "$D/extranet/conf/registryd.yaml"
done
# told trade|tax FILTER: of what it took of the case in hand, [{"push","times","receipt","told"}]; whether it says so, within a while
took() { curl -s -m 20 "http://127.0.0.1:$(cat "$D/$1/port")/api/cases" | jq -c --arg a "$application" '[.rows[] | select(.push | startswith($a))]'; }
told() {
	n=1200
	until [ "$(took "$1" | jq -r "$2")" = true ] || [ $n = 0 ]; do n=$((n - 1)) && sleep 0.1; done
	[ $n != 0 ] && echo yes || took "$1" | jq -c '[.[] | {times, event: (.told.statement | fromjson | .event)}]'
}
ill() { curl -s -m 20 -X POST -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' -d "{\"fault\":\"$2\"}" -o /dev/null "http://127.0.0.1:$(cat "$D/$1/port")/api/control"; }
events() { took "$1" | jq -r '[.[].told.statement | fromjson | .event] | join(" ")'; }
stack_start > "$D/start.log" 2>&1
watch_replies $ZONES
. tests/stack/walk.sh
act() { # USER ACTION JSON: the status, with the version as it is now
	call extranet registrar1 GET "$(kase)"
	desk "$1" "$2" "$3"
	cat "$W/code"
}
see() { call extranet registrar1 GET "$1"; }
seller=$(person 0 name)
hand_in() {
	unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | sed -n 1p)
	b=$(person_of wang)
	jq -nc --arg unit "$unit" --arg sn "$seller" --arg si "$(person 0 id_number)" --arg bn "$(person "$b" name)" --arg bi "$(person "$b" id_number)" \
		'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: "x", price_cents: 500000000},
		parties: [{role: "transferor", name: $sn, id_number: $si, share_num: 1, share_den: 1}, {role: "transferee", name: $bn, id_number: $bi, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	apply_start transfer-existing-flat zhang contract && apply_sign zhang 0 0 && apply_sign wang "$b" 1 &&
		reach extranet registrar1 "$(kase)" '.number != ""' "the case at the registry"
}
encoded() { jq -rn --arg s "$1" '$s | @uri'; }
flat() { tr -d ' \n\f'; }
# fetch NUMBER NAME: both files of a document, when it is sealed
fetch() {
	at=$(encoded "$1")
	reach extranet registrar1 "/api/documents/$at/check" '.valid != null' "the sealed document $1" || return 1
	jq -j .statement "$W/reply" > "$W/$2.statement"
	jq -r .signature "$W/reply" | base64 -d > "$W/$2.sig"
	for t in pdf ofd; do
		call extranet registrar1 GET "/api/documents/$at/file/$t"
		cp "$W/reply" "$W/$2.$t"
	done
	pdftotext -raw "$W/$2.pdf" - | flat > "$W/$2.pdf.txt"
	rm -rf "$W/$2.x"
	unzip -q -d "$W/$2.x" "$W/$2.ofd"
	sed 's/<[^>]*>//g' "$W/$2.x"/Doc_0/Pages/Page_*/Content.xml | flat > "$W/$2.ofd.txt"
}
# says NAME TEXT…: both formats say it
says() {
	for s in "$@"; do
		[ "$s" = "$1" ] && continue
		s=$(printf %s "$s" | flat)
		grep -qF -- "$s" "$W/$1.pdf.txt" && grep -qF -- "$s" "$W/$1.ofd.txt" || { echo "$s"; return; }
	done
	echo all
}
openssl x509 -in "$D/extranet/keys/office.seal.pem" -noout -pubkey > "$W/seal.pub"
# seal NAME: the statement is signed by the office and names these files
seal() {
	openssl pkeyutl -verify -pubin -inkey "$W/seal.pub" -in "$W/$1.statement" -sigfile "$W/$1.sig" -rawin -digest sm3 -pkeyopt distid:1234567812345678 > /dev/null 2>&1 || { echo signature; return; }
	for t in pdf ofd; do
		[ "$(openssl dgst -sm3 -r "$W/$1.$t" | cut -c1-64)" = "$(jq -r .$t "$W/$1.statement")" ] || { echo $t; return; }
	done
	echo good
}
documents() { see "$(kase)/documents"; jq -r '[.rows[] | .kind] | join(" ")' "$W/reply"; }
number_of() { jq -r --arg k "$1" '[.rows[] | select(.kind == $k)][0].number' "$W/reply"; }
valid() { see "/api/documents/$(encoded "$1")/check"; jq -r '"\(.valid) \([.findings[] | .what + " " + .where] | join(","))"' "$W/reply"; }

# ---- 补正, 不予受理
hand_in || { echo "not ok - a case is handed in"; exit 1; }
equal "sent back with two items" 200 "$(act registrar1 correct '{"text":"合同缺页","items":[{"kind":"material","code":"contract","text":"缺第3页"},{"kind":"other","code":"","text":"婚姻证明"}]}')"
equal "rejected" 200 "$(act registrar1 reject '{"ground":"reject-scope","reason":"申请登记的不动产不属于本机构登记范围"}')"
equal "both notices are there" "signed-inquiry signed-inquiry signed-pledge signed-pledge notice-correction notice-rejection" "$(documents)"
n=$(number_of notice-correction)
r=$(number_of notice-rejection)
fetch "$n" bz && fetch "$r" bsl
see "$(kase)"
c=$(field .number)
equal "the correction says what, to whom, of what" all "$(says bz "$n" "$c" "$seller" 存量房转移登记 "$unit" 示例路1号1幢101室 1．房屋买卖合同：缺第3页 2．婚姻证明 合同缺页)"
equal "the rejection says why and what may be done about it: 复议 in 60 days, a suit in six months" all "$(says bsl "$r" 申请登记的不动产不属于本机构登记范围 六十日内 行政复议 六个月内 人民法院)"
equal "both are sealed" "good good" "$(seal bz) $(seal bsl)"
cst() { TZ=UTC-8 date -d "$1" +%F; }
equal "the rejection says where it may be contested and until which day" all "$(says bsl 示例市东城区人民政府 示例市东城区人民法院 "$(cst '+60 days')")"
# at_portal NUMBER NAME: the document at the applicant's, both files and the statement as the registry has them
at_portal() {
	reach internet zhang "$(app)/documents" "[.rows[].number] | index(\"$1\") != null" "the document $1 at the portal" > "$W/reached" || { echo missing; return; }
	jq -j --arg n "$1" '.rows[] | select(.number == $n) | .statement' "$W/reply" | cmp -s - "$W/$2.statement" || { echo statement; return; }
	for t in pdf ofd; do
		call internet zhang GET "$(app)/documents/$(encoded "$1")/$t"
		cmp -s "$W/reply" "$W/$2.$t" || { echo "$t"; return; }
	done
	echo same
}
equal "both reach the applicant: the same files, the same sealed statement" "same same" "$(at_portal "$n" bz) $(at_portal "$r" bsl)"
equal "another person does not see them" 404 "$(call internet li GET "$(app)/documents"; cat "$W/code")"
equal "both stand among all that the applicant was ever given, by application; another person has none of it" "notice-correction notice-rejection 200 0" \
	"$(call internet zhang GET /api/documents; field --arg a "$application" '.rows[] | select(.application == $a) | [.documents[].kind] | join(" ")') $(call internet li GET /api/documents; cat "$W/code") $(field '.rows | length')"

# ---- 不予登记, from the review to the applicant. Its contract is filled in at the portal 合同网签
hand_in_online() {
	jq -nc --arg unit "$unit" --arg sn "$seller" --arg si "$(person 0 id_number)" --arg bn "$(person "$b" name)" --arg bi "$(person "$b" id_number)" \
		'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: "京(2020)东城区不动产权第0000001号", price_cents: 500000000},
		papers: [{code: "contract", online: true, answers: {pay_way: "loan", pay_plan: "签约付三成，过户后贷款付清", hand_over: "2027-03-31", taxes: "buyer", breach_rate: 7, dispute: "court"}}],
		parties: [{role: "transferor", name: $sn, id_number: $si, share_num: 1, share_den: 1}, {role: "transferee", name: $bn, id_number: $bi, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	first=zhang
	call internet zhang POST /api/applications '{"business":"transfer-existing-flat"}'
	application=$(field .id)
	reach internet zhang "$(app)" '.papers != null' "the terms of the contract" save_draft &&
		reach internet zhang "$(app)" '.state != "draft"' "the text to be signed" freeze &&
		apply_sign zhang 0 0 && apply_sign wang "$b" 1 && reach extranet registrar1 "$(kase)" '.number != ""' "the case at the registry"
}
hand_in_online || { echo "not ok - a case to be refused is handed in"; exit 1; }
ill trade lose-answer
equal "accepted" 200 "$(act registrar1 accept '{}')"
equal "trade and tax are told of it" "yes yes" "$(told trade 'length == 1 and .[0].times > 1') $(told tax 'length == 1')"
ill trade bad-receipt
see "$(kase)/consults"
equal "what is not taken by an answer that can be is named" "trade failed true, tax-push answered false" "$(field '[.rows[] | select(.key | startswith("push-")) | "\(.kind) \(.state) \(.again)"] | sort | reverse | join(", ")')"
ill trade none
again=$(field '.rows[] | select(.kind == "trade") | .key')
equal "and told again on demand, with a reason" 200 "$(call extranet registrar1 POST "$(kase)/consults/$again/again" '{"reason":"对方系统恢复"}'; cat "$W/code")"
reach extranet registrar1 "$(kase)/consults" '[.rows[] | select(.kind == "trade")][0].state == "answered"' "the receipt of trade"
equal "by the receipt that it gave at first: it has it once" "1 true" "$(took trade | jq length) $(field --argjson t "$(took trade)" '[.rows[] | select(.kind == "trade")][0].source == $t[0].receipt')"
took trade | jq -c '.[0].told' > "$W/told"
jq -j .statement "$W/told" > "$W/told.statement"
jq -r .signature "$W/told" | base64 -d > "$W/told.sig"
equal "the office sealed what it tells" 0 "$(openssl pkeyutl -verify -pubin -inkey "$W/seal.pub" -in "$W/told.statement" -sigfile "$W/told.sig" -rawin -digest sm3 -pkeyopt distid:1234567812345678 > /dev/null 2>&1; echo $?)"
jq -r .files.contract "$W/told" | base64 -d > "$W/told.pdf"
equal "the contract as it was sealed goes along, and what both parties signed, without their inquiry record" "true 2 false $seller" \
	"$(jq --arg d "$(openssl dgst -sm3 -r "$W/told.pdf" | cut -c1-64)" '(.contract.statement | fromjson | .pdf) == $d' "$W/told.statement") $(jq -r '"\(.signatures | length) \(.signatures | any(has("record"))) \(.form.parties[0].name)"' "$W/told.statement")"
equal "refused with its reason" 200 "$(act registrar1 refuse '{"ground":"refuse-law","reason":"申请登记的事项与登记簿记载不一致"}')"
see "$(kase)/documents"
f=$(number_of notice-refusal) k=$(number_of signed-contract-sale)
fetch "$k" ht
equal "the contract that was filled in is a document of the case, with the parties and every term in words" all \
	"$(says ht "$k" "$seller" "$(person "$b" name)" "$unit" "5000000.00 元" 首付款加贷款 签约付三成，过户后贷款付清 2027-03-31 税费由买受人承担 万分之7 依法向房屋所在地人民法院起诉)"
equal "it is sealed by the office" good "$(seal ht)"
equal "its terms stand in the text that both parties signed" "true true" "$(for u in zhang wang; do call internet $u GET "$(app)"; field --slurpfile d "$W/draft.json" '.canonical | fromjson | .papers[0].answers == $d[0].papers[0].answers'; done | tr '\n' ' ' | sed 's/ $//')"
see "$(kase)/documents"
fetch "$f" bdj
equal "不予登记 says why, where and until when it may be contested" all "$(says bdj "$f" 申请登记的事项与登记簿记载不一致 示例市东城区人民政府 "$(cst '+60 days')" 示例市东城区人民法院)"
equal "trade and tax are told that it ended" "yes yes accepted ended" "$(told trade 'length == 2') $(told tax 'length == 2') $(events tax)"
equal "it reaches the applicant, who sees the case refused and the fee cancelled" "same refused cancelled" "$(at_portal "$f" bdj) $(call internet zhang GET "$(app)"; field '.state + " " + .fee.state')"

# ---- 受理 … 发证
hand_in || { echo "not ok - a second case is handed in"; exit 1; }
equal "a reduction that is not to be claimed here is refused, with the acceptance" "422 submitted" "$(act registrar1 accept '{"reliefs":[{"code":"address-by-authority","why":"行政区划调整"}]}') $(see "$(kase)"; field .state)"
equal "accepted, with two copies" 200 "$(act registrar1 accept '{"copies":2}')"
equal "a contract that was brought as a scan is told by its digest in the form" "yes true" "$(told trade 'length == 1') $(took trade | jq '.[0].told | (.statement | fromjson | has("contract") | not) and (.files == {})')"
fee() { call extranet "$1" POST "$(kase)/fee/$2" "$3"; cat "$W/code"; }
see "$(kase)/fee"
equal "登记费 is reckoned by the table of that day: 80 for a dwelling, 10 for the second copy" "due 9000 1 registration:8000 extra-copy:1000" "$(field '.fee | "\(.state) \(.amount_cents) \(.table) " + ([.lines[] | .code + ":" + (.amount_cents | tostring)] | join(" "))')"
equal "a waiver is asked for; who asked cannot decide, nor may a registrar" "200 403 409" "$(fee registrar2 waiver '{"reason":"低保户"}') $(fee registrar1 waiver/confirm '{"reason":"可"}') $(fee registrar2 waiver/confirm '{"reason":"可"}')"
equal "not a second time meanwhile; another sum is not taken" "409 422" "$(fee registrar1 waiver '{"reason":"再"}') $(fee registrar1 pay '{"receipt":"收1","amount_cents":8000,"way":"现金"}')"
reach extranet registrar1 "$(kase)" "$(past tax review entry certificate delivered archived)" "the tax" do_tax &&
	reach extranet registrar1 "$(kase)" "$(past review)" "the review" do_review > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; echo "not ok - the case goes on to its review"; exit 1; }
equal "not entered while the fee is due" "409 FEE" "$(act registrar2 enter '{}') $(field .error)"
equal "paid at the window, once" "200 409" "$(fee registrar1 pay '{"receipt":"收1","amount_cents":9000,"way":"现金"}') $(fee registrar1 pay '{"receipt":"收1","amount_cents":9000,"way":"现金"}')"
reach internet zhang "$(app)" '.fee.state == "paid"' "the payment at the portal" && equal "the portal knows the order and that it is paid" "$(see "$(kase)/fee"; field .fee.number)" "$(call internet zhang GET "$(app)"; field .fee.order)"
book_and_certificate > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; echo "not ok - the case goes on to its certificate"; exit 1; }
certificates() { took "$1" | jq -r '.[-1].told.statement | fromjson | .certificates | join(" ")'; }
equal "trade and tax are told of the entry, with the number of the certificate" "yes yes accepted entered same" \
	"$(told trade 'length == 2') $(told tax 'length == 2') $(events trade) $(n=$(stack_sql extranet "SELECT bdcqzh FROM djlog ORDER BY xh DESC LIMIT 1"); [ -n "$n" ] && [ "$(certificates trade)" = "$n" ] && [ "$(certificates tax)" = "$n" ] && echo same || echo "$(certificates trade), not $n")"
equal "the sheet of checks and decisions is made" 200 "$(call extranet registrar1 POST "$(kase)/approval-sheet" '{}'; cat "$W/code")"
equal "the sheet of what others answered is made" 200 "$(call extranet registrar1 POST "$(kase)/check-sheet" '{}'; cat "$W/code")"
equal "the case's documents" "signed-inquiry signed-inquiry signed-pledge signed-pledge notice-fee notice-acceptance certificate-title approval-sheet check-sheet" "$(documents)"
a=$(number_of notice-acceptance) z=$(number_of certificate-title) p=$(number_of approval-sheet) k=$(number_of check-sheet)
fetch "$a" sl && fetch "$z" zs && fetch "$p" sp && fetch "$k" hy
see "$(kase)"
buyer=$(person "$b" name) number=$(field .number)
equal "the acceptance names case, unit, last day, materials" all "$(says sl "$a" "$number" "$unit" "$(field .deadline)" "$(field '.materials[0].name')")"
equal "the certificate says what the book says" all "$(says zs "$z" "$buyer" "$unit" "$(jq -r 'select(.table == "h") | .row.zl' "$D/demo/register.jsonl" | sed -n 1p)" "$number" 单独所有)"
equal "the sheet shows who did what" all "$(says sp "$number" registrar1 registrar2 "材料齐全,符合规定" "$(field '.materials[0].digest' | cut -c1-16)")"
# Each answer with its digest, reckoned here anew from what the case shows.
see "$(kase)/consults"
jq -c '[.rows[] | select(.state == "answered")]' "$W/reply" > "$W/answers"
each_answer() {
	for i in $(seq 0 $(($(jq length "$W/answers") - 1))); do
		digest=$(jq -jc ".[$i] | {key, kind, asked_at, answered_at, answer_zh, source}" "$W/answers" | openssl dgst -sm3 -r | cut -c1-64)
		said=$(says hy "$(jq -r ".[$i].answer_zh" "$W/answers")" "$(jq -r ".[$i].source" "$W/answers")" "$digest")
		[ "$said" = all ] || { echo "$said"; return; }
	done
	echo all
}
equal "the sheet of checks has who had it made, and each of several answers with source and digest" "all all true" "$(says hy "$k" "$number" registrar1) $(each_answer) $(jq 'length > 2' "$W/answers")"
equal "all four are sealed" "good good good good" "$(seal sl) $(seal zs) $(seal sp) $(seal hy)"
call internet zhang GET "$(app)/certificate"
equal "the portal's certificate is the same file" "$(openssl dgst -sm3 -r "$W/zs.pdf" | cut -c1-64)" "$(openssl dgst -sm3 -r "$W/reply" | cut -c1-64)"
equal "notice of the fee, acceptance and certificate reach the applicant as documents" "same same" "$(at_portal "$a" sl) $(at_portal "$z" zs)"
equal "each is what its case and the book say" "true  true  true  true  true " "$(valid "$a") $(valid "$z") $(valid "$p") $(valid "$k") $(valid "$n")"

# ---- 查询结果
call extranet registrar1 POST "/api/register/units/$unit/extract" '{"asked_by":"示例律师事务所","purpose":"诉讼取证"}'
x=$(field .number)
fetch "$x" cx
equal "the extract names right, holder, certificate, who asked and why" all "$(says cx "$x" "$unit" "$buyer" "$z" 示例律师事务所 诉讼取证 无查封)"
equal "it is sealed and as the book" "good true " "$(seal cx) $(valid "$x")"
equal "no purpose, no extract" 422 "$(call extranet registrar1 POST "/api/register/units/$unit/extract" '{"asked_by":"甲","purpose":""}'; cat "$W/code")"
call extranet officer GET "/api/documents/$(encoded "$x")/file/pdf"
equal "who reads no cases opens no document" 403 "$(cat "$W/code")"
call extranet officer GET "/api/looks"
equal "each opening was recorded as a look" true "$(jq --arg n "$x" '[.. | strings | select(. == $n)] | length >= 2' "$W/reply")"

# ---- numbered blanks: 入库, 缮证, 作废, 发证
stock() { # USER SERIAL ACTION KEY VALUE: the status
	call extranet "$1" POST "/api/stationery/$2" "$(jq -nc --arg k "$3" --arg v "$4" '{($k): $v}')"
	cat "$W/code"
}
balance() { see /api/stationery; jq -r '.balance[0] | "\(.received) = \(.stock) \(.printed) \(.handed) \(.spoiled)"' "$W/reply"; }
range='{"kind":"title","prefix":"BDC-","from":8,"to":12,"digits":6}'
equal "blanks are taken in by the chief only" "403 200" "$(call extranet registrar1 POST /api/stationery "$range"; cat "$W/code") $(call extranet registrar2 POST /api/stationery "$range"; cat "$W/code")"
equal "not twice, and nothing of a second delivery that overlaps" "409 5 = 5 0 0 0" "$(call extranet registrar2 POST /api/stationery '{"kind":"title","prefix":"BDC-","from":12,"to":20,"digits":6}'; cat "$W/code") $(balance)"
equal "缮证 on a blank" 200 "$(stock registrar1 BDC-000008/print paper "$z")"
equal "not on a second one, nor on that one again" "409 409" "$(stock registrar1 BDC-000009/print paper "$z") $(stock registrar1 BDC-000008/print paper "$z")"
equal "no such paper, no such blank" "404 404" "$(stock registrar1 BDC-000009/print paper 京证第1号) $(stock registrar1 BDC-999999/print paper "$z")"
old=$(stack_sql extranet "SELECT number FROM zsbh WHERE kind = 'title' AND state = 'used' AND bdcdyh = '$unit' AND number <> '$z' LIMIT 1")
equal "the seller's old certificate is there, and is not printed any more: its right has ended" "yes 409" "$([ -n "$old" ] && echo yes) $(stock registrar1 BDC-000009/print paper "$old")"
call extranet registrar1 GET /api/stationery/BDC-000008/sheet
cp "$W/reply" "$W/print.pdf"
equal "what is printed names holder, unit, number and the blank" 4 "$(pdftotext -raw "$W/print.pdf" - | flat | grep -oF -e "$buyer" -e "$unit" -e "$(printf %s "$z" | flat)" -e BDC-000008 | sort -u | wc -l)"
equal "a misprint is spoiled; then it goes on another" "200 200" "$(stock registrar1 BDC-000008/spoil reason 打印错位) $(stock registrar1 BDC-000009/print paper "$z")"
equal "nothing is handed over that is not printed" "409 409" "$(stock registrar1 BDC-000008/hand-over to 甲) $(stock registrar1 BDC-000010/hand-over to 甲)"
equal "发证" 200 "$(stock registrar1 BDC-000009/hand-over to "权利人本人，凭身份证")"
equal "handed over it is neither handed over again nor spoiled" "409 409" "$(stock registrar1 BDC-000009/hand-over to 乙) $(stock registrar1 BDC-000009/spoil reason 丢失)"
equal "nor printed once more, nor what was spoiled" "409 409" "$(see /api/stationery/BDC-000009/sheet; cat "$W/code") $(see /api/stationery/BDC-000008/sheet; cat "$W/code")"
equal "the ledger balances" "5 = 3 0 1 1" "$(balance)"
see /api/stationery/BDC-000009
equal "each move is told with who did it" "stock registrar2 printed registrar1 handed registrar1" "$(field '[.moves[] | .state + " " + .by] | join(" ")')"

# ---- the archive: one package a closed case, checked with tar, sha256sum and openssl
equal "归档" 200 "$(act registrar1 archive '{}')"
reach extranet registrar1 "/api/archive?number=$number" '.rows | length == 1' "the package"
equal "found by a word of its place, its unit, its day; not by another" "true true true false" "$(for q in "words=$(encoded 示例路)&number=$number" "unit=$unit&number=$number" "from=$(date -d yesterday +%F)&number=$number" "words=$(encoded 无此路)&number=$number"; do see "/api/archive?$q"; jq '.rows | length > 0' "$W/reply"; done | tr '\n' ' ' | sed 's/ $//')"
equal "what is not lent is not opened" 409 "$(see "/api/archive/$number/package"; cat "$W/code")"
loan='{"borrower":"示例区人民法院","purpose":"审理案件调阅","due":"2030-01-31"}'
equal "lent by the chief only, and once" "403 200 409" "$(call extranet registrar1 POST "/api/archive/$number/lend" "$loan"; cat "$W/code") $(call extranet registrar2 POST "/api/archive/$number/lend" "$loan"; cat "$W/code") $(call extranet registrar2 POST "/api/archive/$number/lend" "$loan"; cat "$W/code")"
see "/api/archive/$number/package"
mkdir "$W/bag"
tar -xf "$W/reply" -C "$W/bag"
bag() { (cd "$W/bag/$number" && openssl x509 -in signer.pem -noout -pubkey > "$W/bag.pub" && openssl pkeyutl -verify -pubin -inkey "$W/bag.pub" -in tagmanifest-sha256.txt -sigfile tagmanifest-sha256.txt.sig -rawin -digest sm3 -pkeyopt distid:1234567812345678 > /dev/null 2>&1 && sha256sum --quiet -c tagmanifest-sha256.txt 2> /dev/null && sha256sum --quiet -c manifest-sha256.txt 2> /dev/null && [ "$(find data -type f | wc -l)" = "$(wc -l < manifest-sha256.txt)" ] && echo whole); }
equal "signature, tag manifest, manifest; nothing beside it" whole "$(bag)"
equal "its signer is the office" 0 "$(openssl verify -vfyopt distid:1234567812345678 -CAfile "$D/extranet/keys/ca.pem" -partial_chain "$W/bag/$number/signer.pem" > /dev/null 2>&1; echo $?)"
proofs=$(ls "$W/bag/$number"/data/log/*.json | wc -l)
good=0
for f in "$W/bag/$number"/data/log/*.json; do "$SW_BIN/swaudit" check-proof --trust "$D/extranet/keys/ca.pem" "$f" > "$W/proof.said" 2>&1 && good=$((good + 1)); done
equal "each record of the case is proved to stand in the log" "$proofs" "$good"
equal "acceptance, tax, review, entry, certificate, archive are among them" 6 "$(cat "$W/bag/$number"/data/log/*.json | grep -oE 'case\.(accept|tax|review|archive)|certificate\.made|book\.enter' | sort -u | wc -l)"
# What a party signed is the form with its own answers.
jq -jc "del(.record)" "$W/canonical" > "$W/form"
equal "documents, the signed form, material and book are in it" true "$(cd "$W/bag/$number/data" && [ "$(openssl dgst -sm3 -r documents/*-certificate-title.pdf | cut -c1-64)" = "$(openssl dgst -sm3 -r "$W/zs.pdf" | cut -c1-64)" ] && cmp -s form.json "$W/form" && cmp -s parties/02.signed.json "$W/canonical" && cmp -s materials/01-contract.pdf "$D/demo/sample.pdf" && jq -e . book.json case.json > /dev/null && echo true)"
equal "the page tells parties, opinions, files, without scripts" "true true true false" "$(for s in "$buyer" "材料齐全,符合规定" documents/ "<script"; do grep -qF -- "$s" "$W/bag/$number/data/index.html" && echo true || echo false; done | tr '\n' ' ' | sed 's/ $//')"
# decision FILE: signed by the person it names, whose certificate this office's authority gave
decision() {
	openssl x509 -in "${1%.json}.pem" -noout -pubkey > "$W/person.pub"
	openssl pkeyutl -verify -pubin -inkey "$W/person.pub" -in "$1" -sigfile "$1.sig" -rawin -digest sm3 -pkeyopt distid:1234567812345678 > /dev/null 2>&1 || { echo signature; return; }
	openssl x509 -in "${1%.json}.pem" -noout -subject | grep -q "CN = $(jq -r .by "$1")$" || { echo person; return; }
	openssl verify -vfyopt distid:1234567812345678 -CAfile "$D/extranet/keys/ca.pem" "${1%.json}.pem" > /dev/null 2>&1 || { echo authority; return; }
	jq -r '"\(.act):\(.by)"' "$1"
}
equal "every decision is in it, signed by whoever made it, over the form that is in it" "accept:registrar1 tax:registrar1 review:registrar1 enter:registrar2 archive:registrar1 $(openssl dgst -sm3 -r "$W/form" | cut -c1-64)" \
	"$(for f in "$W/bag/$number"/data/decisions/*.json; do decision "$f"; done | tr '\n' ' ')$(jq -r .form "$W/bag/$number"/data/decisions/01-accept.json)"
# ---- the same package as an outsider has it: only the tools its README names, only the commands it gives
kit=$W/bag/$number
mkdir "$W/tools"
for t in sh sha256sum openssl sed grep head tail sort wc find mktemp rm; do ln -s "$(command -v $t)" "$W/tools/$t"; done
sed -n 's/^\$ //p' "$kit/README.txt" > "$W/commands"
outside() { (cd "$1" && env -i PATH="$W/tools" TMPDIR="$W" sh -e "$2"); } # FOLDER COMMANDS
outside "$kit" "$W/commands" > "$W/kit.said" 2>&1
equal "the commands that the package gives, run with nothing but the tools it names: everything holds" "0 everything holds" "$? $(tail -n 1 "$W/kit.said")"
equal "the fingerprint to compare is that of the office's authority" "$(openssl x509 -in "$D/extranet/keys/ca.pem" -noout -fingerprint -sha256)" "$(grep -i fingerprint "$W/kit.said")"
equal "checked: both parties' signatures, five decisions, the row of the register's log, nine documents, $proofs records" "2 5 1 9 $proofs" \
	"$(for k in parties decisions register documents log; do grep -c "^ok  data/$k/" "$W/kit.said"; done | tr '\n' ' ' | sed 's/ $//')"
equal "the same in thirty years" "0 everything holds" "$(cd "$kit" && faketime '2056-11-27 12:00:00' sh check.sh > "$W/kit.later" 2>&1; echo "$? $(tail -n 1 "$W/kit.later")")"
equal "the page gives the same commands" 0 "$(sed 's/&amp;/\&/g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g' "$kit/data/index.html" > "$W/page"; grep -cvFf "$W/page" "$W/commands")"
[ -z "${SW_SHOTS:-}" ] || { mkdir -p "$SW_SHOTS" && cp -r "$kit" "$SW_SHOTS/kit"; } # to be looked at
# Damage of every kind in one copy: each is named, by who would still be found out after all lists were made anew.
cp -r "$kit" "$W/bent.kit"
(
	cd "$W/bent.kit/data" || exit
	sed -i 's/材料齐全/材料不全/' decisions/03-review.json
	cp parties/02.form.sig parties/01.form.sig
	sed -i 's/"burden_known":"yes"/"burden_known":"no"/' parties/02.signed.json
	for f in register/*/01-*.txt; do sed -i 's/"bsm":/"bsm":1/' "$f"; done
	printf x >> documents/06-notice-acceptance.pdf
	# Which record names a registrar follows from the order in which the log took them.
	named=$(grep -l registrar1 log/*.json | head -n 1)
	other=$(ls log/*.json | grep -v "^$named$" | head -n 1)
	printf '%s\n' "$named" "$other" | sort > "$W/log.bent"
	sed -i 's/registrar1/registrar9/' "$named"
	sed -i 's/"path":\["[0-7]/"path":["f/; t; s/"path":\["./"path":["0/' "$other"
	rm materials/01-contract.pdf
)
equal "each kind of damage is named by itself: a material, a decision and its follower, a signature, an answer, a row, a document, a record, a path" \
	"data/decisions/01-accept.json: a material it is over is not here|data/decisions/02-tax.json: a material it is over is not here|data/decisions/03-review.json: signature|data/decisions/04-enter.json: not behind the decision before it|data/decisions/05-archive.json: a material it is over is not here|data/documents/06-notice-acceptance: pdf|$(sed 's,.*,data/&: path to the checkpoint,' "$W/log.bent" | tr '\n' '|')data/parties/01: signature over data/parties/01.signed.json|data/parties/02: the form it is over is not here|data/register/ROW is not what was entered|" \
	"$(cd "$W/bent.kit" && sh check.sh 2> /dev/null | sed -n 's/^BAD  //p' | grep '^data/' | sed 's/register.* is not/register\/ROW is not/' | sort | tr '\n' '|')"
case $SW_BIN in
*asan*) echo "ok - the page in Chromium is the same for both trees: it runs with the other one" ;;
*) timeout 300 node tests/web/kit.mjs "$kit" "$number" "$buyer" "$seller" "$unit" "$z" "材料齐全,符合规定" registrar2 "5000000.00 元" "90.00 元" "75000.00 元" 房屋买卖合同 收1 存量房转移登记 || failed=1 ;;
esac
printf x >> "$W/bag/$number/data/case.json"
equal "one byte more is found, with its file" "data/case.json: FAILED" "$(bag)"
equal "returned; then it is closed again" "200 409" "$(call extranet registrar2 POST "/api/archive/$number/return" '{}'; cat "$W/code") $(see "/api/archive/$number/package"; cat "$W/code")"
see "/api/archive/$number/lendings"
equal "the lending log keeps who, why, when" "示例区人民法院 registrar2 registrar2" "$(field '.rows[0] | .borrower + " " + .by + " " + .returned_to')"

# ---- a reader that is not ours
case $SW_BIN in
*asan*) echo "ok - the OFD reader in Chromium is the same for both trees: it runs with the other one" ;;
*) # and layouts with long names, 22 co-owners and long addresses; SW_OFD=all: every one
	mkdir "$D/fit" && cp "$D/extranet/keys/office.seal.key" "$D/fit/seal.key" && cp "$D/extranet/keys/office.seal.pem" "$D/fit/seal.pem"
	SW_FIT=$D/fit "$SW_TESTBIN/../unit/common/document/test_document_fit" > "$D/fit.log" 2>&1 || { tail -5 "$D/fit.log" | sed 's/^/# /'; echo "not ok - every layout is drawn"; failed=1; }
	cp "$W/zs.pdf" "$W/zs.ofd" "$W/sl.pdf" "$W/sl.ofd" "$D/fit/"
	timeout 500 node tests/web/ofd.mjs "$D/fit" zs sl $(if [ "${SW_OFD:-}" = all ]; then cd "$D/fit" && ls *-*.ofd | sed 's/\.ofd$//'; else echo certificate-title certificate-proof notice-refusal; fi) || failed=1
	peak=$(awk '/^VmHWM/ { print int($2 / 1024) }' "/proc/$(cat "$D/pid/registryd")/status")
	equal "the registry took less than 200 MiB for all of this, of which 64 are a password's: $peak at its peak" yes "$([ "$peak" -lt 200 ] && echo yes || echo no)"
	;;
esac

# ---- one byte
verify() { upload extranet registrar1 /api/documents/verify "$1"; jq -r '"\(.valid) \(.number)"' "$W/reply"; }
equal "a file handed in is found again" "true $z true $z" "$(verify "$W/zs.pdf") $(verify "$W/zs.ofd")"
# One byte at a time: of the PDF its head, a page's content, a font, its end; of the OFD page, seal, signed digests, embedded data, font, directory.
inside() { grep -abom 1 -- "$2" "$W/zs.$1" | head -n 1 | cut -d: -f1; } # FORMAT WORD: where it stands
places_pdf() { echo "5 $(($(inside pdf '^stream') + 60)) $(($(inside pdf FontFile3) + 400)) $(($(wc -c < "$W/zs.pdf") / 2)) $(($(wc -c < "$W/zs.pdf") - 2))"; }
places_ofd() {
	for m in Pages/Page_0/Content.xml Signs/Sign_0/SignedValue.dat Signs/Sign_0/Signature.xml Signs/Sign_0/signer.pem Attachs/facts.json Res/font_0.otf; do echo $(($(inside ofd "Doc_0/$m") + ${#m} + 46)); done
	echo $(($(wc -c < "$W/zs.ofd") - 60))
}
for t in pdf ofd; do
	missed='' n=0
	for at in $(places_$t); do
		n=$((n + 1))
		cp "$W/zs.$t" "$W/bent"
		was=$(dd if="$W/bent" bs=1 skip="$at" count=1 2> /dev/null | od -An -tu1 | tr -d ' ')
		printf "\\$(printf %03o $(((was + 1) % 256)))" | dd of="$W/bent" bs=1 seek="$at" conv=notrunc 2> /dev/null
		[ "$(verify "$W/bent")" = "false " ] && [ "$(openssl dgst -sm3 -r "$W/bent" | cut -c1-64)" != "$(jq -r .$t "$W/zs.statement")" ] || missed="$missed $at"
	done
	[ $n -ge 5 ] || missed="$missed only $n places were found"
	equal "one byte changed at any of $n places of the $t is found, by us and by the sealed statement alone" "" "$missed"
done
equal "and the log has that statement's digest" "good 1" "$(seal zs) $(cat "$W/bag/$number"/data/log/*.json | grep -c "$(openssl dgst -sm3 -r "$W/zs.statement" | cut -c1-64)")"
bent() { # NAME SQL EXPECTED: damage in the daemon's back
	sqlite3 "$D/extranet/data/main.db" "$2" && equal "$1" "$3" "$(valid "$z")"
}
case ${SW_DB:-} in
pg) echo "ok - damage behind the daemon's back is done on its SQLite file" ;;
*)
	drop="DROP TRIGGER IF EXISTS h_end; DROP TRIGGER IF EXISTS reg_document_seal_keep; DROP TRIGGER IF EXISTS reg_document_keep; DROP TRIGGER IF EXISTS h_open_end;"
	bent "a book that says otherwise is found, with the field" "$drop UPDATE h SET jzmj = jzmj + 100 WHERE bdcdyh = '$unit'" "false book area"
	bent "so is a statement that was not sealed" "UPDATE h SET jzmj = jzmj - 100 WHERE bdcdyh = '$unit'; UPDATE reg_document_seal SET statement = replace(statement, '\"at\":\"2', '\"at\":\"1') WHERE number = '$z'" "false seal "
	;;
esac
replies_right
exit $failed
