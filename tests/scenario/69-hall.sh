#!/bin/sh
# The service hall's portal: the same program with a file of its own, in the extranet, straight to the registry. One queue for what comes from both portals;
# news and certificates go back to where a case came from; a kiosk shows the progress by number, by name, by the receipt's code.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
. tests/stack/walk.sh
hall_made() {
	mkdir -p "$D/hall/keys" "$D/hall/conf" "$D/hall/data" "$D/hall/share/web" "$D/hall/spool" "$D/exchange/to-hall" "$D/exchange/to-registry"
	"$SW_BIN/swbundle" keygen ca --zone hall --suite "${SW_SUITE:-gm}" --out "$D/hall/keys" > /dev/null
	station_key hall sign hall hall && station_key hall encrypt hall
	cp "$D/extranet/keys/extranet.encrypt.pem" "$D/hall/keys/"
	cp "$D/extranet/keys/ca.pem" "$D/hall/keys/extranet-ca.pem"
	cp "$D/hall/keys/hall.encrypt.pem" "$D/extranet/keys/"
	cp "$D/hall/keys/ca.pem" "$D/extranet/keys/hall-ca.pem"
	cp conf/messages.yaml "$D/hall/share/"
	cp -r conf/documents "$D/hall/share/"
	sed 's|127.0.0.1:8105|127.0.0.1:0|' conf/hall/intaked.yaml > "$D/hall/conf/intaked.yaml"
	sed -i '/^# hall:/,/^$/s/^# //' "$D/extranet/conf/registryd.yaml"
	"$SW_BIN/intaked" init -c "$D/hall/conf/intaked.yaml"
	for u in zhang wang; do
		eval "pass_hall_$u=\$(password)"
		account hall intaked $u applicant "$(person "$(person_of $u)" name)" "$(person "$(person_of $u)" id_number)"
	done | "$SW_BIN/intaked" user add -c "$D/hall/conf/intaked.yaml"
}
zones_made hall_made
stack_start
sed -i "s|^identity_url: http://127.0.0.1:[0-9]*|identity_url: http://127.0.0.1:$(cat "$D/identity/port")|" "$D/hall/conf/intaked.yaml"
sed 's/^hall:/gap:\n  spool: ..\/spool2\n  recipient: ..\/keys\/extranet.encrypt.pem\n  in_ca: ..\/keys\/extranet-ca.pem\n  origin_ca: ..\/keys\/extranet-ca.pem\n\nhall:/' "$D/hall/conf/intaked.yaml" > "$D/hall/conf/both.yaml"
"$SW_BIN/intaked" --check -c "$D/hall/conf/both.yaml" > "$D/both" 2>&1
equal "one program is not both portals" "2 CONFIG" "$? $(tail -n 1 "$D/both" | cut -d: -f1)"
keep hall "$SW_BIN/intaked" -c "$D/hall/conf/intaked.yaml"
await "$D/hall/data/port"
# at PORTAL: whose people act from here on
portal=internet
url() { case $1 in internet) echo "http://127.0.0.1:$(cat "$D/$portal/data/port")" ;; *) echo "http://127.0.0.1:$(cat "$D/$1/data/port")" ;; esac; }
secret() { z=$1; [ "$z" != internet ] || z=$portal; awk -v z="$z" -v u="$2" '$1 == z && $2 == u { print $3 }' "$D/accounts.txt"; }
at() { portal=$1; rm -f "$W"/jar.internet.*; }
ask() { call internet "$@"; cat "$W/code"; }
draft() { # N SELLER LOCATION: of the N-th flat, to wang
	jq -nc --arg unit "$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | sed -n "$1p")" --arg old "$(jq -r 'select(.table == "fdcq2") | .row.bdcqzh' "$D/demo/register.jsonl" | sed -n "$1p")" \
		--argjson s "$(jq ".[$(person_of "$2")]" "$D/demo/people.json")" --argjson b "$(jq ".[$(person_of wang)]" "$D/demo/people.json")" --arg l "$3" \
		'{unit_code: $unit, fields: {location: $l, certificate_no: $old, price_cents: 300000000},
		parties: [{role: "transferor", name: $s.name, id_number: $s.id_number, share_num: 1, share_den: 1}, {role: "transferee", name: $b.name, id_number: $b.id_number, share_num: 1, share_den: 1}]}' > "$W/draft.json"
}
hand_in() { apply_start transfer-existing-flat "$1" contract && apply_sign "$1" "$(person_of "$1")" 0 && apply_sign wang "$(person_of wang)" 1 && reach extranet registrar1 "$(kase)" '.number != ""' "the case"; }
walked() { name=$1; shift; "$@" > "$D/walk.log" 2>&1 || { sed 's/^/# /' "$D/walk.log"; echo "not ok - $name"; failed=1; }; }

at hall
reach internet zhang /api/businesses '.rows | length > 0' "the businesses" || exit 1
equal "the hall's portal learns the businesses from the registry" "200 true" "$(ask zhang GET /api/businesses) $(field '[.rows[].code] | index("transfer-existing-flat") != null')"
draft 1 zhang 示例路1号1幢101室
walked "an application is handed in at the hall" hand_in zhang
at_hall=$application hall_number=$(field .number)
equal "it has a number of the one series" 1 "$(echo "$hall_number" | grep -cE '^[0-9]{19}$')"
at internet
reach internet li /api/businesses '.rows | length > 0' "the businesses" || exit 1
draft 2 li 示例路1号1幢102室
walked "another on the internet" hand_in li
online=$application online_number=$(field .number)
call extranet registrar1 GET /api/cases
equal "both stand in one queue" "true true" "$(field --arg a "$hall_number" --arg b "$online_number" '[.rows[].number] as $n | "\($n | index($a) != null) \($n | index($b) != null)"')"
equal "each remembers its portal" "hall internet" "$(stack_sql extranet "SELECT portal FROM reg_case WHERE number = '$hall_number'") $(stack_sql extranet "SELECT portal FROM reg_case WHERE number = '$online_number'")"

# ---- the office decides; the news go back to where the case came from
application=$online
reach extranet registrar1 "$(kase)" '.state == "accepted"' "the acceptance" do_accept || failed=1
reach internet li "$(app)" '.state == "accepted"' "the news on the internet" || failed=1
equal "news of the internet's case reach the internet" accepted "$(field .state)"
at hall
equal "not the hall" 404 "$(ask wang GET "$(app)")"
application=$at_hall first=zhang
walked "the hall's case is accepted" reach extranet registrar1 "$(kase)" "$(past accepted)" "the acceptance" do_accept
walked "taxed" reach extranet registrar1 "$(kase)" "$(past tax)" "the tax" do_tax
walked "entered, and its certificate comes to the hall" book_and_certificate
equal "the hall's portal shows it delivered" delivered "$(ask zhang GET "$(app)" > /dev/null; field .state)"
at internet
equal "of which the internet's portal knows nothing" "404 0 yes" "$(ask li GET "/api/applications/$at_hall") $(stack_own internet | grep -acF "$hall_number") $(stack_own extranet | grep -aqF "$hall_number" && echo yes)"

# ---- at the kiosk, without an account
at hall
tell() { # BODY
	call internet nobody POST /api/public-queries "$1"
	[ "$(cat "$W/code")" = 202 ] || { cat "$W/code"; return; }
	asked=$(field .id)
	for _ in $(seq 1200); do
		call internet nobody GET "/api/public-queries/$asked"
		[ "$(cat "$W/code")" = 202 ] || break
		sleep 0.05
	done
	cat "$W/code"
}
case_about() { jq -nc --arg a "$1" '{kind: "case", about: $a}'; }
name=$(person "$(person_of zhang)" name) id=$(person "$(person_of zhang)" id_number)
equal "by case number and name" "200 $hall_number delivered" "$(tell "$(case_about "$hall_number;$name")") $(field '.answer | fromjson | .rows[0] | "\(.number) \(.state)"')"
equal "the internet's case too: the office is one" "200 $online_number" "$(tell "$(case_about "$online_number;$(person "$(person_of li)" name)")") $(field '.answer | fromjson | .rows[0].number')"
equal "by name and identity number, masked" "200 $hall_number true" "$(tell "$(case_about "$name;$id")") $(field '.answer | fromjson | .rows[0] | "\(.number) \(.applicant | test("[*]"))"')"
equal "a wrong name shows nothing" "200 0" "$(tell "$(case_about "$hall_number;无此人")") $(field '.answer | fromjson | .rows | length')"
equal "an identity number without its name shows nothing, nor does the name of who stands beside it" "200 0 200 0" "$(tell "$(case_about "$id;$id")") $(field '.answer | fromjson | .rows | length') $(tell "$(case_about "$(person "$(person_of wang)" name);$id")") $(field '.answer | fromjson | .rows | length')"
# guesses FROM ABOUT: how many are taken from that address until it is slowed; N in ABOUT differs from one to the next
guesses() {
	n=0
	while [ $n -lt 40 ] && [ "$(curl -s -o "$W/reply" -w '%{http_code}' --interface "$1" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' -d "$(case_about "$(echo "$2" | sed "s/N/$n/")")" "$(url internet)/api/public-queries")" = 202 ]; do n=$((n + 1)); done
	[ $n -ge 10 ] || echo slowed
}
equal "who has a name and tries numbers is slowed before others of the address are, and who has a number and tries names" "slowed slowed" "$(guesses 127.0.0.9 "11010120260101000N;$name") $(guesses 127.0.0.10 "$hall_number;无此人N")"
call internet zhang GET "/api/applications/$at_hall/receipt.json"
digest=$(field .digest)
equal "by the receipt's code" "200 $hall_number delivered true" "$(ask nobody GET "/api/track/$at_hall/$digest") $(field '.rows[0] | "\(.number) \(.state) \(.steps | length >= 5)"')"
equal "which names nobody" 0 "$(grep -cF -e "$name" -e "$id" "$W/reply")"
equal "a changed code shows nothing, nor does a strange one" "200 0 200 0" "$(ask nobody GET "/api/track/$at_hall/$(printf '%064d' 1)") $(field '.rows | length') $(ask nobody GET /api/track/x/y) $(field '.rows | length')"
n=0
while [ "$(ask nobody GET "/api/track/$at_hall/$(printf '%064d' $n)")" = 200 ] && [ $n -lt 40 ]; do n=$((n + 1)); done
equal "guessing is slowed down" 429 "$(cat "$W/code")"
equal "the book is in order" 0 "$("$SW_BIN/registryd" audit-book -c "$D/extranet/conf/registryd.yaml" > "$W/audit" 2>&1; echo $?)"
pair=$(stack_sql extranet "SELECT zlid || ' ' || ci FROM zlci ORDER BY zlid, ci LIMIT 1")
unit=$(stack_sql extranet "SELECT bdcdyh FROM zldy WHERE zlid <> ${pair%% *} ORDER BY bdcdyh LIMIT 1")
stack_write extranet "DELETE FROM zlci WHERE zlid || ' ' || ci = '$pair'; DELETE FROM zldy WHERE bdcdyh = '$unit'" > "$W/damaged" 2>&1
equal "on either backend its auditor names what is not found by its location any more" "1 1 1" "$("$SW_BIN/registryd" audit-book -c "$D/extranet/conf/registryd.yaml" > "$W/audit" 2>&1; echo $?) $(grep -cF "zlci $pair" "$W/audit") $(grep -cF "zldy $unit" "$W/audit")"
[ $failed = 0 ] || cat "$D"/log/hall "$D"/log/registryd "$D/walk.log" | tail -20 | sed 's/^/# /'
exit $failed
