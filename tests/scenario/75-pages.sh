#!/bin/sh
# The pages of all zones in Chromium: both businesses by the people who do them, each page looked at on a phone's and a desk's width and by axe.
# SW_SHOTS=FOLDER keeps the screenshots.
case ${SW_BIN:-build/bin} in
*asan*) echo "ok - the pages are the same for both trees: they run with the other one"; exit 0 ;;
esac
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
SW_WEB=$PWD/build/web
[ -f "$SW_WEB/.built" ] || { echo "not ok - the pages are not built (make web)"; exit 1; }

node_modules/.bin/vitest run --config common/ui/vitest.config.ts > "$D/units" 2>&1 || failed=1
sed -n 's/^ok [0-9]*/ok/p; s/^not ok [0-9]*/not ok/p' "$D/units"
[ $failed = 0 ] || grep -v '^ok' "$D/units" | sed 's/^/# /'

zones_made
printf '\ndesk:\n  people: 1ms\n' >> "$D/internet/conf/intaked.yaml"
stack_start
watch_replies $ZONES
. tests/stack/walk.sh
SW_DIR=$D SW_URL_INTERNET=$(url internet)/ SW_URL_EXTRANET=$(url extranet)/ SW_URL_INTRANET=$(url intranet)/
export SW_DIR SW_URL_INTERNET SW_URL_EXTRANET SW_URL_INTRANET
pages() { # NAME ARGUMENT…
	script=$1
	shift
	timeout 600 node "tests/web/$script.mjs" "$@" || failed=1
}
walked() { # NAME COMMAND…: what people did elsewhere meanwhile
	name=$1
	shift
	if "$@" > "$D/walk.log" 2>&1; then echo "ok - $name"; else sed 's/^/# /' "$D/walk.log"; echo "not ok - $name"; failed=1; fi
}
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)
walked "the businesses came over the gap" reach internet zhang /api/businesses ".rows | length > 0" "the businesses"
pages internet "$unit"
application=$(cat "$D/application" 2> /dev/null)
walked "the case is at the registry" reach extranet registrar1 "$(kase)" '.number != ""' "the case"
pages correction "$application"
pages extranet "$application"
pages certificate
pages documents
waits() { # li's application that waits for wang's signature
	jq -nc --arg unit "$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | sed -n 2p)" --arg old "$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$D/demo/register.jsonl" | sed -n 2p)" \
		--argjson s "$(jq ".[$(person_of li)]" "$D/demo/people.json")" --argjson b "$(jq ".[$(person_of wang)]" "$D/demo/people.json")" \
		'{unit_code: $unit, fields: {location: "示例路1号1幢102室", certificate_no: $old, reason: "赠与"},
		parties: [{role: "transferor", name: $s.name, id_number: $s.id_number, share_num: 1, share_den: 1}, {role: "transferee", name: $b.name, id_number: $b.id_number, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	apply_start gift-transfer li contract
}
walked "a gift waits for signatures" waits
pages running "$application" "$(cat "$D/pid/gapd-switch")"
sale() { # li sells the second flat to wang, up to its acceptance
	jq -nc --arg unit "$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | sed -n 2p)" --arg old "$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$D/demo/register.jsonl" | sed -n 2p)" \
		--argjson s "$(jq ".[$(person_of li)]" "$D/demo/people.json")" --argjson b "$(jq ".[$(person_of wang)]" "$D/demo/people.json")" \
		'{unit_code: $unit, fields: {location: "示例路1号1幢102室", certificate_no: $old, price_cents: 300000000},
		parties: [{role: "transferor", name: $s.name, id_number: $s.id_number, share_num: 1, share_den: 1}, {role: "transferee", name: $b.name, id_number: $b.id_number, share_num: 1, share_den: 1}]}' > "$W/draft.json"
	apply_start transfer-existing-flat li contract && apply_sign li "$(person_of li)" 0 && apply_sign wang "$(person_of wang)" 1 && reach extranet registrar1 "$(kase)" "$(past accepted tax review)" "the acceptance" do_accept
}
walked "a second sale is accepted" sale
SW_PORT_PAYMENT=$(cat "$D/payment/port") && export SW_PORT_PAYMENT
pages payment "$application"
pages query "$unit"

walked "overlapping graphics went over the diode" first_to_task 0 parcel-overlap.geojson
overlapping=$application
walked "good graphics went over the diode" first_to_task 0
task=$application
pages intranet "$task" "$overlapping"
for z in intranet extranet; do
	walked "the policy shipped for the $z is taken" "$SW_BIN/burner" policy --store "$D/$z/burner" --from "conf/burner/$z.yaml" --by admin
done
pages officer
application=$task
walked "the result came back on the disc" reach extranet registrar1 "$(kase)" .has_cadastral "the result"
walked "first registration is entered, its certificate is at the portal" book_and_certificate
walked "book, log and copy are equal row by row" walk_book_equal
pages publicity
pages notices
pages register
pages appointments
walked "another sale is accepted" sale
pages visit "$application"
pages desk
pages rules
pages whole "$unit"
pages papers "$task"
pages languages
pages desk_english "$task"
pages admin
pages states
replies_right
exit $failed
