#!/bin/sh
# Who signs for another: a flat is sold to a company, whose representative signs, and to a child, whose guardian signs; an agent with a power of attorney signs for
# a person. The authority's statements go over the gap with the signatures and the registry alone judges them; what a power does not cover is told by name.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
authority=
trap 'kill $authority 2> /dev/null; stack_stop; stack_clean' EXIT
case $SW_BIN in *asan*) ;; *) SW_WEB=$PWD/build/web ;; esac
zones_made
s=$(person_of zhang) b=$(person_of wang) o=$(person_of li)
name() { person "$1" name; }
number() { person "$1" id_number; }
company=示例置业有限公司 uscc=91110101MA00000018 child=110101201805120033
who() { jq -nc --arg n "$1" --arg k "$2" --arg i "$3" '{name: $n, id_kind: $k, id_number: $i}'; }
# power KIND PRINCIPAL AGENT BUSINESSES UNITS FROM UNTIL
power() { jq -nc --arg k "$1" --argjson p "$2" --argjson a "$3" --argjson b "$4" --argjson u "$5" --arg f "$6" --arg t "$7" '{kind: $k, principal: $p, agent: $a, businesses: $b, units: $u, from: $f, until: $t}'; }
mkdir -p "$D/authority"
token=$(password)
printf '%s\n' "$token" > "$D/internet/keys/authority.token"
power representative "$(who "$company" 7 "$uscc")" "$(who "$(name "$b")" 1 "$(number "$b")")" '["*"]' '["*"]' 2020-01-01 2099-12-31 |
	jq -c '[. + {power: "0193a000-0000-7000-8000-000000000001", revoked: ""}]' > "$D/authority/powers.json"
"$SW_TESTBIN/dept-authority" --dir "$D/authority" --data "$D/authority/powers.json" --token "$token" --port-file "$D/authority/port" 2>> "$D/log/authority" &
authority=$!
await "$D/authority/port"
A=http://127.0.0.1:$(cat "$D/authority/port")
service() { curl -s -X POST -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' -H "Authorization: Bearer $token" -d "$2" "$A/api/$1"; }
fault() { service control "{\"fault\":\"$1\"}" > "$D/control"; }
cp "$D/authority/ca.pem" "$D/extranet/keys/authority-ca.pem"
printf '\nauthority:\n  ca: ../keys/authority-ca.pem\n' >> "$D/extranet/conf/registryd.yaml"
printf '\nauthority:\n  url: %s/api\n  token_file: ../keys/authority.token\n' "$A" >> "$D/internet/conf/intaked.yaml"
stack_start
ask() { call internet "$@"; cat "$W/code"; }
units=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -3)
unit_at() { echo "$units" | sed -n "${1}p"; }
old_at() { jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$D/demo/register.jsonl" | sed -n "${1}p"; }
# draft N SELLER BUYER [BUYER]: of the N-th flat; each a party with its agent
draft() {
	jq -nc --arg unit "$(unit_at "$1")" --arg old "$(old_at "$1")" --argjson p "[$2,$3${4:+,$4}]" '{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: $old, price_cents: 500000000},
		parties: ($p | (map(select(.role == "transferee")) | length) as $n | map({share_num: 1, share_den: (if .role == "transferee" then $n else 1 end)} + .))}' > "$W/draft.json"
}
party() { jq -nc --arg r "$1" --argjson w "$2" '$w + {role: $r}'; }
# acted ROLE PRINCIPAL KIND AGENT
acted() { jq -nc --arg r "$1" --argjson w "$2" --arg k "$3" --argjson a "$4" '$w + {role: $r, agent: ($a + {kind: $k})}'; }
zhang=$(who "$(name "$s")" 1 "$(number "$s")") wang=$(who "$(name "$b")" 1 "$(number "$b")") li=$(who "$(name "$o")" 1 "$(number "$o")")

# ---- a flat for a company and a child: one person represents the one and is the guardian of the other
equal "the representative is told for whom he may act" "200 1 $company representative" "$(ask wang GET /api/mandates) $(field '"\(.rows | length) \(.rows[0].principal.name) \(.rows[0].kind)"')"
equal "who acts for nobody is told nothing" "200 0" "$(ask zhang GET /api/mandates) $(field '.rows | length')"
draft 1 "$(party transferor "$zhang")" "$(acted transferee "$(who "$company" 7 "$uscc")" power "$wang")" "$(acted transferee "$(who 王小小 1 "$child")" guardian "$wang")"
ask zhang POST /api/applications '{"business":"transfer-existing-flat"}' > "$W/code0"
application=$(field .id) first=zhang
ask zhang GET "$(app)" > "$W/code0"
save_draft
material=contract
add_material
ask zhang GET "$(app)" > "$W/code0"
equal "a guardian without proof is told so" "422 materials.guardianship" "$(ask zhang POST "$(app)/freeze" "{\"version\":$(field .version)}") $(field '[.missing[].key] | join(" ")')"
material=guardianship
add_material
ask zhang GET "$(app)" > "$W/code0"
equal "with the proof the text is fixed" "200 signing" "$(ask zhang POST "$(app)/freeze" "{\"version\":$(field .version)}") $(field .state)"
jq -j .canonical "$W/reply" > "$W/canonical"
apply_sign zhang "$s" 0 || failed=1
equal "the power is told before it is used" "200 1 representative " "$(ask wang POST "$(app)/mandates") $(field '"\(.rows | length) \(.rows[0].kind) \(.rows[0].problem)"')"
fault unavailable
identity "$b" wang
equal "an authority that is down is told in plain words" "504 the authority of powers of attorney cannot be reached" "$(cat "$W/code") $(field .where)"
fault wrong-person
identity "$b" wang
equal "a statement about somebody else is not taken" "SIGNATURE" "$(field .error)"
fault none
equal "the guardian sees the child in full" "$child" "$(ask wang GET "$(app)" > "$W/code0"; field '.parties[2].id_number')"
identity "$b" wang
equal "one signature stands for both" "200 0" "$(cat "$W/code") $(field .remaining)"
reach extranet registrar1 "$(kase)" '.number != ""' "the case at the registry" || failed=1
equal "the case page shows who signed for the company, and by what" "power representative * 2099-12-31" "$(field '.parties[1].agent | "\(.kind) \(.mandate.kind) \(.mandate.businesses[0]) \(.mandate.until)"')"
equal "and who is the child's guardian" "guardian" "$(field '.parties[2].agent.kind')"
equal "masked as parties are" "$(person "$b" id_number | cut -c1-4)" "$(field '.parties[2].agent.id_number' | tr -d '*' | cut -c1-4)"
equal "the proof is among the materials" "guardianship" "$(field '[.materials[].code] | map(select(. == "guardianship")) | join(" ")')"
number=$(field .number) sold=$application
reach extranet registrar1 "$(kase)" "$(past accepted tax review entry certificate delivered archived)" "the acceptance" do_accept || failed=1
reach extranet registrar1 "$(kase)" "$(past tax review entry certificate delivered archived)" "the tax" do_tax || failed=1
book_and_certificate > "$W/stations" || failed=1
equal "company and child are the holders" "1 7" "$(stack_sql extranet "SELECT zjzl FROM qlr WHERE yxq_z IS NULL AND bdcdyh = '$(unit_at 1)' ORDER BY zjzl" | tr '\n' ' ' | sed 's/ $//')"

# ---- a person's agent: what the power does not cover is told before anything is signed
begin() { # N: a new application of li's flat, begun by the agent zhang
	draft "$1" "$(acted transferor "$li" power "$(who 别人 1 "$(number "$b")")")" "$(party transferee "$wang")"
	apply_start transfer-existing-flat zhang contract
}
begin 2 || failed=1
equal "the agent stays who signed in, whatever is typed" "$(name "$s") $(number "$s")" "$(ask zhang GET "$(app)" > "$W/code0"; field '.parties[0].agent | "\(.name) \(.id_number)"')"
equal "without a power nothing is signed" 1 "$(ask zhang POST "$(app)/mandates" > "$W/code0"; field '.rows[0].problem' | grep -c 未查到授权委托)"
today=$(TZ=Asia/Shanghai date +%F)
grant() { service grant "$(power power "$li" "$zhang" "$1" "$2" "$3" "$4")" | jq -r .power; }
problem() { ask zhang POST "$(app)/mandates" > "$W/code0"; field '.rows[0].problem'; }
p1=$(grant '["mortgage"]' '["*"]' 2020-01-01 2099-12-31)
equal "another business" 1 "$(problem | grep -c 授权委托不含本业务)"
service revoke "{\"power\":\"$p1\"}" > "$D/control"
p2=$(grant '["*"]' "[\"$(unit_at 3)\"]" 2020-01-01 2099-12-31)
equal "another unit" 1 "$(problem | grep -c 授权委托不含该不动产单元)"
service revoke "{\"power\":\"$p2\"}" > "$D/control"
p3=$(grant '["*"]' '["*"]' 2020-01-01 2021-01-01)
equal "run out" 1 "$(problem | grep -c 授权委托不在有效期内)"
service revoke "{\"power\":\"$p3\"}" > "$D/control"
p4=$(grant '["transfer-existing-flat"]' "[\"$(unit_at 2)\"]" "$today" 2099-12-31)
equal "the right one" "" "$(problem)"
service revoke "{\"power\":\"$p4\"}" > "$D/control"
equal "revoked" 1 "$(problem | grep -c 撤销)"
identity "$s" zhang
equal "and signing says the same" 1 "$(field .where | grep -c 撤销)"
p5=$(grant '["*"]' '["*"]' "$today" "$today")
# The portal does not judge: what is forged passes here.
fault bad-signature
apply_sign zhang "$s" 0 || failed=1
equal "who is acted for sees it" "200 -1" "$(ask li GET "$(app)") $(field .my_party)"
apply_sign wang "$b" 1 || failed=1
reach internet zhang "$(app)" '.state == "refused"' "the registry's refusal" || failed=1
equal "a forged power is refused by the registry, which says why" 1 "$(jq -r .reason "$W/reply" | grep -c 'power of attorney')"
fault none
# ---- 撤回 by who signed: the agent, with the authority's word of that day; what was forged or revoked takes nothing back
begin 3 || failed=1
apply_sign zhang "$s" 0 && apply_sign wang "$b" 1 || failed=1
reach extranet registrar1 "$(kase)" '.number != ""' "the case that is to be withdrawn" || failed=1
ask zhang POST "$(app)/withdraw" > "$W/code0"
equal "who is acted for sees it, and does not sign it" "200 signing 403" "$(ask li GET "$(app)") $(field .withdrawal.state) $(withdraw_sign li "$o"; cat "$W/code")"
withdraw_sign wang "$b"
fault bad-signature
equal "a forged power passes at the portal" "200 0" "$(withdraw_sign zhang "$s"; cat "$W/code") $(field .remaining)"
reach internet zhang "$(app)" '.withdrawal.state == "refused"' "the registry's refusal of it" || failed=1
equal "and takes nothing back at the registry" "1 submitted" "$(field .withdrawal.reason | grep -c 'power of attorney') $(call extranet registrar1 GET "$(kase)"; field .state)"
fault none
ask zhang POST "$(app)/withdraw" > "$W/code0"
withdraw_sign zhang "$s"
service revoke "{\"power\":\"$p5\"}" > "$D/control"
equal "a power revoked before the last signature sends nothing" "1 signing" "$(withdraw_sign wang "$b"; field .where | grep -c 撤销) $(ask wang GET "$(app)" > "$W/code0"; field .withdrawal.state)"
p5=$(grant '["*"]' '["*"]' "$today" "$today")
equal "with a power in force the agent's and the buyer's signatures take it back" "200 0" "$(ask wang POST "$(app)/withdrawal/drop" > "$W/code0"; withdraw zhang "$s" wang "$b"; cat "$W/code") $(field .remaining)"
reach extranet registrar1 "$(kase)" '.state == "withdrawn"' "the withdrawal" || failed=1
begin 3 || failed=1
apply_sign zhang "$s" 0 || failed=1
# What was good when the agent signed is asked again with the last signature.
service revoke "{\"power\":\"$p5\"}" > "$D/control"
identity "$b" wang
equal "a power revoked before the last signature hands nothing in" "1 signing" "$(field .where | grep -c 撤销) $(ask wang GET "$(app)" > "$W/code0"; field .state)"
if [ -n "${SW_WEB:-}" ]; then
	# Signed anew, the agent sees what hinders.
	ask zhang POST "$(app)/thaw" '{}' > "$W/code0"
	ask zhang POST "$(app)/freeze" "{\"version\":$(field .version)}" > "$W/code0"
	SW_DIR=$D SW_URL_INTERNET=$(url internet)/ SW_URL_EXTRANET=$(url extranet)/ SW_CASE=$number
	export SW_DIR SW_URL_INTERNET SW_URL_EXTRANET SW_CASE
	timeout 300 node tests/web/agents.mjs "$application" || failed=1
fi
# ---- at the window: the operator has seen the power of attorney on paper, names it, and it stands with the case
. tests/scenario/lib/window.sh
mortgage 4 || failed=1
at_window() { # FILTER of what is handed in: the status
	scan && loan=$upload && scan && contract=$upload && scan || return
	call extranet registrar1 POST /api/window/cases "$(jq -c --arg l "$loan" --arg c "$contract" --arg p "$upload" ".materials = [{code: \"loan\", upload: \$l}, {code: \"contract\", upload: \$c}, {code: \"power-of-attorney\", upload: \$p}] | $1" "$W/window.json")"
	cat "$W/code"
}
acts="\"name\": \"$(person "$s" name)\", \"id_number\": \"$(number "$s")\""
equal "a power that has ended is refused, and so is one without a number" "422 1 422 1" "$(at_window ".parties[0].agent = {kind: \"power\", $acts, paper: \"公证书1号\", until: \"2020-01-01\"}") $(field '.where + .text' | grep -c 'has ended') $(at_window ".parties[0].agent = {kind: \"power\", $acts, paper: \"\", until: \"\"}") $(field '.where + .text' | grep -c 'agent.paper')"
good=".parties[0].agent = {kind: \"power\", $acts, paper: \"（2026）京证字第1号\", until: \"2099-01-01\"}"
equal "one that was not scanned is refused, and the scan of one by which nobody acts" "422 1 422" "$(at_window "$good | del(.materials[2])") $(field '.where + .text' | grep -c 授权委托书) $(at_window .)"
equal "a good one is taken" 201 "$(at_window "$good")"
application=$(field .id)
equal "it stands with the case: who acts, masked, by which paper, until when" "power （2026）京证字第1号 2099-01-01 false" "$(call extranet registrar1 GET "$(kase)"; field --arg n "$(number "$s")" '.parties[0].agent | "\(.kind) \(.paper) \(.until) \(.id_number == $n)"')"
equal "and the power's scan among its materials" 1 "$(field '[.materials[] | select(.code == "power-of-attorney")] | length')"
reach extranet registrar1 "$(kase)" '.state == "accepted"' "the acceptance" do_accept > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; failed=1; }
call extranet registrar1 GET "$(kase)/documents"
notice=$(field '[.rows[] | select(.kind == "notice-acceptance")][0].number | @uri')
reach extranet registrar1 "/api/documents/$notice/check" '.valid != null' "the notice of acceptance" || failed=1
call extranet registrar1 GET "/api/documents/$notice/file/pdf"
equal "the notice of acceptance names who acts" 1 "$(pdftotext "$W/reply" - | tr -d '\n ' | grep -c "代理人$(person "$s" name)")"
equal "no number of an agent lies readable at the registry" 0 "$(stack_raw extranet | xargs cat | grep -ac "$(number "$s")")"
exit $failed
