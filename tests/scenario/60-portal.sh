#!/bin/sh
# The portal's half of a joint application: the businesses as the registry sealed them, draft, materials in pieces over a bad line, an invited party who first
# declines, both sign at the identity platform in their own sessions, the last signature submits exactly once, the receipt is checked with openssl alone.
# Tree: build-asan: the same steps in both; what it proves is right or wrong, not quick
. "$(dirname "$0")/../stack/begin.sh"
running=
finish() {
	for p in $running; do kill "$p" 2> /dev/null; done
	wait
	stack_clean
}
trap finish EXIT
case $SW_BIN in *asan*) ;; *) SW_WEB=$PWD/build/web ;; esac
zones_made stack_definitions
sed -i "s/^drafts_max: 1G/drafts_max: 1M/" "$D/internet/conf/intaked.yaml"
"$SW_TESTBIN/dept-identity" --dir "$D/identity" --data "$D/demo/people.json" --listen 127.0.0.1:0 --port-file "$D/identity/port" 2>> "$D/log/identity" &
running="$running $!"
"$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml" 2>> "$D/log/intaked" &
portal=$!
running="$running $portal"
await "$D/identity/port"
await "$D/internet/data/port"
watch_replies internet
U=$(url internet)
I=http://127.0.0.1:$(cat "$D/identity/port")

# call USER METHOD PATH [JSON]: body to $D/reply, prints the status
call() {
	if [ $# -gt 3 ]; then
		curl -s -o "$D/reply" -w '%{http_code}' -b "$D/jar.$1" -c "$D/jar.$1" -X "$2" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary "$4" "$U$3"
	else
		curl -s -o "$D/reply" -w '%{http_code}' -b "$D/jar.$1" -c "$D/jar.$1" -X "$2" -H 'X-Requested-With: sanwang' "$U$3"
	fi
}
upload() { curl -s -o "$D/reply" -w '%{http_code}' -b "$D/jar.$1" -H 'X-Requested-With: sanwang' -H 'Content-Type: application/octet-stream' --data-binary "@$3" "$U$2"; }
field() { jq -r "$1" "$D/reply"; }
secret() { awk -v u="$1" '$1 == "internet" && $2 == u { print $3 }' "$D/accounts.txt"; }

equal "the businesses are the registry's, version by version" "$(ls conf/businesses/*/business.yaml | wc -l)" "$(stack_sql internet "SELECT count(*) FROM definition WHERE kind = 'business'")"
sed 's/抵押/押抵/' "$D/definitions.jsonl" > "$D/forged.jsonl"
"$SW_BIN/intaked" definitions -c "$D/internet/conf/intaked.yaml" "$D/forged.jsonl" 2> "$D/forged"
equal "a definition that the office did not seal is refused" "1 SIGNATURE" "$? $(cut -d: -f1 "$D/forged")"
stack_definitions
equal "the same ones again change nothing" 0 $?
equal "no session, no applications" 401 "$(call nobody GET /api/applications)"
for u in zhang wang li; do
	equal "$u signs in" 200 "$(call $u POST /api/session "{\"user\":\"$u\",\"password\":\"$(secret $u)\"}")"
done
equal "a wrong password is refused" 401 "$(call eve POST /api/session '{"user":"zhang","password":"wrong wrong"}')"
equal "an applicant sees no links" 403 "$(call zhang GET /api/links)"
equal "an application is started" 201 "$(call zhang POST /api/applications '{"business":"transfer-existing-flat","key":"k-1"}')"
id=$(field .id)
equal "started again it is resumed" 200 "$(call zhang POST /api/applications '{"business":"transfer-existing-flat"}')"
equal "and is the same draft" "$id" "$(field .id)"
equal "nobody else sees it" 404 "$(call li GET "/api/applications/$id")"
last=$(($(jq length "$D/demo/people.json") - 1))
unit=$(jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | head -1)
body=$(jq -nc --arg unit "$unit" --arg sn "$(person 0 name)" --arg si "$(person 0 id_number)" --arg bn "$(person $last name)" --arg bi "$(person $last id_number)" \
	'{version: 1, unit_code: $unit, fields: {location: "示例路1号1幢101室", certificate_no: "京(2020)东城区不动产权第0000001号", price_cents: 500000000},
	parties: [{role: "transferor", name: $sn, id_number: $si, share_num: 1, share_den: 1}, {role: "transferee", name: $bn, id_number: $bi, share_num: 1, share_den: 1}]}')
equal "the draft is saved" 200 "$(call zhang PUT "/api/applications/$id" "$body")"
equal "a stale version is refused" 409 "$(call zhang PUT "/api/applications/$id" "$body")"
equal "a missing material blocks, by name" 422 "$(call zhang POST "/api/applications/$id/freeze" '{"version":2}')"
equal "which one is said" "materials.contract" "$(field '.missing[0].key')"
cp "$D/demo/parcel-good.geojson" "$D/contract.pdf"
equal "a spatial file, renamed, is refused" 415 "$(upload zhang "/api/applications/$id/materials?code=contract&name=contract.pdf" "$D/contract.pdf")"
equal "with the window notice" SPATIAL "$(field .error)"
m="/api/applications/$id/materials?code=contract&name=contract.pdf"
f=$D/demo/sample.pdf
size=$(stat -c %s "$f")
sum=$(sha256sum "$f" | cut -d' ' -f1)
half=$((size / 2))
head -c $half "$f" > "$D/piece.1"
tail -c +$((half + 1)) "$f" > "$D/piece.2"
# piece N OFFSET [SUM]
piece() { upload zhang "$m&size=$size&offset=$2&digest=${3:-$sum}" "$D/piece.$1"; }
equal "the first half of a PDF is taken" "202 $half" "$(piece 1 0) $(field .offset)"
equal "sent again it changes nothing" "202 $half" "$(piece 1 0) $(field .offset)"
equal "a piece that is too early is not taken" "202 $half" "$(piece 2 $((half + 1))) $(field .offset)"
equal "after a lost line the portal says how much it has" "200 $half" "$(call zhang GET "/api/applications/$id/uploads/$sum?code=contract") $(field .offset)"
equal "nothing of it is on the disk" 0 "$(find "$D/internet/data/blobs" -type f | wc -l)"
equal "the rest makes it whole" 201 "$(piece 2 $half)"
material=$(field .id)
piece 1 0 > /dev/null
equal "all of it again, as its answer was lost: no second file" "200 $material" "$(piece 2 $half) $(field .id)"
equal "on the disk neither" 1 "$(find "$D/internet/data/blobs" -type f | wc -l)"
wrong=$(printf '%064d' 7)
piece 1 0 "$wrong" > /dev/null
equal "a file that did not arrive as it was sent is refused" "422 DIGEST" "$(piece 2 $half "$wrong") $(field .error)"
at=$(grep -abo startxref "$f" | tail -1 | cut -d: -f1)
for n in 1 2; do { cat "$f"; printf '\n%%%d' $n; head -c 700000 /dev/zero | tr '\0' x; echo; tail -c +$((at + 1)) "$f"; } > "$D/large.$n.pdf"; done
mine=$(call li POST /api/applications '{"business":"transfer-existing-flat"}' > "$D/code0"; field .id)
large() { upload li "/api/applications/$mine/materials?code=contract&name=$1.pdf" "$D/large.$1.pdf"; }
equal "what drafts take of the disk has an end for each person; what is removed makes room" "201 413 LIMIT 200 201" "$(large 1) $(large 2) $(field .error) $(call li DELETE "/api/applications/$mine/materials/$(call li GET "/api/applications/$mine" > "$D/code0"; field '.materials[0].id')") $(large 2)"
call li POST "/api/applications/$mine/withdraw" > "$D/code0"
equal "the text is fixed for signing" 200 "$(call zhang POST "/api/applications/$id/freeze" '{"version":2}')"
equal "once, however often it is asked" "200 signing" "$(call zhang POST "/api/applications/$id/freeze" '{"version":2}') $(field .state)"
equal "the seller invites the buyer" 201 "$(call zhang POST "/api/applications/$id/invitations" '{"party":1}')"
code=$(field .code)
equal "the code opens nothing to others" 404 "$(call li POST /api/invitations "{\"code\":\"$code\"}")"
equal "nor does a guess to the buyer" 404 "$(call wang POST /api/invitations '{"code":"222222222222"}')"
equal "the buyer comes by it, however it is typed" "200 $id" "$(call wang POST /api/invitations "{\"code\":\"$(echo "$code" | sed 's/..../& /g' | tr A-Z a-z)\"}") $(field .id)"
equal "who does not agree says so" 200 "$(call wang POST "/api/applications/$id/decline" '{"reason":"价格不对"}')"
equal "the text is open again, the reason stands there" "200 draft 价格不对" "$(call zhang GET "/api/applications/$id") $(field .state) $(field .reason)"
equal "the code has ended with it" 404 "$(call wang POST /api/invitations "{\"code\":\"$code\"}")"
equal "fixed once more" 200 "$(call zhang POST "/api/applications/$id/freeze" "{\"version\":$(call zhang GET "/api/applications/$id" > /dev/null; field .version)}")"
equal "the buyer sees it now" 200 "$(call wang GET "/api/applications/$id")"
equal "with the seller masked" "true" "$(jq '.parties[0].id_number | test("[*]")' "$D/reply")"

# answer USER: what the registry asks of this party before it signs 询问笔录
answer() {
	call "$1" GET "/api/applications/$id" > /dev/null
	cp "$D/reply" "$D/asked"
	call "$1" GET "/api/businesses/$(field .business)/$(field .business_version)" > /dev/null
	jq -s . "$D/asked" "$D/reply" | answers > "$D/record"
	call "$1" PUT "/api/applications/$id/record" "$(cat "$D/record")"
}
# sign N USER: what the identity platform answers for person N about the text that the user has to sign
sign() {
	call "$2" GET "/api/applications/$id" > /dev/null
	form=$(field .canonical)
	jq -nc --arg f "$form" --arg i "$(person "$1" id_number)" --arg p "$(person "$1" pin)" '{id_number: $i, pin: $p, form: $f}' \
		| curl -s -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary @- "$I/api/sign"
}
equal "before the questions are answered there is nothing to sign" "null record[0].voluntary" "$(call zhang GET "/api/applications/$id" > /dev/null; field '"\(.canonical) \(.asked.findings[0].key)"')"
equal "each party answers what it is asked" "200 200" "$(answer zhang) $(answer wang)"
equal "nobody answers for another" "422 422" "$(call wang PUT "/api/applications/$id/record" '{"record":[{"party":0,"answers":{}}]}') $(call wang PUT "/api/applications/$id/record" "$(jq -c '.record += [{party: 0, answers: {}}]' "$D/record")")"
equal "nor what is not asked, nor what is no answer" "422 422" "$(call wang PUT "/api/applications/$id/record" '{"record":[{"party":1,"answers":{"pay_way":"once"}}]}') $(call wang PUT "/api/applications/$id/record" '{"record":[{"party":1,"answers":{"voluntary":"perhaps"}}]}')"
equal "an answer with which it cannot be applied for is kept, and told with its ground" "200 null true" "$(call wang PUT "/api/applications/$id/record" "$(jq -c '.record[0].answers.deal = "gift"' "$D/record")") $(field '"\(.canonical) \(.asked.findings[0].zh | test("赠与转移登记"))"')"
equal "and answered again" 200 "$(answer wang)"
sign 0 zhang > "$D/sig.seller"
sign "$last" wang > "$D/sig.buyer"
equal "the seller's signature is not the buyer's" 422 "$(call wang POST "/api/applications/$id/signature" "$(cat "$D/sig.seller")")"
equal "the seller signs" 200 "$(call zhang POST "/api/applications/$id/signature" "$(cat "$D/sig.seller")")"
equal "one signature is open" 1 "$(field .remaining)"
equal "the buyer signs" 200 "$(call wang POST "/api/applications/$id/signature" "$(cat "$D/sig.buyer")")"
equal "none is open" 0 "$(field .remaining)"
equal "what was signed is not answered anew" 409 "$(call wang PUT "/api/applications/$id/record" "$(cat "$D/record")")"
equal "the same signature again, as its answer was lost: done" "200 0" "$(call wang POST "/api/applications/$id/signature" "$(cat "$D/sig.buyer")") $(field .remaining)"
sign "$last" wang > "$D/sig.buyer2"
equal "another one is refused" 409 "$(call wang POST "/api/applications/$id/signature" "$(cat "$D/sig.buyer2")")"
equal "the start repeated finds the same application" "200 $id" "$(call zhang POST /api/applications '{"business":"transfer-existing-flat","key":"k-1"}') $(field .id)"
equal "the receipt" 200 "$(call wang GET "/api/applications/$id/receipt.json")"
jq -j .receipt "$D/reply" > "$D/receipt"
jq -r .signature "$D/reply" | base64 -d > "$D/receipt.sig"
jq -r .certificate "$D/reply" > "$D/receipt.pem"
digest=$(field .digest)
equal "it lists what each party answered" "no || yes" "$(jq -r '.signatures | "\(.[0].record[0].answers.co_owned) || \(.[1].record[0].answers.burden_known)"' "$D/receipt")"
equal "the record and the pledge as PDF, each party its own" "200 200 404 200" "$(call wang GET "/api/applications/$id/papers/inquiry") $(head -c 5 "$D/reply" | grep -aq %PDF- && call wang GET "/api/applications/$id/papers/pledge?party=1") $(call wang GET "/api/applications/$id/papers/inquiry?party=0") $(call zhang GET "/api/applications/$id/papers/inquiry?party=0")"
openssl verify -CAfile "$D/internet/keys/ca.pem" -vfyopt distid:1234567812345678 "$D/receipt.pem" > /dev/null 2>&1 && openssl x509 -in "$D/receipt.pem" -pubkey -noout > "$D/receipt.pub" && openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678 -pubin -inkey "$D/receipt.pub" -in "$D/receipt" -sigfile "$D/receipt.sig" > "$D/verify" 2>&1
equal "verifies with openssl alone" 0 $?
equal "names every file by its digest" "$(openssl dgst -sm3 -r "$f" | cut -d' ' -f1)" "$(jq -r '.form.materials[0].digest' "$D/receipt")"
equal "its digest is what the portal says" "$digest" "$(openssl dgst -sm3 -r "$D/receipt" | cut -d' ' -f1)"
equal "and is in the audit log" 1 "$(stack_sql internet "SELECT count(*) FROM audit_record WHERE action = 'receipt.given' AND detail LIKE '%$digest%'")"
equal "anybody who holds it may ask whether it is real" "200 true" "$(curl -s -o "$D/reply" -w '%{http_code}' "$U/api/receipts/$id/$digest") $(field .valid)"
equal "who does not hold it learns nothing" "200 false" "$(curl -s -o "$D/reply" -w '%{http_code}' "$U/api/receipts/$id/$wrong") $(field .valid)"
equal "a stranger does not get it" 404 "$(call li GET "/api/applications/$id/receipt")"
equal "as PDF" "200 %PDF" "$(call zhang GET "/api/applications/$id/receipt") $(head -c 4 "$D/reply")"
equal "with its files and digests" 1 "$(pdftotext "$D/reply" - | tr -d ' \n' | grep -c "contract.pdf.*$(jq -r '.form.materials[0].digest' "$D/receipt" | cut -c1-40)")"
call zhang GET "/api/applications/$id" > /dev/null
equal "it is submitted" submitted "$(field .state)"
n=0
while [ -z "$(ls "$D/internet/spool/gap/out" | grep -v tick)" ] && [ $n -lt 100 ]; do n=$((n + 1)); sleep 0.05; done
equal "in exactly one bundle" 1 "$(ls "$D/internet/spool/gap/out" | grep -cv tick)"
bundle=$D/internet/spool/gap/out/$(ls "$D/internet/spool/gap/out" | grep -v tick | head -1)
"$SW_BIN/swbundle" verify --trust "$D/internet/keys/ca.pem" --from internet --link gap "$bundle" > "$D/verify" 2>&1
equal "that verifies" 0 $?
equal "no number of a person in database or spool" "" "$(grep -alF "$(person 0 id_number)" $(stack_raw internet) "$D"/internet/data/blobs/*/* "$bundle" 2> /dev/null)"

# ---- the contract 合同网签: filled in here, or printed and uploaded
call li POST /api/applications '{"business":"transfer-existing-flat"}' > /dev/null
id=$(field .id)
equal "a draft of the same sale" 200 "$(call li PUT "/api/applications/$id" "$body")"
equal "its contract is printed with what is there, to be signed by hand" "200 %PDF-" "$(call li GET "/api/applications/$id/papers/contract") $(head -c 5 "$D/reply")"
terms='{"pay_way":"once","hand_over":"2027-01-31","taxes":"law","breach_rate":5,"dispute":"court"}'
equal "or filled in here, as far as it is" 200 "$(call li PUT "/api/applications/$id" "{\"version\":2,\"papers\":[{\"code\":\"contract\",\"online\":true,\"answers\":{\"pay_way\":\"once\"}}]}")"
equal "then no file is asked for, but what is open, by name" "422 papers.contract.hand_over papers.contract.taxes papers.contract.breach_rate papers.contract.dispute" "$(call li POST "/api/applications/$id/freeze" '{"version":3}') $(field '[.missing[].key] | join(" ")')"
equal "all of it" 200 "$(call li PUT "/api/applications/$id" "{\"version\":3,\"papers\":[{\"code\":\"contract\",\"online\":true,\"answers\":$terms}]}")"
equal "it is fixed with the application" "200 signing" "$(call li POST "/api/applications/$id/freeze" '{"version":4}') $(field .state)"
equal "the other party reads it, a stranger does not" "200 404" "$(call wang GET "/api/applications/$id/papers/contract") $(call zhang GET "/api/applications/$id/papers/contract")"
equal "every party signs its terms" "200 $(echo "$terms" | jq -c .)" "$(answer wang) $(field .canonical | jq -c '.papers[0].answers')"
equal "the draft is given up" 200 "$(call li POST "/api/applications/$id/withdraw")"
replies_right

# ---- the office publishes a business anew while a draft is open, and then takes it at the portal no longer
again() {
	kill "$portal"
	wait "$portal"
	rm -f "$D/internet/data/port"
	"$SW_BIN/intaked" -c "$D/internet/conf/intaked.yaml" 2>> "$D/log/intaked" &
	portal=$!
	running="$running $portal"
	await "$D/internet/data/port"
	U=$(url internet)
}
B=$D/extranet/share/businesses/change-address
U=$(url internet)
call li POST /api/applications '{"business":"change-address"}' > /dev/null
id=$(field .id)
call li GET "/api/applications/$id" > /dev/null
was=$(field .business_version)
equal "a draft of the version in force" current "$(field .offer)"
equal "there is nothing newer to go on with" "409 STATE" "$(call li POST "/api/applications/$id/renew" "{\"version\":$(field .version)}") $(field .error)"
call li GET "/api/applications/$id" > /dev/null
call li PUT "/api/applications/$id" "{\"version\":$(field .version),\"fields\":{\"location\":\"示例路1号\",\"reason\":\"门牌更改\"}}" > /dev/null
call zhang POST /api/applications '{"business":"change-address"}' > /dev/null
other=$(field .id)
call zhang GET "/api/applications/$other" > /dev/null
call zhang PUT "/api/applications/$other" "{\"version\":$(field .version),\"fields\":{\"location\":\"示例路1号\",\"reason\":\"门牌更改\"}}" > /dev/null
# pages STATE: the same in the pages
pages() {
	[ -n "${SW_WEB:-}" ] || return 0
	SW_DIR=$D SW_URL_INTERNET=$(url internet)/ timeout 300 node tests/web/renew.mjs "$other" "$1" || failed=1
}
jq '(.components[] | select(.key == "reason")) |= (.key = "ground" | .label = "变更事由")' "$B/form.json" > "$B/form.new" && mv "$B/form.new" "$B/form.json"
sed -i 's/^version: .*/version: 98/' "$B/business.yaml"
stack_definitions
again
call li GET "/api/applications/$id" > /dev/null
equal "the applicant is told that there is a newer one; the draft is as it was" "replaced $was 门牌更改" "$(field '"\(.offer) \(.business_version) \(.form.reason)"')"
version=$(field .version)
pages replaced
equal "a stranger renews nothing" 404 "$(call zhang POST "/api/applications/$id/renew" "{\"version\":$version}")"
equal "a page that saw an older draft renews nothing" "409 CONFLICT" "$(call li POST "/api/applications/$id/renew" "{\"version\":$((version - 1))}") $(field .error)"
equal "going on with it names what is no longer asked for" '200 [{"code":"reason","kind":"field"}]' "$(call li POST "/api/applications/$id/renew" "{\"version\":$version}") $(field '.dropped | map({kind, code}) | tojson')"
call li GET "/api/applications/$id" > /dev/null
equal "and keeps the rest" "current 98 示例路1号 null" "$(field '"\(.offer) \(.business_version) \(.form.location) \(.form.reason)"')"
sed -i 's/^version: .*/version: 99/; s/^channels: .*/channels: window/' "$B/business.yaml"
stack_definitions
again
call li GET "/api/applications/$id" > /dev/null
equal "what is no longer taken here is told as that, and kept" "closed 示例路1号" "$(field '"\(.offer) \(.form.location)"')"
pages closed
equal "and begun by nobody" 422 "$(call zhang POST /api/applications '{"business":"change-address"}')"
exit $failed
