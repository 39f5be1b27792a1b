#!/bin/sh
# The interfaces under hostile input: every code of a refusal stands in the OpenAPI document; every group of endpoints of every zone meets hostile inputs in path,
# query and body, signed in with the rights of its business: no failure of ours, no unknown code, nothing of anybody in the answer, no row more or fewer.
# HOSTILE=all takes all fifty inputs for each group, by default every seventh.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
running=
finish() {
	for p in $running; do kill "$p" 2> /dev/null; done
	wait
	rm -rf "$D"
}
trap finish EXIT
trap 'exit 1' INT TERM
zones_made
"$SW_TESTBIN/dept-identity" --dir "$D/identity" --data "$D/demo/people.json" --listen 127.0.0.1:0 --port-file "$D/identity/port" 2>> "$D/log/identity" &
running="$running $!"
for z in internet:intaked extranet:registryd intranet:cadastred; do
	PATH="$SW_BIN:$PATH" "$SW_BIN/${z#*:}" -c "$D/${z%:*}/conf/${z#*:}.yaml" 2>> "$D/log/${z#*:}" &
	running="$running $!"
done
for z in internet extranet intranet; do
	await "$D/$z/data/port"
	curl -s "$(url $z)/api/openapi.json" > "$D/openapi-$z.json"
done

jq -r '.components.schemas.Error.properties.error.enum[]' "$D/openapi-extranet.json" | sort > "$D/codes"
sed -n 's/^	X(\([A-Z]*\), [A-Z]*, [0-9]*, .*/\1/p' common/base/err.h | sort > "$D/listed"
node tests/api/lint.mjs "$D"/openapi-*.json > "$D/linted" 2>&1
equal "the three documents are right after the rules of a linter" "0 " "$? $(head -3 "$D/linted")"
echo '{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/x":{"get":{"responses":{"200":{"description":"d"}}}}}}' > "$D/poor.json"
equal "which finds what is left out" 1 "$(node tests/api/lint.mjs "$D/poor.json" | grep -c operation-operationId)"
equal "and each is what the program says of itself without a configuration" "" "$(for z in internet:intaked extranet:registryd intranet:cadastred; do "$SW_BIN/${z#*:}" --openapi | jq -c . > "$D/said"; jq -c . "$D/openapi-${z%:*}.json" | cmp - "$D/said" 2>&1; done)"
equal "every code of a refusal stands in the document" "" "$(comm -3 "$D/codes" "$D/listed")"

# ---- hostile inputs
step=7
[ "${HOSTILE:-}" != all ] || step=1
secret() { awk -v z="$1" -v u="$2" '$1 == z && $2 == u { print $3 }' "$D/accounts.txt"; }
rows() { # ZONE: rows of every table that business writes; looks, sessions and refused tries are records of what was asked
	sqlite3 "$D/$1/data/main.db" "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'account_%' AND name NOT LIKE 'audit_%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'exchange_%' AND name NOT LIKE 'fixity%' AND name NOT LIKE 'reseal%' AND name <> 'login_failure' ORDER BY 1" |
		while read -r t; do echo "$t $(sqlite3 "$D/$1/data/main.db" "SELECT count(*) FROM \"$t\"")"; done
}
# Others' numbers; zhang is told the own one.
jq -r '.[1:] | .[].id_number' "$D/demo/people.json" > "$D/people"
hostile() { # ZONE USER
	z=$1
	printf '{"user":"%s","password":"%s"}' "$2" "$(secret "$z" "$2")" > "$D/in"
	curl -s -o /dev/null -c "$D/jar" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "@$D/in" "$(url "$z")/api/session"
	jq -r --argjson step "$step" --slurpfile inputs tests/scenario/lib/hostile.jsonl -f tests/scenario/lib/hostile.jq "$D/openapi-$z.json" > "$D/asked"
	rows "$z" > "$D/before"
	rm -rf "$D/answers"
	mkdir "$D/answers"
	n=0 base=$(cat "$D/base.$z")
	while IFS='	' read -r group method path type body; do
		printf '%s' "$body" > "$D/answers/$n.body"
		[ $n = 0 ] || echo next
		printf 'silent\nmax-time = 20\n'
		echo globoff
		printf 'url = "%s%s"\nrequest = "%s"\noutput = "%s/answers/%s"\nwrite-out = "%s %s %s %%{http_code}\\n"\nheader = "X-Requested-With: sanwang"\ncookie = "%s"\n' \
			"$base" "$path" "$method" "$D" "$n" "$n" "$group" "$method" "$D/jar"
		case $type in
		-) ;;
		application/json) printf 'header = "Content-Type: application/json"\ndata-binary = "@%s/answers/%s.body"\n' "$D" "$n" ;;
		*) printf 'header = "Content-Type: application/octet-stream"\ndata-binary = "@%s/answers/%s.body"\n' "$D" "$n" ;;
		esac
		n=$((n + 1))
	done < "$D/asked" > "$D/crawl"
	curl -K "$D/crawl" > "$D/said" 2> /dev/null
	groups=$(cut -f1 "$D/asked" | sort -u | wc -l)
	equal "$z: $groups groups of endpoints, each with $((($(jq -s length tests/scenario/lib/hostile.jsonl) + step - 1) / step)) hostile inputs: all are answered" "$(wc -l < "$D/asked")" "$(awk '$4 != "000"' "$D/said" | wc -l)"
	equal "$z: none ends in a failure of ours" "" "$(awk '$4 ~ /^5/ { print $2, $3, $4 }' "$D/said" | sort -u | tr '\n' ';')"
	awk -v d="$D/answers/" '$4 ~ /^4/ { print d $1 }' "$D/said" | xargs cat > "$D/refusals"
	equal "$z: every refusal carries a code of the list" "" "$(jq -r '.error // "none"' "$D/refusals" 2> "$D/unread" | sort -u | comm -23 - "$D/codes" | tr '\n' ' '; head -c 200 "$D/unread")"
	equal "$z: no answer tells of a person, a table, a path of ours" "" "$(grep -lE -f "$D/people" -e 'SQLITE|sqlite3|syntax error at|/data/main\.db|\.c:[0-9]+' "$D"/answers/*[0-9] 2> /dev/null | head -3)"
	rows "$z" > "$D/after"
	equal "$z: no row more or fewer" "" "$(diff "$D/before" "$D/after" | tr '\n' ' ')"
}
for z in internet extranet intranet; do url $z > "$D/base.$z"; tr -d '\n' < "$D/base.$z" > "$D/b" && mv "$D/b" "$D/base.$z"; done
hostile internet zhang
hostile extranet registrar2
hostile intranet "$(awk '$1 == "intranet" { print $2; exit }' "$D/accounts.txt")"
for p in $running; do kill -0 "$p" 2> /dev/null || { echo "not ok - every daemon goes on"; failed=1; }; done
exit $failed
