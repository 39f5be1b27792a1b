# Questions to the register, signed by who asks: sourced after stack.sh and walk.sh.
# query USER PERSON KIND ABOUT PURPOSE [DIVISION]: asks (the register of DIVISION) and waits; prints the status, the answer's text is in $W/answer
query() {
	call internet "$1" POST /api/queries/text "$(jq -nc --arg k "$3" --arg a "$4" --arg p "$5" --arg d "${6:-}" '{kind: $k, about: $a, purpose: $p} + if $d == "" then {} else {division: $d} end')"
	[ "$(cat "$W/code")" = 200 ] || { cat "$W/code"; return; }
	jq -j .query "$W/reply" > "$W/query"
	jq -nc --rawfile f "$W/query" --arg i "$(person "$2" id_number)" --arg p "$(person "$2" pin)" '{id_number: $i, pin: $p, form: $f}' \
		| curl -s -m 20 -H 'X-Requested-With: sanwang' -H 'Content-Type: application/json' --data-binary @- "http://127.0.0.1:$(cat "$D/identity/port")/api/sign" > "$W/consent"
	tell "$1" /api/queries "$(jq -nc --rawfile q "$W/query" --slurpfile c "$W/consent" '{query: $q, consent: $c[0]}')"
}
# tell USER PATH BODY [BELOW]: asked at PATH/BELOW, answered at PATH/ID
tell() {
	call internet "$1" POST "$2${4:+/$4}" "$3"
	[ "$(cat "$W/code")" = 202 ] || { cat "$W/code"; return; }
	field .id > "$W/asked"
	asked=$(cat "$W/asked")
	for _ in $(seq 1200); do
		call internet "$1" GET "$2/$asked"
		[ "$(cat "$W/code")" = 202 ] || break
		sleep 0.05
	done
	jq -r '.answer // empty' "$W/reply" > "$W/answer"
	cat "$W/code"
}
answer() { jq -r "$@" "$W/answer"; }
