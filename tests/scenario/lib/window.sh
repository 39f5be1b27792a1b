# Cases of the window, handed in by registrar1. Sourced after walk.sh; only the registry runs.

# scan: $upload, a scanned material
scan() {
	upload extranet registrar1 "/api/window/uploads?name=scan.pdf" "$D/demo/sample.pdf"
	[ "$(cat "$W/code")" = 201 ] && upload=$(field .upload)
}
# mortgage N: the holder of the N-th flat mortgages it to a bank; $application: the case
mortgage() {
	call extranet registrar1 GET /api/session
	scan || return 1
	loan=$upload
	scan || return 1
	jq -sc --argjson n "$1" --arg loan "$loan" --arg contract "$upload" '[.[] | select(.table == "h") | .row][$n - 1] as $h | [.[] | select(.table == "qlr" and .row.bdcdyh == $h.bdcdyh) | .row] as $q
		| {business: "mortgage", channel: "window", unit_code: $h.bdcdyh, attested: true,
		parties: ([$q[] | {role: "mortgagor", name: .qlrmc, id_kind: .zjzl, id_number: .zjh, share_num: 1, share_den: 1}] + [{role: "mortgagee", name: "示例银行股份有限公司", id_kind: "7", id_number: "91110101MA00000018"}]),
		fields: {location: $h.zl, secured_cents: (100000000 + $n), term_from: "2026-01-01", term_to: "2046-01-01", transfer_restricted: "no"},
		materials: [{code: "loan", upload: $loan}, {code: "contract", upload: $contract}]}' "$D/demo/register.jsonl" > "$W/window.json"
	call extranet registrar1 POST /api/window/cases "$(cat "$W/window.json")"
	application=$(field .id)
	[ "$(cat "$W/code")" = 201 ]
}
