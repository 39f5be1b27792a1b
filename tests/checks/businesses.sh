#!/bin/sh
# Every business of conf/businesses has what makes it one: rules that exist, a case that a rule or the book blocks (its refusal, which 63-businesses.sh plays at the
# real daemons), the rows of the book it writes, each column of them reasoned with its source (rows.json), a document that comes of it with its layout, a paper that
# must be handed in or the reason in the form. What is missing is told by business.
cd "$(dirname "$0")/../.." || exit 1
failed=0
bad() { echo "not ok - businesses: $*"; failed=1; }
value() { sed -n "s/^$2: *//p" "conf/businesses/$1/business.yaml" | tr -d '"'; }
n=0
for file in conf/businesses/*/business.yaml; do
	b=$(basename "$(dirname "$file")")
	n=$((n + 1))
	rules=$(value "$b" rules | tr -d '[],')
	[ -n "$rules" ] || bad "$b: no review rule"
	for r in $rules; do grep -q "^- {code: $r," conf/businesses/rules.yaml || bad "$b: rule $r is not in rules.yaml"; done
	document=$(value "$b" document)
	case $(value "$b" certificate):$document in
	title:certificate-title | proof:certificate-proof | none:notice-entry) ;;
	*) bad "$b: document $document does not go with certificate $(value "$b" certificate)" ;;
	esac
	[ -f "conf/documents/$document.yaml" ] || bad "$b: no layout of its document $document"
	example=conf/businesses/$b/example.json
	[ -f "$example" ] || { bad "$b: no example"; continue; }
	[ "$(jq '[.expect.rows // {} | to_entries[] | .value[]] | length > 0' "$example")" = true ] || bad "$b: no rows of the book are expected"
	[ "$(jq -r '"\(.refusal.error) \(.refusal.at | IN("accept", "review", "check", "approve", "enter"))"' "$example")" = "BLOCKED true" ] || bad "$b: no case of it is blocked"
	where=$(jq -r '.refusal.where // ""' "$example")
	if grep -q "^- {code: $where," conf/businesses/rules.yaml; then
		case " $rules " in *" $where "*) ;; *) bad "$b: it is refused by $where, which is none of its rules" ;; esac
		grep -q "^- {code: $where, severity: block," conf/businesses/rules.yaml || bad "$b: it is refused by $where, which does not block"
	else
		grep -q "{\"$where\"," zones/extranet/domain/block_rules.c || bad "$b: it is refused by $where, which is neither rule nor reason of the book"
	fi
done
jq -r --slurpfile reasoned tests/scenario/lib/rows.json '(input_filename | split("/")[-2]) as $b | $reasoned[0][$b] as $r
	| if $r == null then "\($b): no column of its rows is reasoned"
	else ([$r.rows[][][], $r.ended[]] | map(select(length != 2 or (.[1] | type) != "string" or (.[1] | length) < 4)) | length) as $bare
	| (if $bare > 0 then "\($b): \($bare) columns have no source" else empty end),
	  (if {rows: ($r.rows | map_values(map(map_values(.[0])))), ended: ($r.ended | map_values(.[0]))} != .expect then "\($b): what is reasoned is not what is expected" else empty end) end' conf/businesses/*/example.json > "${TMPDIR:-/tmp}/businesses.$$"
while read -r line; do bad "$line"; done < "${TMPDIR:-/tmp}/businesses.$$"
rm -f "${TMPDIR:-/tmp}/businesses.$$"
[ "$n" -ge 25 ] || bad "$n businesses, 25 are wanted"
[ $failed = 0 ] && echo "ok - businesses: $n with rules, a blocked case, the rows of the book reasoned column by column, and a document each"
exit $failed
