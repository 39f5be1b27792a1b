#!/bin/sh
# `make lighthouse`: the portal's start, a guide, a question of an application and its timeline on a slow phone. Needs the built programs and pages.
SW_BIN=${SW_BIN:-build/bin}
SW_TESTBIN=${SW_TESTBIN:-build/testbin}
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
SW_WEB=$PWD/build/web
mkdir -p build/bench
zones_made
stack_start
. tests/stack/walk.sh
reach internet zhang /api/businesses ".rows | length > 0" "the businesses" || exit 1
call internet li POST /api/applications '{"business":"change-address"}'
draft=$(field .id)
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)
jq -nc --arg unit "$unit" --arg old "$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$D/demo/register.jsonl" | head -1)" \
	--argjson s "$(jq ".[$(person_of zhang)]" "$D/demo/people.json")" --argjson b "$(jq ".[$(person_of wang)]" "$D/demo/people.json")" \
	'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: $old, price_cents: 300000000},
	parties: [{role: "transferor", name: $s.name, id_number: $s.id_number, share_num: 1, share_den: 1}, {role: "transferee", name: $b.name, id_number: $b.id_number, share_num: 1, share_den: 1}]}' > "$W/draft.json"
apply_start transfer-existing-flat zhang contract && apply_sign zhang "$(person_of zhang)" 0 && apply_sign wang "$(person_of wang)" 1 || exit 1
sid() { awk 'NF == 7 { printf "%s=%s", $6, $7 }' "$W/jar.internet.$1"; }
node tests/web/lighthouse.mjs "$(url internet)/" "" start=#/need guide=#/guide/b/transfer-existing-flat || failed=1
node tests/web/lighthouse.mjs "$(url internet)/" "$(sid li)" "application=#/a/$draft/q/unit" || failed=1
node tests/web/lighthouse.mjs "$(url internet)/" "$(sid zhang)" "home=#/" "timeline=#/a/$application" || failed=1
exit $failed
