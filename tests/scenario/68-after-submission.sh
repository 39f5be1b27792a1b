#!/bin/sh
# After submission, over the whole gap: a correction item by item, answered with a new signed receipt in the same case; dates, discs and
# withdrawal; queries signed by the person and answered over the gap, proofs, who looked, progress at a kiosk.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
case $SW_BIN in *asan*) ;; *) [ ! -d build/web ] || SW_WEB=$PWD/build/web ;; esac
zones_made
mkdir "$D/faults"
STACK_ENV="env SW_FAULT_DIR=$D/faults"
stack_start
watch_replies $ZONES
. tests/stack/walk.sh
code() { cat "$W/code"; }
# ask USER METHOD PATH [JSON]: at the portal; prints status and what FILTER makes of the reply
ask() { call internet "$@"; code; }
version() { call internet "$1" GET "$(app)"; field .version; }
digest_of() { openssl dgst -sm3 -r "$1" | cut -c1-64; }
reach internet zhang /api/businesses '.rows | length > 0' "the businesses" || exit 1

# ---- a transfer up to the registry
seller=$(person_of zhang) buyer=$(person_of wang)
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)
old=$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$D/demo/register.jsonl" | head -1)
jq -nc --arg unit "$unit" --arg old "$old" --arg sn "$(person "$seller" name)" --arg si "$(person "$seller" id_number)" --arg bn "$(person "$buyer" name)" --arg bi "$(person "$buyer" id_number)" \
	'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: $old, price_cents: 500000000},
	parties: [{role: "transferor", name: $sn, id_number: $si, share_num: 1, share_den: 1}, {role: "transferee", name: $bn, id_number: $bi, share_num: 1, share_den: 1}]}' > "$W/draft.json"
hand_in() { apply_start transfer-existing-flat zhang contract && apply_sign zhang "$seller" 0 && apply_sign wang "$buyer" 1 && reach extranet registrar1 "$(kase)" '.number != ""' "the case"; }
hand_in > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; echo "not ok - a transfer is handed in"; exit 1; }
number=$(field .number)
call internet zhang GET "$(app)/receipt.json"
first_receipt=$(field .digest)

begun() { call internet "$1" POST "$(app)/withdraw" '{}'; code; }
begun zhang > "$W/code0"
first_text=$(field .withdrawal.text)
call internet zhang POST "$(app)/withdrawal/drop" '{}'
call extranet registrar1 GET "$(kase)"

# ---- 补正
items='[{"kind":"material","code":"contract","text":"缺第3页，请补扫"},{"kind":"field","code":"price_cents","text":"与合同金额不一致"},{"kind":"other","code":"","text":"请附婚姻证明"}]'
equal "an item that the business does not have is refused" 422 "$(desk registrar1 correct '{"text":"请补正","items":[{"kind":"material","code":"unheard","text":"x"}]}'; code)"
call extranet registrar1 GET "$(kase)"
equal "a correction is asked for, item by item" 200 "$(desk registrar1 correct "{\"text\":\"请补正以下内容\",\"items\":$items}"; code)"
reach internet zhang "$(app)" '.state == "correction"' "the correction at the portal" || failed=1
equal "each with its sentence, none done but what has no place" "缺第3页，请补扫 false, 与合同金额不一致 false, 请附婚姻证明 true" "$(field '[.correction.items[] | "\(.text) \(.done)"] | join(", ")')"
equal "everything entered is kept" "示例路1号1幢101室 500000000 1 contract.pdf" "$(field '"\(.form.location) \(.form.price_cents) \(.materials | length) \(.materials[0].name)"')"
old_material=$(field '.materials[0].id') old_digest=$(field '.materials[0].digest')
equal "a second application of the kind may begin meanwhile" 201 "$(ask zhang POST /api/applications '{"business":"transfer-existing-flat","key":"second"}')"
call internet zhang POST "/api/applications/$(field .id)/withdraw" '{}'
equal "what was not asked for stays closed" "409 fields.location: not among the items to correct" "$(ask zhang PUT "$(app)" "{\"version\":$(version zhang),\"fields\":{\"location\":\"别处\"}}") $(field .where)"
equal "the other party sees it, and changes nothing" "200 404" "$(ask wang GET "$(app)") $(ask wang PUT "$(app)" "{\"version\":$(version zhang),\"fields\":{\"price_cents\":1}}")"
equal "not handed in before all is put right" 422 "$(ask zhang POST "$(app)/freeze" "{\"version\":$(version zhang)}")"
equal "what is missing is said by its place" "materials.contract fields.price_cents" "$(field '[.missing[].key] | join(" ")')"
sed 's/%%EOF/%% third page\n%%EOF/' "$D/demo/sample.pdf" > "$D/third.pdf"
equal "the field is put right" 200 "$(ask zhang PUT "$(app)" "{\"version\":$(version zhang),\"fields\":{\"price_cents\":480000000}}")"
equal "the old file is taken out" 200 "$(ask zhang DELETE "$(app)/materials/$old_material")"
equal "the new one comes in" 201 "$(upload internet zhang "$(app)/materials?code=contract&name=contract-3.pdf" "$D/third.pdf"; code)"
new_digest=$(field .digest)
equal "all is done" "true true true" "$(call internet zhang GET "$(app)"; field '[.correction.items[].done] | join(" ")')"
equal "the text is fixed again" 200 "$(ask zhang POST "$(app)/freeze" "{\"version\":$(version zhang)}")"
jq -j .canonical "$W/reply" > "$W/canonical"
equal "taken back to change it: the correction is still open" "200 correction" "$(ask zhang POST "$(app)/thaw") $(field .state)"
equal "and fixed" 200 "$(ask zhang POST "$(app)/freeze" "{\"version\":$(version zhang)}")"
apply_sign zhang "$seller" 0 || failed=1
inquiry wang
platform_sign "$buyer"
equal "an answer with a signature that is none is handed in" "200 0" "$(call internet wang POST "$(app)/signature" "$(jq -c '.signature = .token_signature' "$W/signature")"; code) $(field .remaining)"
reach internet zhang "$(app)" '.state == "correction" and .reason != ""' "the refusal of the answer" || failed=1
equal "refused by the registry, which still waits for it" "1 correction" "$(field .reason | grep -c "the person's signature") $(call extranet registrar1 GET "$(kase)"; field .state)"
refused_receipt=$(call internet zhang GET "$(app)/receipt.json"; field .digest)
equal "all that was entered is there, and is fixed once more" "200 480000000" "$(ask zhang POST "$(app)/freeze" "{\"version\":$(version zhang)}") $(field .form.price_cents)"
apply_sign zhang "$seller" 0 && apply_sign wang "$buyer" 1 || failed=1
reach extranet registrar1 "$(kase)" '.state == "submitted" and (.corrections | length) == 1' "the right answer behind the refused one" || failed=1
equal "it is the same case" "$number" "$(field .number)"
equal "old and new document stand there" "contract.pdf $old_digest true, contract-3.pdf $new_digest false" "$(field '[.materials[] | "\(.name) \(.digest) \(.replaced)"] | join(", ")')"
equal "with the new price" 480000000 "$(field .form.price_cents)"
reach internet zhang "$(app)" '.state == "submitted"' "the state at the portal" || failed=1
call internet zhang GET "$(app)/receipt.json"
jq -j .receipt "$W/reply" > "$W/receipt"
jq -r .signature "$W/reply" | base64 -d > "$W/receipt.sig"
jq -r .certificate "$W/reply" | openssl x509 -pubkey -noout > "$W/receipt.pub"
openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678 -pubin -inkey "$W/receipt.pub" -in "$W/receipt" -sigfile "$W/receipt.sig" > /dev/null 2>&1
equal "the new receipt verifies with openssl" 0 $?
equal "and names the one before it, and the replaced file: old, new" "1 $refused_receipt contract $old_digest $new_digest" "$(jq -r '.correction | "\(.round) \(.receipt_before) \(.replaced[0].code) \(.replaced[0].old) \(.replaced[0].new)"' "$W/receipt")"
equal "all three receipts are this portal's" "true true true" "$(ask wang GET "/api/receipts/$application/$refused_receipt" > /dev/null; field .valid) $(ask wang GET "/api/receipts/$application/$first_receipt" > /dev/null; field .valid) $(ask wang GET "/api/receipts/$application/$(digest_of "$W/receipt")" > /dev/null; field .valid)"
equal "the logs of both zones tell of the replacement, the registry's of the answer that it took" "2 1" "$(stack_sql internet "SELECT count(*) FROM audit_record WHERE action = 'receipt.given' AND detail LIKE '%$old_digest%$new_digest%' OR detail LIKE '%$new_digest%$old_digest%'") $(stack_sql extranet "SELECT count(*) FROM audit_record WHERE action = 'case.resubmitted' AND (detail LIKE '%$old_digest%' AND detail LIKE '%$new_digest%')")"
reach extranet registrar1 "$(kase)" "$(past accepted tax review entry certificate delivered archived)" "the acceptance" do_accept > "$D/walk.log" 2>&1 || failed=1
equal "accepted after it" accepted "$(field .state)"

# ---- 撤回: by all who signed, on their own devices; what a portal does that was taken over (its rows are changed behind it) takes nothing back
waits() { call internet "$1" GET "$(app)"; field '[.withdrawal.state, (.withdrawal.parties[] | if .signed_at == "" then "-" else "signed" end)] | join(" ")'; }
equal "one of two begins it; it is seen by both, and nothing is withdrawn" "200 signing - -, signing - -" "$(begun wang) $(waits wang), $(waits zhang)"
equal "begun again it goes on as it stands" "200 signing - signed" "$(withdraw_sign wang "$buyer"; begun zhang) $(waits zhang)"
equal "the list says whose turn it is" "sign wait" "$(call internet zhang GET /api/applications; jq -r --arg a "$application" '.rows[] | select(.id == $a).withdrawal' "$W/reply") $(call internet wang GET /api/applications; jq -r --arg a "$application" '.rows[] | select(.id == $a).withdrawal' "$W/reply")"
equal "another person signs none of it, nor does one's own over another text" "422 another person signed 422 another text was signed" \
	"$(withdraw_sign zhang "$buyer"; code) $(grep -o 'another person signed' "$W/reply") $(withdraw_sign zhang "$seller" '.token |= (fromjson | .form_digest = "00" | tojson)'; code) $(grep -o 'another text was signed' "$W/reply")"
equal "a stranger neither signs nor drops it" "404 404" "$(withdraw_sign li "$(person_of li)"; code) $(ask li POST "$(app)/withdrawal/drop" '{}')"
equal "an invited party is led to it" "201 200 $application" "$(ask wang POST "$(app)/invitations" '{"party":0}') $(ask zhang POST /api/invitations "{\"code\":\"$(field .code)\"}") $(field .id)"
equal "who does not agree lets it drop" "200 dropped - signed 409" "$(ask zhang POST "$(app)/withdrawal/drop" '{}') $(waits wang) $(withdraw_sign zhang "$seller"; code)"
# attack WHAT REASON: SQL behind the portal (DO, before the signatures; UNDO) and who signs (SIGNERS: user person …); the registry refuses with the reason
attack() {
	begun wang > "$W/code0"
	[ -z "$DO" ] || stack_write internet "$DO"
	set -- "$1" "$2" $SIGNERS
	refused=$1 why=$2
	shift 2
	while [ $# -gt 0 ]; do withdraw_sign "$1" "$2"; shift 2; done
	[ -z "$UNDO" ] || stack_write internet "$UNDO"
	reach internet wang "$(app)" '.withdrawal.state == "refused"' "the refusal" > "$W/attack" 2>&1 || cat "$W/attack"
	equal "$refused" "1 accepted" "$(field .withdrawal.reason | grep -c "$why") $(call extranet registrar1 GET "$(kase)"; field .state)"
}
recorded() { stack_sql internet "SELECT count(*) FROM audit_record WHERE action = 'message.refused'"; }
before=$(recorded) where="WHERE application = '$application'"
DO="UPDATE application_party SET signs = 0 $where AND n = 0" UNDO="UPDATE application_party SET signs = 1 $where AND n = 0" SIGNERS="wang $buyer" attack "one of two signatures is refused" "party 0 has not signed"
ids="UPDATE application_party SET id_index = (SELECT i.id_index FROM application_party i WHERE i.application = '$application' AND i.n = 1) $where AND n = 0"
was=$(stack_sql internet "SELECT id_index FROM application_party $where AND n = 0")
DO=$ids UNDO="UPDATE application_party SET id_index = '$was' $where AND n = 0" SIGNERS="wang $buyer" attack "one who signs for both is refused" "token"
DO="UPDATE withdrawal SET text = replace(text, '$application', '01936000-0000-7000-8000-000000000001') $where" UNDO= SIGNERS="wang $buyer zhang $seller" attack "signatures of another case are refused" "token.form_digest"
DO="UPDATE withdrawal SET text = '$first_text' $where" UNDO= SIGNERS="wang $buyer zhang $seller" attack "signatures from before the correction are refused" "token.form_digest"
equal "each is on record" "$((before + 4))" "$(recorded)"

# ---- 补充材料: a document added after the submission
late() { upload internet "$1" "$(app)/added?code=$2&name=$3&note=$(encode "$4")&replaces=${5:-}" "$6"; code; }
encode() { jq -rn --arg t "$1" '$t | @uri'; }
sed 's/%%EOF/%% marriage\n%%EOF/' "$D/demo/sample.pdf" > "$D/late.pdf"
sed 's/%%EOF/%% marriage, clearer\n%%EOF/' "$D/demo/sample.pdf" > "$D/late2.pdf"
call internet wang GET "$(app)"
equal "each party may add one; the same again adds nothing" "201 200" "$(late wang other hun.pdf 婚姻证明 "" "$D/late.pdf") $(late wang other hun.pdf 婚姻证明 "" "$D/late.pdf")"
call internet li GET /api/applications
equal "a stranger may not" 404 "$(late li other x.pdf x "" "$D/late.pdf")"
reach internet zhang "$(app)" '.added[0].outcome == "taken"' "the registry's word on it" || failed=1
added=$(field '.added[0].id')
equal "the form that was signed is as it was" 1 "$(field '.materials | length')"
equal "one takes the place of it" 201 "$(late zhang other hun-2.pdf 更清楚 "$added" "$D/late2.pdf")"
reach internet zhang "$(app)" '.added[1].outcome == "taken"' "the second" || failed=1
equal "both are kept; what was replaced is not replaced again" "hun.pdf true, hun-2.pdf false 422" "$(field '[.added[] | "\(.name) \(.replaced)"] | join(", ")') $(sed 's/%%EOF/%% third\n%%EOF/' "$D/demo/sample.pdf" > "$D/late3.pdf"; late zhang other x.pdf "" "$added" "$D/late3.pdf")"
call extranet registrar1 GET "$(kase)"
equal "the desk sees them as added, with their words, old and new" "hun.pdf true 婚姻证明 true, hun-2.pdf false 更清楚 true" "$(field '[.materials[] | select(.added != "") | "\(.name) \(.replaced) \(.note) \(.round == 0)"] | join(", ")')"
call extranet registrar1 GET "$(kase)/materials/$(field '.materials[] | select(.name == "hun-2.pdf") | .index')"
equal "and opens the file itself" "$(digest_of "$D/late2.pdf")" "$(digest_of "$W/reply")"

# ---- where it stands: dates, discs, withdrawal
reach internet zhang "$(app)" '.state == "accepted"' "the acceptance at the portal" || failed=1
equal "the last day promised and the last day of the law" "true true" "$(field '.progress[-1] | "\(.deadline > "2026") \(.legal > .deadline)"')"
first_to_task > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; failed=1; }
reach internet wang "$(app)" '.state == "cadastral"' "the drawing's way at the portal" || failed=1
equal "a drawing waits for a disc: the next ones are told, in order, still to leave" "12 true true" "$(field --arg now "$(date -u +%FT%TZ)" '.progress[-1].discs | "\(length) \(. == sort) \(.[0] > $now)"')"
call extranet registrar1 GET "$(kase)"
do_graphics
equal "another drawing is not taken: the intranet reviews the one it has" "409 STATE 1" "$(code) $(field .error) $(stack_sql extranet "SELECT count(*) FROM reg_graphics WHERE case_id = '$application'")"
drawing=$(stack_sql extranet "SELECT $(stack_hex blob) FROM reg_graphics WHERE case_id = '$application'")
drawn() { find "$D/extranet/data/blobs" -type f | tr -d / | grep -c "$drawing"; }
equal "it lies in the registry, sealed to the intranet" 1 "$(drawn)"
# Its review passes; the result waits for a disc while the case is withdrawn.
reach intranet reviewer "$(task)" '.state != "received"' "the cadastral review" do_task_review > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; failed=1; }
reach intranet approver "$(task)" '.state == "passed"' "the approval of the review" do_task_approve > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; failed=1; }
begun wang > "$W/code0"
equal "a signature that is none, made by the portal, is carried to the registry" "200 0" "$(withdraw_sign wang "$buyer" '.signature = .token_signature'; code) $(field .remaining)"
reach internet wang "$(app)" '.withdrawal.state == "refused"' "the refusal" || failed=1
equal "and refused there" "1 cadastral" "$(field .withdrawal.reason | grep -c "the person's signature") $(call extranet registrar1 GET "$(kase)"; field .state)"
equal "the only applicant withdraws" "200 0" "$(withdraw wang "$buyer"; code) $(field .remaining)"
cp "$W/signature" "$W/withdrawn-by"
reach internet wang "$(app)" '.state == "withdrawn"' "the withdrawal" || failed=1
equal "the registry ended it" withdrawn "$(call extranet registrar1 GET "$(kase)"; field .state)"
n=1200
until [ "$(drawn)" = 0 ] || [ $n = 0 ]; do n=$((n - 1)); sleep 0.1; done
equal "the same once more, after the portal forgot it, is refused by the state" "200 1" "$(stack_write internet "UPDATE application SET state = 'cadastral' WHERE id = '$application'; UPDATE withdrawal SET state = 'signing' WHERE application = '$application'; DELETE FROM withdrawal_signature WHERE application = '$application'"
	call internet wang POST "$(app)/signature" "$(cat "$W/withdrawn-by")"; code) $(reach internet wang "$(app)" '.withdrawal.state == "refused"' "the refusal" > "$W/attack"; field .withdrawal.reason | grep -c 'while it is withdrawn')"
stack_write internet "UPDATE application SET state = 'withdrawn' WHERE id = '$application'"
equal "and keeps no drawing of a case that ended" "0 1" "$(drawn) $(stack_sql extranet "SELECT count(*) FROM reg_graphics WHERE case_id = '$application' AND removed_at IS NOT NULL")"

reach intranet reviewer "$(task)" '.ended == "withdrawn"' "the end of the case in the intranet" || failed=1
equal "the intranet is told; what it decided before stands, undone by nobody" "passed withdrawn " "$(field '"\(.state) \(.ended) \(.refused)"')"
ferry "crossing" > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; failed=1; }
reach intranet reviewer "$(task)" '.refused != ""' "the refusal of its result" || failed=1
equal "the result that crossed is refused by the registry, which says why, and the reviewer sees it" "1 withdrawn false" "$(field .refused | grep -c 'while it is withdrawn') $(call extranet registrar1 GET "$(kase)"; field '"\(.state) \(.has_cadastral)"')"
[ -z "${SW_WEB:-}" ] || { export SW_DIR="$D" SW_URL_INTRANET="$(url intranet)/"; timeout 200 node tests/web/ended.mjs "$application" || failed=1; }

# ---- the package of a case that was withdrawn: what was signed to take it back is checked with what lies in it, by the commands that its README gives
packed=$(call extranet registrar1 GET "$(kase)"; field .number)
reach extranet registrar1 "/api/archive?number=$packed" '.rows | length == 1' "the package of the withdrawn case" || failed=1
call extranet registrar2 POST "/api/archive/$packed/lend" '{"borrower":"示例区人民法院","purpose":"审理案件调阅","due":"2030-01-31"}'
call extranet registrar1 GET "/api/archive/$packed/package"
mkdir "$W/bag"
tar -xf "$W/reply" -C "$W/bag"
kit=$W/bag/$packed
sed -n 's/^\$ //p' "$kit/README.txt" > "$W/commands"
(cd "$kit" && sh -e "$W/commands") > "$W/kit.said" 2>&1
equal "the commands of its README: everything holds" "0 everything holds" "$? $(tail -n 1 "$W/kit.said")"
grep '^BAD' "$W/kit.said" | sed 's/^/# /'
equal "who signed the form, and who signed that it is taken back" "1 1" "$(grep -c '^ok  data/parties/.* signed data/' "$W/kit.said") $(grep -c '^ok  data/parties/.* signed the withdrawal of data/form.json' "$W/kit.said")"
stem=$(ls "$kit"/data/parties/*.withdrawal.json | sed 's/\.withdrawal\.json$//')
cp "$stem.withdrawal.json" "$W/withdrawal.json"
sed -i 's/"statement":"本人/"statement":"他人/' "$stem.withdrawal.json"
equal "a word changed in it is found" 1 "$( (cd "$kit" && sh check.sh 2> /dev/null) | grep -c "^BAD  data/parties/$(basename "$stem"): the form it is over is not here")"
cp "$W/withdrawal.json" "$stem.withdrawal.json"
sed -i 's/"location":"/"location":"x/' "$kit/data/form.json"
equal "and so is a form that is not the one that was taken back" 1 "$( (cd "$kit" && sh check.sh 2> /dev/null) | grep -c "^BAD  data/parties/$(basename "$stem"):")"

# ---- queries: signed by the person, answered by the registry over the gap
. tests/scenario/lib/query.sh
equal "own property" 200 "$(query zhang "$seller" own "" "")"
equal "each right with its state" "$unit fdcq2 1/1 0" "$(answer '.rows[0] | "\(.unit_code) \(.table) \(.share_num)/\(.share_den) \(.limits.seizures)"')"
equal "nobody has looked yet" 0 "$(answer '.looks | length')"
equal "an answer is told once" 404 "$(ask zhang GET "/api/queries/$(cat "$W/asked")")"
equal "a stranger sees the state of a unit" 200 "$(query wang "$buyer" unit "$unit" 购房前核实)"
equal "its state and restrictions, nobody's name" "true 0 null" "$(answer '.rows[0] | "\(.registered) \(.limits.mortgages) \(.holders)"')$(grep -c "$(person "$seller" name)" "$W/answer" | grep -v '^0$')"
equal "by certificate number" "200 $unit" "$(query wang "$buyer" certificate "$old" 购房前核实) $(answer '.rows[0].unit_code')"
equal "by words of its location" "200 true" "$(query wang "$buyer" location "示例路 1号" 购房前核实) $(answer --arg u "$unit" '[.rows[].unit_code] | index($u) != null')"
equal "a number that is not there shows nothing" "200 0" "$(query wang "$buyer" certificate "京(2020)东城区不动产权第9999999号" 购房前核实) $(answer '.rows | length')"
equal "without a purpose nothing is asked" 422 "$(query wang "$buyer" unit "$unit" "")"
equal "another person's signature is refused" 422 "$(query wang "$seller" own "" "")"
equal "the holder sees who looked, when, why" "200 3 购房前核实 unit certificate location" "$(query zhang "$seller" own "" "") $(answer '"\(.looks | length) \(.looks[0].reason) " + ([.looks[].what] | sort | reverse | [.[0], .[2], .[1]] | join(" "))')"
equal "masked, with the role" "applicant true" "$(answer '"\(.looks[0].role) \(.looks[0].who | test("[*]"))"')"
call extranet registrar1 GET "/api/cases/$number?reveal=%E6%A0%B8%E5%AF%B9%E8%AF%81%E4%BB%B6" > /dev/null
equal "also which of the office looked at the case in full" "200 registrar 核对证件" "$(query zhang "$seller" own "" "") $(answer --arg n "$number" '[.looks[] | select(.what == $n)][0] | "\(.role) \(.reason)"')"
equal "who has no house gets a proof of it" 200 "$(query wang "$buyer" none-proof "" 申请公租房)"
equal "as a PDF that says so" "1 1" "$(jq -r .pdf "$W/reply" | base64 -d > "$W/proof.pdf"; pdftotext "$W/proof.pdf" - | tr -d ' \n' > "$W/proof.txt"; grep -c 未查到该人名下房屋所有权登记 "$W/proof.txt") $(grep -c 申请公租房 "$W/proof.txt")"
answer -j .proof.certificate > "$W/proof.text"
answer -r .proof.signature | base64 -d > "$W/proof.sig"
openssl x509 -in "$D/extranet/keys/office.seal.pem" -pubkey -noout > "$W/seal.pub"
openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678 -pubin -inkey "$W/seal.pub" -in "$W/proof.text" -sigfile "$W/proof.sig" > /dev/null 2>&1
equal "sealed by the office" 0 $?
equal "the seal names this PDF" "$(digest_of "$W/proof.pdf")" "$(jq -r .pdf "$W/proof.text")"
proof=$(jq -r .number "$W/proof.text") facts=$(jq -r .facts "$W/proof.text")
equal "anybody who holds it learns that it was given" "200 issued" "$(tell nobody /api/public-queries "{\"kind\":\"paper\",\"about\":\"$proof;$facts\"}") $(answer .state)"
equal "who guesses the number learns nothing" "200 unknown" "$(tell nobody /api/public-queries "{\"kind\":\"paper\",\"about\":\"$proof;$(printf '%064d' 7)\"}") $(answer .state)"
equal "by the number alone: that it was given, nothing else" "200 {\"at\",\"kind\",\"office\",\"state\"} issued" \
	"$(tell nobody /api/public-queries "{\"kind\":\"number\",\"about\":\"$proof\"}") $(answer -c '[keys[]]' | tr '[]' '{}') $(answer .state)"
equal "a certificate that was never drawn and what is no number look the same" "unknown unknown" "$(for n in "京(2026)东城区不动产权第9999999号" 'a b;c'; do tell nobody /api/public-queries "{\"kind\":\"number\",\"about\":\"$n\"}" > /dev/null; answer .state; done | tr '\n' ' ' | sed 's/ $//')"
equal "one after the other is slowed down" 429 "$(for n in 1 2 3; do tell nobody /api/public-queries "{\"kind\":\"number\",\"about\":\"京(2020)东城区不动产权第000000${n}号\"}" > "$W/last"; done; cat "$W/last")"
equal "what else anybody may ask is not" "200 issued" "$(tell nobody /api/public-queries "{\"kind\":\"paper\",\"about\":\"$proof;$facts\"}") $(answer .state)"
equal "who has a house gets none, and is told how many" "200 1 null" "$(query zhang "$seller" none-proof "" 申请公租房) $(answer '"\(.houses) \(.proof)"')"
equal "but the other one" "200 true" "$(query zhang "$seller" own-proof "" 办理落户) $(answer --arg u "$unit" '.proof.certificate | fromjson | [.houses[].unit_code] | index($u) != null')"
# proofs: numbers taken, proofs on record
proofs() { echo "$(stack_sql extranet "SELECT count(*) FROM audit_record WHERE action = 'proof.reserved'") $(stack_sql extranet "SELECT count(*) FROM reg_inquiry WHERE number <> ''")"; }
equal "each number that was taken is on a proof that was given" "2 2" "$(proofs)"
case $SW_BIN in
*asan*)
	: > "$D/faults/kill.registryd.proof.drawn"
	equal "killed behind the drawing: nobody is given a proof" 504 "$(query wang "$buyer" none-proof "" 申请公租房)"
	equal "its number was taken before it was drawn, and stays without a proof" "3 2" "$(proofs)"
	equal "the next one has the next number" "200 00004" "$(query wang "$buyer" none-proof "" 申请公租房) $(answer .proof.number | tail -c 6)"
	equal "and is on record" "4 3" "$(proofs)"
	states() { stack_sql extranet "SELECT state || ' ' || reason FROM reg_proof_number ORDER BY number" | tr '\n' '|'; }
	equal "the number that the kill left is void since the start: each is given or void, in the log too" "given |given |void the program ended before it was given|given | 1" \
		"$(states) $(stack_sql extranet "SELECT count(*) FROM audit_record WHERE action = 'proof.void'")"
	# Between drawing and record the book changes: the thread is held there, the holding is changed, it goes on.
	case ${SW_DB:-} in
	pg) echo "ok - the book changes behind the daemon's back on its SQLite file" ;;
	*)
		: > "$D/faults/hold.registryd.proof.drawn"
		call internet zhang POST /api/queries/text '{"kind":"own-proof","about":"","purpose":"办理落户"}'
		jq -j .query "$W/reply" > "$W/query"
		jq -nc --rawfile f "$W/query" --arg i "$(person "$seller" id_number)" --arg p "$(person "$seller" pin)" '{id_number: $i, pin: $p, form: $f}' \
			| curl -s -m 20 -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary @- "http://127.0.0.1:$(cat "$D/identity/port")/api/sign" > "$W/consent"
		call internet zhang POST /api/queries "$(jq -nc --rawfile q "$W/query" --slurpfile c "$W/consent" '{query: $q, consent: $c[0]}')"
		asked=$(field .id)
		for _ in $(seq 600); do
			[ ! -e "$D/faults/held.registryd.proof.drawn" ] || break
			sleep 0.05
		done
		sqlite3 -cmd '.timeout 20000' "$D/extranet/data/main.db" "DROP TRIGGER IF EXISTS h_end; DROP TRIGGER IF EXISTS h_open_end; UPDATE h SET jzmj = jzmj + 100 WHERE bdcdyh = '$unit'"
		rm "$D/faults/held.registryd.proof.drawn"
		for _ in $(seq 1200); do
			call internet zhang GET "/api/queries/$asked"
			[ "$(code)" = 202 ] || break
			sleep 0.05
		done
		equal "what was drawn of a book that changed meanwhile is not given" "409 CONFLICT" "$(code) $(field .error)"
		equal "its number is void, with the reason" "void the register changed meanwhile; ask again" "$(stack_sql extranet "SELECT state || ' ' || reason FROM reg_proof_number ORDER BY number DESC LIMIT 1")"
		sqlite3 -cmd '.timeout 20000' "$D/extranet/data/main.db" "UPDATE h SET jzmj = jzmj - 100 WHERE bdcdyh = '$unit'"
		equal "asked again it is given" "200 00006" "$(query zhang "$seller" own-proof "" 办理落户) $(answer .proof.number | tail -c 6)"
		;;
	esac
	;;
*) echo "ok - a kill between drawing and record # SKIP fault points are in build-asan" ;;
esac
equal "progress of a case for who names number and person" "200 accepted true" "$(tell nobody /api/public-queries "$(jq -nc --arg a "$number;$(person "$seller" name)" '{kind: "case", about: $a}')") $(answer '.rows[0] | "\(.state) \(.applicant | test("[*]"))"')"
equal "by name and identity number" "200 $number" "$(tell nobody /api/public-queries "$(jq -nc --arg a "$(person "$seller" name);$(person "$seller" id_number)" '{kind: "case", about: $a}')") $(answer '[.rows[].number][0]')"
equal "a wrong name and a wrong number look the same" "0 0" "$(tell nobody /api/public-queries "$(jq -nc --arg a "$number;无此人" '{kind: "case", about: $a}')" > /dev/null; answer '.rows | length') $(tell nobody /api/public-queries "$(jq -nc --arg a "1101012026010199999;无此人" '{kind: "case", about: $a}')" > /dev/null; answer '.rows | length')"
# ---- 核对: what is copied from a certificate is held against the book while it is typed
# holding USER CERTIFICATE UNIT ID NAME [KIND]
holding() { tell "$1" /api/queries "$(jq -nc --arg c "$2" --arg u "$3" --arg i "$4" --arg n "$5" --arg k "${6:-1}" '{certificate_no: $c, unit_code: $u, id_kind: $k, id_number: $i, name: $n}')" holding; }
other_unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | sed -n 2p)
other_old=$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$D/demo/register.jsonl" | sed -n 2p)
sid=$(person "$seller" id_number) sname=$(person "$seller" name) bid=$(person "$buyer" id_number) bname=$(person "$buyer" name)
equal "who names all of a certificate learns that it agrees, and how the book writes the location" "200 matches true" "$(holding wang "$old" "$unit" "$sid" "$sname") $(answer '"\(.state) \(.location | length > 0)"')"
: > "$W/differ"
differs() { # WHAT CERTIFICATE UNIT ID NAME [KIND]
	equal "$1 differs" "200 differs" "$(holding li "$2" "$3" "$4" "$5" "${6:-1}") $(answer .state)"
	jq -c 'del(.at)' "$W/answer" >> "$W/differ"
}
differs "another's certificate number" "$other_old" "$unit" "$sid" "$sname"
differs "a number that is not there" "京(2020)东城区不动产权第9999999号" "$unit" "$sid" "$sname"
differs "another's unit" "$old" "$other_unit" "$sid" "$sname"
differs "a unit that is not there" "$old" "110101001001GB00001F00019999" "$sid" "$sname"
differs "who is not the holder" "$old" "$unit" "$bid" "$bname"
differs "the holder's number with another name" "$old" "$unit" "$sid" "$bname"
differs "a passport that bears the number of the holder's card" "$old" "$unit" "$sid" "$sname" 3
equal "the household book bears the holder's own" "200 matches" "$(holding wang "$old" "$unit" "$sid" "$sname" 4) $(answer .state)"
equal "all of these answers are the same byte for byte" 1 "$(sort -u "$W/differ" | wc -l | tr -d ' ')"
equal "the holder sees that the certificate was compared" true "$(query zhang "$seller" own "" "" > /dev/null; answer '[.looks[] | select(.what == "holding")] | length > 0')"
equal "not asked under a person's signature, nor by anybody" "422 422" "$(query wang "$buyer" holding "$old;$unit;1;$sid;$sname" "") $(ask nobody POST /api/public-queries "$(jq -nc --arg a "$old;$unit;1;$sid;$sname" '{kind: "holding", about: $a}')")"
equal "nor without an account" 401 "$(ask nobody POST /api/queries/holding '{}')"
before=$(stack_sql internet "SELECT count(*) FROM audit_record WHERE action = 'query.asked'")
equal "without the certificate's number nothing is asked, and nothing told: that takes the person's own signed question" "422 422 0" \
	"$(ask li POST /api/queries/holding "$(jq -nc --arg u "$unit" --arg i "$sid" --arg n "$sname" '{certificate_no: "", unit_code: $u, id_kind: "1", id_number: $i, name: $n}')") $(ask li POST /api/queries/holding "$(jq -nc --arg u "$unit" --arg i "$sid" --arg n "$sname" '{unit_code: $u, id_kind: "1", id_number: $i, name: $n}')") $(($(stack_sql internet "SELECT count(*) FROM audit_record WHERE action = 'query.asked'") - before))"
equal "a part that would hide another is refused" 422 "$(ask li POST /api/queries/holding "$(jq -nc --arg c "$old;$unit" --arg u "$unit" --arg i "$sid" --arg n "$sname" '{certificate_no: $c, unit_code: $u, id_kind: "1", id_number: $i, name: $n}')")"
n=0
while [ "$(ask li POST /api/queries/holding "$(jq -nc --arg c "$old" --arg u "$unit" --arg i "$sid" --arg n "$sname" '{certificate_no: $c, unit_code: $u, id_kind: "1", id_number: $i, name: $n}')")" = 202 ] && [ $n -lt 40 ]; do n=$((n + 1)); done
equal "trying is slowed down for a person" "429 true" "$(code) $([ $n -lt 20 ] && echo true)"
n=0
while [ "$(ask nobody POST /api/public-queries '{"kind":"paper","about":"1;2"}')" = 202 ] && [ $n -lt 40 ]; do n=$((n + 1)); done
equal "guessing is slowed down" 429 "$(code)"
equal "every question is in the logs of both zones" "true true" "$([ "$(stack_sql internet "SELECT count(*) FROM audit_record WHERE action = 'query.asked'")" -ge 9 ] && echo true) $([ "$(stack_sql extranet "SELECT count(*) FROM audit_record WHERE action = 'query.answered'")" -ge 9 ] && echo true)"
"$SW_BIN/registryd" audit-book -c "$D/extranet/conf/registryd.yaml" > "$W/audit" 2>&1
equal "the numbers of proofs are no numbers of the book: its auditor finds nothing" 0 $?
kill -STOP "$(cat "$D/pid/gapd-switch")"
call internet li POST /api/queries/text '{"kind":"own","about":"","purpose":""}'
jq -j .query "$W/reply" > "$W/query"
li=$(person_of li)
jq -nc --rawfile f "$W/query" --arg i "$(person "$li" id_number)" --arg p "$(person "$li" pin)" '{id_number: $i, pin: $p, form: $f}' \
	| curl -s -m 20 -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary @- "http://127.0.0.1:$(cat "$D/identity/port")/api/sign" > "$W/consent"
equal "with the gap away the question waits no longer than it may" 504 "$(tell li /api/queries "$(jq -nc --rawfile q "$W/query" --slurpfile c "$W/consent" '{query: $q, consent: $c[0]}')")"
kill -CONT "$(cat "$D/pid/gapd-switch")"
[ $failed = 0 ] || cat "$D"/log/intaked "$D"/log/registryd | tail -20 | sed 's/^/# /'
replies_right
exit $failed
