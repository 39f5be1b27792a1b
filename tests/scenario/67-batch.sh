#!/bin/sh
# 集中申请: a bank's agent hands in many mortgages under one signature; each is a case of its own that bears the batch's mark and whose archive shows, with stock tools,
# that its form stands under what was signed. In the plain tree the pages too. SW_ROWS=1000: the long form.
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
authority=
trap 'kill $authority 2> /dev/null; stack_stop; stack_clean' EXIT
case $SW_BIN in *asan*) ;; *) SW_WEB=$PWD/build/web ;; esac
zones_made
who() { jq -nc --arg n "$1" --arg k "$2" --arg i "$3" '{name: $n, id_kind: $k, id_number: $i}'; }
power() { jq -nc --arg k "$1" --argjson p "$2" --argjson a "$3" --arg i "0193a000-0000-7000-8000-00000000000$4" '{kind: $k, principal: $p, agent: $a, businesses: ["*"], units: ["*"], from: "2020-01-01", until: "2099-12-31", power: $i, revoked: ""}'; }
mkdir -p "$D/authority"
token=$(password)
printf '%s\n' "$token" > "$D/internet/keys/authority.token"
zhang=$(who "$(person 0 name)" 1 "$(person 0 id_number)")
{ power representative "$(who 示例银行股份有限公司 7 91110101MA00000018)" "$zhang" 1; power power "$(who "$(person 1 name)" 1 "$(person 1 id_number)")" "$zhang" 2; } | jq -sc . > "$D/authority/powers.json"
"$SW_TESTBIN/dept-authority" --dir "$D/authority" --data "$D/authority/powers.json" --token "$token" --port-file "$D/authority/port" 2>> "$D/log/authority" &
authority=$!
await "$D/authority/port"
cp "$D/authority/ca.pem" "$D/extranet/keys/authority-ca.pem"
printf '\nauthority:\n  ca: ../keys/authority-ca.pem\n' >> "$D/extranet/conf/registryd.yaml"
printf '\nauthority:\n  url: http://127.0.0.1:%s/api\n  token_file: ../keys/authority.token\n' "$(cat "$D/authority/port")" >> "$D/internet/conf/intaked.yaml"
stack_start
watch_replies internet extranet
node tests/scenario/lib/batch.mjs "$D" "${SW_ROWS:-}" || failed=1
[ -s "$D/walked" ] || exit 1

if [ -n "${SW_WEB:-}" ]; then
	SW_DIR=$D SW_URL_INTERNET=$(url internet)/ SW_URL_EXTRANET=$(url extranet)/
	export SW_DIR SW_URL_INTERNET SW_URL_EXTRANET
	timeout $((300 + 2 * ${SW_ROWS:-0})) node tests/web/batches.mjs || failed=1
fi
# ---- one of them to its archive
application=$(cat "$D/walked") first=zhang
reach extranet registrar1 "$(kase)" "$(past accepted review entry certificate delivered archived)" "the acceptance" do_accept || failed=1
reach extranet registrar1 "$(kase)" "$(past review entry certificate delivered archived)" "the review" do_review || failed=1
reach extranet registrar2 "$(kase)" "$(past entry certificate delivered archived)" "the entry" do_enter || failed=1
reach extranet registrar1 "$(kase)" "$(past delivered archived)" "the certificate of registration" || failed=1
number=$(field .number)
# The sheet that the registrar asks for is sealed, and what else waited for that.
call extranet registrar1 POST "$(kase)/approval-sheet" "{}"
reach extranet registrar1 "$(kase)" true "the case" || failed=1
desk registrar1 archive '{}'
reach extranet registrar1 "/api/archive?number=$number" '.rows | length == 1' "the package" || failed=1
call extranet registrar2 POST "/api/archive/$number/lend" '{"borrower":"示例区人民法院","purpose":"审理案件调阅","due":"2030-01-31"}'
call extranet registrar1 GET "/api/archive/$number/package"
mkdir "$W/bag"
tar -xf "$W/reply" -C "$W/bag"
kit() { (cd "$W/bag/$number" && sh check.sh > "$W/kit.said" 2>&1; echo $?; grep -v '^ok' "$W/kit.said" | head -3); }
equal "its package shows by itself that the form stands under what was signed" "0 everything holds" "$(kit | tr '\n' ' ' | sed 's/ $//')"
equal "the text that was signed is in it, and names the batch" 1 "$(jq -r .kind "$W/bag/$number/data/parties/01.batch.json" | grep -c batch)"
sed -i 's/"index":[0-9]*/"index":1/' "$W/bag/$number/data/parties/01.batch-path.json"
equal "another place under it is found" 1 "$(kit > "$W/code0"; grep -c 'BAD.*parties/01: the form it is over is not here' "$W/kit.said")"
exit $failed
