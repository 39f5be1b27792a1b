#!/bin/sh
# 不动产登记证明 from the portal's application to the applicant's hands: a mortgage 抵押权 and a pre-notice 预告登记, each signed by both parties on the internet,
# entered, its proof sealed, looked at, downloaded and verified.
# Tree: build: no program does anything here that others do not run sanitized
. "$(dirname "$0")/../stack/begin.sh"
trap 'stack_stop; stack_clean' EXIT
trap 'exit 1' INT TERM
zones_made
stack_start
watch_replies internet extranet
. tests/stack/walk.sh
reach internet zhang /api/businesses '.rows | map(.code) | index("mortgage") != null' "mortgages at the portal" || exit 1
flat() { tr -d ' \n\f'; }
encoded() { jq -rn --arg s "$1" '$s | @uri'; }
unit_of() { jq -r 'select(.table == "h") | .row.bdcdyh' "$D/demo/register.jsonl" | sed -n "$1p"; }
party() { # ROLE PERSON
	jq -nc --arg r "$1" --arg n "$(person "$2" name)" --arg i "$(person "$2" id_number)" '{role: $r, name: $n, id_number: $i, share_num: 1, share_den: 1}'
}
# begin BUSINESS USER MATERIAL MATERIAL: a draft with both papers, its text fixed
begin() {
	business=$1 first=$2
	call internet "$first" POST /api/applications "{\"business\":\"$business\"}"
	application=$(field .id)
	reach internet "$first" "$(app)" ".unit_code == \"$(jq -r .unit_code "$W/draft.json")\"" "the saved draft" save_draft || return 1
	for material in "$3" "$4"; do
		reach internet "$first" "$(app)" "(.materials | map(.code) | index(\"$material\")) != null" "the material" add_material || return 1
	done
	reach internet "$first" "$(app)" '.state != "draft"' "the text to be signed" freeze || return 1
	jq -j .canonical "$W/reply" > "$W/canonical"
}
accepted() {
	reach extranet registrar1 "$(kase)" '.number != ""' "the case at the registry" && reach extranet registrar1 "$(kase)" "$(past accepted review entry certificate delivered archived)" "the acceptance" do_accept
}
# proof NAME USER TEXT…: the proof of the application in the hands of USER: both files, each text in the PDF, verified by anybody
proof() {
	name=$1 user=$2
	shift 2
	reach internet "$user" "$(app)/documents" '[.rows[] | select(.kind == "certificate-proof")] | length == 1' "the proof at the portal" || { failed=1; return; }
	number=$(field '.rows[] | select(.kind == "certificate-proof") | .number')
	equal "$name: its number is a proof's, and is the book's" "1 1" "$(echo "$number" | grep -c '不动产证明第[0-9]\{7\}号$') $(stack_sql extranet "SELECT count(*) FROM zsbh WHERE number = '$number' AND state = 'used'")"
	call internet "$user" GET "$(app)/documents/$(encoded "$number")/pdf"
	cp "$W/reply" "$W/proof.pdf"
	pdftotext -raw "$W/proof.pdf" - | flat > "$W/proof.txt"
	missing=
	for s in "$number" "$@"; do grep -qF -- "$(printf %s "$s" | flat)" "$W/proof.txt" || missing="$missing $s"; done
	equal "$name: the PDF says its number, parties, unit and what is registered" "" "$missing"
	call internet "$user" GET "$(app)/documents/$(encoded "$number")/ofd"
	equal "$name: the OFD is there" "200 $(printf 'PK\003\004')" "$(cat "$W/code") $(head -c 4 "$W/reply")"
	reach internet "$user" "$(app)" '.state == "delivered"' "its delivery" || failed=1
	call internet "$user" GET "$(app)/certificate.json"
	jq -c '{certificate, signature, seal_certificate}' "$W/reply" > "$W/sealed"
	call internet "$user" POST /api/certificates/verify "$(cat "$W/sealed")"
	equal "$name: what is sealed verifies" true "$(field .valid)"
	call internet "$user" POST /api/certificates/verify "$(sed 's/不动产证明第/不动产证明笫/' "$W/sealed")"
	equal "$name: one letter changed does not" false "$(field '.valid // false')"
	digest=$(openssl dgst -sm3 -r "$W/proof.pdf" | cut -c1-64)
	equal "$name: the office knows the file by its digest" 1 "$(stack_sql extranet "SELECT count(*) FROM reg_document_file WHERE number = '$number' AND format = 'pdf' AND $(stack_hex digest) = '$digest'")"
	equal "$name: nobody else has it" "404 404" "$(call internet "$stranger" GET "$(app)/documents"; cat "$W/code") $(call internet "$stranger" GET "$(app)/documents/$(encoded "$number")/pdf"; cat "$W/code")"
}
done_by() { # LOG: entered and certified
	book_and_certificate > "$D/$1.log" 2>&1 || { cat "$D/$1.log"; echo "not ok - $1: the case goes on to its proof"; exit 1; }
}
zhang=$(person_of zhang) wang=$(person_of wang) stranger=li unit=$(unit_of 1)

# ---- 抵押权: zhang mortgages the flat to wang; both sign on the internet
jq -nc --arg u "$unit" --argjson a "$(party mortgagor "$zhang")" --argjson b "$(party mortgagee "$wang")" '{unit_code: $u, fields: {location: "示例路1号1幢101室", secured_cents: 123456700, term_from: "2026-12-01", term_to: "2036-11-30", transfer_restricted: "no"}, parties: [$a, $b]}' > "$W/draft.json"
begin mortgage zhang loan contract > "$D/mortgage.log" 2>&1 || { cat "$D/mortgage.log"; echo "not ok - a mortgage is applied for"; exit 1; }
# ---- 询问笔录: what the mortgagor is asked; an answer that ends it; what both answered is the registry's
record() { # JSON: zhang's answers, and what the portal then says
	call internet zhang PUT "$(app)/record" "{\"record\":[{\"party\":0,\"answers\":$1}]}"
	echo "$(cat "$W/code") $(field '"\(.canonical != null) \([.asked.findings[]? | .key | sub(".*[.]"; "")] | join(" "))"')"
}
call internet zhang GET "/api/businesses/mortgage/$(call internet zhang GET "$(app)"; field .business_version)"
equal "each side is asked its own" "voluntary co_owned forbidden leased, voluntary burden_known" "$(field '[.papers[] | select(.code == "inquiry") | .questions[]] as $q | ["mortgagor", "mortgagee"] | map(. as $r | [$q[] | select(.roles == "" or .roles == $r) | .code] | join(" ")) | join(", ")')"
equal "before it is answered there is nothing to sign" "200 false voluntary co_owned forbidden leased" "$(record '{}')"
equal "a co-owner who is not in the application ends it" "200 false co_owned" "$(record '{"voluntary":"yes","co_owned":"yes","forbidden":"no","leased":"yes"}')"
equal "with its ground" 1 "$(field '.asked.findings[0].zh' | grep -c '民法典 第三百零一条')"
equal "what the lender is asked is not the mortgagor's to answer" "200 false burden_known" "$(record '{"voluntary":"yes","co_owned":"no","forbidden":"no","leased":"yes","burden_known":"yes"}')"
equal "answered rightly it can be signed" "200 true " "$(record '{"voluntary":"yes","co_owned":"no","forbidden":"no","leased":"yes"}')"
{ apply_sign zhang "$zhang" 0 && apply_sign wang "$wang" 1 && accepted; } > "$D/mortgage.log" 2>&1 || { cat "$D/mortgage.log"; echo "not ok - a mortgage is accepted"; exit 1; }
done_by mortgage
call internet zhang GET "$(app)/papers/inquiry?party=0"
equal "the mortgagor's record says what was asked, answered and why" "1 1 1" "$(cp "$W/reply" "$W/asked.pdf" && pdftotext -raw "$W/asked.pdf" - | flat > "$W/asked.txt"; grep -c 已经出租 "$W/asked.txt") $(grep -c 第四百零五条 "$W/asked.txt") $(grep -c 真实意愿 "$W/asked.txt")"
call extranet registrar1 GET "$(kase)/documents"
equal "the case holds a record and a pledge of each side" "2 2" "$(field '[.rows[] | .kind] | "\(map(select(. == "signed-inquiry")) | length) \(map(select(. == "signed-pledge")) | length)"')"
proof "mortgage" wang "$(person "$wang" name)" "$(person "$zhang" name)" "$unit" 抵押权 "1234567.00 元" 2036-11-30
equal "the book has it, with its sum and term, and that a transfer is not restricted" "123456700 2026-12-01 2036-11-30 0" "$(stack_sql extranet "SELECT bdbzzqse || ' ' || zwlxqssj || ' ' || zwlxjssj || ' ' || jzzr FROM dyaq WHERE bdcdyh = '$unit' AND yxq_z IS NULL")"
# ---- 预告登记: zhang promises the flat, mortgaged as it is, to wang
jq -nc --arg u "$unit" --argjson a "$(party transferor "$zhang")" --argjson b "$(party transferee "$wang")" '{unit_code: $u, fields: {location: "示例路1号1幢101室", price_cents: 450000000, registrable_on: "2030-01-31"}, parties: [$a, $b]}' > "$W/draft.json"
{ begin prenotice-transfer zhang contract consent && apply_sign zhang "$zhang" 0 && apply_sign wang "$wang" 1 && accepted; } > "$D/prenotice.log" 2>&1 || { cat "$D/prenotice.log"; echo "not ok - a pre-notice is accepted"; exit 1; }
done_by prenotice
proof "pre-notice" wang "$(person "$wang" name)" "$(person "$zhang" name)" "$unit" 其他不动产买卖预告登记 "4500000.00 元" 2030-01-31
equal "the book has it, for the buyer" "700 1" "$(stack_sql extranet "SELECT y.djlx || ' ' || (SELECT count(*) FROM qlr q WHERE q.qlbsm = y.bsm AND q.qltb = 'ygdj') FROM ygdj y WHERE y.bdcdyh = '$unit' AND y.yxq_z IS NULL")"

replies_right
exit $failed
