#!/bin/sh
# An existing register is taken in: a trial that keeps nothing, the import itself killed on the way and started again, its counts, the refused records with
# their reasons, the book sound, its copy sent, the outlines sealed to the intranet and imported there; the same again changes nothing.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
UNITS=${UNITS:-300} # by itself demo-legacy makes 1,000, some 4,500 rows
SW_LOG=error
trap 'stack_clean 2> /dev/null; rm -rf "$D"' EXIT
ok() { echo "ok - $1"; }
bad() { echo "not ok - $1"; failed=1; [ $# -lt 2 ] || printf '%s\n' "$2" | sed 's/^/# /' | head -12; }
check() { if eval "$2"; then ok "$1"; else bad "$1" "${3:-}"; fi; }
zones_made
conf=$D/extranet/conf/registryd.yaml
registry() { c=$1; shift; "$SW_BIN/registryd" "$c" -c "$conf" "$@"; }

L=$D/legacy
mkdir "$L"
"$SW_TESTBIN/demo-legacy" --units "$UNITS" --out "$L"
iconv -f UTF-8 -t GB18030 "$L/holders.csv" > "$L/h" && mv "$L/h" "$L/holders.csv"
cp tests/demo/legacy.yaml "$L/"
before=$(registry dump | wc -l)
registry import-register dry "$L/legacy.yaml" > "$D/out" 2>&1
rc=$?
check "a trial reads all, says what would be refused" '[ $rc = 1 ] && grep -q "^trial, nothing kept: read" "$D/out"' "exit $rc: $(cat "$D/out")"
check "and keeps nothing" '[ "$(registry dump | wc -l)" = "$before" ] && [ "$(stack_sql extranet "SELECT count(*) FROM import_record")" = 0 ]'
cp "$L/refused.jsonl" "$D/trial.jsonl"

# Killed while it writes, and started again.
registry import-register "$L/legacy.yaml" > "$D/out" 2>&1 &
p=$!
n=600
until [ "$(stack_sql extranet "SELECT count(*) FROM import_record WHERE state = 'taken'")" -gt 0 ] 2> /dev/null; do
	n=$((n - 1))
	[ $n -gt 0 ] || break
	kill -0 $p 2> /dev/null || break
	sleep 0.02
done
kill -9 $p 2> /dev/null
wait $p
taken=$(stack_sql extranet "SELECT count(*) FROM import_record WHERE state = 'taken'")
registry import-register "$L/legacy.yaml" > "$D/out" 2>&1
rc=$?
check "killed with $taken records taken, it goes on" '[ $rc = 1 ]' "exit $rc: $(cat "$D/out")"
for s in parcels flats holders seizures; do
	wanted=$(jq -r --arg s $s '.[$s] | "\($s): read \(.read), taken \(.read - .refused), refused \(.refused)"' "$L/expected.json")
	check "$wanted" 'grep -qx "$wanted" "$D/out"' "$(cat "$D/out")"
done
jq -s -c '[.[] | {source, line, reason}] | sort' "$D/trial.jsonl" > "$D/foretold"
jq -s -c '[.[] | {source, line, reason}] | sort' "$L/refused.jsonl" > "$D/happened"
check "the trial foretold the refusals exactly, a number that stands on two units among them" 'cmp -s "$D/foretold" "$D/happened" && grep -q "this number stands on another right" "$D/trial.jsonl"' "$(diff "$D/foretold" "$D/happened" | head -5)"
# reason SOURCE COLUMN WORDS: a refused record with them
reason() {
	if jq -e -s --arg s "$1" --arg c "$2" --arg r "$3" 'any(.[]; .source == $s and .column == $c and (.reason | contains($r)) and .line > 1)' "$L/refused.jsonl" > /dev/null; then ok "refused: $1${2:+, $2}: $3"; else
		bad "refused: $1${2:+, $2}: $3" "$(head -3 "$L/refused.jsonl")"
	fi
}
reason flats 不动产单元号 "not a unit code"
reason flats 用途代码 "a code that the mapping does not know"
reason flats 登记时间 "not a date"
reason flats "" "more values than the 9 columns"
reason flats "" "shares sum to"
reason flats "" "shares sum to 1/2"
reason flats "" "this number stands on another right"
reason holders ZJH "not an identity number"
reason holders QLID "names no right of this unit"
check "no name or number of a person stands in the report" '[ -s "$L/refused.jsonl" ] && ! grep -qE "[0-9]{17}[0-9X]\"|张|李|王" "$L/refused.jsonl"'
out=$(registry audit-book 2>&1)
check "the book is sound: $out" '[ "${out##*, }" = "0 findings" ]' "$out"
check "nothing of a record stays outside the book" '[ "$(stack_sql extranet "SELECT count(*) FROM import_record WHERE content <> '"''"'")" = 0 ]'
unit=110101002001GB00001F00010101
check "a row knows the record it came from" '[ "$(stack_sql extranet "SELECT count(*) FROM import_record r JOIN fdcq2 f ON f.tenant = r.tenant AND f.ywh = r.ywh WHERE f.bdcdyh = '"'$unit'"' AND r.source = '"'flats'"' AND r.line = 2")" = 1 ]'
after=$(registry dump | wc -l)
registry import-register "$L/legacy.yaml" > "$D/again" 2>&1
check "the same again changes nothing" '[ "$(registry dump | wc -l)" = "$after" ] && [ "$(grep -c "read" "$D/again")" = 5 ]' "$(cat "$D/again")"
sed 's/,10,/,99,/' "$L/flats.csv" > "$L/f" && mv "$L/f" "$L/flats.csv"
registry import-register "$L/legacy.yaml" > "$D/again" 2>&1
check "other files are another import: what is in the book already is refused" '[ "$(registry dump | wc -l)" = "$after" ] && grep -q "^parcels: read .*, taken 0, refused" "$D/again"' "$(cat "$D/again")"

# ---- outlines
check "the outlines lie sealed in files" '[ -n "$(ls "$L/graphics")" ] && ! grep -q ring "$L"/graphics/*'
check "none is in the extranet" '! grep -qa "POLYGON((39" $(stack_raw extranet)'
for f in "$L"/graphics/*; do "$SW_BIN/cadastred" import -c "$D/intranet/conf/cadastred.yaml" "$f"; done > "$D/out" 2>&1
check "the intranet opens and takes all of them" '[ "$(head -1 "$D/out")" = "$(($UNITS / 20)) features" ]' "$(cat "$D/out")"
sed 's/format: sql/format: xls/' "$L/legacy.yaml" > "$L/bad.yaml"
registry import-register "$L/bad.yaml" > "$D/out" 2>&1
check "a mapping that is wrong is refused with its place" '[ $? = 1 ] && grep -q "^CONFIG: .*bad.yaml:9:13: format" "$D/out"' "$(cat "$D/out")"
exit $failed
