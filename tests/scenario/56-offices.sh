#!/bin/sh
# Two offices 登记机构 on one set of daemons: an application at the portal goes to the office of the division that its unit lies in, both businesses walk
# through all zones at each; numbers, certificates, seals, remedies, books and copies are each office's own; nobody sees the other's;
# appointments and questions to the register go to the office that is named; and a unit of a division
# that is not the office's is refused with the name of who is responsible.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
. tests/stack/walk.sh
. tests/stack/office.sh
trap 'stack_stop; stack_clean' EXIT
HERE=110101 THERE=110102
zones_made
office_add $THERE 西城区 > "$D/office.log" 2>&1 || { sed 's/^/# /' "$D/office.log"; echo "not ok - a second office is made"; exit 1; }
"$SW_BIN/registryd" dump --division 110105 -c "$D/extranet/conf/registryd.yaml" > /dev/null 2> "$D/refused"
equal "a command for a division that is not served is refused" "2 1" "$? $(grep -c '^USAGE: --division: 110105 is not served here' "$D/refused")"
echo '{"user":"stranger","role":"registrar","name":"某","password":"of no office","tenant":"110105"}' | "$SW_BIN/registryd" user add -c "$D/extranet/conf/registryd.yaml" 2> "$D/refused"
equal "nobody is added for one either" "1 1" "$? $(grep -c 'SCHEMA: line 1: tenant: 110105 is not served here' "$D/refused")"
stack_start
walked() { # NAME OFFICE…
	name=$1
	shift
	office_is "$@"
	{ walk_transfer && transfer=$application && walk_first; } > "$D/walk.log" 2>&1
	equal "$name: both businesses go through all zones" 0 $?
	[ $failed = 0 ] || { tail -20 "$D/walk.log" | sed 's/^/# /'; tail -n 3 "$D"/log/* | sed 's/^/# /'; exit 1; }
}
# of OFFICE…: what became of its transfer
of() {
	call internet "$first" GET "/api/applications/$transfer"
	echo "$(field .division) $(field .business_number | cut -c1-6) $(field .certificate.number | sed 's/(20..)/(…)/; s/[0-9]\{7\}/…/')"
}
walked "the first office"
equal "its division, its number, its place in the certificate" "$HERE $HERE 京(…)东城区不动产权第…号" "$(of)"
one=$transfer first_here=$application
walked "the second office" $THERE
equal "its division, its number, its place in the certificate" "$THERE $THERE 京(…)西城区不动产权第…号" "$(of)"
two=$transfer

# ---- what is its own
numbers() { stack_sql extranet "SELECT number FROM zsbh WHERE tenant = '$1' AND state = 'used' AND ywh LIKE '$1%' ORDER BY n" | sed 's/.*第//'; }
equal "each draws from its own series: the same running numbers" "$(numbers $HERE)" "$(numbers $THERE)"
call internet zhang GET "/api/applications/$two/certificate.json"
jq -r .seal_certificate "$W/reply" > "$W/seal.pem"
equal "the second office's certificate is under its own seal" "$(openssl x509 -in "$D/extranet/keys/office-$THERE.seal.pem" -noout -fingerprint)" "$(openssl x509 -in "$W/seal.pem" -noout -fingerprint)"
walk_book_equal > "$D/equal.log" 2>&1
equal "both books are equal to their copies, the auditor finds nothing in either: $(grep -c . "$W/audit") lines" "0 2" "$? $(grep -c ', 0 findings$' "$W/audit")"
walk_logs_agree > "$D/logs.log" 2>&1
equal "the logs agree" 0 $?

# ---- nobody sees the other's
seen() { call extranet "$1" GET "$2"; cat "$W/code"; }
call extranet registrar1 GET /api/cases
equal "the first office's registrar has its cases alone" "$HERE" "$(field '.rows[].number[:6]' | sort -u)"
call extranet registrar$THERE GET /api/cases
equal "the second's too" "$THERE" "$(field '.rows[].number[:6]' | sort -u)"
equal "neither opens the other's case" "404 404" "$(seen registrar1 "/api/cases/$two") $(seen registrar$THERE "/api/cases/$one")"
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/$THERE-register.jsonl" | head -1)
call extranet registrar1 GET "/api/register/$unit"
equal "nor a unit of the other's book" "0" "$(field '[.. | objects | select(.bdcdyh? == "'"$unit"'")] | length')"
call intranet reviewer GET /api/tasks
equal "nor a reviewer the other's task" "$HERE" "$(field '.rows[].unit_code[:6]' | sort -u)"

# ---- appointments: each office has its own calendar
uuid() { cat /proc/sys/kernel/random/uuid; }
monday=$(date -d "$(TZ=Asia/Shanghai date +%F) +$((8 - $(TZ=Asia/Shanghai date +%u))) days" +%F)
offer() { call extranet "$1" POST /api/appointments/hours "{\"from\":\"$monday\",\"to\":\"$monday\",\"hours\":[{\"start\":\"$2\",\"finish\":\"11:30\",\"quota\":1}]}"; cat "$W/code"; }
hours() { call internet zhang GET "/api/appointments/hours${1:+?division=$1}"; field '[.rows[] | "\(.start) \(.free)"] | join(", ")'; }
# hours_are DIVISION WANTED: waits until the portal knows them
hours_are() {
	for _ in $(seq 1200); do
		[ "$(hours "$1")" != "$2" ] || break
		sleep 0.1
	done
	hours "$1"
}
mine() { call internet "$1" GET /api/appointments; field ".rows[] | select(.id == \"$2\") | $3"; }
# booking USER ID DIVISION START: its code, and what became of it
booking() {
	call internet "$1" PUT "/api/appointments/$2" "{\"day\":\"$monday\",\"start\":\"$4\",\"business\":\"transfer-existing-flat\",\"division\":\"$3\"}"
	asked=$(cat "$W/code")
	for _ in $(seq 1200); do
		[ "$(mine "$1" "$2" .state)" = requested ] || break
		sleep 0.1
	done
	echo "$asked $(mine "$1" "$2" '"\(.state) \(.division)"')"
}
equal "both offices offer hours of the same day" "200 200" "$(offer registrar2 10:00) $(offer chief$THERE 10:30)"
equal "the second office's are told for its division" "10:30 1" "$(hours_are $THERE '10:30 1')"
equal "the first office's for its own, and where none is named" "10:00 1, 10:00 1" "$(hours_are $HERE '10:00 1'), $(hours)"
call internet zhang GET "/api/appointments/hours?division=110105"
equal "those of a division without an office are none" "422 division: of no office here" "$(cat "$W/code") $(field .text)"
a=$(uuid) b=$(uuid)
equal "booked at the second office" "202 booked $THERE" "$(booking zhang "$a" $THERE 10:30)"
equal "the last place is gone there" "202 refused $THERE" "$(booking wang "$b" $THERE 10:30)"
equal "and nowhere else" "10:30 0, 10:00 1" "$(hours_are $THERE '10:30 0'), $(hours $HERE)"
equal "the same id at the other office is another wish" 409 "$(booking zhang "$a" $HERE 10:00 | cut -d' ' -f1)"
equal "one person's at both offices stand in one list, the latest first" "202 booked $HERE, 10:30 $THERE 10:00 $HERE" "$(booking zhang "$(uuid)" $HERE 10:00), $(call internet zhang GET /api/appointments; field '[.rows[] | "\(.start) \(.division)"] | join(" ")')"
window() { call extranet "$1" GET "/api/appointments?day=$monday"; field '[.rows[].start] | join(" ")'; }
equal "each window sees its own" "10:00, 10:30" "$(window registrar1), $(window registrar$THERE)"
call internet zhang POST "/api/appointments/$a/cancel" '{}'
equal "given back, it is free again at the office that had it" "202 10:30 1, 10:00 0" "$(cat "$W/code") $(hours_are $THERE '10:30 1'), $(hours $HERE)"

# ---- questions: the register of the division that is named answers
. tests/scenario/lib/query.sh
sold=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)
equal "a unit in the second office's register" "200 $unit 西城区" "$(query zhang 0 unit "$unit" 购房前核实 $THERE) $(answer '"\(.rows[0].unit_code) \(.office)"' | sed 's/示例市\(.*\)不动产登记中心/\1/')"
equal "the first office's register has nothing of it" "200 0 东城区" "$(query zhang 0 unit "$unit" 购房前核实 $HERE) $(answer '"\(.rows | length) \(.office)"' | sed 's/示例市\(.*\)不动产登记中心/\1/')"
equal "and the other way round" "200 0, 200 $sold" "$(query zhang 0 unit "$sold" 购房前核实 $THERE) $(answer '.rows | length'), $(query zhang 0 unit "$sold" 购房前核实 $HERE) $(answer '.rows[0].unit_code')"
equal "one's own property is that in the register asked" "200 200 $THERE" "$(query wang "$(person_of wang)" own "" "" $HERE) $(query wang "$(person_of wang)" own "" "" $THERE) $(answer '.rows[0].unit_code[:6]')"
equal "nobody asks a register that is not kept here" 422 "$(query zhang 0 unit "$unit" 购房前核实 110105)"

# ---- whose is it
ask() { # UNIT DIVISION: a draft of li for it; its answer
	call internet li POST /api/applications "{\"business\":\"transfer-existing-flat\",\"division\":\"$2\",\"key\":\"$1\"}"
	[ "$(cat "$W/code")" -lt 300 ] || return 0
	application=$(field .id)
	call internet li GET "$(app)"
	call internet li PUT "$(app)" "{\"version\":$(field .version),\"unit_code\":\"$1\",\"fields\":{}}"
	call internet li GET "$(app)"
}
ask "$unit" $HERE
equal "an application begun for one office is the other's when its unit lies there" $THERE "$(field .division)"
ask "110105$(echo "$unit" | cut -c7-)" $HERE
call internet li POST "$(app)/freeze" "{\"version\":$(field .version)}"
equal "a unit of a division that no office here serves is refused, and who is responsible is said" "422 REFUSED 朝阳区" "$(cat "$W/code") $(field .error) $(field .where | grep -o 朝阳区 | head -1)"
ask "$unit" 110105
equal "nor is that division offered" "422 division: of no office here" "$(cat "$W/code") $(field .text)"
call internet li GET /api/regions
equal "the offices that can be chosen" "110101 东城区, 110102 西城区" "$(field '[.rows[] | "\(.code) \(.name)"] | join(", ")')"
# At the window, with the other office's unit.
. tests/scenario/lib/window.sh
jq -c "select(.table != \"none\")" "$D/demo/$THERE-register.jsonl" > "$D/there.jsonl"
cp "$D/demo/register.jsonl" "$D/keep.jsonl" && cp "$D/there.jsonl" "$D/demo/register.jsonl"
mortgage 2
equal "a registrar is refused the unit of another office, which is named" "422 REFUSED 示例市西城区不动产登记中心" "$(cat "$W/code") $(field .error) $(field .where | grep -o '示例市.*中心')"
cp "$D/keep.jsonl" "$D/demo/register.jsonl"
equal "nothing broke" "" "$(grep -h 'level=error' "$D"/log/* | head -3)"
exit $failed
