#!/bin/sh
# A clock that is set while the registry runs, by a wrong time server or by who would have a seizure out of the way: nothing lapses and nothing is entered by
# it, and why is said; when it is right again and the service was started, all goes on, and the seizure stands.
# Tree: build: the program's clock is another's, which a sanitized one does not take
. "$(dirname "$0")/../stack/begin.sh"
flat() { jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | sed -n "$1"p; }
seized() {
	jq -nc --arg u "$(flat 5)" --arg y "$(TZ=Asia/Shanghai date -d '+300 days' +%F)" '{table: "cfdj", row: {djlx: "800", sdsj: "", fj: "", dbr: "import", djsj: "2024-01-02T00:00:00.000Z", yxq_q: "2024-01-02T00:00:00.000Z", bdcdyh: $u,
		cfjg: "甲市人民法院", cflx: "1", cfwh: "(2024)甲执字第1号", cfqssj: "2024-01-02", cfjssj: $y}}' > "$D/seized.jsonl"
	"$SW_BIN/registryd" import -c "$D/extranet/conf/registryd.yaml" "$D/seized.jsonl"
}
trap '[ -z "$running" ] || kill "$running" 2> /dev/null; wait; stack_clean' EXIT
trap 'exit 1' INT TERM
zones_made seized
SW_CLOCK_FILE=$D/ahead
echo 0 > "$SW_CLOCK_FILE"
registry_set() { # as registry_start, by the clock that the test sets
	rm -f "$D/extranet/data/port"
	LD_PRELOAD=$SW_TESTBIN/clock-set.so SW_CLOCK_FILE=$SW_CLOCK_FILE PATH="$SW_BIN:$PATH" "$SW_BIN/registryd" -c "$D/extranet/conf/registryd.yaml" 2>> "$D/log/registryd" &
	running=$!
	await "$D/extranet/data/port" 900
}
registry_set
. tests/stack/walk.sh
. tests/scenario/lib/window.sh
step() { # USER ACTION JSON: the status
	call extranet registrar1 GET "/api/cases/$application"
	desk "$1" "$2" "$3"
	cat "$W/code"
}
stands() { stack_sql extranet "SELECT count(*) FROM cfdj WHERE bdcdyh = '$(flat 5)' AND yxq_z IS NULL"; }
for n in 1 2 4 9; do
	mortgage $n && [ "$(step registrar1 accept '{}')" = 200 ] && [ "$(step registrar1 review '{"opinion":"可"}')" = 200 ] && do_pay || { echo "not ok - case $n is ready to be entered"; exit 1; }
	eval "case$n=\$application"
done
application=$case1
equal "while the clock is right a case is entered" 200 "$(step registrar2 enter '{}')"
logged=$(stack_sql extranet "SELECT max(xh) FROM djlog")
newest=$(stack_sql extranet "SELECT max(djsj) FROM djlog")
echo $((400 * 86400)) > "$SW_CLOCK_FILE"
application=$case2
# The sessions are over by that clock: who signs in anew meets the refusal.
equal "the clock was set four hundred days ahead: nothing is entered" "409 STATE" "$(step registrar2 enter '{}') $(field .error)"
equal "and why is said" 1 "$(field .where | grep -c 'clock was set by 576000 minutes')"
kill -0 "$running"
equal "the seizure whose term would be over stands" "0 1" "$? $(stands)"
equal "the book is as it was" "$logged $newest" "$(stack_sql extranet "SELECT max(xh) FROM djlog") $(stack_sql extranet "SELECT max(djsj) FROM djlog")"
echo -7200 > "$SW_CLOCK_FILE"
equal "nor two hours back" "409 STATE" "$(step registrar2 enter '{}') $(field .error)"
equal "the refusal is in the log of the service" 1 "$(grep -c 'nothing is entered' "$D/log/registryd" | awk '{ print ($1 > 0) }')"
# A clock that was rightly corrected: the service is started again.
echo 7200 > "$SW_CLOCK_FILE"
equal "a correction of the clock stops entries, too" "409 STATE" "$(step registrar2 enter '{}') $(field .error)"
kill "$running"
wait "$running"
registry_set
# A clock that is wrong from the start on: nothing tells but what was written before.
again() { # SECONDS: the registry ends and begins by this clock
	kill "$running"
	wait "$running"
	echo "$1" > "$SW_CLOCK_FILE"
	[ -z "${2:-}" ] || stack_write extranet "$2"
	registry_set
}
clock() { # the state as the officer sees it
	call extranet officer GET /api/clock
	echo "$(field .state) $(field .stops)"
}
settle() { # USER REASON: the status
	call extranet "$1" POST /api/clock/settle "{\"reason\":\"$2\"}"
	cat "$W/code"
}
equal "started again, it is behind the records of who signed in meanwhile" "409 STATE" "$(step registrar2 enter '{}') $(field .error)"
equal "an officer has looked" "200 right" "$(settle officer 已与授时台核对) $(field .state)"
equal "and the case is entered" 200 "$(step registrar2 enter '{}')"
again 5400
application=$case4
equal "half an hour behind since the start: nothing is entered" "409 STATE" "$(step registrar2 enter '{}') $(field .error)"
equal "and why is said" 1 "$(field .where | grep -c "clock is behind")"
equal "the officer sees it" "behind true" "$(clock)"
again 5400
equal "records by the wrong clock do not make it right" "409 STATE" "$(step registrar2 enter '{}') $(field .error)"
equal "nor is it for a registrar to say" 403 "$(settle registrar2 可)"
equal "nor without a reason" 422 "$(settle officer '')"
again 7200
equal "the right clock needs nobody's word" "right false" "$(clock)"
equal "nor is there any to give" 409 "$(settle officer 已核对)"
equal "and the next case is entered" 200 "$(step registrar2 enter '{}')"
again 8640000
equal "a hundred days ahead since the start, and somebody signs in" "right false" "$(clock)"
again 7200
application=$case9
equal "set right again it is behind that record: nothing is entered" "409 STATE" "$(step registrar2 enter '{}') $(field .error)"
equal "an officer settles this, too" "200 right" "$(settle officer 已与授时台核对) $(field .state)"
equal "what was settled is recorded" 2 "$(stack_sql extranet "SELECT count(*) FROM audit_record WHERE action = 'clock.settle' AND who = 'officer'")"
again 7200
equal "and stands" "right false" "$(clock)"
equal "the last case is entered" 200 "$(step registrar2 enter '{}')"
# What other zones say: their manifests stand in stream_state.
said() { echo "UPDATE stream_state SET newest_created = '$(date -u -d "@$(($(date +%s) + $2))" +%FT%T.000Z)', newest_ms = $((($(date +%s) + ${3:-7200}) * 1000)) WHERE link = '$1';"; }
again 7200 "$(said gap 35000000)"
equal "one zone that is later warns" "others false" "$(clock)"
again 7200 "$(said gap 35000000)$(said disc 35000000)"
equal "two that agree stop" "behind true" "$(clock)"
again 7200 "$(said gap 0)$(said disc 0)"
equal "what came over a link was made two hours before it came: ahead" "ahead false" "$(clock)"
# Nothing that this zone wrote is later than such a clock: what has just been made elsewhere tells it.
later=$((310 * 86400))
held() { grep -c 'may be ahead: nothing lapses' "$D/log/registryd"; }
before=$(held) n=0
again $later "$(said gap 0 $later)"
until [ "$(held)" -gt "$before" ] || [ $n -ge 1200 ]; do n=$((n + 1)); sleep 0.1; done
equal "a clock that is ahead beyond the term since the start: nothing lapses" 1 "$(($(held) > before))"
equal "entries are not stopped by it" "ahead false" "$(clock)"
equal "the seizure stands" 1 "$(stands)"
# A portal that sends old times would hold it for good: who has looked vouches for the clock.
equal "that is not for a registrar to say, nor without a reason" "403 422" "$(settle registrar2 可) $(settle officer '')"
equal "an officer vouches for the clock" "200 right" "$(settle officer 已与授时台核对，门户时间有误) $(field .state)"
n=0
until [ "$(stands)" = 0 ] || [ $n -ge 1200 ]; do n=$((n + 1)); sleep 0.1; done
equal "what is due lapses again" 0 "$(stands)"
equal "what was said is recorded, with name and reason" "ahead officer" "$(stack_sql extranet "SELECT subject || ' ' || who FROM audit_record WHERE action = 'clock.settle' AND detail LIKE '%门户时间有误%'")"
equal "there is nothing more to say" 409 "$(settle officer 已核对)"
again $later "$(said gap 0 $later)"
equal "a service that was started again asks anew" "ahead false" "$(clock)"
kill "$running"
wait "$running"
running=
"$SW_BIN/registryd" audit-book -c "$D/extranet/conf/registryd.yaml" > "$D/audit" 2>&1
equal "the auditor finds the book whole" 0 $?
exit $failed
