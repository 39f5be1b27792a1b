#!/bin/sh
# `make fault-stack [KILLS=1000] [CALLS=1]`: while applications walk through all three zones, programs chosen at random (zones, halves and switch of the guard,
# both ends of the diode, burner at work) are killed at random moments. burner runs for moments only, so the killer does not look for it: it asks, and the next
# burner that a zone starts is killed so many milliseconds after it began, if it still works then. With CALLS=1 each start of a program may also be given a kind of call of which every
# n-th fails: write, sync, link, rename, unlink, malloc. In the end the register, its log and the intranet's copy are equal, every application has
# one case and one certificate, nothing waits or was refused, and the auditor finds nothing. FAULT_SEED repeats a choice (not the moments).
. "$(dirname "$0")/../stack/begin.sh"
kills=${1:-1000} calls=${CALLS:-0} seed=${FAULT_SEED:-$(date +%s)}
SW_LOG=error
walking=
finish() {
	[ -z "$walking" ] || kill "$walking" 2> /dev/null
	stack_stop
	[ "${KEEP:-}" ] || stack_clean
}
trap finish EXIT
trap 'exit 1' INT TERM

zones_made
# What the zones start as burner: it looks whether it is to be killed, unless it only reads, and becomes burner.
cat > "$D/burner.run" << EOF
#!/bin/sh
if [ "\$1" != list ] && mv "$D/burner.kill" "$D/burner.kill.\$\$" 2> /dev/null; then
	read -r after < "$D/burner.kill.\$\$"
	(sleep "0.\$after"; [ "\$(cat /proc/\$\$/comm)" = burner ] && kill -9 \$\$ && echo "\$after \$*" >> "$D/burner.killed") > /dev/null 2>&1 < /dev/null &
fi
exec "$SW_BIN/burner" "\$@"
EOF
chmod +x "$D/burner.run"
sed -i "s|burner: $SW_BIN/burner|burner: $D/burner.run|" "$D/extranet/conf/registryd.yaml" "$D/intranet/conf/cadastred.yaml"
[ "$calls" = 0 ] || STACK_ENV="env LD_PRELOAD=$SW_TESTBIN/fault-calls.so SW_FAULT_CALLS=$D/calls"
stack_start
. tests/stack/walk.sh
WALK_TRIES=20000

# One number below $1, from the seed and how many were asked for.
draws=0
draw() {
	draws=$((draws + 1))
	drawn=$(printf '%s %s' "$seed" "$draws" | cksum | awk -v n="$1" '{ print int($1 / 7) % n }')
}

: > "$D/burner.killed"
# Businesses without end, until there is the file `enough`.
walks() {
	n=0
	while [ ! -e "$D/enough" ]; do
		if [ $((n % 2)) = 0 ]; then walk_transfer zhang wang; else walk_transfer wang zhang; fi && walk_first $n || { echo "walk $n failed" > "$D/walk.failed"; return 1; }
		n=$((n + 1))
		echo $n > "$D/walked"
	done
}
victim() { # sets pid; ready: the file that a zone writes when it answers
	pid='' ready=
	draw 12
	case $drawn in
	0) pid=$(cat "$D/pid/registryd") ready=$D/extranet/data/port ;; # it compiles rules when it starts: in that time others are not killed
	1 | 2) pid=$(cat "$D/pid/cadastred") ready=$D/intranet/data/port ;;
	3 | 4) pid=$(cat "$D/pid/intaked") ready=$D/internet/data/port ;;
	5 | 6) pid=$(cat "$D/pid/gapd-switch") ;;
	7 | 8) pid=$(pgrep -P "$(cat "$D/pid/gapd-switch")" | sed -n "$((draws % 2 + 1))p") ;;
	9) pid=$(cat "$D/pid/diode-send") ;;
	*) pid=$(cat "$D/pid/diode-recv") ;;
	esac
}
# Until a zone that was killed answers again, or nothing would get on; one time in eight at once, which meets programs that start.
back() {
	draw 8
	[ "$ready" ] && [ $drawn != 0 ] || return
	for _ in $(seq 600); do
		[ ! "$ready" -nt "$D/kill.last" ] || return
		sleep 0.05
	done
}
# What fails after the next start: often enough to be met, seldom enough to get on.
calls_choose() {
	draw 8
	case $drawn in
	0) kind=write low=30 ;;
	1) kind=sync low=5 ;;
	2) kind=link low=3 ;;
	3) kind=rename low=2 ;;
	4) kind=unlink low=3 ;;
	5) kind=malloc low=5000 ;;
	*) rm -f "$D/calls"; return ;;
	esac
	draw 100
	echo "$kind $((low + low * drawn / 10))" > "$D/calls.new" && mv "$D/calls.new" "$D/calls"
}

walks > "$D/walks.log" 2>&1 &
walking=$!
killed=0 burners=0 daemons=0 began=$(date +%s)
while [ $killed -lt "$kills" ] && kill -0 $walking 2> /dev/null; do
	draw 400
	sleep "0.$(printf '%03d' $((drawn + 20)))"
	[ "$calls" = 0 ] || calls_choose
	draw 2
	if [ $drawn = 0 ] && [ ! -e "$D/burner.kill" ]; then
		draw 120
		printf '%03d\n' $drawn > "$D/burner.new" && mv "$D/burner.new" "$D/burner.kill"
	fi
	victim 2> /dev/null
	: > "$D/kill.last"
	[ -n "$pid" ] && kill -9 "$pid" 2> /dev/null && daemons=$((daemons + 1)) && back
	burners=$(wc -l < "$D/burner.killed")
	killed=$((daemons + burners))
done
rm -f "$D/burner.kill"
rm -f "$D/calls"
: > "$D/enough"
# What still has failing calls is started anew.
[ "$calls" = 0 ] || for p in intaked registryd cadastred diode-recv diode-send gapd-switch; do kill -9 "$(cat "$D/pid/$p")" 2> /dev/null; done
wait $walking
walking=
echo "# $killed kills ($burners of burner) in $(($(date +%s) - began)) s, $(cat "$D/walked" 2> /dev/null || echo 0) walks of two applications, seed $seed; programs started again: $(wc -l < "$D/log/keep" 2> /dev/null)"
if [ -e "$D/walk.failed" ]; then
	tail -5 "$D/walks.log" | sed 's/^/# /'
	echo "not ok - the walks go on"
	exit 1
fi
equal "as many kills as asked for" true "$([ "$killed" -ge "$kills" ] && echo true)"
# What burner was at when it was killed: everything a disc goes through, where the kills are many.
cut -d' ' -f2 "$D/burner.killed" | sort | uniq -c | awk '{ printf "%s%s of %s", NR == 1 ? "# burner: " : ", ", $1, $2 } END { if (NR) print "" }'
equal "burner was among the killed" true "$([ "$burners" -gt 0 ] || [ "$kills" -lt 100 ] && echo true)"
n=$(cat "$D/walked")
walk_first "$n" > "$D/last.log" 2>&1 || { tail -5 "$D/last.log" | sed 's/^/# /'; echo "not ok - a last disc carries what is left"; failed=1; }
if walk_book_equal > "$D/equal.log" 2>&1; then sed 's/^ *[0-9.]* s */# /' "$D/equal.log"; echo "ok - book, log and intranet copy are equal, the auditor of the book finds nothing"; else sed 's/^/# /' "$D/equal.log"; echo "not ok - book, log and copy"; failed=1; fi
all=$((2 * n + 1))
equal "one case for each of $all applications" $all "$(stack_sql extranet 'SELECT count(*) FROM reg_case')"
equal "one log row for each" $all "$(stack_sql extranet "SELECT count(*) FROM djlog WHERE djlx <> '000'")"
equal "one certificate for each" $all "$(stack_sql extranet 'SELECT count(DISTINCT bdcqzh) FROM fdcq2 WHERE ywh NOT LIKE '"'import%'")"
for z in $ZONES; do
	equal "$z: nothing waits or was refused" 0 "$(stack_sql $z "SELECT count(*) FROM inbox WHERE state <> 'applied'")"
done
# A cut record of the guard may leave a bundle that it does not remember to have carried; what is lost, doubled or forged is named.
if walk_logs_agree > "$D/agree.log" 2>&1; then sed 's/^ *[0-9.]* s */# /' "$D/agree.log"; echo "ok - the logs of zones, guard and ledgers agree"; else sed 's/^/# /' "$D/agree.log"; echo "not ok - the logs of zones, guard and ledgers agree"; failed=1; fi
exit $failed
