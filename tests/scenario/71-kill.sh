#!/bin/sh
# Every program is killed with SIGKILL at each of its named points (before and after every commit, link, unlink, fsync …) while applications walk through
# all three zones. The end is the same: everything arrives, nothing is lost, nothing is doubled.
# Tree: build-asan: the kill-points are compiled into that tree
. "$(dirname "$0")/../stack/begin.sh"
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
trap 'stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
check() { # NAME COMMAND…
	name=$1
	shift
	if "$@" > "$D/check.log" 2>&1; then echo "ok - $name"; else
		echo "not ok - $name"
		sed 's/^/# /' "$D/check.log" | tail -20
		failed=1
	fi
}
zones_made
mkdir "$D/faults"
STACK_ENV="env SW_FAULT_DIR=$D/faults"
stack_start
. tests/stack/walk.sh

round() { # N: both businesses
	if [ $(($1 % 2)) = 0 ]; then walk_transfer zhang wang; else walk_transfer wang zhang; fi && walk_first "$1"
}
rounds=3
[ "$SW_DB" != pg ] || rounds=1
check "a walk without a kill" round 0
# A log is made once in its life: its own points of that moment lie behind the first walk. tests/unit/common/audit kills there.
sort -u "$D/faults/seen" | grep -vE ' audit\.(info|tail)(\.|$)' > "$D/points"
echo "# left out: $(sort -u "$D/faults/seen" | grep -cE ' audit\.(info|tail)(\.|$)') points of making a log, which happens once (killed by the unit tests of the log)"
check "points were seen in every program" test "$(cut -d' ' -f1 "$D/points" | sort -u | tr '\n' ' ')" = "burner cadastred diode-recv diode-send gapd-inner gapd-outer gapd-switch intaked registryd "
# On the other database only what the zones' programs do with it differs: those points, all in one walk, and a walk while the server goes away.
if [ "$SW_DB" = pg ]; then grep -E '^(intaked|registryd|cadastred) (db|exchange|audit|boot|spool)[.]' "$D/points" > "$D/points.db" && mv "$D/points.db" "$D/points"; fi
points=$(wc -l < "$D/points")
r=1
while [ $r -le $rounds ]; do
	awk -v r=$r -v n=$rounds 'NR % n == r - 1 { print $1 "." $2 }' "$D/points" | while read -r p; do : > "$D/faults/kill.$p"; done
	check "round $r: both businesses through $(ls "$D/faults" | grep -c '^kill') kills" round $r
	r=$((r + 1))
done
if [ "$SW_DB" = pg ]; then
	round 2 > "$D/round.log" 2>&1 &
	walk=$! away=0
	while kill -0 $walk 2> /dev/null; do
		postgres_pause "$D.pg" && postgres_resume "$D.pg" && away=$((away + 1))
		sleep 2
	done
	check "both businesses while the server goes away at once, $away times" wait $walk
	rounds=$((rounds + 1))
fi
# What a program comes to only now and then (a file taken away behind a receipt that came late) may want another walk.
more=0
while ls "$D/faults" | grep -q '^kill' && [ $more -lt 3 ]; do
	check "both businesses once more, for $(ls "$D/faults" | grep -c '^kill') kills that none led to" round $((rounds + 1))
	more=$((more + 1)) rounds=$((rounds + 1))
done
left=$(ls "$D/faults" | sed -n 's/^kill\.//p' | tr '\n' ' ')
if [ -z "$left" ]; then echo "ok - every one of $points points killed its program once"; else echo "not ok - points not reached: $left"; failed=1; fi
check "book, log and copy are equal row by row" walk_book_equal

count() { stack_sql "$1" "$2"; }
walks=$((rounds + 1))
equal "as many cases as applications" $((2 * walks)) "$(count extranet 'SELECT count(*) FROM reg_case')"
equal "one log row for each" $((2 * walks)) "$(count extranet "SELECT count(*) FROM djlog WHERE djlx <> '000'")"
equal "one certificate for each" $((2 * walks)) "$(count extranet 'SELECT count(DISTINCT bdcqzh) FROM fdcq2 WHERE ywh NOT LIKE '"'import%'")"
equal "the unit has one right now" 1 "$(count extranet "SELECT count(*) FROM fdcq2 WHERE bdcdyh = '$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)' AND yxq_z IS NULL")"
for z in $ZONES; do
	equal "$z: nothing waits" 0 "$(count $z "SELECT count(*) FROM inbox WHERE state = 'waiting'")"
	equal "$z: nothing was refused" 0 "$(count $z "SELECT count(*) FROM inbox WHERE state = 'refused'")"
done
exit $failed
