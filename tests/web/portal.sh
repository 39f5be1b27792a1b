#!/bin/sh
# portal.sh lighthouse|effort|journeys|states…: runs of the portal's pages that are longer than a test, against a stack of their own. Needs the built programs and pages.
#   lighthouse: the start, a guide, a question of an application and its timeline on a slow phone, each three times, the median counts.
#   effort: what the ten commonest businesses ask of people, counted while they are done.
#   journeys: each business the portal offers, from nothing to the certificate, on a phone and at a desk; SW_JOURNEYS="CODE…" only these.
#   states: every address in Chinese, English, large type, high contrast, forced colours and right to left, by axe; SW_SHOTS=FOLDER keeps a picture of each.
SW_BIN=${SW_BIN:-build/bin}
SW_TESTBIN=${SW_TESTBIN:-build/testbin}
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
SW_WEB=$PWD/build/web
mkdir -p build/bench
zones_made
case " $* " in *" journeys "*)
	SW_DIR=$D node tests/web/journey_worlds.mjs > "$D/given.jsonl" && "$SW_BIN/registryd" import -c "$D/extranet/conf/registryd.yaml" "$D/given.jsonl" > /dev/null || exit 1
	;;
esac
stack_start
. tests/stack/walk.sh
SW_DIR=$D SW_URL_INTERNET=$(url internet)/ SW_URL_EXTRANET=$(url extranet)/ SW_URL_INTRANET=$(url intranet)/
export SW_DIR SW_URL_INTERNET SW_URL_EXTRANET SW_URL_INTRANET
reach internet zhang /api/businesses ".rows | length > 0" "the businesses" || exit 1
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)
certificate=$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$D/demo/register.jsonl" | head -1)
sid() { awk 'NF == 7 && $6 == "sid" { printf "%s=%s", $6, $7 }' "$W/jar.internet.$1"; }

# One application that waits for its acceptance, and a draft.
handed_in() {
	call internet li POST /api/applications '{"business":"change-address"}'
	draft=$(field .id)
	jq -nc --arg unit "$unit" --arg old "$certificate" --argjson s "$(jq ".[$(person_of zhang)]" "$D/demo/people.json")" --argjson b "$(jq ".[$(person_of wang)]" "$D/demo/people.json")" \
		'{unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: $old, price_cents: 300000000},
		parties: [{role: "transferor", name: $s.name, id_number: $s.id_number, share_num: 1, share_den: 1}, {role: "transferee", name: $b.name, id_number: $b.id_number, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	apply_start transfer-existing-flat zhang contract && apply_sign zhang "$(person_of zhang)" 0 && apply_sign wang "$(person_of wang)" 1
}

for what; do
	case $what in
	effort)
		node tests/web/effort.mjs "$unit" "$certificate" transfer-existing-flat mortgage gift-transfer inheritance-transfer division-transfer prenotice-transfer change-address change-holder reissue first-registration || failed=1
		;;
	journeys)
		node tests/web/journeys.mjs apply || failed=1
		ferry "results" > "$D/ferry.log" 2>&1 || { sed "s/^/# /" "$D/ferry.log"; echo "not ok - the results come on a disc"; failed=1; }
		notices_end || failed=1
		node tests/web/journeys.mjs finish || failed=1
		;;
	states)
		handed_in || exit 1
		SW_STATES=long node tests/web/states.mjs || failed=1
		;;
	lighthouse)
		handed_in || exit 1
		rm -f build/bench/lighthouse.json
		node tests/web/lighthouse.mjs "$(url internet)/" "" start=#/need guide=#/guide/b/transfer-existing-flat || failed=1
		node tests/web/lighthouse.mjs "$(url internet)/" "$(sid li)" "application=#/a/$draft/q/unit" || failed=1
		node tests/web/lighthouse.mjs "$(url internet)/" "$(sid zhang)" "home=#/" "timeline=#/a/$application" || failed=1
		;;
	esac
done
exit $failed
