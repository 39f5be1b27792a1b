#!/bin/sh
# Appointments: the office offers hours on working days only; portal and window draw from one pool, of two who want the last place one gets it; the same
# request again is one appointment; a place given back is free again; nobody sees another's.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
zones_made
stack_start > "$D/start.log" 2>&1
watch_replies $ZONES
. tests/stack/walk.sh
ask() { call "$@"; cat "$W/code"; }
uuid() { cat /proc/sys/kernel/random/uuid; }
mine() { call internet "$1" GET /api/appointments; field ".rows[] | select(.id == \"$2\") | $3"; }
# until USER ID STATES: the office's answer is there
answered() {
	n=0
	while case $(mine "$1" "$2" .state) in requested | cancelling) true ;; *) false ;; esac && [ $n -lt 300 ]; do
		n=$((n + 1))
		sleep 0.1
	done
	mine "$1" "$2" .state
}
# The Monday after next, so that the days below are ahead and their weekdays known.
monday=$(date -d "$(TZ=Asia/Shanghai date +%F) +$((8 - $(TZ=Asia/Shanghai date +%u))) days" +%F)
on() { date -d "$monday +$1 days" +%F; }

equal "a registrar without the right offers no hours" 403 "$(ask extranet registrar1 POST /api/appointments/hours "{\"from\":\"$monday\",\"to\":\"$monday\",\"hours\":[]}")"
ask extranet registrar1 PUT "/api/calendar/$(on 1)" '{"work":false,"name":"休"}' > /dev/null
ask extranet registrar2 POST /api/calendar-changes/1/confirm '{}' > /dev/null
hours='[{"start":"09:00","finish":"10:00","quota":1},{"start":"10:00","finish":"11:00","quota":2}]'
equal "hours are offered" 200 "$(ask extranet registrar2 POST /api/appointments/hours "{\"from\":\"$monday\",\"to\":\"$(on 6)\",\"hours\":$hours}")"
equal "on working days only" "$monday $(on 2) $(on 3) $(on 4)" "$(field '.days | join(" ")')"
equal "an hour that ends before it begins is told" "422 SCHEMA" "$(ask extranet registrar2 POST /api/appointments/hours "{\"from\":\"$monday\",\"to\":\"$monday\",\"hours\":[{\"start\":\"10:00\",\"finish\":\"09:00\",\"quota\":1}]}") $(field .error)"
n=0
until call internet zhang GET /api/appointments/hours && [ "$(field '.rows | length')" = 8 ] || [ $n -gt 300 ]; do n=$((n + 1)); sleep 0.1; done
equal "the portal shows them" "8 09:00-10:00 1" "$(field '"\(.rows | length) \(.rows[0].start)-\(.rows[0].finish) \(.rows[0].free)"')"

wish="{\"day\":\"$monday\",\"start\":\"09:00\",\"business\":\"transfer-existing-flat\"}"
a=$(uuid) b=$(uuid)
equal "two ask for the last place" "202 202" "$(ask internet zhang PUT "/api/appointments/$a" "$wish") $(ask internet wang PUT "/api/appointments/$b" "$wish")"
equal "the first again" 202 "$(ask internet zhang PUT "/api/appointments/$a" "$wish")"
first=$(answered zhang "$a") second=$(answered wang "$b")
equal "one gets it, the other is told why" "booked refused 该时段已约满，请选择其他时段" "$first $second $(mine wang "$b" .reason)"
equal "it stands once at the office" 1 "$(ask extranet registrar1 GET "/api/appointments?day=$monday" > /dev/null; field '.rows | length')"
equal "masked there" 1 "$(jq -r '.rows[0] | "\(.name) \(.id_number)"' "$W/reply" | grep -c '\*')"
equal "the window draws from the same pool" "409 STATE" "$(ask extranet registrar1 PUT "/api/appointments/$(uuid)" "$(printf '%s' "$wish" | jq -c --arg n "$(person 4 name)" --arg i "$(person 4 id_number)" '. + {name: $n, id_number: $i}')") $(field .error)"
equal "another hour is not refused" 201 "$(ask extranet registrar1 PUT "/api/appointments/$(uuid)" "$(printf '%s' "$wish" | jq -c --arg n "$(person 4 name)" --arg i "$(person 4 id_number)" '. + {name: $n, id_number: $i, start: "10:00"}')")"
equal "nobody sees another's" "0 404" "$(call internet li GET /api/appointments; field '.rows | length') $(ask internet li POST "/api/appointments/$a/cancel" '{}')"
equal "nor takes its id" "409 CONFLICT" "$(ask internet li PUT "/api/appointments/$a" "$wish") $(field .error)"
c=$(uuid)
equal "no second one on a day" "refused 当天已有一个预约" "$(ask internet zhang PUT "/api/appointments/$c" "$(printf '%s' "$wish" | sed 's/09:00/10:00/')" > /dev/null; answered zhang "$c") $(mine zhang "$c" .reason)"
call internet zhang GET "/api/appointments/$a/calendar.ics"
equal "a calendar takes it" "1 1" "$(grep -c "^DTSTART;TZID=Asia/Shanghai:$(echo "$monday" | tr -d -)T090000" "$W/reply") $(grep -c 'END:VCALENDAR' "$W/reply")"
equal "it is given back" "202 cancelled" "$(ask internet zhang POST "/api/appointments/$a/cancel" '{}') $(answered zhang "$a")"
d=$(uuid)
equal "and free again" "202 booked" "$(ask internet wang PUT "/api/appointments/$d" "$wish") $(answered wang "$d")"
equal "staying away is not told before the hour" "409 STATE" "$(ask extranet registrar1 POST "/api/appointments/$d/state" '{"state":"absent"}') $(field .error)"
equal "a quota below what is booked is refused" "409 STATE" "$(ask extranet registrar2 POST /api/appointments/hours "{\"from\":\"$monday\",\"to\":\"$monday\",\"hours\":[{\"start\":\"09:00\",\"finish\":\"10:00\",\"quota\":0}]}") $(field .error)"
number=$(mine wang "$d" .number)
equal "the window finds it by its number" 1 "$(ask extranet registrar1 GET "/api/appointments?day=$monday" > /dev/null; field "[.rows[] | select(.number == \"$number\")] | length")"
# ---- 最多跑一次: what came online is looked through, the applicants come once, to an hour of the same pool, and leave with the certificate
reach internet zhang /api/businesses '.rows | length > 0' "the businesses" || failed=1
flat=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)
jq -nc --arg unit "$flat" --arg old "$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$D/demo/register.jsonl" | head -1)" --argjson s "$(jq ".[$(person_of zhang)]" "$D/demo/people.json")" --argjson b "$(jq ".[$(person_of wang)]" "$D/demo/people.json")" \
	'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: $old, price_cents: 300000000},
	parties: [{role: "transferor", name: $s.name, id_number: $s.id_number, share_num: 1, share_den: 1}, {role: "transferee", name: $b.name, id_number: $b.id_number, share_num: 1, share_den: 1}]}' > "$W/draft.json"
{ apply_start transfer-existing-flat zhang contract && apply_sign zhang "$(person_of zhang)" 0 && apply_sign wang "$(person_of wang)" 1 && reach extranet registrar1 "$(kase)" '.number != ""' "the case"; } > "$D/visit.log" 2>&1 || { cat "$D/visit.log"; echo "not ok - a case came online"; exit 1; }
come() { call extranet registrar1 GET "$(kase)"; desk registrar1 visit "{\"reason\":\"$1\"}"; echo "$(cat "$W/code") $(field .error)"; }
visit="{\"day\":\"$(on 2)\",\"start\":\"10:00\",\"business\":\"transfer-existing-flat\",\"application\":\"$application\"}"
equal "nobody is asked to come before the acceptance, and nobody books an hour for it unasked" "409 STATE 409" "$(come 原证书) $(ask internet zhang PUT "/api/appointments/$(uuid)" "$visit")"
reach extranet registrar1 "$(kase)" "$(past accepted)" "the acceptance" do_accept || failed=1
equal "then the applicants are asked to come once, with what" "200 null" "$(come 身份证和原不动产权证书)"
reach internet zhang "$(app)" '[.progress[] | select(.visit)] | length == 1' "the word to come" || failed=1
equal "which they read" 身份证和原不动产权证书 "$(field '[.progress[] | select(.visit)][0].note')"
equal "a stranger books nothing for it, nor is another business booked for it" "404 422" "$(ask internet li PUT "/api/appointments/$(uuid)" "$visit") $(ask internet zhang PUT "/api/appointments/$(uuid)" "$(printf '%s' "$visit" | sed 's/transfer-existing-flat/mortgage/')")"
e=$(uuid) f=$(uuid)
equal "an applicant chooses the hour" "202 booked" "$(ask internet zhang PUT "/api/appointments/$e" "$visit") $(answered zhang "$e")"
equal "the other finds that there is one already" "refused 该申请不需要到场，或者已有一个到场预约" "$(ask internet wang PUT "/api/appointments/$f" "$visit" > /dev/null; answered wang "$f") $(mine wang "$f" .reason)"
number=$(mine zhang "$e" .number)
call extranet registrar1 GET "$(kase)"
equal "the case names the hour" "身份证和原不动产权证书 $(on 2) 10:00 $number booked" "$(field '.visit | "\(.bring) \(.appointment.day) \(.appointment.start) \(.appointment.number) \(.appointment.state)"')"
serial=$(field .number)
equal "the window finds the case by the hour's number" "$application $serial" "$(ask extranet registrar1 GET "/api/appointments?day=$(on 2)" > /dev/null; field ".rows[] | select(.number == \"$number\") | \"\(.case_id) \(.case_number)\"")"
{ reach extranet registrar1 "$(kase)" .has_tax "the taxes" do_tax && reach extranet registrar1 "$(kase)" "$(past review entry certificate delivered)" "the review" do_review && reach extranet registrar2 "$(kase)" "$(past entry certificate delivered)" "the entry" do_enter && reach internet wang "$(app)" '.certificate.number != null' "the certificate"; } > "$D/visit.log" 2>&1 || { cat "$D/visit.log"; failed=1; echo "not ok - everything is there at the window, and the certificate is made on the spot"; }
equal "with all that is needed there: the certificate on the spot" 1 "$(field .certificate.number | grep -c 不动产权第)"
equal "no name and number readable in the database" 1 "$(stack_raw extranet | xargs cat | grep -aqF "$(person 4 id_number)"; echo $?)"
equal "nothing was refused on the way" 0 "$(stack_sql internet "SELECT count(*) FROM inbox WHERE state = 'refused'")"
replies_right
exit $failed
