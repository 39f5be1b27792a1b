#!/bin/sh
# The register's copy: registryd imports a book, its rows travel as signed bundles over the real diode to cadastred; the two dumps are equal row by row —
# also when bundles are doubled, damaged, foreign, out of order, and when the receiver is killed in the middle.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
running=
finish() {
	for p in $running; do kill "$p" 2> /dev/null; done
	wait
	stack_clean
}
trap finish EXIT
check() {
	name=$1
	shift
	if "$@" > "$D/check.log" 2>&1; then echo "ok - $name"; else
		echo "not ok - $name"
		sed 's/^/# /' "$D/check.log" "$D"/log/* 2> /dev/null | tail -20
		failed=1
	fi
}
start() { # NAME COMMAND…: pid in $pid
	log=$1
	shift
	"$@" >> "$D/log/$log" 2>&1 &
	pid=$!
	running="$running $pid"
}

zones_made
echo "ok - keys, accounts and data of three zones are made"

conf() { echo "$D/$1/conf/$2.yaml"; }
start registryd "$SW_BIN/registryd" -c "$(conf extranet registryd)"
await "$D/extranet/data/port"
start cadastred "$SW_BIN/cadastred" -c "$(conf intranet cadastred)"
cadastred=$pid
await "$D/intranet/data/port"
out=$D/extranet/spool/diode/out
in=$D/intranet/spool/diode/in
first() { ls "$out" | grep -v tick | head -1; }
n=0
while [ -z "$(first)" ] && [ $n -lt 300 ]; do n=$((n + 1)); sleep 0.1; done
check "the book left in a bundle" test -n "$(first)"
check "stock verification by swbundle" "$SW_BIN/swbundle" verify --trust "$D/intranet/keys/extranet-ca.pem" "$out/$(first)"

# Hostile company in the spool: a damaged copy, a foreign file, a truncated one.
bundle=$(first)
cp "$out/$bundle" "$D/damaged"
byte=$(dd if="$D/damaged" bs=1 skip=9000 count=1 2> /dev/null | od -An -tu1)
printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$D/damaged" bs=1 seek=9000 conv=notrunc 2> /dev/null
head -c 5000 "$out/$bundle" > "$D/short"
echo "not a bundle" > "$D/foreign"
for f in damaged short foreign; do touch -d '1 minute ago' "$D/$f"; mv "$D/$f" "$in/$f.swb"; done
quarantined() { n=0; while [ "$(ls "$D/intranet/spool/diode/quarantine" | grep -c reason)" -lt 3 ]; do n=$((n + 1)); [ $n -lt 200 ] || return 1; sleep 0.05; done; }
check "damaged, truncated and foreign files are put into quarantine" quarantined
check "each with its reason" sh -c "! grep -L '\"reason\"' '$D'/intranet/spool/diode/quarantine/*.reason | grep -q ."

# Over the real diode, everything twice, the receiver killed at once and started again.
od -An -N32 -tx1 /dev/urandom | tr -d ' \n' > "$D/diode.key"
chmod 600 "$D/diode.key"
start diode-recv "$SW_BIN/diode-recv" --listen 127.0.0.1:0 --port-file "$D/diode.port" --into "$in" --key "$D/diode.key"
await "$D/diode.port"
mkdir "$D/carry"
cp "$out"/*.swb "$D/carry/"
"$SW_BIN/diode-send" --to "127.0.0.1:$(cat "$D/diode.port")" --key "$D/diode.key" "$D"/carry/*.swb >> "$D/log/diode-send" 2>&1
kill -9 "$cadastred"
for f in "$D"/carry/*.swb; do cp "$f" "$D/twice" && mv "$D/twice" "$in/again-${f##*/}"; done
start cadastred "$SW_BIN/cadastred" -c "$(conf intranet cadastred)"

dumps_equal() {
	n=0
	"$SW_BIN/registryd" dump -c "$(conf extranet registryd)" | sort > "$D/book"
	while [ $n -lt 100 ]; do
		"$SW_BIN/cadastred" dump -c "$(conf intranet cadastred)" | sort > "$D/copy"
		cmp -s "$D/book" "$D/copy" && [ "$(wc -l < "$D/book")" -gt 50 ] && return 0
		n=$((n + 1))
		sleep 0.2
	done
	wc -l "$D/book" "$D/copy"
	return 1
}
check "book and copy are equal row by row after a kill and doubled bundles" dumps_equal
check "nothing is left in the spool" sh -c "n=0; while [ -n \"\$(ls $in)\" ]; do n=\$((n+1)); [ \$n -lt 100 ] || exit 1; sleep 0.1; done"
nowhere() { [ -z "$(for z in extranet intranet; do stack_raw $z; done | xargs grep -alF "$1")" ]; }
check "no name or number of a person in the databases" nowhere "$(jq -r '.[0].id_number' "$D/demo/people.json")"
found() { ! nowhere "$1"; }
check "the same search finds a unit's code, which is not secret" found "$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)"

# An officer has all that is kept for the intranet sent again: what is there already is settled by the officer there and has no second effect.
. tests/stack/walk.sh
applied() { stack_sql intranet "SELECT count(*) FROM inbox WHERE state = 'applied'"; }
until_field() { # ZONE OFFICER FIELD WANTED
	n=0
	while call "$1" "$2" GET /api/links && [ "$(field ".links.diode.$3")" != "$4" ]; do n=$((n + 1)); [ $n -lt 200 ] || { cat "$W/reply"; return 1; }; sleep 0.05; done
}
before=$(applied)
call extranet officer POST /api/links/diode/rebuild '{"reason": ""}'
check "an order without a reason is refused" test "$code" = 422
call extranet officer POST /api/links/diode/rebuild '{"reason": "its disk is said to be lost"}'
check "all messages go again in a new epoch" test "$code" = 200 -a "$(field .messages)" -ge "$before" -a "$before" -ge 1
check "the epoch is the second" until_field extranet officer epoch_out 2
check "everything is sent" until_field extranet officer queued 0
for f in $(ls "$out" | grep -v tick); do cp "$out/$f" "$D/again" && mv "$D/again" "$in/$f"; done
check "the intranet stops: it holds more than that statement knows" until_field intranet officer1 held beyond
call intranet officer1 GET /api/links/diode/decisions
check "the list is there for its officer" test "$(field '.beyond | length')" -ge 1
call intranet officer1 POST /api/links/diode/release '{"reason": "test"}'
check "it does not go on before the list is settled" test "$code" = 409
call intranet officer1 POST /api/links/diode/settle '{"epoch": 1, "seq": 999999999, "reason": "they stand"}'
check "it is settled" test "$code" = 200
check "the link goes on" until_field intranet officer1 held ""
check "the new epoch is taken" until_field intranet officer1 epoch_in 2
check "nothing is missing" until_field intranet officer1 open 0
check "book and copy are still equal" dumps_equal
check "no message had a second effect" test "$(applied)" = "$before"
metric() { curl -s "$(url "$1")/metrics" | grep -E "^sanwang_link_$2\{link=\"diode\"" | grep -q .; }
for m in sent lag_seconds lag_bundles kept_bytes; do check "/metrics of the extranet names $m" metric extranet $m; done
for m in received applied missing duplicated quarantined quarantined_by; do check "/metrics of the intranet names $m" metric intranet $m; done
exit $failed
