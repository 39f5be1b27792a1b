#!/bin/sh
# Every entry of the book reaches the intranet's copy by itself, whatever is killed: a register is taken in while the zones and the fibre run, and the
# importer, the registry, the cadastre and both ends of the diode are killed at random moments. In the end book, log and copy are equal row by row.
# ENTRIES=10000 KILLS=300 sh tests/scenario/55-copy-kills.sh is the long form. FAULT_SEED repeats the choice, not the moments.
# Tree: build: what is killed at every point runs sanitized in 71-kill
. "$(dirname "$0")/../stack/begin.sh"
ENTRIES=${ENTRIES:-60} KILLS=${KILLS:-25}
SW_LOG=error
importing=
finish() {
	[ -z "$importing" ] || kill "$importing" 2> /dev/null
	stack_stop
	stack_clean
}
trap finish EXIT
zones_made
L=$D/legacy
mkdir "$L"
# Some records are wrong on purpose; their units are not entered.
"$SW_TESTBIN/demo-legacy" --units $((ENTRIES + ENTRIES / 10)) --out "$L"
iconv -f UTF-8 -t GB18030 "$L/holders.csv" > "$L/h" && mv "$L/h" "$L/holders.csv"
cp tests/demo/legacy.yaml "$L/"
stack_start
conf() { echo "$D/$1/conf/$2.yaml"; }
seed=${FAULT_SEED:-$(date +%s)}
draws=0
draw() {
	draws=$((draws + 1))
	drawn=$(printf '%s %s' "$seed" "$draws" | cksum | awk -v n="$1" '{ print int($1 / 7) % n }')
}
import() {
	"$SW_BIN/registryd" import-register -c "$(conf extranet registryd)" "$L/legacy.yaml" > "$D/import.out" 2>&1 &
	importing=$!
}
# imported: it ended by itself and says so (exit 1: some records were refused); killed it starts again
imported() {
	[ -n "$importing" ] || return 0
	kill -0 "$importing" 2> /dev/null && return 1
	wait "$importing"
	if [ $? -le 1 ] && grep -q "^read .* = taken" "$D/import.out"; then importing=; else import; fi
	[ -z "$importing" ]
}
count() { stack_sql "$1" "$2" 2> /dev/null || echo 0; }
copied() { [ "$(count extranet "SELECT count(*) FROM djlog")" = "$(count intranet "SELECT count(*) FROM book_row WHERE tbl = 'djlog'")" ]; }
# Each kill waits until something moved since the one before, or five seconds: so it gets on, however slow the machine is.
kills=0 last=
import
while [ $kills -lt "$KILLS" ]; do
	if imported && copied; then break; fi
	n=50
	while [ $n -gt 0 ]; do
		now="$(count extranet "SELECT count(*) FROM djlog") $(count intranet "SELECT count(*) FROM book_row")"
		[ "$now" = "$last" ] || break
		n=$((n - 1))
		sleep 0.1
	done
	last=$now
	draw 5
	case $drawn in
	0) victim=registryd ;; 1) victim=cadastred ;; 2) victim=diode-send ;; 3) victim=diode-recv ;; 4) victim= ;;
	esac
	draw 10
	sleep "0.$drawn"
	if [ -z "$victim" ]; then kill -9 ${importing:-"$(cat "$D/pid/registryd")"} 2> /dev/null; else kill -9 "$(cat "$D/pid/$victim")" 2> /dev/null; fi
	kills=$((kills + 1))
done
n=$((600 + ENTRIES))
until imported && copied; do
	n=$((n - 1))
	[ $n -gt 0 ] || break
	sleep 0.1
done
equal "after $kills kills the register is taken in: $(tail -1 "$D/import.out" | cut -d, -f1)" yes "$(imported && echo yes)"
entries=$(count extranet "SELECT count(*) FROM djlog")
equal "at least $ENTRIES entries are in the book" yes "$([ "$entries" -ge "$ENTRIES" ] && echo yes || echo "$entries")"
equal "the registry received nothing back as refused or missing" 0 "$(grep -cE 'message-refused|copy-missing' "$D/log/registryd")"
"$SW_BIN/registryd" dump -c "$(conf extranet registryd)" | sort > "$D/book"
"$SW_BIN/cadastred" dump -c "$(conf intranet cadastred)" | sort > "$D/copy"
cmp -s "$D/book" "$D/copy"
equal "book, log and copy are equal, $(wc -l < "$D/book") rows, $entries of them of the log" 0 $?
"$SW_BIN/registryd" audit-book -c "$(conf extranet registryd)" > "$D/audit.out" 2>&1
equal "the auditor finds nothing: $(tail -1 "$D/audit.out")" 0 $?
[ $failed = 0 ] || head -8 "$D/audit.out" | sed 's/^/# /'
exit $failed
