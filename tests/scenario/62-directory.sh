#!/bin/sh
# People of the unified platform's directory: it tells by a signed statement who works here, in what role, and who left. Who left is out at once, in every
# browser; nobody else can speak for it, an old statement brings nobody back, and what it says of an administrator counts for nothing.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
W=$D
directory=
trap '[ -z "$running" ] || kill "$running" 2> /dev/null; [ -z "$directory" ] || kill "$directory" 2> /dev/null; wait; stack_clean' EXIT
trap 'exit 1' INT TERM
# Two divisions, one directory.
zones_made
mkdir -p "$D/directory" "$D/stranger"
for d in directory stranger; do "$SW_TESTBIN/dept-directory" --dir "$D/$d" --init || exit 1; done
printf '\ndirectory:\n  ca: %s\n' "$D/directory/ca.pem" >> "$D/extranet/conf/registryd.yaml"
registry_start
# says [DIR] BODY: the envelope of what a directory says, in $D/envelope
says() {
	[ $# = 2 ] && from=$1 && shift || from=directory
	"$SW_TESTBIN/dept-directory" --dir "$D/$from" --listen 127.0.0.1:0 --port-file "$D/$from/port" 2>> "$D/log/directory" &
	directory=$!
	await "$D/$from/port"
	[ -z "${fault:-}" ] || curl -s -o /dev/null -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "{\"fault\":\"$fault\"}" "http://127.0.0.1:$(cat "$D/$from/port")/api/control"
	printf '%s' "$1" | curl -s -o "$D/envelope" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary @- "http://127.0.0.1:$(cat "$D/$from/port")/api/state"
	kill "$directory"
	wait "$directory" 2> /dev/null
	directory=
	rm -f "$D/$from/port"
}
# told: the envelope comes to registryd: status, and "error" of a refusal
told() {
	code=$(curl -s -o "$D/reply" -w '%{http_code}' -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "@$D/envelope" "$(url extranet)/api/directory")
	echo "$code$(jq -r 'if .error then " " + .error else "" end' "$D/reply")"
}
division=$(awk '$1 == "division:" { gsub(/"/, "", $2); print $2 }' "$D/extranet/conf/registryd.yaml")
zhou='{"id":"P-1","user":"zhou","name":"周某","roles":"registrar","organisation":"","active":true}'
wu='{"id":"P-2","user":"wu","name":"吴某","roles":"chief","organisation":"","active":true}'
gone='{"id":"P-2","user":"wu","name":"吴某","roles":"chief","organisation":"","active":false}'
state() { printf '{"division":"%s","serial":%s,"complete":%s,"people":[%s]}' "$division" "$1" "$2" "$3"; }
as() { # USER METHOD PATH [BODY]: status; the answer in $D/reply
	curl -s -o "$D/reply" -w '%{http_code}' -b "$D/jar.$1" -X "$2" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' ${4:+--data-binary "$4"} "$(url extranet)$3"
}
in_as() { # USER PASSWORD [JAR]
	jq -nc --arg u "$1" --arg p "$2" '{user: $u, password: $p}' | curl -s -o "$D/reply" -w '%{http_code}' -c "$D/jar.${3:-$1}" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary @- "$(url extranet)/api/session"
}
id_of() { as admin GET /api/accounts > "$D/status"; jq -r --arg u "$1" '.rows[] | select(.user == $u) | .id' "$D/reply"; }

says "$(state 1 true "$zhou,$wu")"
equal "the directory's first list is taken" "200 2 added" "$(told) $(jq -r .added "$D/reply") added"
equal "the administrator signs in" 200 "$(in_as admin "$(awk '$1 == "extranet" && $2 == "admin" { print $3 }' "$D/accounts.txt")")"
equal "it is among the people, told as the directory's" "true false" "$(as admin GET /api/accounts > "$D/status"; jq -r '.rows[] | select(.user == "wu") | "\(.directory) \(.departed)"' "$D/reply")"
equal "without a password that the office gave nobody comes in" 401 "$(in_as wu '!')"
wu_id=$(id_of wu)
equal "the administrator gives the first one" 200 "$(as admin PUT "/api/accounts/$wu_id" '{"roles":"chief","password":"first of wu"}')"
equal "and no other role than the directory's" "409 STATE" "$(as admin PUT "/api/accounts/$wu_id" '{"roles":"registrar"}') $(jq -r .error "$D/reply")"
equal "the person signs in" 200 "$(in_as wu 'first of wu')"
equal "on a second computer too" 200 "$(in_as wu 'first of wu' other)"
equal "and works" 200 "$(as wu GET /api/cases)"
equal "so does a person kept here alone" 200 "$(in_as registrar1 "$(awk '$1 == "extranet" && $2 == "registrar1" { print $3 }' "$D/accounts.txt")")"

cp "$D/envelope" "$D/first"
says "$(state 2 false "$gone")"
cp "$D/envelope" "$D/second"
equal "the person left: the directory tells" "200 1" "$(told) $(jq -r .departed "$D/reply")"
equal "and is out at once, in every browser" "401 401" "$(as wu GET /api/cases) $(as other GET /api/cases)"
equal "the password opens nothing any more" 401 "$(in_as wu 'first of wu')"
equal "nor can the administrator let them in" "409 STATE" "$(as admin PUT "/api/accounts/$wu_id" '{"roles":"chief","disabled":false}') $(jq -r .error "$D/reply")"
equal "others go on" 200 "$(as registrar1 GET /api/cases)"
equal "the statement again does nothing" "200 0" "$(told) $(jq -r .departed "$D/reply")"
cp "$D/first" "$D/envelope"
equal "the older list brings nobody back" "409 ROLLBACK" "$(told)"
equal "they stay out" 401 "$(in_as wu 'first of wu')"

says stranger "$(state 3 false "$wu")"
equal "another authority's word is none" "422 CERT" "$(told)"
fault=bad-signature
says "$(state 3 false "$wu")"
fault=
equal "nor is a text that was not signed" "422 SIGNATURE" "$(told)"
says "$(state 3 false "$wu")"
jq -c '.statement |= sub("P-2"; "P-3")' "$D/envelope" > "$D/forged" && mv "$D/forged" "$D/envelope"
equal "nor one that was changed on its way" "422 SIGNATURE" "$(told)"
says "$(printf '{"division":"110199","serial":3,"complete":false,"people":[%s]}' "$wu")"
equal "a division that is not served here" "422 SCHEMA" "$(told)"
says "$(state 3 false '{"id":"P-3","user":"admin","name":"冒","roles":"registrar","organisation":"","active":true}')"
equal "an administrator is none of its business" "403 DENIED" "$(told)"
says "$(state 3 false '{"id":"P-3","user":"mao","name":"冒","roles":"admin","organisation":"","active":true}')"
equal "and it makes none" "403 DENIED" "$(told)"
says "$(state 3 false '{"id":"P-3","user":"mao","name":"冒","roles":"chief officer","organisation":"","active":true}')"
equal "duties stay apart" "422 REFUSED" "$(told)"
says "$(state 3 true '')"
equal "an empty list empties no office" "422 SCHEMA" "$(told)"

# Where no network is, the statement is a file.
says "$(state 3 false "$wu")"
"$SW_BIN/registryd" directory -c "$D/extranet/conf/registryd.yaml" "$D/envelope" > "$D/out" 2>&1
equal "as a file: the person is back" "0 statement 3: 0 added, 1 changed, 0 departed" "$? $(cat "$D/out")"
equal "and signs in with the password of before" 200 "$(in_as wu 'first of wu')"
"$SW_BIN/registryd" directory -c "$D/extranet/conf/registryd.yaml" "$D/second" > "$D/out" 2>&1
equal "the file of before is refused" "1 ROLLBACK" "$? $(cut -d: -f1 "$D/out")"
"$SW_BIN/cadastred" directory -c "$D/intranet/conf/cadastred.yaml" "$D/second" > "$D/out" 2>&1
equal "a daemon that pins no directory takes none" "1 NOTFOUND" "$? $(cut -d: -f1 "$D/out")"
says "$(state 4 true "$zhou")"
equal "whom a complete list does not name has left" "200 1" "$(told) $(jq -r .departed "$D/reply")"
equal "and is out" 401 "$(as wu GET /api/cases)"
equal "each act stands in the record" "1 2 4" "$(stack_sql extranet "SELECT count(*) FROM audit_record WHERE action = 'account.change' AND who = 'directory'") $(stack_sql extranet "SELECT count(*) FROM audit_record WHERE action = 'account.depart'") $(stack_sql extranet "SELECT count(*) FROM audit_record WHERE action = 'directory.taken'")"
grep -a 周某 "$D/log/registryd" > /dev/null
equal "no name is in the log" 1 $?
exit $failed
