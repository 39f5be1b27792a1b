#!/bin/sh
# 缴费: fee and taxes are paid as one order 统缴 at the payment platform; its signed receipts unlock the case; duplicate, late, silent, forged and wrong notices;
# the e-receipt; money of a case that ended goes back on the office's sealed order, once.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
soon() { sed -i "s|check: 30s|check: 300ms|" "$D/internet/conf/intaked.yaml"; }
zones_made soon
stack_start
. tests/stack/walk.sh
code() { cat "$W/code"; }
ask() { call internet "$@"; code; }
platform() { # METHOD PATH [JSON]: at the payment platform; prints the status
	curl -s -m 20 -o "$W/platform" -w '%{http_code}' -X "$1" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' ${3:+--data-binary "$3"} "http://127.0.0.1:$(cat "$D/payment/port")$2"
}
fault() { platform POST /api/control "{\"fault\":\"$1\"}" > /dev/null; }
notice() { # FILE: what anybody may send; prints the status
	curl -s -m 20 -o "$W/notice.reply" -w '%{http_code}' -X POST -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "@$1" "$(url internet)/api/payments/notice"
}
order() { call internet "$1" POST "$(app)/payment" '{}'; field .order; }
pay() { platform POST /api/pay "{\"order\":\"$1\"}"; }
charged() { stack_sql extranet "SELECT count(*) FROM reg_charge_step WHERE case_id = '$application' AND state = 'paid'"; }
reach internet zhang /api/businesses '.rows | length > 0' "the businesses" || exit 1

seller=$(person_of zhang) buyer=$(person_of wang)
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)
old=$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$D/demo/register.jsonl" | head -1)
hand_in() { # a transfer of the seller's flat, up to its acceptance
	jq -nc --arg unit "$unit" --arg old "$old" --arg sn "$(person "$seller" name)" --arg si "$(person "$seller" id_number)" --arg bn "$(person "$buyer" name)" --arg bi "$(person "$buyer" id_number)" \
		'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: $old, price_cents: 500000000},
		parties: [{role: "transferor", name: $sn, id_number: $si, share_num: 1, share_den: 1}, {role: "transferee", name: $bn, id_number: $bi, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	apply_start transfer-existing-flat zhang contract && apply_sign zhang "$seller" 0 && apply_sign wang "$buyer" 1 &&
		reach extranet registrar1 "$(kase)" "$(past accepted tax review)" "the acceptance" do_accept
}
handed_in() { hand_in > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; echo "not ok - a transfer is accepted"; exit 1; }; }
assess() { call extranet registrar1 POST "$(kase)/tax/assessment" "{\"declaration\":\"申报2026-${2:-1}\",\"amount_cents\":${1:-7500000}}"; code; }
back() { call extranet registrar1 GET "$(kase)"; desk registrar1 back '{"reason":"税额核定有误"}'; code; }
rounds() { call extranet registrar1 GET "$(kase)/fee"; field '[.tax.rounds[] | "\(.state) \(.assessed_cents) \(if .back then "-" else "+" end)\(.amount_cents)"] | join(", ")'; }
voucher() { call extranet registrar1 GET "$(kase)"; field '"\(.state) \(.tax.voucher_no) \(.tax.amount_cents) \(.tax.by)"'; }
refund() { call extranet registrar1 POST "$(kase)/tax/refund" "{\"receipt\":\"$1\",\"amount_cents\":$2}"; code; }

# ---- fee and taxes as one order
handed_in
reach internet wang "$(app)" '.fee.state == "due"' "the fee at the portal" || failed=1
equal "a person sees the fee, its lines and basis; nothing is begun" "8000 1 0 " "$(field '"\(.fee.amount_cents) \(.fee.lines | length) \(.payment.receipts | length) \(.payment.opened)"')"
equal "the tax office's assessment is taken once" "200 409" "$(assess) $(assess)"
reach internet wang "$(app)" '.tax.state == "due"' "the taxes at the portal" || failed=1
consults() { call extranet registrar1 GET "$(kase)/consults"; field '[.rows[] | "\(.kind) \(.state) \(.used.by // "-")"] | join(", ")'; }
equal "beside the case: who was asked, how it stands, who decided by it" "identity answered registrar1, identity answered registrar1, tax answered -, payment waiting -, payment waiting -" "$(consults)"
again() { call extranet registrar1 POST "$(kase)/consults/$1/again" "{\"reason\":\"$2\"}"; code; }
equal "what is not answered is asked again, with a reason; what was answered, or nobody was asked, is not" "200 422 409 404" "$(again payment-fee 申请人称未收到) $(again payment-fee '') $(again identity-0 再) $(again nobody 再)"
equal "which is recorded with what was asked" "payment-fee 申请人称未收到" "$(stack_sql extranet "SELECT detail FROM audit_record WHERE action = 'consult.again'" | jq -r '"\(.key) \(.reason)"')"
one=$(order wang)
equal "one order with two lines, the same however often it is begun" "$one" "$(order zhang)"
platform GET "/api/orders/$one" > /dev/null
equal "which the platform shows" "不动产登记费 8000, 税款 7500000" "$(jq -r '[.lines[] | "\(.zh) \(.amount_cents)"] | join(", ")' "$W/platform")"
equal "a stranger begins none" 404 "$(ask li POST "$(app)/payment" '{}')"
fault duplicate
equal "paid" 200 "$(pay "$one")"
reach internet wang "$(app)" '.fee.state == "paid" and .tax.state == "paid"' "the payment" || failed=1
equal "notified three times it counts once; the order is settled" "2 1  settled" "$(field '.payment.receipts | length') $(charged) $(field .payment.opened) $(stack_sql internet "SELECT state FROM payment WHERE id = '$one'")"
reach extranet registrar1 "$(kase)" '.has_tax' "the voucher" || failed=1
equal "the taxes are paid, by the platform's number" "tax $(call internet wang GET "$(app)"; field '.payment.receipts[] | select(.amount_cents == 7500000) | .number')" "$(call extranet registrar1 GET "$(kase)"; field '.state + " " + .tax.voucher_no')"
equal "their answers stand beside the case, by their receipts" "payment answered $(call extranet registrar1 GET "$(kase)"; field .tax.voucher_no)" "$(call extranet registrar1 GET "$(kase)/consults"; field '.rows[] | select(.key | startswith("payment-") and endswith("SK1")) | "\(.kind) \(.state) \(.source)"')"
equal "nothing more is due" 409 "$(ask wang POST "$(app)/payment" '{}')"
equal "nor does the platform take money for it again" 409 "$(pay "$one")"
bill=$(call internet wang GET "$(app)"; field '.payment.receipts[0].number')
call internet wang GET "$(app)/bills/$bill"
cp "$W/reply" "$W/bill.pdf"
equal "电子票据 names payment and sum" 1 "$(pdftotext -raw "$W/bill.pdf" - | tr -d ' \n' | grep -c "$bill.*80.00元\|$bill.*75000.00元")"
equal "nobody else's" "404 404" "$(ask li GET "$(app)/bills/$bill") $(ask wang GET "$(app)/bills/P0")"
# ---- forged
platform GET "/api/orders/$one" > /dev/null
jq -c '{receipts: [.receipts[0] | .receipt |= sub("\"payment\":\"P"; "\"payment\":\"Q")]}' "$W/platform" > "$W/forged"
equal "a changed receipt is refused" 422 "$(notice "$W/forged")"
jq -c '{receipts: [.receipts[0]]}' "$W/platform" > "$W/again"
equal "a true one again is answered like the first" "200 2" "$(notice "$W/again") $(call internet wang GET "$(app)"; field '.payment.receipts | length')"
# ---- one step back: the tax is assessed anew, and what was paid before counts
first=$(call internet wang GET "$(app)"; field '.payment.receipts[] | select(.amount_cents == 7500000) | .number')
equal "not again while the voucher stands" 409 "$(assess 8000000 2)"
equal "back behind the paid tax: its voucher is voided, its money is not" "200 accepted null paid 7500000 +7500000" "$(back) $(call extranet registrar1 GET "$(kase)"; field '.state + " \(.tax)"') $(rounds)"
equal "assessed anew at more: only the difference is due" "200 paid 7500000 +7500000, due 8000000 +500000" "$(assess 8000000 2) $(rounds)"
reach internet wang "$(app)" '.tax.state == "due"' "the difference at the portal" || failed=1
two=$(order wang)
platform GET "/api/orders/$two" > /dev/null
equal "which the person pays at the platform, and nothing else" "税款 500000 200" "$(jq -r '[.lines[] | "\(.zh) \(.amount_cents)"] | join(", ")' "$W/platform") $(pay "$two")"
reach extranet registrar1 "$(kase)" '.has_tax' "the voucher of the difference" || failed=1
equal "its receipt is the voucher of all that was assessed" "tax $(call internet wang GET "$(app)"; field '.payment.receipts[] | select(.amount_cents == 500000) | .number') 8000000 payment" "$(voucher)"
# ---- it ends before the entry: the money goes back, on the sealed order alone
equal "the portal by itself gets nothing back" 422 "$(platform POST /api/refunds "{\"instruction\":\"{\\\"amount_cents\\\":8000,\\\"kind\\\":\\\"refund\\\",\\\"order\\\":\\\"x\\\"}\",\"signature\":\"AA==\",\"seal_certificate\":\"\"}")"
equal "the applicants withdraw" "200 0" "$(withdraw zhang "$seller" wang "$buyer"; code) $(field .remaining)"
reach internet wang "$(app)" '.fee.state == "refunded" and .tax.state == "refunded"' "the refund" || failed=1
reach internet wang "$(app)" '[.payment.receipts[] | select(.refund)] | length == 3' "every part of the money" || failed=1
equal "fee and both parts of the taxes went back once each" "8000 500000 7500000 0" "$(field '([.payment.receipts[] | select(.refund) | .amount_cents] | sort | map(tostring) | join(" ")) + " \(.payment.returning | length)"')"

# ---- assessed anew at less: the step is done with what was paid; the difference goes back by the tax office, and its receipt is entered
handed_in
equal "assessed" 200 "$(assess)"
reach internet wang "$(app)" '.tax.state == "due"' "the taxes of the next case" || failed=1
five=$(order wang)
equal "and paid" 200 "$(pay "$five")"
reach extranet registrar1 "$(kase)" '.has_tax' "the voucher" || failed=1
first=$(field .tax.voucher_no)
equal "back, and assessed at less" "200 200 tax $first 7000000 payment" "$(back) $(assess 7000000 2) $(voucher)"
equal "too much was paid" "paid 7500000 +7500000, refund 7000000 -500000" "$(rounds)"
reach internet wang "$(app)" '.tax.state == "refund" and .tax.amount_cents == 500000' "the difference that goes back, at the portal" || failed=1
equal "another sum is not entered, nor twice the right one" "422 200 409" "$(refund 退1 7000000) $(refund 退1 500000) $(refund 退1 500000)"
reach internet wang "$(app)" '.tax.state == "refunded"' "the end of it" || failed=1
equal "back once more and assessed the same: nothing moves" "200 200 tax $first 7000000 payment" "$(back) $(assess 7000000 3) $(voucher)"
equal "withdrawn: what is left goes back the same way" "200 paid 7500000 +7500000, refunded 7000000 -500000, covered 7000000 +0, refund 0 -7000000" "$(withdraw zhang "$seller" wang "$buyer"; code) $(reach extranet registrar1 "$(kase)" '.state == "withdrawn"' "the withdrawal" > /dev/null; rounds)"
equal "and is entered" "200 refunded" "$(refund 退2 7000000) $(field .tax.state)"

# ---- late, and told by nobody; wrong
handed_in
reach internet wang "$(app)" '.fee.state == "due"' "the second fee" || failed=1
fault late
three=$(order wang)
pay "$three" > /dev/null
equal "while the outcome is unknown the order stays open, and no second one is begun" "409 true 1" "$(ask wang POST "$(app)/payment" '{}') $(call internet wang POST "$(app)/payment/check" '{}'; field '.payment.opened != ""') $(stack_sql internet "SELECT count(*) FROM payment WHERE application = '$application'")"
withdraw zhang "$seller" wang "$buyer"
reach internet wang "$(app)" '.fee.state == "cancelled"' "the end of the fee" || failed=1
fault silent
platform POST /api/control '{"release":true}' > /dev/null
reach internet wang "$(app)" '.fee.state == "refunded"' "the late money's way back" && echo "ok - money that no notice told of, and that came after the case ended, is learned by asking and goes back"
handed_in
reach internet wang "$(app)" '.fee.state == "due"' "the third fee" || failed=1
fault wrong-amount
four=$(order wang)
pay "$four" > /dev/null
reach internet wang "$(app)" '[.payment.receipts[] | select(.reason != "")] | length == 1' "the refusal of a wrong sum" && echo "ok - another sum than is due is refused by the registry, and the person is told why"
equal "it is not counted" "due 0" "$(field .fee.state) $(charged)"
equal "and holds nothing up: the window's receipt is taken" 200 "$(call extranet registrar1 POST "$(kase)/fee/pay" '{"receipt":"收9","amount_cents":8000,"way":"现金"}'; code)"
reach internet wang "$(app)" '.fee.state == "paid"' "the window's payment" || failed=1
fault none

# ---- 重复缴款: paid online, and at the window and the tax desk before the platform's receipt came: one counts, the other goes back by itself
handed_in
equal "assessed" 200 "$(assess)"
reach internet wang "$(app)" '.fee.state == "due" and .tax.state == "due"' "fee and taxes of the last case" || failed=1
fault late
six=$(order wang)
pay "$six" > /dev/null
call extranet registrar1 GET "$(kase)"
do_tax
equal "the desks take it, which know of nothing" "200 tax registrar1 200" "$(code) $(call extranet registrar1 GET "$(kase)"; field '"\(.state) \(.tax.by)"') $(call extranet registrar1 POST "$(kase)/fee/pay" '{"receipt":"收10","amount_cents":8000,"way":"现金"}'; code)"
fault none
platform POST /api/control '{"release":true}' > /dev/null
reach internet wang "$(app)" '[.payment.receipts[] | select(.refund)] | length == 2' "the way back of what was paid online" || failed=1
equal "what was paid first stands; fee and taxes that came after it went back once each" "paid elsewhere 8000 7500000 0" "$(field '"\(.fee.state) \(.tax.state) " + ([.payment.receipts[] | select(.refund) | .amount_cents] | sort | map(tostring) | join(" ")) + " \(.payment.returning | length)"')"
reach extranet registrar1 "$(kase)/fee" '[.fee.surplus[] | select(.refund != "")] | length == 2' "both receipts of that" || failed=1
equal "both payments are accounted for: counted once, surplus with its refund" "1 8000 paid true, 7500000 elsewhere true" "$(charged) $(field '[.fee.surplus | sort_by(.amount_cents)[] | "\(.amount_cents) \(.why) \(.refund != "")"] | join(", ")')"
reach internet wang "$(app)" '[.progress[] | select(.step_zh | startswith("重复缴款"))] | length == 4' "the news of it" || failed=1
equal "the payer is told on the timeline, of the payment and of the refund" "2 2" "$(field '[.progress[] | select(.note | test("支付号 P"))] | length') $(field '[.progress[] | select(.step_zh == "重复缴款已退回")] | length')"
# The other order: what was paid online is known, and the desks take no second sum.
handed_in
equal "assessed" 200 "$(assess)"
reach internet wang "$(app)" '.tax.state == "due" and .fee.state == "due"' "fee and taxes once more" || failed=1
equal "paid online" 200 "$(pay "$(order wang)")"
reach extranet registrar1 "$(kase)" '.has_tax' "the voucher" || failed=1
equal "behind it neither desk takes a second sum" "409 409 0" "$(desk registrar1 tax "{\"voucher_no\":\"完税$application\",\"amount_cents\":7500000,\"paid_on\":\"$(date +%F)\"}"; code) $(call extranet registrar1 POST "$(kase)/fee/pay" '{"receipt":"收11","amount_cents":8000,"way":"现金"}'; code) $(call extranet registrar1 GET "$(kase)/fee"; field '.fee.surplus | length')"
exit $failed
