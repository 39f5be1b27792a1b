#!/bin/sh
# Review rules over HTTP at a running registry: seen, tried, proposed by one person and decided by another; what reaches out of the case is refused.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
running=
finish() {
	for p in $running; do kill "$p" 2> /dev/null; done
	wait
	stack_clean
}
trap finish EXIT
trap 'exit 1' INT TERM
zones_made
mkdir "$D/faults"
SW_FAULT_DIR=$D/faults "$SW_BIN/registryd" -c "$D/extranet/conf/registryd.yaml" 2>> "$D/log/registryd" &
running="$running $!"
await "$D/extranet/data/port"
watch_replies extranet
U=$(url extranet)
secret() { awk -v u="$1" '$1 == "extranet" && $2 == u { print $3 }' "$D/accounts.txt"; }
# call USER METHOD PATH [JSON]: body to $D/reply, prints the status
call() {
	if [ $# -gt 3 ]; then
		curl -s -o "$D/reply" -w '%{http_code}' -b "$D/jar.$1" -c "$D/jar.$1" -X "$2" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "$4" "$U$3"
	else
		curl -s -o "$D/reply" -w '%{http_code}' -b "$D/jar.$1" -c "$D/jar.$1" -X "$2" -H 'X-Requested-With: sanwang' "$U$3"
	fi
}
for u in registrar1 registrar2 officer; do call $u POST /api/session "{\"user\":\"$u\",\"password\":\"$(secret $u)\"}" > /dev/null; done
rule() { jq -nc --arg e "$1" --arg s "${2:-warn}" '{code: "price-low", zh: "成交价格偏低", en: "low", basis: "税收征收管理法第三十五条", stages: "review", severity: $s, expr: $e}'; }
equal "businesses are listed" 200 "$(call registrar1 GET /api/businesses)"
equal "every shipped business" "$(ls conf/businesses/*/business.yaml | wc -l)" "$(jq '.rows | length' "$D/reply")"
equal "the rules are listed" 200 "$(call registrar1 GET /api/rules)"
equal "each in force as shipped" "$(grep -c '^- {code' conf/businesses/rules.yaml)" "$(jq '[.rows[] | select(.state == "active" and .version == 1)] | length' "$D/reply")"
equal "an officer does not see them" 403 "$(call officer GET /api/rules)"
equal "a rule that reads the environment is refused" 422 "$(call registrar1 POST /api/rules "$(rule 'env.PATH')")"
equal "a rule that is no jq is refused" 422 "$(call registrar1 POST /api/rules "$(rule '${x}')")"
equal "an unknown severity is refused" 422 "$(call registrar1 POST /api/rules "$(rule true deadly)")"
equal "a change is proposed" 201 "$(call registrar1 POST /api/rules "$(rule '(.form.fields.price_cents // 0) < 1000')")"
equal "as the next version" 2 "$(jq .version "$D/reply")"
equal "a registrar cannot put it in force" 403 "$(call registrar1 POST /api/rules/price-low/2/approve '{}')"
equal "another person does" 200 "$(call registrar2 POST /api/rules/price-low/2/approve '{}')"
equal "once" 409 "$(call registrar2 POST /api/rules/price-low/2/approve '{}')"
equal "the chief proposes" 201 "$(call registrar2 POST /api/rules "$(rule false)")"
equal "and cannot decide alone" 409 "$(call registrar2 POST /api/rules/price-low/3/approve '{}')"
equal "the reason is said" APPROVAL "$(jq -r .error "$D/reply")"
case $SW_BIN in
*asan*)
	call registrar1 GET /api/designs > /dev/null
	call registrar1 GET "/api/designs/gift-transfer/$(jq '[.published[] | select(.code == "gift-transfer")] | max_by(.version).version' "$D/reply")" > /dev/null
	jq -c '{business: (.business + {code: "seen-late", version: 1} | .rules += ["seen-late"]), form: (.form + {id: "seen-late"}), process}' "$D/reply" > "$D/design"
	named() { call registrar1 POST /api/design-check "$(cat "$D/design")"; }
	equal "a new rule is proposed" 201 "$(call registrar1 POST /api/rules "$(rule false | jq -c '.code = "seen-late"')")"
	echo 2 > "$D/faults/fail.registryd.rules.reload" # the first was the price
	equal "agreed to, but not taken in behind the commit: that is said, and no error" "200 active false" "$(call registrar2 POST /api/rules/seen-late/1/approve '{}') $(jq -r '"\(.state) \(.loaded)"' "$D/reply")"
	equal "it is decided" 409 "$(call registrar2 POST /api/rules/seen-late/1/approve '{}')"
	n=0
	until [ "$(named)" = 200 ] || [ $n -ge 1200 ]; do n=$((n + 1)); sleep 0.1; done
	equal "it is taken in when that can be: a business may name it" 200 "$(named)"
	equal "the log of the service says why it was late" 1 "$(grep -c 'what=rules.*error=' "$D/log/registryd")"
	;;
*) echo "ok - a rule taken in late # SKIP fault points are in build-asan" ;;
esac
equal "an unknown version is not found" 404 "$(call registrar2 POST /api/rules/price-low/9/approve '{}')"
equal "a trial on past cases" 200 "$(call registrar1 POST /api/rule-trial "$(rule true)")"
equal "there are none yet" 0 "$(jq .tried "$D/reply")"
kill $running 2> /dev/null
wait
running=
rm -f "$D/extranet/data/port"
"$SW_BIN/registryd" -c "$D/extranet/conf/registryd.yaml" 2>> "$D/log/registryd" &
running="$running $!"
await "$D/extranet/data/port"
call registrar1 GET /api/rules > /dev/null
equal "after a restart the version stands" active "$(jq -r '.rows[] | select(.code == "price-low" and .version == 2) | .state' "$D/reply")"
kill $running 2> /dev/null
wait
running=
# A published version keeps its content: the same number with another text stops the start, by name.
sed -i 's/^promised_days: .*/promised_days: 2/' "$D/extranet/share/businesses/mortgage/business.yaml"
"$SW_BIN/registryd" -c "$D/extranet/conf/registryd.yaml" > /dev/null 2> "$D/refused"
equal "a published version with another content is refused" 2 $?
equal "by name" 1 "$(grep -c "business mortgage: version $(sed -n 's/^version: //p' conf/businesses/mortgage/business.yaml)" "$D/refused")"
replies_right
exit $failed
