#!/bin/sh
# Every endpoint of every zone as every role of two divisions and of the platform, after a case went through: what is answered is exactly what the page
# of effective rights says, nobody sees another division's data, and the platform's administrator sees no case.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
. tests/stack/office.sh
trap 'stack_stop; rm -rf "$D"' EXIT
check() { if [ "$2" = 0 ]; then echo "ok - $1"; else echo "not ok - $1"; failed=1; fi; }

zones_made
HERE=110101 THERE=110102 PLATFORM=000000
office_add $THERE 西城区 > "$D/office.log" 2>&1
check "a second office has people, a book and a cadastre of its own" $?
# people ZONE DAEMON ROLE…: one person per role and place, named ROLE-PLACE
people() {
	zone=$1 daemon=$2
	shift 2
	for place in $HERE $THERE $PLATFORM; do
		for role in "$@" admin; do
			[ $place != $PLATFORM ] || [ "$role" = admin ] || continue
			echo "{\"user\":\"$role-$place\",\"role\":\"$role\",\"name\":\"某\",\"password\":\"rights of $role\",\"tenant\":\"$place\"}"
		done
	done | "$SW_BIN/$daemon" user add -c "$D/$zone/conf/$daemon.yaml"
}
people internet intaked applicant registered operator officer && people extranet registryd registrar chief officer && people intranet cadastred reviewer approver officer
check "people of two divisions and the platform are added" $?
stack_start
{ office_is $THERE && walk_transfer && first_to_task 0; } > "$D/walk.log" 2>&1
check "a case of the second office went through, another waits in the intranet" $?
call extranet registrar$THERE GET /api/cases
# What must not be seen by the other office: numbers of cases, units. The people are the same.
jq -r '.rows[] | .number, .id, .unit_code' "$W/reply" > "$D/secrets.$THERE"
{ office_is && walk_transfer && first_to_task 0; } > "$D/walk.log" 2>&1
check "of the first too" $?

call extranet registrar1 GET /api/cases
jq -r '.rows[] | .number, .id, .unit_code' "$W/reply" > "$D/secrets.$HERE"
equal "both offices have cases to keep from each other" "yes yes" "$([ -s "$D/secrets.$HERE" ] && echo yes) $([ -s "$D/secrets.$THERE" ] && echo yes)"
{ cat "$D"/secrets.*; jq -r '.[] | .name, .id_number' "$D/demo/people.json"; } > "$D/secrets.$PLATFORM"
case_id=$(jq -r '.rows[0].id' "$W/reply")
unit=$(jq -r '.rows[0].unit_code' "$W/reply")
task_id=$application
as() { # ZONE USER METHOD PATH: status; body in $D/answer
	curl -s -o "$D/answer" -w '%{http_code}' -b "$D/jar.$1.$2" -X "$3" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' ${5:+--data-binary "$5"} "$(url "$1")$4"
}
in_as() { curl -s -o /dev/null -w '%{http_code}' -c "$D/jar.$1.$2" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "{\"user\":\"$2\",\"password\":\"rights of ${2%-*}\"}" "$(url "$1")/api/session"; }

# crawl ZONE JAR: every operation but the end of the own session, in one go; prints METHOD PATH STATUS, bodies in $D/answers/N
crawl() {
	rm -rf "$D/answers"
	mkdir "$D/answers"
	n=0
	while read -r method path media; do
		real=$(printf '%s' "$path" | sed "s/discs\/{id}/discs\/D-20200101-0001/; s/{code}/$unit/; s/{id}/$target/; s/{[a-z]*}/1/g")
		[ $n = 0 ] || echo next
		printf 'url = "%s"\nrequest = "%s"\noutput = "%s"\nwrite-out = "%s %s %%{http_code}\\n"\nheader = "X-Requested-With: sanwang"\nsilent\n' \
			"$(url "$1")$real" "$method" "$D/answers/$n" "$method" "$path"
		[ -z "$2" ] || printf 'cookie = "%s"\n' "$2"
		[ "$media" = - ] || printf 'header = "Content-Type: %s"\ndata-binary = "{}"\n' "$media"
		n=$((n + 1))
	done < "$D/operations" > "$D/crawl.conf"
	curl -K "$D/crawl.conf"
}
# answered: files of the answers that gave something (a refusal may repeat what was asked for)
answered() { awk -v d="$D/answers" '$3 ~ /^2/ { print d "/" NR - 1 }' "$D/crawled"; }
for zone in internet extranet intranet; do
	case $zone in internet) target=$case_id ;; extranet) target=$case_id ;; intranet) target=$task_id ;; esac
	curl -s "$(url $zone)/api/openapi.json" > "$D/openapi"
	jq -r '.paths | to_entries[] | .key as $p | .value | to_entries[] | select("\(.key) \($p)" != "delete /api/session") |
		"\(.key | ascii_upcase) \($p) \(.value.requestBody.content // {"-": 0} | keys[0]) \(.value["x-permission"])"' "$D/openapi" > "$D/all"
	awk '$4 != "public" { print $1, $2, $3 }' "$D/all" > "$D/operations"
	in_as $zone admin-$HERE > /dev/null
	equal "$zone: the page of effective rights" 200 "$(as $zone admin-$HERE GET /api/rights)"
	cp "$D/answer" "$D/rights"
	awk '$4 == "public" { gsub(/[{]/, ":"); gsub(/[}]/, ""); print $1, $2 }' "$D/all" > "$D/public"
	for place in $HERE $THERE $PLATFORM; do
		for role in $(jq -r '.roles[].code' "$D/rights"); do
			[ $place != $PLATFORM ] || [ "$role" = admin ] || continue
			equal "$zone: $role of $place signs in" 200 "$(in_as $zone "$role-$place")"
			crawl $zone "$D/jar.$zone.$role-$place" > "$D/crawled"
			awk '$3 != 401 && $3 != 403 { gsub(/[{]/, ":"); gsub(/[}]/, ""); print $1, $2 }' "$D/crawled" | sort > "$D/may"
			jq -r --arg r "$role" '.roles[] | select(.code == $r) | .calls[]' "$D/rights" | grep -vFx -f "$D/public" | grep -v '^DELETE /api/session$' | sort > "$D/told"
			cmp -s "$D/may" "$D/told" || diff "$D/may" "$D/told" | sed 's/^/# /'
			cmp -s "$D/may" "$D/told"
			check "$zone: $role of $place may call exactly what its effective rights tell ($(grep -c . "$D/told") of $(grep -c . "$D/operations"))" $?
			# The portal is one for both offices: its own people see it whole, others nothing.
			case $zone.$place in internet.$HERE) others= ;; internet.*) others="$D/secrets.$PLATFORM" ;; *.$HERE) others="$D/secrets.$THERE" ;; *.$THERE) others="$D/secrets.$HERE" ;; *) others="$D/secrets.$PLATFORM" ;; esac
			leaks=0
			[ -z "$others" ] || leaks=$(answered | xargs grep -alFf "$others" | grep -c .)
			equal "$zone: $role of $place learns nothing of another division" 0 "$leaks"
			equal "$zone: $role of $place breaks nothing" "" "$(awk '$3 ~ /^5/ && $3 != 503' "$D/crawled")"
		done
	done
	# By what the server itself counted: it serves nothing that its document does not list, and the crawl was at everything listed.
	curl -s "$(url $zone)/metrics" | sed -n 's/^sanwang_http_requests_total{method="\([A-Z]*\)",route="\(\/[^"]*\)".*/\1 \2/p' | sort -u > "$D/served"
	awk '{ gsub(/[{]/, ":"); gsub(/[}]/, ""); print $1, $2 }' "$D/all" | sort -u > "$D/listed"
	grep -vFx -f "$D/public" "$D/listed" | comm -23 - "$D/served" > "$D/missed"
	equal "$zone: the crawl was at every operation, and none is served that is not listed" "0 0" "$(grep -c . "$D/missed") $(comm -13 "$D/listed" "$D/served" | grep -cvx -e 'DELETE /api/session')"
	crawl $zone "" > "$D/crawled"
	equal "$zone: without a session nothing answers that is not public" "" "$(awk '$3 != 401' "$D/crawled")"
done
equal "the registrar of the division sees the case" 200 "$(as extranet registrar-$HERE GET "/api/cases/$case_id")"
equal "the registrar of another does not" 404 "$(as extranet registrar-$THERE GET "/api/cases/$case_id")"
equal "nor the platform's administrator" 403 "$(as extranet admin-$PLATFORM GET "/api/cases/$case_id")"
exit $failed
