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
equal "no name and number readable in the database" 1 "$(grep -aq "$(person 4 id_number)" "$D"/extranet/data/main.db*; echo $?)"
equal "nothing was refused on the way" 0 "$(stack_sql internet "SELECT count(*) FROM inbox WHERE state = 'refused'")"
replies_right
exit $failed
