#!/bin/sh
# Hostile values at every operation of the portal that its own document lists (tests/api/hostile.mjs): nothing breaks, nothing of its inside or of other people
# is told, nothing doubles, what somebody else has is as it was. SW_HOSTILE=long: every value at every place. SW_SQLMAP=1: sqlmap over all of them, half an hour; each for SW_SQLMAP_SECONDS (300) at most.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
running=
trap 'for p in $running; do kill "$p" 2> /dev/null; done; wait; stack_clean' EXIT
zones_made stack_definitions
token=$(password)
printf '%s\n' "$token" > "$D/internet/keys/sms.token"
mkdir -p "$D/sms"
"$SW_TESTBIN/dept-sms" --dir "$D/sms" --token "$token" --port-file "$D/sms/port" 2>> "$D/log/sms" &
running="$running $!"
await "$D/sms/port"
printf '\nregistration: true\nsms:\n  url: http://127.0.0.1:%s/api/send\n  token_file: ../keys/sms.token\n' "$(cat "$D/sms/port")" >> "$D/internet/conf/intaked.yaml"
# Several applicants: what one person may do in a minute is bounded, and a refusal for that reason would hide what lies behind it.
p=$(password)
last=$(jq length "$D/demo/people.json")
for i in 1 2 3 4 5 6; do
	jq -nc --arg u "applicant$i" --arg p "$p" --arg n "$(person $((last - 3 - i)) name)" --arg i "$(person $((last - 3 - i)) id_number)" '{user: $u, role: "applicant", name: $n, id_number: $i, password: $p}'
done > "$D/more"
for r in operator officer admin registered; do printf '{"user":"hostile-%s","role":"%s","name":"某","password":"%s"}\n' $r $r "$p"; done >> "$D/more"
"$SW_BIN/intaked" user add -c "$D/internet/conf/intaked.yaml" < "$D/more" > "$D/make.log" 2>&1 || { sed 's/^/# /' "$D/make.log"; echo "not ok - accounts are added"; exit 1; }
jq -s --arg v "$(secret internet zhang)" --arg n "$(person 0 name)" --arg i "$(person 0 id_number)" 'map({key: .user, value: {password, own: [.name, .id_number // ""], applicant: (.role == "applicant"), staff: (.role | IN("operator", "officer", "admin"))}}) | from_entries
	| .victim = {user: "zhang", password: $v, own: [$n, $i], applicant: true}' "$D/more" > "$D/people"
jq -r '.[] | .id_number' "$D/demo/people.json" > "$D/secrets"
"$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml" 2>> "$D/log/intaked" &
daemon=$!
running="$running $daemon"
await "$D/internet/data/port"
node tests/api/hostile.mjs "$(url internet)" "$D/people" "$D/secrets" ${SW_HOSTILE:+"$SW_HOSTILE"} > "$D/found" 2> "$D/hostile.log"
equal "the hostile client came to its end" 0 $?
[ ! -s "$D/hostile.log" ] || sed 's/^/# /' "$D/hostile.log" | head -20
grep '^wrong' "$D/found" | sed 's/^/# /' | head -40
counts=$(sed -n 's/^counts //p' "$D/found")
equal "$counts: nothing wrong" 0 "$(grep -c '^wrong' "$D/found")"
equal "the portal lives, and it is the same one" "200 0" "$(curl -s -o "$D/reply" -w '%{http_code}' "$(url internet)/api/health") $(kill -0 $daemon 2> /dev/null; echo $?)"
curl -s -o "$D/openapi" "$(url internet)/api/openapi.json"
equal "every operation was asked" "$(jq '[.paths | to_entries[] | select(.key | startswith("/api/")) | .value | length] | add' "$D/openapi")" "${counts%% *}"
equal "as many applications as were begun" "$(echo "$counts" | sed 's/.* \([0-9]*\) started.*/\1/')" "$(stack_sql internet "SELECT count(*) FROM application")"
equal "never two open drafts of one person and business" "" "$(stack_sql internet "SELECT owner FROM application WHERE state IN ('draft', 'signing') GROUP BY owner, business HAVING count(*) > 1")"
equal "it reports no fault of its own" "" "$(grep -E '"level":"error"|http-failed|Sanitizer|runtime error' "$D/log/intaked" | head -3)"
if [ "${SW_SQLMAP:-0}" = 1 ]; then
	mkdir "$D/sqlmap"
	jar=$(curl -s -D - -o /dev/null -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "{\"user\":\"applicant1\",\"password\":\"$p\"}" "$(url internet)/api/session" | sed -n 's/^[Ss]et-[Cc]ookie: \(sid=[^;]*\).*/\1/p')
	staff=$(curl -s -D - -o /dev/null -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "{\"user\":\"hostile-operator\",\"password\":\"$p\"}" "$(url internet)/api/session" | sed -n 's/^[Ss]et-[Cc]ookie: \(sid=[^;]*\).*/\1/p')
	node tests/api/marked.mjs "$(url internet)" "$jar" "$staff" "$D/sqlmap"
	n=0
	# What it says on the way ("appears to be injectable") it takes back when it looks again; its verdict stands at the end.
	for r in "$D"/sqlmap/*.request; do
		n=$((n + 1))
		timeout "${SW_SQLMAP_SECONDS:-300}" sqlmap -r "$r" --batch --ignore-stdin --level 2 --risk 2 --dbms SQLite --threads 4 --timeout 10 --retries 0 --ignore-code '*' --output-dir "$D/sqlmap/out" --disable-coloring > "$r.out" 2>&1
		[ $? -ne 124 ] || echo "# out of time: $(basename "$r" .request)"
	done
	equal "sqlmap had something to try at each of $n operations" "$n" "$(grep -l "testing '" "$D"/sqlmap/*.out | wc -l)"
	equal "sqlmap at $n operations finds nothing to inject" "" "$(grep -lE 'is vulnerable|identified the following injection' "$D"/sqlmap/*.out | xargs -r -n1 basename | tr '\n' ' ')"
	equal "after it the portal lives" 200 "$(curl -s -o "$D/reply" -w '%{http_code}' "$(url internet)/api/health")"
fi
exit $failed
