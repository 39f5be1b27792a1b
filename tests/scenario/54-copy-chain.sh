#!/bin/sh
# The intranet rechecks the book that it copies: every entry as it comes from the registry agrees with the log's chain, recomputed by other code; an entry
# that does not, and log rows that are missing, because somebody changed the registry's database, are named and told on the next disc. The bundles are
# carried by hand.
# Tree: build: what is checked runs sanitized in test_receive_book
. "$(dirname "$0")/../stack/begin.sh"
SW_LOG=info
running=
finish() {
	for p in $running; do kill "$p" 2> /dev/null; done
	wait
	stack_clean
}
trap finish EXIT
zones_made
. tests/stack/walk.sh
conf() { echo "$D/$1/conf/$2.yaml"; }
start() { # ZONE PROGRAM: pid in $pid
	rm -f "$D/$1/data/port"
	"$SW_BIN/$2" -c "$(conf "$1" "$2")" >> "$D/log/$2" 2>&1 &
	pid=$!
	running="$running $pid"
	await "$D/$1/data/port" 900 || { tail -5 "$D/log/$2"; exit 1; }
}
# until_log PROGRAM TEXT: in its log
until_log() {
	n=0
	until grep -q "$2" "$D/log/$1"; do n=$((n + 1)); [ $n -lt 300 ] || { tail -3 "$D/log/$1" | sed 's/^/# /'; return 1; }; sleep 0.1; carry; done
}
# What lies ready is carried: by the diode's way and as a disc would.
carry() {
	for way in extranet/spool/diode/out:intranet/spool/diode/in intranet/spool/disc/out:extranet/spool/disc/in; do
		for f in "$D/${way%:*}"/*.swb; do
			[ -e "$f" ] && [ ! -e "$D/went.${f##*/}" ] || continue
			cp "$f" "$D/went.${f##*/}" && ln "$D/went.${f##*/}" "$D/${way#*:}/${f##*/}"
		done
	done
}
copied() { "$SW_BIN/cadastred" dump -c "$(conf intranet cadastred)" | grep -c "^djlog"; }
log_rows() { stack_sql extranet "SELECT count(*) FROM djlog"; }
all_copied() { n=0; until [ "$(copied)" = "$1" ]; do n=$((n + 1)); [ $n -lt 200 ] || return 1; carry; sleep 0.2; done; }

start intranet cadastred
start extranet registryd
registryd=$pid
rows=$(log_rows)
all_copied "$rows"
equal "every entry of the book passes, $rows of them" "0 0" "$? $(grep -c 'book-wrong' "$D/log/cadastred")"

# more NUMBER: the registry stops, takes in one more dwelling and starts again
more() {
	jq -c 'select(.table == "h")' "$D/demo/register.jsonl" | head -1 | jq -c --arg n "$1" '.row.bdcdyh = .row.bdcdyh[0:24] + $n' > "$D/more.jsonl"
	"$SW_BIN/registryd" import -c "$(conf extranet registryd)" "$D/more.jsonl" > "$D/out" 2>&1 || { cat "$D/out"; failed=1; }
	start extranet registryd
	registryd=$pid
}
halt() { kill "$registryd"; wait "$registryd"; }
# change SQL: by somebody who can write to the database and takes the triggers out of the way
change() {
	if [ "$SW_DB" = pg ]; then
		psql -qtA -h "$D.pg" -U $POSTGRES_USER -d extranet -c "ALTER TABLE djlog DISABLE TRIGGER USER" -c "$1" -c "ALTER TABLE djlog ENABLE TRIGGER USER"
	else
		db=$D/extranet/data/main.db
		sqlite3 "$db" "SELECT sql || ';' FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'djlog'" > "$D/triggers"
		{ sqlite3 "$db" "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'djlog'"; echo "$1;"; cat "$D/triggers"; } | sqlite3 "$db"
	fi
}
halt
more 0901
all_copied $((rows + 1))
equal "a further entry passes" 0 $?

halt
change "UPDATE djlog SET lz = substr(lz, 2) || substr(lz, 1, 1) WHERE xh = $((rows + 1))"
more 0902
until_log cadastred "log row $((rows + 2)): does not follow the log row before it"
equal "the chain was changed behind an entry: the next one is refused by name" "0 $((rows + 1))" "$? $(copied)"
until_log registryd "type=register.entry reason=DIGEST .*log row $((rows + 2)): does not follow"
equal "and the registry hears it on the next disc" 0 $?

halt
change "UPDATE djlog SET xh = xh + 2 WHERE xh = $((rows + 2))"
more 0903
until_log registryd "copy-missing.*log=$((rows + 2))-$((rows + 4))"
equal "log rows that never came are named on the next disc" 0 $?
all_copied $((rows + 2))
equal "what follows them is taken" 0 $?
audited() { "$SW_BIN/swaudit" export --live --action "$1" "$D/extranet/data/audit" 2> /dev/null | grep -c "$1"; }
n=0
until [ "$(audited copy.missing)" -gt 0 ] || [ $n -ge 100 ]; do n=$((n + 1)); sleep 0.1; done
equal "both stand in the registry's audit log" "1 1" "$(audited message.refused) $(audited copy.missing)"
exit $failed
