#!/bin/sh
# The register asked: any past day of a unit, by certificate number, by holder (for a reason that is recorded), by words of the location, page by page;
# what blocks what as a table with its legal basis.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
SW_LOG=error
. tests/stack/walk.sh
registryd=
finish() {
	[ -z "$registryd" ] || kill "$registryd" 2> /dev/null
	wait
	stack_clean 2> /dev/null
	rm -rf "$D"
}
trap finish EXIT
# says NAME CODE CONDITION: the last answer
says() {
	if [ "$(cat "$W/code")" = "$2" ] && { [ -z "$3" ] || jq -e "$3" "$W/reply" > /dev/null 2>&1; }; then echo "ok - $1"; else
		echo "not ok - $1"
		echo "# $(cat "$W/code") $(head -c 400 "$W/reply")"
		failed=1
	fi
}
zones_made
"$SW_BIN/registryd" -c "$D/extranet/conf/registryd.yaml" >> "$D/log/registryd" 2>&1 &
registryd=$!
await "$D/extranet/data/port"
ask() { call extranet registrar1 "$@"; }
search() { ask POST /api/register/search "$1"; }
unit=110101001001GB00001F00010101
third=110101001001GB00001F00010103

ask GET "/api/register/units/$unit?day=2020-01-01"
says "the day before the book knew the unit" 404 ''
ask GET "/api/register/units/$unit?day=2020-01-02"
says "its first day" 200 '(.fdcq2 | length) == 1 and (.qlr | length) == 1 and .day == "2020-01-02"'
ask GET "/api/register/units/$unit?day=2999-01-01"
says "no day to come" 422 ''
ask GET "/api/register/units/$unit?day=2026-02-30"
says "no day that is none" 422 ''
ask GET "/api/register/units/$third"
says "a seizure in force binds" 200 '(.binding.cfdj | length) == 1'
ask GET "/api/register/units/$unit"
says "holders are masked" 200 '.qlr[0].zjh | test("\\*")'

search '{"number":"京(2020)东城区不动产权第0000001号"}'
says "by certificate number" 200 ".rows == [{unit: \"$unit\", location: \"示例路1号1幢101室\", table: \"title\"}]"
search '{"number":"京(2020)东城区不动产权第0009999号"}'
says "a number that nobody has" 200 '.rows == []'
jq -nc --arg i "$(person 0 id_number)" --arg n "$(person 0 name)" '{holder: $i, name: $n, reason: "核对申请人名下登记"}' > "$D/holder"
search "$(cat "$D/holder")"
says "by holder, for a reason" 200 ".rows[0].unit == \"$unit\""
search "$(jq -c '.name = "另一人"' "$D/holder")"
says "another name finds nothing" 200 '.rows == []'
search "$(jq -c 'del(.reason)' "$D/holder")"
says "without a reason nobody is looked for" 422 ''
search '{"words":"示例路1号 1幢101室"}'
says "by words of the location" 200 ".rows | map(.unit) | index(\"$unit\") != null and all(.[]; test(\"0101$\"))"
search '{"words":"１幢１０１室 示例路"}'
says "wide digits are digits" 200 '.rows | length > 1'
search '{"words":"101室"}'
says "a room alone leads nowhere" 422 ''
search '{"words":"无此路"}'
says "words that stand nowhere" 200 '.rows == [] and .next == ""'
search '{"words":"示例路"}'
cp "$W/reply" "$D/page1"
says "the first page has its cursor" 200 '(.rows | length) == 50 and .next != ""'
search "$(jq -c '{words: "示例路", after: .next}' "$D/page1")"
says "the next page goes on" 200 '(.rows | length) > 0'
both=$(jq -s '[.[].rows[].unit] | length == (unique | length)' "$D/page1" "$W/reply")
[ "$both" = true ] && echo "ok - no unit stands on both" || { echo "not ok - no unit stands on both"; failed=1; }

ask GET /api/register/daily
says "the day's log counts no imported rows" 200 '.rows == [] and .differences == [] and .states.produced == 0'
ask GET '/api/register/daily?day=never'
says "a day that is none has no log" 422 ''
ask GET /api/register/blocks
says "what blocks what, with its basis" 200 '(.rules | length) > 20 and all(.rules[]; .basis != "")'
ask GET /api/register/model
says "tables and dictionaries" 200 '(.tables | length) == 21 and (.codes.qllx | length) > 20'

ask POST /api/register/voids '{"kind":"title","reason":"空白证书污损"}'
says "a number is asked to be void, with its reason" 201 '.n == 1'
ask POST /api/register/voids '{"kind":"title","reason":""}'
says "not without a reason" 422 ''
ask POST /api/register/voids/1/confirm '{}'
says "not confirmed by who may not enter" 403 ''
call extranet registrar2 POST /api/register/voids/1/confirm '{}'
says "another person confirms" 200 '.number | test("不动产权第0000001号$")'
void=$(field .number)
call extranet registrar2 POST /api/register/voids/1/confirm '{}'
says "once" 409 ''
call extranet registrar2 POST /api/register/voids '{"kind":"proof","reason":"打印错误"}'
says "a proof's number is asked" 201 '.n == 2'
call extranet registrar2 POST /api/register/voids/2/confirm '{}'
says "who asked cannot confirm" 409 ''
ask GET /api/register/voids
says "both are listed, newest first" 200 ".rows | map([.n, .number, .confirmed_by]) == [[2, \"\", \"\"], [1, \"$void\", \"registrar2\"]]"
if out=$("$SW_BIN/registryd" audit-book -c "$D/extranet/conf/registryd.yaml" 2>&1); then echo "ok - a void number is an accounted state: $out"; else
	printf '%s\n' "$out" | sed 's/^/# /'
	echo "not ok - a void number is an accounted state"
	failed=1
fi
exit $failed
