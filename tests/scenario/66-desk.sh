#!/bin/sh
# The operators' desk over the whole gap: what stands still is told with its reason, links and connectors that fail are named, applicants are told in the
# site and by short messages that hold nothing personal.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
sms=
trap 'stack_stop; [ -z "$sms" ] || { kill "$sms"; wait "$sms"; } 2> /dev/null; stack_clean' EXIT
trap 'exit 1' INT TERM
zones_made
token=$(password)
printf '%s\n' "$token" > "$D/internet/keys/sms.token"
mkdir -p "$D/sms"
"$SW_TESTBIN/dept-sms" --dir "$D/sms" --token "$token" --port-file "$D/sms/port" 2>> "$D/log/sms" &
sms=$!
await "$D/sms/port"
S=http://127.0.0.1:$(cat "$D/sms/port")
printf '\nregistration: true\nsms:\n  url: %s/api/send\n  token_file: ../keys/sms.token\ndesk:\n  office: 1ms\n  people: 1ms\n' "$S" >> "$D/internet/conf/intaked.yaml"
stack_start
watch_replies internet
. tests/stack/walk.sh
ask() { call internet "$@"; cat "$W/code"; }
fault() { curl -s -o "$D/control" -X POST -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' -d "{\"fault\":\"$1\"}" "$S/api/control"; }
# told TEMPLATE [N]: the words of the newest short message of that template, when there are N
told() {
	for _ in $(seq 1200); do
		curl -s "$S/api/sent" | jq -c --arg t "$1" '[.rows[] | select(.template == $t)]' > "$D/told"
		[ "$(jq length "$D/told")" -lt "${2:-1}" ] || break
		sleep 0.05
	done
	jq -c '.[-1].words' "$D/told"
}
health() { reach internet operator /api/desk/health "$1" "$2" || failed=1; }

# ---- somebody with a mobile number, seen at the window, applies
P=13812345678 name=$(person 8 name) number=$(person 8 id_number)
curl -s -o /dev/null -X POST -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' -d "{\"phone\":\"$P\",\"purpose\":\"register\"}" "$(url internet)/api/registration/code"
code=$(told code-register > /dev/null; jq -r '.[-1].words.code' "$D/told")
# walk.sh signs in with a word without spaces
word=$(password)
equal "somebody registers" 201 "$(curl -s -o "$W/reply" -w '%{http_code}' -X POST -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' -d "$(jq -nc --arg p $P --arg c "$code" --arg n "$name" --arg w "$word" '{phone: $p, code: $c, name: $n, password: $w, notice: 0}')" "$(url internet)/api/registration")"
echo "internet $P $word" >> "$D/accounts.txt"
equal "and is seen at the window" 200 "$(ask operator POST /api/desk/people/confirm "$(jq -nc --arg p $P --arg n "$name" --arg i "$number" '{phone: $p, name: $n, id_number: $i}')")"
reach internet "$P" /api/businesses '.rows | length > 0' "the businesses" || exit 1
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | sed -n 3p)
old=$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$D/demo/register.jsonl" | sed -n 3p)
jq -nc --arg unit "$unit" --arg old "$old" --arg n "$name" --arg i "$number" \
	'{unit_code: $unit, fields: {certificate_no: $old, reason: "遗失补发"}, parties: [{role: "applicant", name: $n, id_number: $i, share_num: 1, share_den: 1}]}' > "$W/draft.json"
apply_start reissue "$P" statement > "$D/walk.log" 2>&1 || { cat "$D/walk.log"; failed=1; }

# ---- what stands still, and word to the person
reach internet operator /api/desk/stuck '.rows | length == 1' "what stands still" || failed=1
equal "an application that waits for a signature stands there, without a name" "unsigned $application reissue false" "$(field --arg n "$name" '.rows[0] | "\(.why) \(.application) \(.business) \(tostring | contains($n))"')"
equal "an applicant does not see the desk" "403 403 403" "$(ask "$P" GET /api/desk/stuck) $(ask "$P" GET /api/desk/health) $(ask "$P" POST "/api/desk/applications/$application/messages" '{}')"
message() { jq -nc --arg t "$1" --arg x "$2" --argjson s "$3" '{template: $t, text: $x, sms: $s}'; }
equal "the person is told, in the site and by short message" "201 1" "$(ask operator POST "/api/desk/applications/$application/messages" "$(message sign "$name 请于本周内签名" true)") $(field .sms)"
equal "the short message names nobody: a template and the end of a number not given yet" '{"tail":""}' "$(told application-sign)"
equal "a template that is not there, a text too long and a stranger's application are refused" "422 422 404" "$(ask operator POST "/api/desk/applications/$application/messages" "$(message x "" false)") $(ask operator POST "/api/desk/applications/$application/messages" "$(message sign "$(printf '%0901d' 0)" false)") $(ask operator POST "/api/desk/applications/01890000-0000-7000-8000-000000000000/messages" "$(message sign "" false)")"
equal "the person reads it" "200 sign false $name 请于本周内签名" "$(ask "$P" GET /api/messages) $(field '.rows[0] | "\(.template) \(.seen) \(.text)"')"
id=$(field '.rows[0].id')
equal "nobody else does" "200 0 404" "$(ask zhang GET /api/messages) $(field '.rows | length') $(ask zhang POST "/api/messages/$id/seen" '{}')"
equal "what was read stays read" "200 200 true" "$(ask "$P" POST "/api/messages/$id/seen" '{}') $(ask "$P" POST "/api/messages/$id/seen" '{}') $(ask "$P" GET /api/messages > /dev/null; field '.rows[0].seen')"
equal "the words lie sealed" 1 "$(stack_raw internet | xargs cat | grep -aqF 请于本周内签名; echo $?)"

# ---- the gap stands: handed in, not taken; nothing is lost
kill -STOP "$(cat "$D/pid/gapd-switch")"
apply_sign "$P" 8 0 || failed=1
reach internet operator /api/desk/stuck '.rows[0].why == "unanswered"' "what the registry has not taken" || failed=1
equal "what was handed in and not taken is told as that" "unanswered $application" "$(field '.rows[0] | "\(.why) \(.application)"')"
health '.links.gap | .lag_ms > 0 and .lag_bundles > 0' "the lag of the link"
equal "the link's lag is seen" true "$(field '.links.gap.lag_ms > 0')"
kill -CONT "$(cat "$D/pid/gapd-switch")"
reach extranet registrar1 "$(kase)" '.number != ""' "the case" || failed=1
reach internet operator /api/desk/stuck '.rows | length == 0' "the end of it" || failed=1
equal "it goes by itself when the gap runs again, and stands still no more" 0 "$(field '.rows | length')"

# ---- news of the office by short message, through a gateway that is down first
call internet operator GET /api/desk/health
equal "the gateway is well" "true ''" "$(field '.connectors["short-message gateway"] | "\(.ok > 0) '\''\(.failing_since)'\''"')"
fault unavailable
reach extranet registrar1 "$(kase)" '.state == "accepted"' "the acceptance" do_accept || failed=1
number=$(field .number)
health '.connectors["short-message gateway"] | .failing_since != "" and .failed > 0' "the failing gateway"
equal "a gateway that fails is named, since when" "true 1" "$(field '"\(.connectors["short-message gateway"].failing_since > "2026") \(.sms.waiting)"')"
fault none
equal "what waited goes when it is back: the last digits of the case number alone" "{\"tail\":\"$(printf %s "$number" | tail -c 4)\"}" "$(told application-accepted)"
health '.connectors["short-message gateway"].failing_since == ""' "the gateway's recovery"
equal "and it is well again" "''" "$(field '.connectors["short-message gateway"] | "'\''\(.failing_since)'\''"')"
equal "no short message holds a name, an identity number or a whole case number" 0 "$(curl -s "$S/api/sent" | jq -c '.rows[] | .words' | grep -cE "$name|$(person 8 id_number)|$number")"
equal "disk and applications by state are told" "true true" "$(field '"\(.disk.free_bytes > 0 and .disk.all_bytes >= .disk.free_bytes) \(.states.accepted == 1)"')"
equal "each message is in the log" 1 "$(stack_sql internet "SELECT count(*) FROM audit_record WHERE action = 'message.told'")"
n=0
while [ "$(ask operator POST "/api/desk/applications/$application/messages" "$(message delay "" true)")" = 201 ] && [ $n -lt 30 ]; do n=$((n + 1)); done
equal "nobody is flooded with short messages" "429 19" "$(cat "$W/code") $n"
equal "without one the desk still writes" "201 0" "$(ask operator POST "/api/desk/applications/$application/messages" "$(message done "" false)") $(field .sms)"
[ $failed = 0 ] || cat "$D"/log/intaked "$D"/log/registryd | tail -20 | sed 's/^/# /'
replies_right
exit $failed
