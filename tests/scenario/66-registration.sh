#!/bin/sh
# Accounts that people make themselves: a code by short message, answers that tell nobody who is registered, the password anew, the user notice version by
# version, sessions ended everywhere, and an identity that only the window proves.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
running=
trap 'for p in $running; do kill "$p" 2> /dev/null; done; wait; stack_clean' EXIT
case $SW_BIN in *asan*) ;; *) SW_WEB=$PWD/build/web ;; esac
zones_made
password=$(secret internet operator)
echo "{\"user\":\"second\",\"role\":\"operator\",\"name\":\"运营乙\",\"password\":\"$password\"}" | "$SW_BIN/intaked" user add -c "$D/internet/conf/intaked.yaml"
echo "internet second $password" >> "$D/accounts.txt"
token=$(password)
printf '%s\n' "$token" > "$D/internet/keys/sms.token"
mkdir -p "$D/sms"
"$SW_TESTBIN/dept-sms" --dir "$D/sms" --token "$token" --port-file "$D/sms/port" 2>> "$D/log/sms" &
running="$running $!"
await "$D/sms/port"
S=http://127.0.0.1:$(cat "$D/sms/port")
printf '\nregistration: true\n' >> "$D/internet/conf/intaked.yaml"
"$SW_BIN/intaked" --check -c "$D/internet/conf/intaked.yaml" > "$D/check" 2>&1
"$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml" 2> "$D/refused"
equal "registration without a gateway is refused at the start" "2 CONFIG" "$? $(tail -1 "$D/refused" | cut -d: -f1)"
printf 'sms:\n  url: %s/api/send\n  token_file: ../keys/sms.token\n' "$S" >> "$D/internet/conf/intaked.yaml"
"$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml" 2>> "$D/log/intaked" &
running="$running $!"
await "$D/internet/data/port"
ask() { call internet "$@"; cat "$W/code"; }
# public METHOD PATH JSON
public() { curl -s -o "$W/reply" -w '%{http_code}' -X "$1" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "$3" "$(url internet)$2"; }
# as JAR METHOD PATH [JSON]: somebody whose session is in a jar of their own
as() {
	jar=$D/jar.$1 m=$2 p=$3
	shift 3
	curl -s -o "$W/reply" -w '%{http_code}' -b "$jar" -c "$jar" -X "$m" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' ${1:+--data-binary "$1"} "$(url internet)$p"
}
# told PHONE FILTER [N]: of the newest message to it, when there are N
told() {
	n=1200
	while :; do
		curl -s "$S/api/sent?phone=$1" > "$D/told"
		[ "$(jq '.rows | length' "$D/told")" -lt "${3:-1}" ] || break
		n=$((n - 1))
		[ "$n" -gt 0 ] || { echo none; return; }
		sleep 0.05
	done
	jq -r ".rows[-1] | $2" "$D/told"
}
fault() { curl -s -o "$D/control" -X POST -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' -d "{\"fault\":\"$1\"}" "$S/api/control"; }
# later PHONE: as if its last code had been asked for two minutes ago
later() { if [ "$SW_DB" = pg ]; then stack_sql internet "UPDATE sms_code SET made_at = made_at - 120000" > /dev/null; else sqlite3 -cmd '.timeout 5000' "$D/internet/data/main.db" "UPDATE sms_code SET made_at = made_at - 120000"; fi; }

P=13812340001
name=$(person 8 name) number=$(person 8 id_number)
text() { jq -nc --arg b "$1" '{kind: "policy", zh_title: "用户须知", en_title: "User notice", zh_body: $b, en_body: "Read this."}'; }
equal "the user notice is written" 200 "$(ask operator PUT /api/desk/articles/user-notice "$(text '第一版：如实填写。')")"
equal "and published by another" 200 "$(ask second POST /api/desk/articles/user-notice/publish '{}')"

fault unavailable
equal "a code is asked for while the gateway is down" "202 5" "$(public POST /api/registration/code "{\"phone\":\"$P\",\"purpose\":\"register\"}") $(field .minutes)"
equal "another within the minute is not sent" "429 RATE" "$(public POST /api/registration/code "{\"phone\":\"$P\",\"purpose\":\"register\"}") $(field .error)"
equal "no number of a phone is in the database in clear" 1 "$(stack_raw internet | xargs cat | grep -aqF "$P"; echo $?)"
fault lose-answer
equal "it arrives when the gateway is back" code-register "$(told $P .template)"
code=$(jq -r '.rows[-1].words.code' "$D/told")
equal "six digits" 1 "$(printf '%s\n' "$code" | grep -cE '^[0-9]{6}$')"
fault none
# elsewhere PHONE: somebody asks for it from another network
elsewhere() { curl -s -o "$W/reply" -w '%{http_code}' --interface 127.0.0.2 -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "{\"phone\":\"$1\",\"purpose\":\"register\"}" "$(url internet)/api/registration/code"; }
other=13812340077
for n in 1 2 3 4 5; do elsewhere $other > "$D/elsewhere"; done
equal "who asks again and again for another's number is stopped" "429 RATE yes" "$(elsewhere $other) $(field .error) $(jq -r .text "$W/reply" | grep -q 'again in' && echo yes)"
equal "its holder still gets a code" 202 "$(public POST /api/registration/code "{\"phone\":\"$other\",\"purpose\":\"recover\"}")"
# reg CODE [PHONE] [NOTICE]
reg() { jq -nc --arg p "${2:-$P}" --arg c "$1" --arg n "$name" --argjson v "${3:-1}" '{phone: $p, code: $c, name: $n, password: "correct horse", notice: $v}'; }
wrong=111111
[ "$code" != 111111 ] || wrong=222222
equal "without the notice there is no account" "428 NOTICE" "$(public POST /api/registration "$(reg "$code" $P 0)") $(field .error)"
equal "a wrong code is refused" "422 REFUSED" "$(public POST /api/registration "$(reg "$wrong")") $(field .error)"
public POST /api/registration "$(reg "$wrong")" > /dev/null
cp "$W/reply" "$D/wrong"
public POST /api/registration "$(reg "$wrong" 13812349999)" > /dev/null
equal "a number that never asked is answered to the byte like a wrong code" "" "$(cmp "$D/wrong" "$W/reply" 2>&1)"
equal "the right code makes the account" 201 "$(as new POST /api/registration "$(reg "$code")")"
equal "and signs in" "200 $name registered" "$(as new GET /api/session) $(field '"\(.name) \(.roles)"')"
equal "the code was good once" "422 REFUSED" "$(public POST /api/registration "$(reg "$code")") $(field .error)"
equal "nobody's cases are seen before the identity is proved" 403 "$(as new GET /api/applications)"
equal "the own page says how things stand" "200 phone 138****0001 1" "$(as new GET /api/person) $(field '"\(.level) \(.phone) \(.notices[0].version)"')"

later
equal "a registered number asks again and is answered like any other" "202 5" "$(public POST /api/registration/code "{\"phone\":\"$P\",\"purpose\":\"register\"}") $(field .minutes)"
equal "its holder is told that there is an account" "has-account {}" "$(told $P '"\(.template) \(.words)"' 2)"
equal "an unknown number recovers nothing, and is answered alike" "202 5" "$(public POST /api/registration/code '{"phone":"13812349998","purpose":"recover"}') $(field .minutes)"
equal "which its holder alone learns" no-account "$(told 13812349998 .template)"

equal "the number and the password sign in" 200 "$(as two POST /api/session "{\"user\":\"$P\",\"password\":\"correct horse\"}")"
equal "two sessions are listed, one of them this" "2 1" "$(as two GET /api/sessions > /dev/null; field '"\(.rows | length) \([.rows[] | select(.this)] | length)"')"
equal "the others are ended" "200 401" "$(as two DELETE /api/sessions) $(as new GET /api/session)"
later
public POST /api/registration/code "{\"phone\":\"$P\",\"purpose\":\"recover\"}" > /dev/null
told $P .template 3 > /dev/null
code=$(jq -r '.rows[-1].words.code' "$D/told")
equal "a code makes a new password" 200 "$(public POST /api/recovery "{\"phone\":\"$P\",\"code\":\"$code\",\"password\":\"battery staple\"}")"
equal "which ends every session" 401 "$(as two GET /api/session)"
equal "the old password is gone" 401 "$(as two POST /api/session "{\"user\":\"$P\",\"password\":\"correct horse\"}")"
equal "the new one signs in" 200 "$(as two POST /api/session "{\"user\":\"$P\",\"password\":\"battery staple\"}")"
# The wait doubles with each guess: also a slow machine meets it soon.
n=0
until got=$(public POST /api/session "{\"user\":\"$P\",\"password\":\"guess $n guess\"}"); [ "$got" = 503 ] || [ $n = 14 ]; do n=$((n + 1)); done
equal "who guesses has to wait" "503 true" "$got $([ $n -ge 5 ] && echo true)"
equal "the owner, where the account knows the browser, does not" 200 "$(as two POST /api/session "{\"user\":\"$P\",\"password\":\"battery staple\"}")"
equal "while the person goes on working" 200 "$(as two GET /api/session)"

equal "an applicant confirms nobody" 403 "$(as two POST /api/desk/people/confirm '{}')"
equal "the window confirms the name that was registered only" "404 NOTFOUND" "$(ask operator POST /api/desk/people/confirm "$(jq -nc --arg p $P --arg i "$number" '{phone: $p, name: "别人", id_number: $i}')") $(field .error)"
equal "and no number that another account has" "409 EXISTS" "$(ask operator POST /api/desk/people/confirm "$(jq -nc --arg p $P --arg n "$name" --arg i "$(person 0 id_number)" '{phone: $p, name: $n, id_number: $i}')") $(field .error)"
equal "who shows the document is confirmed" 200 "$(ask operator POST /api/desk/people/confirm "$(jq -nc --arg p $P --arg n "$name" --arg i "$number" '{phone: $p, name: $n, id_number: $i}')")"
equal "and is an applicant from then on" "200 applicant" "$(as two GET /api/applications) $(as two GET /api/session > /dev/null; field .roles)"
equal "once" "409 STATE" "$(ask operator POST /api/desk/people/confirm "$(jq -nc --arg p $P --arg n "$name" --arg i "$number" '{phone: $p, name: $n, id_number: $i}')") $(field .error)"

ask operator PUT /api/desk/articles/user-notice "$(text '第二版：如实填写，妥善保管口令。')" > /dev/null
ask second POST /api/desk/articles/user-notice/publish '{}' > /dev/null
equal "a new notice stops the next act" "428 NOTICE" "$(as two POST /api/appointments/x/cancel '{}') $(field .error)"
equal "but no look" 200 "$(as two GET /api/applications)"
equal "the old version can no longer be accepted" 409 "$(as two POST /api/person/notice '{"version":1}')"
equal "the new one can" 200 "$(as two POST /api/person/notice '{"version":2}')"
equal "and the act goes on to what it was about" 404 "$(as two POST /api/appointments/x/cancel '{}')"
equal "both acceptances are kept" "2 1" "$(as two GET /api/person > /dev/null; field '[.notices[].version] | join(" ")')"
equal "for good" 1 "$(stack_sql internet 'DELETE FROM notice_acceptance' > /dev/null 2>&1; echo $(($? != 0)))"
equal "another applicant is asked too" "428 NOTICE" "$(ask zhang POST /api/feedback '{"topic":"page","text":"x"}') $(field .error)"
equal "eight messages at most were handed in, each once but the one whose answer was lost" true "$(curl -s "$S/api/sent" | jq '[.rows[].times] | length <= 8 and (map(select(. > 1)) | length) <= 1')"
equal "sent messages keep neither number nor words" 0 "$(stack_sql internet "SELECT count(*) FROM sms_out WHERE state = 'sent' AND (phone <> '' OR words <> '')")"
if [ -n "${SW_WEB:-}" ]; then
	if [ -f "$SW_WEB/.built" ]; then
		SW_DIR=$D SW_URL_INTERNET=$(url internet)/ SW_SMS=$S
		export SW_DIR SW_URL_INTERNET SW_SMS
		timeout 300 node tests/web/registration.mjs || failed=1
	else
		echo "not ok - the pages are not built (make web)"
		failed=1
	fi
fi
equal "no code and no number in the logs" 1 "$(grep -aqE "$P|$code" "$D/log/intaked"; echo $?)"
exit $failed
