#!/bin/sh
# 邮寄证书: the way is chosen in the draft and signed by all, on the receipt, changed later; the buyer chooses post at the portal by an own signature; the window orders the carrier, hands the parcel over under its waybill; every station
# reaches the applicant in its order; a carrier that is down, forgetful or tells nonsense loses, doubles and invents nothing; returned and lost parcels come
# back to the window; who received it is kept sealed and removed after a while.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
courier=
trap 'kill $courier 2> /dev/null; stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
case $SW_BIN in *asan*) ;; *) [ ! -d build/web ] || SW_WEB=$PWD/build/web ;; esac
zones_made
mkdir -p "$D/courier"
token=$(password)
printf '%s\n' "$token" > "$D/extranet/keys/courier.token"
"$SW_TESTBIN/dept-courier" --dir "$D/courier" --token "$token" --port-file "$D/courier/port" 2>> "$D/log/courier" &
courier=$!
await "$D/courier/port"
C=http://127.0.0.1:$(cat "$D/courier/port")
printf '\ncourier:\n  url: %s/api\n  token_file: ../keys/courier.token\n  check: 200ms\n  keep: 1h\n' "$C" >> "$D/extranet/conf/registryd.yaml"
printf '\npost: true\n' >> "$D/internet/conf/intaked.yaml"
stack_start
watch_replies internet extranet
at_carrier() { curl -s -m 20 -X POST -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' -d "$2" -o "$D/courier/reply" -w '%{http_code}' "$C/api/$1"; }
fault() { at_carrier control "{\"fault\":\"$1\"}" > "$W/code0"; }
happens() { at_carrier event "$(jq -nc --arg w "$1" --arg c "$2" --arg s "$3" '{waybill: $w, code: $c, station: $s}')"; }
ask() { call internet "$@"; cat "$W/code"; }
at_desk() { call extranet "$@"; cat "$W/code"; }
name=$(person "$(person_of wang)" name)
address='示例省示例市东城区示例路2号3单元401室'
post_body=$(jq -nc --arg n "$name" --arg a "$address" '{way: "post", name: $n, phone: "13800000001", address: $a}')
# choose USER PERSON BODY [FILTER of what is handed in]: prints the status
choose() {
	call internet "$1" POST "$(app)/delivery/text" "$3"
	[ "$(cat "$W/code")" = 200 ] || { cat "$W/code"; return; }
	jq -j .text "$W/reply" > "$W/canonical"
	platform_sign "$2"
	call internet "$1" POST "$(app)/delivery" "$(jq -nc --rawfile t "$W/canonical" --slurpfile s "$W/signature" "{text: \$t, consent: \$s[0]} | ${4:-.}")"
	cat "$W/code"
}
events() { call internet wang GET "$(app)"; field '[.delivery.events[] | .state + (if .station != "" then ":" + .station else "" end)] | join(" ")'; }
told() { reach internet wang "$(app)" "[.delivery.events[].state] | $1" "at the portal: $1" > "$W/told" 2>&1 || { cat "$W/told"; failed=1; }; }

# ---- a transfer up to its printed certificate
s=$(person_of zhang) b=$(person_of wang)
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$register" | head -1)
old=$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$register" | head -1)
jq -nc --arg unit "$unit" --arg old "$old" --arg sn "$(person "$s" name)" --arg si "$(person "$s" id_number)" --arg bn "$name" --arg bi "$(person "$b" id_number)" \
	'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: $old, price_cents: 500000000},
	parties: [{role: "transferor", name: $sn, id_number: $si, share_num: 1, share_den: 1}, {role: "transferee", name: $bn, id_number: $bi, share_num: 1, share_den: 1}],
	delivery: {way: "post", name: $bn, phone: "13800000009", address: "示例省示例市东城区示例路5号105室"}}' > "$W/draft.json"
call internet zhang POST /api/applications '{"business":"transfer-existing-flat","division":""}'
application=$(field .id)
drafted() { call internet zhang PUT "$(app)" "$(jq -c ".delivery$1 | {delivery: ., version: 1}" "$W/draft.json")"; echo "$(cat "$W/code") $(field '.where // ""' | cut -d: -f1)"; }
equal "a draft takes no way that is none, nor a receiver without a number" "422 way 422 phone 422 name, phone, address" "$(drafted ' | .way = "pigeon"') $(drafted ' | .phone = ""') $(drafted ' | .way = "window"')"
apply_start transfer-existing-flat zhang contract > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; exit 1; }
equal "nothing is chosen before it is handed in" "409" "$(ask zhang POST "$(app)/delivery/text" "$post_body")"
equal "who signs with, sees it before" post "$(ask wang GET "$(app)" > "$W/code0"; field .delivery_asked.way)"
{ apply_sign zhang "$s" 0 && apply_sign wang "$b" 1 && reach extranet registrar1 "$(kase)" '.number != ""' "the case"; } > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; exit 1; }
number=$(field .number)
call extranet registrar1 GET "$(kase)/delivery"
equal "what was chosen in the draft, under all signatures, counts at the registry, masked" "post portal 138****0009 0" "$(field '.delivery | .way + " " + .by + " " + .phone') $(grep -c '105室' "$W/reply")"
reach internet wang "$(app)" '.delivery.way == "post"' "the registry's word on the draft's choice" || failed=1
equal "the form's address is shown to who wrote it alone" "false 1" "$(field 'has("delivery_asked")') $(ask zhang GET "$(app)" > "$W/code0"; field .delivery_asked.address | grep -c 105室)"
call internet wang GET "$(app)/receipt.json"
equal "it stands on the receipt" "post 1" "$(field '.receipt | fromjson.form.delivery.way') $(field '.receipt | fromjson.form.delivery.address' | grep -c 105室)"
call internet wang GET "$(app)/receipt"
equal "and on the receipt's sheet" 1 "$(pdftotext "$W/reply" - | tr -d '\n ' | grep -c '领证方式邮寄.*105室')"
equal "the portal offers post" true "$(ask wang GET /api/config > "$W/code0"; field .post)"
equal "what cannot be sent to is refused, by its member" "422 phone 422 address 422 name, phone, address" \
	"$(ask wang POST "$(app)/delivery/text" "$(echo "$post_body" | jq -c '.phone = "12"')") $(field .where | cut -d: -f1) $(ask wang POST "$(app)/delivery/text" "$(echo "$post_body" | jq -c '.address = "x"')") $(field .where | cut -d: -f1) $(ask wang POST "$(app)/delivery/text" "$(echo "$post_body" | jq -c '.way = "window"')") $(field .where | cut -d: -f1)"
equal "the seller, whose right ends, chooses nothing, nor does a stranger" "403 404" "$(ask zhang POST "$(app)/delivery/text" "$post_body") $(ask li POST "$(app)/delivery/text" "$post_body")"
equal "another text than the one that was signed is not taken" 422 "$(choose wang "$b" "$post_body" '.text |= sub("401"; "402")')"
equal "another person's signature neither" 422 "$(choose wang "$s" "$post_body")"
equal "the buyer chooses post by an own signature" "200 sent" "$(choose wang "$b" "$post_body") $(field .delivery.state)"
reach internet wang "$(app)" '.delivery.state == "taken"' "the registry's word on it" || failed=1
equal "it counts, and is shown masked" "post 138****0001 0" "$(field '.delivery.way + " " + .delivery.phone') $(grep -c '401室' "$W/reply")"
call extranet registrar1 GET "$(kase)/delivery"
equal "at the window: masked too" "post portal 138****0001 0" "$(field '.delivery | .way + " " + .by + " " + .phone') $(grep -c '401室' "$W/reply")"
# What a portal sends that was taken over: a party that is not the holder, and the same token again.
cp "$W/signature" "$W/kept"
equal "a token counts once" "200 1" "$(call internet wang POST "$(app)/delivery" "$(jq -nc --rawfile t "$W/canonical" --slurpfile s "$W/kept" '{text: $t, consent: $s[0]}')"; cat "$W/code") $(reach internet wang "$(app)" '.delivery.state == "refused"' "the refusal" > "$W/told" 2>&1; field .delivery.reason | grep -c 'used before')"
equal "what counted before still does" post "$(field .delivery.way)"
equal "nothing is ordered before it is printed" "409" "$(at_desk registrar1 POST "$(kase)/mailing" '{}')"
{ reach extranet registrar1 "$(kase)" "$(past accepted tax review entry certificate delivered archived)" "the acceptance" do_accept && reach extranet registrar1 "$(kase)" .has_tax "the tax" do_tax && book_and_certificate; } > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; exit 1; }
call extranet registrar1 GET "$(kase)/documents"
paper=$(field '[.rows[] | select(.kind == "certificate-title")][0].number')
equal "blanks are there, and one carries the certificate" "200 200" "$(at_desk registrar2 POST /api/stationery '{"kind":"title","prefix":"YZ-","from":1,"to":4,"digits":4}') $(at_desk registrar1 POST /api/stationery/YZ-0001/print "$(jq -nc --arg p "$paper" '{paper: $p}')")"
tasks() { call extranet registrar1 GET /api/mailings; field '[.rows[] | .state + " " + .number] | join(", ")'; }
equal "the window sees what is to be sent" "wanted $number" "$(tasks)"

# ---- the carrier: down, forgetful, then right
fault unavailable
equal "the window orders" "200 ordered YZ-0001" "$(at_desk registrar1 POST "$(kase)/mailing" '{}') $(field '.mailings[0] | .state + " " + .serials[0]')"
equal "not twice, nor may another way be chosen meanwhile" "409 409" "$(at_desk registrar1 POST "$(kase)/mailing" '{}') $(at_desk registrar1 POST "$(kase)/delivery" '{"way":"window"}')"
reach extranet registrar1 /api/mailings '.rows[0].error != ""' "the carrier's silence at the desk" || failed=1
fault lose-answer
for _ in $(seq 1200); do curl -s "$C/api/orders" | jq -e '[.orders[].times] | add >= 1' > "$W/told" && break; sleep 0.1; done
fault no-json
sleep 1
fault none
reach extranet registrar1 "$(kase)/delivery" '.mailings[0].state == "ready"' "the waybill" || failed=1
waybill=$(field '.mailings[0].waybill') parcel=$(field '.mailings[0].id')
equal "ordered once at the carrier, however often it was told, with the whole address" "1 true 401室" "$(curl -s "$C/api/orders" | jq -r '"\(.orders | length) \([.orders[].times] | add > 1)"') $(curl -s "$C/api/orders" | jq -r '[.orders[].asked.to.address][0]' | grep -o 401室)"
call extranet registrar1 GET "/api/mailings/$parcel/label"
equal "the label has it in full, which is a look on record" "$address 1" "$(field .address) $(stack_sql extranet "SELECT count(*) FROM look WHERE subject = '$parcel'")"
equal "a parcel with another waybill is not handed over" "409" "$(at_desk registrar1 POST "/api/mailings/$parcel/post" '{"waybill":"SW000000777"}')"
equal "交邮" "200 posted" "$(at_desk registrar1 POST "/api/mailings/$parcel/post" "{\"waybill\":\"$waybill\"}") $(field '.mailings[0].state')"
call extranet registrar1 GET /api/stationery/YZ-0001
equal "the ledger has the blank with the carrier, under its waybill" "posted $waybill" "$(field '.state + " " + .moves[-1].note')"
call extranet registrar1 GET /api/stationery
equal "and balances" "4 = 3 0 1 0 0" "$(field '.balance[0] | "\(.received) = \(.stock) \(.printed) \(.posted) \(.handed) \(.spoiled)"')"
equal "with the carrier it is neither handed over nor spoiled here" "409 409" "$(at_desk registrar1 POST /api/stationery/YZ-0001/hand-over '{"to":"甲"}') $(at_desk registrar1 POST /api/stationery/YZ-0001/spoil '{"reason":"x"}')"

# ---- stations, and nonsense between them
equal "it was collected" 200 "$(happens "$waybill" collected 东城营业部)"
told 'index("collected") != null'
for f in other-waybill gap no-code no-json refuse; do
	fault $f
	happens "$waybill" moving "经过$f" > "$W/code0"
	reach extranet registrar1 "$(kase)/delivery" '.mailings[0].error != ""' "the wrong answer" > "$W/told" 2>&1
	equal "an answer that is $f is on the parcel" true "$(field '.mailings[0].error != ""')"
	equal "an answer that is $f tells nothing" "" "$(events | grep -o "经过$f")"
	fault none
	told "index(\"moving\") != null"
	reach internet wang "$(app)" "[.delivery.events[].station] | index(\"经过$f\") != null" "the station behind $f" > "$W/told" 2>&1 || { cat "$W/told"; failed=1; }
done
# registryd is killed between a station and its way to the portal: each arrives once, in order.
happens "$waybill" delivering 派送中 > "$W/code0"
kill -9 "$(cat "$D/pid/registryd")"
told 'index("delivering") != null'
equal "every station once, in the order in which it came" "chosen chosen ordered ready posted collected:东城营业部 moving:经过other-waybill moving:经过gap moving:经过no-code moving:经过no-json moving:经过refuse delivering:派送中" "$(events)"
equal "it comes back, and is settled: kept at the window" "200" "$(happens "$waybill" returned 收件人拒收)"
reach extranet registrar1 /api/mailings '[.rows[].state] | index("returned") != null' "the returned parcel at the window" || failed=1
equal "nothing is settled that is not back; a reason is wanted" "422 200 kept" "$(at_desk registrar1 POST "/api/mailings/$parcel/keep" '{"reason":""}') $(at_desk registrar1 POST "/api/mailings/$parcel/keep" '{"reason":"收件人拒收，证书完好"}') $(field '.mailings[0].state')"
call extranet registrar1 GET /api/stationery/YZ-0001
equal "the certificate lies at the window again" printed "$(field .state)"
told 'index("kept") != null'

# ---- another way, then by post again: lost; then once more: it arrives
equal "the window enters another way for the applicant" "200 window registrar1" "$(at_desk registrar1 POST "$(kase)/delivery" '{"way":"window"}') $(field '.delivery | .way + " " + .by')"
equal "and nothing is ordered for it" 409 "$(at_desk registrar1 POST "$(kase)/mailing" '{}')"
reach internet wang "$(app)" '.delivery.way == "window"' "the window's word at the portal" || failed=1
equal "the applicant chooses post again" 200 "$(choose wang "$b" "$post_body")"
reach extranet registrar1 /api/mailings '[.rows[].state] == ["wanted"]' "the task" || failed=1
# send: ordered, ready, handed over; $waybill and $parcel
send() {
	call extranet registrar1 POST "$(kase)/mailing" '{}'
	reach extranet registrar1 "$(kase)/delivery" '.mailings[-1].state == "ready"' "the waybill" || failed=1
	waybill=$(field '.mailings[-1].waybill') parcel=$(field '.mailings[-1].id')
	call extranet registrar1 POST "/api/mailings/$parcel/post" "{\"waybill\":\"$waybill\"}"
}
fault same-waybill
call extranet registrar1 POST "$(kase)/mailing" '{}'
reach extranet registrar1 "$(kase)/delivery" '.mailings[-1].error == "CONFLICT"' "the doubled waybill" || failed=1
equal "a waybill that another parcel has is not taken; the order is cancelled" "ordered 200 cancelled" "$(field '.mailings[-1].state') $(at_desk registrar1 POST "/api/mailings/$(field '.mailings[-1].id')/cancel" '{"reason":"运单号重复"}') $(field '.mailings[-1].state')"
fault none
send
equal "lost" 200 "$(happens "$waybill" lost 转运途中遗失)"
reach extranet registrar1 /api/mailings '[.rows[].state] | index("lost") != null' "the lost parcel at the window" || failed=1
equal "what is lost is not kept at the window; it is written off, and printed anew" "409 200 spoiled 200" "$(at_desk registrar1 POST "/api/mailings/$parcel/keep" '{"reason":"x"}') $(at_desk registrar1 POST "/api/mailings/$parcel/spoil" '{"reason":"途中遗失，公告作废"}') $(field '.mailings[-1].state') $(at_desk registrar1 POST /api/stationery/YZ-0002/print "$(jq -nc --arg p "$paper" '{paper: $p}')")"
parcels=4
if [ -n "${SW_WEB:-}" ]; then
	SW_DIR=$D SW_URL_INTERNET=$(url internet)/ SW_URL_EXTRANET=$(url extranet)/ SW_COURIER=$C
	export SW_DIR SW_URL_INTERNET SW_URL_EXTRANET SW_COURIER
	timeout 1200 node tests/web/post.mjs "$application" || failed=1
	parcels=5
fi
send
happens "$waybill" collected 东城营业部 > "$W/code0"
fault behind-end
sleep 0.6
fault none
happens "$waybill" delivered 本人签收 > "$W/code0"
told 'index("delivered") != null'
call extranet registrar1 GET /api/stationery/YZ-0002
equal "delivered: the blank is handed over, by the carrier's word" "handed 示例速递 $waybill system" "$(field '.state + " " + .moves[-1].note + " " + .moves[-1].by')"
call extranet registrar1 GET /api/stationery
equal "the ledger balances" "4 = 2 0 0 1 1" "$(field '.balance[0] | "\(.received) = \(.stock) \(.printed) \(.posted) \(.handed) \(.spoiled)"')"
equal "nothing waits at the window" "" "$(tasks)"

# ---- who received it: sealed, and removed
reading() { for z in internet extranet; do stack_raw $z; done | xargs grep -lF "$1" | wc -l; }
equal "the address stands in no database, name and number neither" "0 0 0" "$(reading 401室) $(reading 105室) $(reading 13800000001)"
sed -i 's/keep: 1h/keep: 1s/' "$D/extranet/conf/registryd.yaml"
rm -f "$D/extranet/data/port"
kill "$(cat "$D/pid/registryd")"
await "$D/extranet/data/port"
for _ in $(seq 1200); do [ "$(stack_sql extranet "SELECT (SELECT count(*) FROM reg_mailing WHERE receiver <> '') + (SELECT count(*) FROM reg_delivery WHERE receiver <> '')")" = 0 ] && break; sleep 0.1; done
equal "a while after the end nobody's address is left, the course is" "0 0 $parcels" "$(stack_sql extranet "SELECT count(*) FROM reg_mailing WHERE receiver <> ''") $(stack_sql extranet "SELECT count(*) FROM reg_delivery WHERE receiver <> ''") $(stack_sql extranet "SELECT count(*) FROM reg_mailing")"
"$SW_BIN/registryd" audit-book -c "$D/extranet/conf/registryd.yaml" > "$W/audit" 2>&1
equal "the auditor of the book finds nothing" 0 "$?"

# ---- an office that sends nothing by post takes the application all the same
sed -i '/^courier:/,$d' "$D/extranet/conf/registryd.yaml"
rm -f "$D/extranet/data/port"
kill "$(cat "$D/pid/registryd")"
await "$D/extranet/data/port"
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$register" | sed -n 2p)
jq -c --arg u "$unit" '.unit_code = $u' "$W/draft.json" > "$W/other.json" && mv "$W/other.json" "$W/draft.json"
{ apply_start transfer-existing-flat zhang contract && apply_sign zhang "$s" 0 && apply_sign wang "$b" 1 && reach extranet registrar1 "$(kase)" '.number != ""' "the case"; } > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; failed=1; }
call extranet registrar1 GET "$(kase)/delivery"
equal "the choice is left out" "false null" "$(field .post) $(field .delivery)"
replies_right
exit $failed
